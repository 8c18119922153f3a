// cohort_check.test.mjs -- every ready-made cohort is answered the same by the engine and by SQL.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const trellis = process.env.TRELLIS ?? 'build/release/trellis';
const scratch = mkdtempSync(join(tmpdir(), 'trellis-check-'));
after(() => rmSync(scratch, { recursive: true, force: true }));
const data = join(scratch, 'data');
const run = (...words) =>
  spawnSync(trellis, [...words, '--data', data], { encoding: 'utf8', timeout: 240000 });

test('the engine and SQL say the same of everybody', () => {
  const made = run('demo', '--people', '600');
  assert.equal(made.status, 0, made.stderr);
  const keys = run('cohort', 'list').stdout.match(/^[a-z-]+/gm);
  assert.ok(keys.length >= 6);
  for (const key of keys) {
    const answer = run('cohort', 'check', key);
    assert.equal(answer.stdout, `${key}: the same for all 600 people.\n`, answer.stderr);
    assert.equal(answer.status, 0);
  }
});

test('a cohort that is not there gets a sentence', () => {
  const answer = run('cohort', 'check', 'no-such');
  assert.equal(answer.status, 1);
  assert.match(answer.stderr, /There is no cohort with this key/);
});
