// codes.test.mjs -- a deployment's own code sets: loaded, used, kept with a run, backed up.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

const trellis = process.env.TRELLIS ?? 'build/release/trellis';
const scratch = mkdtempSync(join(tmpdir(), 'trellis-codes-'));
after(() => rmSync(scratch, { recursive: true, force: true }));
const data = join(scratch, 'data');
const HEAD = 'set\tsystem\tcode\tterm\n';
const run = (...words) => spawnSync(trellis, [...words], { encoding: 'utf8', timeout: 240000 });
const codes = (...words) => run('codes', ...words, '--data', data);
const file = (name, text) => {
  const path = join(scratch, name);
  writeFileSync(path, text);
  return path;
};
const found = () =>
  Number(/carers +(\d+) people/.exec(run('cohort', 'list', '--data', data).stdout)[1]);

before(() => {
  const made = run('demo', '--people', '600', '--data', data);
  assert.equal(made.status, 0, made.stderr);
});

test('the program’s own sets are listed with the hash of their codes', () => {
  const all = codes('list');
  assert.equal(all.status, 0, all.stderr);
  assert.match(all.stdout, /efi-falls +\d+ codes {2}[0-9a-f]{16} {2}the program/);
});

test('a set of the deployment stands above the program’s own until it is removed', () => {
  const was = found();
  assert.ok(was > 0);
  const own = file('Local Sets.tsv', `${HEAD}carer\tsnomed\t11\tNobody\n`);
  assert.match(codes('load', own).stderr, /Say which version/);
  const dry = codes('load', own, '--version', '3', '--dry-run');
  assert.match(dry.stdout, /Nothing was written. local-sets.tsv: 1 set, 1 code\./);
  assert.equal(existsSync(join(data, 'code-sets')), false);
  assert.equal(codes('load', own, '--version', '3', '--source', 'Local list').status, 0);
  assert.match(codes('list').stdout, /\ncarer +1 codes {2}\w{16} {2}local-sets.tsv, version 3/);
  assert.equal(found(), 0);
  assert.equal(run('cohort', 'check', 'carers', '--data', data).status, 0);
  const copy = join(scratch, 'backup');
  const backup = run('backup', '--data', data, '--to', copy);
  assert.equal(backup.status, 0, backup.stderr);
  assert.match(readFileSync(join(copy, 'code-sets', 'local-sets.tsv'), 'utf8'), /# version 3\n/);
  assert.match(codes('remove', 'local-sets.tsv').stdout, /is gone.*cannot be run: see trellis/);
  assert.equal(found(), was);
});

test('what cannot be read is refused with its line, and nothing is kept', () => {
  const broken = file('broken.tsv', '# version 1\nset,code\nmine,1\n,2\n');
  const answer = codes('load', broken);
  assert.equal(answer.status, 1);
  assert.match(answer.stderr, /broken.tsv line 4: there must be a set, a system and a code/);
  assert.equal(existsSync(join(data, 'code-sets', 'broken.tsv')), false);
  // A spreadsheet changed one: refused where no digit is left of it, said where a digit is wrong.
  const sheet = file('sheet.tsv', `# version 1\n${HEAD}mine\tsnomed\t1.01E+15\tLong\n`);
  assert.match(codes('load', sheet).stderr, /sheet.tsv line 3: a code of SNOMED CT has digits/);
  const brokenOff = 'a\tsnomed\t73211009\tA\na\tsnomed\t9257';
  const cut = file('cut.tsv', `# version 1\n${HEAD}${brokenOff}`);
  const said = codes('load', cut, '--dry-run');
  assert.equal(said.status, 0, said.stderr);
  assert.match(said.stdout, /1 code fails the check digit of SNOMED CT, the first 9257 on line 4/);
  // A set that holds nothing any more: the definitions that ask for it could not be answered.
  const empty = file('empty.tsv', `# version 1\n${HEAD}carer\tset\tnothing\tN\n`);
  assert.match(codes('load', empty).stderr, /holds no code/);
});

test('what is below a code is written out by a hierarchy, and retired codes are counted', () => {
  const links = file('links.txt', 'child\tparent\n12\t11\n13\t12\n');
  const set = file('below.tsv', `# version 1\n${HEAD}falls-service\tsnomed\t<<11\tTop\n`);
  assert.match(codes('load', set, '--hierarchy', links).stdout, /below.tsv: 1 set, 3 codes/);
  // Pages show the source: the file's name, not where on somebody's machine it stood.
  assert.match(readFileSync(join(data, 'code-sets', 'below.tsv'), 'utf8'), /# source below.tsv\n/);
  const concepts = file(
    'sct2_Concept.txt',
    'id\teffectiveTime\tactive\tmoduleId\tdefinitionStatusId\n' +
      '13\t20240401\t0\t9\t9\n12\t20020131\t1\t9\t9\n',
  );
  assert.match(codes('load', concepts).stdout, /retired.tsv: 0 sets, 1 retired code\./);
  assert.match(codes('list').stdout, /falls-service +3 codes.*\n +1 of them retired/);
});
