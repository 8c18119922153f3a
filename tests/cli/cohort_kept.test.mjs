// cohort_kept.test.mjs -- a definition goes from one network to another as a file.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const trellis = process.env.TRELLIS ?? 'build/release/trellis';
const scratch = mkdtempSync(join(tmpdir(), 'trellis-kept-'));
after(() => rmSync(scratch, { recursive: true, force: true }));
const data = join(scratch, 'data');
const run = (...words) =>
  spawnSync(trellis, [...words, '--data', data], { encoding: 'utf8', timeout: 240000 });
const file = (name, text) => {
  writeFileSync(join(scratch, name), text);
  return join(scratch, name);
};
const TEXT = `cohort older-carers
name Older carers
purpose Support carers who are old
owner Priya Nair
offer plan

all
  cohort carers
  age at least 65
`;

test('a file is kept, answered as SQL answers it, and written again', () => {
  assert.equal(run('demo', '--people', '600').status, 0);
  const kept = run('cohort', 'import', file('a.cohort', TEXT));
  assert.equal(kept.status, 0, kept.stderr);
  assert.equal(kept.stdout, 'Kept and published: older-carers, Older carers\n');
  assert.match(run('cohort', 'check', 'older-carers').stdout, /the same for all 600 people/);
  assert.match(run('cohort', 'list').stdout, /^older-carers +\d+ people  Priya Nair$/m);
  assert.equal(run('cohort', 'export', 'older-carers').stdout, TEXT);
  const json = run('cohort', 'export', 'older-carers', '--form', 'json').stdout;
  const again = run('cohort', 'import', file('a.json', json), '--key', 'older-carers-2');
  assert.equal(again.status, 0, again.stderr);
  assert.match(run('cohort', 'export', 'older-carers', '--form', 'fhir').stdout, /"Group"/);
  assert.equal(run('verify').status, 0);
});

test('what cannot be kept gets a sentence with its place', () => {
  const wrong = (text, sentence, ...more) => {
    const answer = run('cohort', 'import', file('wrong.cohort', text), ...more);
    assert.equal(answer.status, 1);
    assert.match(answer.stderr, sentence);
  };
  wrong(TEXT, /Another cohort has this key/);
  wrong(TEXT.replace('age at', 'age under at'), /line 9, column \d+: expected/, '--key', 'b');
  wrong(TEXT.replace('cohort carers', 'has carrer'), /did you mean carer\?/, '--key', 'b');
  wrong(TEXT.replace('cohort carers', 'cohort nobody'), /no cohort "nobody"/, '--key', 'b');
  wrong('', /This is not the definition of a cohort/, '--key', 'b');
  assert.equal(run('cohort', 'export', 'b').status, 1);
});
