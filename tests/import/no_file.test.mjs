// no_file.test.mjs -- what has no end, or is no file, is refused with one sentence, and quickly.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const PROGRAM = join(process.env.BUILD ?? 'build', process.env.PRESET ?? 'release', 'trellis');
const SPARSE_BYTES = 200 * 1024 * 1024;

function refused(dir, kind, file) {
  const run = spawnSync(
    PROGRAM, ['import', kind, file, '--practice', 'X26101', '--data', join(dir, 'data')],
    { encoding: 'utf8', timeout: 60_000 },
  );
  assert.equal(run.status, 1, `${file}: ${run.stderr}`);
  assert.equal(run.stderr.trim().split('\n').length, 1, run.stderr);
  return run.stderr;
}

test('a device, a folder and a line without end are refused', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'trellis-no-file-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  assert.match(refused(dir, 'csv', '/dev/zero'), /not a file/);
  assert.match(refused(dir, 'fhir', '/dev/zero'), /neither a file nor a folder/);
  assert.match(refused(dir, 'csv', dir), /not a file/);
  assert.match(refused(dir, 'fhir', join(dir, 'nope')), /no file or folder \S+nope\./);
  const zeros = join(dir, 'zeros.ndjson');
  writeFileSync(zeros, '');
  truncateSync(zeros, SPARSE_BYTES);
  assert.match(refused(dir, 'csv', zeros), /too long/);
  assert.match(refused(dir, 'fhir', zeros), /longer than 16 MB/);
});
