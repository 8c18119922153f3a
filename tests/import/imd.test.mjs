// imd.test.mjs -- a release of deprivation by area: whose decile it says, and that verify agrees.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const trellis = process.env.TRELLIS ?? 'build/release/trellis';
const scratch = mkdtempSync(join(tmpdir(), 'trellis-imd-'));
after(() => rmSync(scratch, { recursive: true, force: true }));
const data = join(scratch, 'data');
const run = (...words) =>
  spawnSync(trellis, [...words, '--data', data], { encoding: 'utf8', timeout: 120000 });
const file = (name, lines) => {
  const path = join(scratch, name);
  writeFileSync(path, `${lines.join('\r\n')}\r\n`);
  return path;
};
const HEAD =
  'LSOA code (2021),LSOA name (2021),Index of Multiple Deprivation (IMD) Score,' +
  'Index of Multiple Deprivation (IMD) Decile (where 1 is most deprived 10% of LSOAs)';

test('people of an extract with their area get the decile of a release', () => {
  const people = file('people.csv', [
    'NHS Number,Surname,Date of Birth,LSOA',
    '9990000018,Okafor,02-Apr-1950,E01000001',
    '9990000026,Lowe,02-Apr-1960,E01000002',
  ]);
  const got = run('import', 'csv', people, '--practice', 'X26101');
  assert.equal(got.status, 0, got.stderr);

  const wrong = file('wrong.csv', [HEAD, 'E01000001,A 1,5.2,2', 'E01000002,A 2,9.1,0']);
  const refused = run('import', 'imd', wrong, '--release', '2025');
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /Line 3: The decile is no number from 1 to 10\./);

  const right = file('right.csv', [HEAD, 'E01000001,A 1,5.2,2', 'E01000002,A 2,9.1,8']);
  assert.match(run('import', 'imd', right).stderr, /--release YEAR/);
  const loaded = run('import', 'imd', right, '--release', '2025');
  assert.equal(loaded.status, 0, loaded.stderr);
  assert.match(loaded.stdout, /Deprivation 2025: 2 areas\. 2 people have another/);
  assert.match(run('import', 'imd', right, '--release', '2025').stdout, /2 areas\. 0 people/);
  assert.match(run('import', 'imd', join(scratch, 'none'), '--release', '2025').stderr, /no such/);

  const whole = run('verify');
  assert.equal(whole.status, 0, whole.stdout + whole.stderr);
  assert.match(whole.stdout, /0 differ/);
});
