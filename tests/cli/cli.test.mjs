// cli.test.mjs -- the command line as its user meets it: help, exit codes, one sentence of error.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const trellis = process.env.TRELLIS ?? 'build/release/trellis';
const scratch = mkdtempSync(join(tmpdir(), 'trellis-cli-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

const run = (...words) => spawnSync(trellis, words, { encoding: 'utf8', timeout: 240000 });
const commands = run('help')
  .stdout.split('\n')
  .map((line) => /^ {2}([a-z]+) /.exec(line)?.[1])
  .filter(Boolean);

const oneSentence = (answer, code) => {
  assert.equal(answer.status, code, answer.stderr);
  assert.match(answer.stderr, /^[^\n]+[.]\n$|^[^\n]+trellis help\n$/);
  assert.equal(answer.stdout, '');
};

test('help names the commands of the manual', () => {
  const wanted = 'serve demo import cohort user verify backup restore routes doctor';
  for (const name of wanted.split(' ')) assert.ok(commands.includes(name), name);
});

for (const name of commands) {
  test(`${name} --help says how, and that is no error`, () => {
    const answer = run(name, '--help');
    assert.equal(answer.status, 0, answer.stderr);
    assert.equal(answer.stderr, '');
    assert.match(answer.stdout, new RegExp(`^trellis ${name}`));
  });
  test(`${name} refuses an option it does not have`, () => oneSentence(run(name, '--no-such'), 2));
}

test('a command that is none gets a sentence', () => oneSentence(run('destroy'), 2));
test('what must be given is named', () => {
  oneSentence(run('verify'), 2);
  oneSentence(run('backup', '--data', scratch), 2);
  oneSentence(run('restore', '--from', scratch), 2);
});
test('a word too many is refused before anything is done', () => {
  oneSentence(run('verify', '--data', scratch, 'twice'), 2);
});
test('what was asked wrongly ends with 2, before anything is opened', () => {
  const none = join(scratch, 'none');
  const asked = [
    ['import', 'fhir'], ['import', 'fhir', 'x'], ['import', 'what', 'x', '--data', none],
    ['import', 'csv', 'x', '--data', none], ['import', 'imd', 'x', '--data', none],
    ['import', 'imd', 'x', '--release', '2025', '--dry-run', '--data', none],
    ['import', 'csv', 'x', '--practice', 'X26101', '--extract', '31-02-26', '--data', none],
    ['import', 'fhir', 'x', 'y', '--data', none],
    ['cohort', 'list'], ['cohort', 'what', '--data', none], ['cohort', 'run', '--data', none],
    ['cohort', 'list', '--today', '2026-02-31', '--data', none],
    ['codes', 'list'], ['codes', 'what', '--data', none], ['codes', 'load', '--data', none],
  ];
  for (const words of asked) oneSentence(run(...words), 2);
  assert.ok(!existsSync(none));
});
test('help NAME tells what NAME --help tells', () => {
  assert.equal(run('help', 'backup').stdout, run('backup', '--help').stdout);
  assert.equal(run('help', 'backup').status, 0);
  oneSentence(run('help', 'destroy'), 2);
});
test('what a command wrote is anchored when it ends; what only reads adds no line', () => {
  const data = join(scratch, 'anchored');
  const who = ['--username', 'ada.one', '--name', 'Ada One', '--role', 'administrator'];
  assert.equal(run('user', 'add', '--data', data, ...who).status, 0);
  const log = () => readFileSync(join(data, 'anchors', 'anchor.log'), 'utf8');
  const first = log();
  assert.match(first, /^\S+ journal \d+ [0-9a-f]{64}\n$/);
  assert.equal(run('user', 'list', '--data', data).status, 0);
  assert.equal(log(), first);
  assert.equal(run('user', 'reset', '--data', data, '--username', 'ada.one').status, 0);
  assert.equal(log().split('\n').length, 3);
  const whole = run('verify', '--data', data);
  assert.equal(whole.status, 0, whole.stdout);
  assert.match(whole.stdout, /journal: \d+ entries, 2 anchored heads, whole/);
});
test('an account is given its practices by their ODS codes', () => {
  const data = join(scratch, 'practices');
  const sample = 'docs/guide/samples/extract-emis.csv';
  for (const ods of ['X26101', 'X26102']) {
    const brought = run('import', 'csv', sample, '--practice', ods, '--data', data);
    assert.equal(brought.status, 0, brought.stderr);
  }
  const who = ['--name', 'Ruth One', '--role', 'practice_staff'];
  const add = (name, ...more) => run('user', 'add', '--data', data, '--username', name, ...who,
    ...more);
  const of = (name) => {
    const sql = 'SELECT p.ods_code FROM account_org o JOIN account a ON a.id = o.account_id'
      + ` JOIN practice p ON p.id = o.org_id WHERE a.username = '${name}' ORDER BY 1`;
    const rows = spawnSync('sqlite3', [join(data, 'trellis.db'), sql], { encoding: 'utf8' });
    return rows.stdout.trim().split('\n').join(' ');
  };
  oneSentence(add('ruth.none', '--practice', 'X26101', '--practice', 'Z99999'), 1);
  assert.match(add('ruth.none', '--practice', 'Z99999').stderr, /import its extract first/);
  assert.match(add('ruth.none', '--practice', 'X26191').stderr, /X2610[12] is the nearest\.$/m);
  assert.equal(of('ruth.none'), ''); // nobody was added
  const twice = ['--practice', 'x26102', '--practice=X26101', '--practice', 'X26101'];
  const both = add('ruth.both', ...twice);
  assert.equal(both.status, 0, both.stderr);
  assert.equal(of('ruth.both'), 'X26101 X26102');
  const id = add('ruth.number', '--org', '1');
  assert.equal(id.status, 0, id.stderr);
  assert.equal(of('ruth.number').length, 'X26101'.length);
  const many = Array.from({ length: 513 }, (_, i) => i + 1).join(',');
  const refused = add('ruth.many', '--org', many);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /512 organisations or fewer/);
});
test('a demonstration that cannot be put there gets one sentence', () => {
  oneSentence(run('demo', '--data', '/dev/null/demo'), 1);
});
test('a command that changes nothing makes no folder', () => {
  const none = join(scratch, 'none');
  oneSentence(run('import', 'list', '--data', none), 1);
  oneSentence(run('import', 'undo', 'x', '--data', none), 1);
  assert.ok(!existsSync(none));
});
test('a file of which nothing can be taken is no import', () => {
  const data = join(scratch, 'nothing');
  const file = join(scratch, 'nothing.ndjson');
  writeFileSync(file, 'root:x:0:0\n{}\n');
  const answer = run('import', 'fhir', file, '--data', data);
  assert.equal(answer.status, 1);
  assert.match(answer.stderr, /Nothing in it could be taken/);
  assert.match(answer.stdout, /Line +\d+ +0 /, 'with the reasons');
  assert.match(run('import', 'list', '--data', data).stdout, / failed /);
  const empty = join(scratch, 'empty.ndjson');
  writeFileSync(empty, '');
  assert.match(run('import', 'fhir', empty, '--data', data).stderr, /Nothing in it could be taken/);
  const again = run('import', 'scores', file, '--data', data);
  assert.doesNotMatch(again.stderr, /imported before/);
});
test('a folder that is not there gets a sentence with the folder in it', () => {
  const gone = join(scratch, 'gone');
  const answer = run('import', 'fhir', gone, '--data', scratch);
  oneSentence(answer, 1);
});
test('a demonstration of more events than one piece of a load holds is made', () => {
  const answer = run('demo', '--data', join(scratch, 'many'), '--people', '6000');
  assert.equal(answer.status, 0, answer.stderr);
});
