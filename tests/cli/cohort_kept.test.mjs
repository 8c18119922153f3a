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
  wrong(TEXT.replace('cohort carers', 'cohort nobody'),
    /line 8, column 10: expected the key of a cohort that you can use, found "nobody"/,
    '--key', 'b');
  wrong(TEXT.replace('cohort carers', 'cohort carer'), /did you mean carers\?/, '--key', 'b');
  wrong(TEXT.replace('cohort carers', 'practice Y00001'),
    /line 8, column 12: expected the ODS code of a practice that is known here/, '--key', 'b');
  wrong(TEXT.replace('cohort carers', 'language Urdo'), /did you mean Urdu\?/, '--key', 'b');
  wrong('', /This is not the definition of a cohort/, '--key', 'b');
  assert.equal(run('cohort', 'export', 'b').status, 1);
});

test('what is still to come can be kept, and is told until it is here', () => {
  const text = TEXT.replace('cohort carers', 'practice Y00001');
  const kept = run('cohort', 'import', file('early.cohort', text), '--key', 'early', '--early');
  assert.equal(kept.status, 0, kept.stderr);
  const told = /The rules name the practice "Y00001", which is not known here: nobody is found/;
  assert.match(kept.stdout, told);
  assert.match(run('cohort', 'run', 'early').stdout, told);
  const asked = run('cohort', 'ask', file('asked.cohort', text));
  assert.equal(asked.status, 1);
  assert.match(asked.stderr, /line 8, column 12: expected the ODS code of a practice/);
});

// Who left or died was not in the counts of the steps: both numbers are said.
test('everybody who met the rules and is not listed is counted once', () => {
  for (const key of ['carers', 'frailty-repeat-admissions', 'housebound-alone']) {
    const lines = run('cohort', 'run', key).stdout;
    const [, all] = lines.match(/Met every rule and left out: (\d+)/);
    const [, step] = lines.match(/After leaving out (\d+)/);
    const reasons = [...lines.split('Met every rule')[1].matchAll(/^ +(\d+)  /gm)];
    assert.equal(reasons.reduce((sum, [, n]) => sum + Number(n), 0), Number(all));
    const said = lines.match(/of whom (\d+) are registered and (\d+) were not in the counts/);
    assert.equal(Number(said?.[1] ?? all), Number(step), lines);
    assert.equal(Number(step) + Number(said?.[2] ?? 0), Number(all), lines);
  }
});
