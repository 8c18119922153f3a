// stop.test.mjs -- an import that somebody stops leaves nothing behind, and can be begun again; a
// self-check that waits behind it is told in its turn.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import {
  PASSWORD, browser, choosePassword, folder, invite, serve, trellis,
} from '../http/server.mjs';

const PEOPLE = 20_000; // so many that the stop comes before the end
const WAIT_MS_MAX = 120_000;
const STOPPED = 6; // JOB_STOPPED
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

let home;
let server;
let user;
before(async () => {
  home = folder();
  const code = invite(home.dir, 'a.manager', 'pcn_manager');
  server = await serve(home.dir);
  await choosePassword(server.base, code);
  user = browser(server.base);
  await user.signIn('a.manager', PASSWORD);
});
after(async () => {
  if (server) await server.stop();
  home.remove();
});

function one(sql) {
  const out = execFileSync('sqlite3', ['-readonly', '-json', `${home.dir}/trellis.db`, sql],
    { encoding: 'utf8' });
  return JSON.parse(out || '[{}]')[0];
}

// Numbers of the range that is kept for tests (999 ...), with their check digit.
function* numbers() {
  for (let n = 999_000_000; ; n++) {
    const digits = [...String(n)].map(Number);
    const rest = 11 - (digits.reduce((sum, d, i) => sum + d * (10 - i), 0) % 11);
    if (rest !== 10) yield `${n}${rest % 11}`;
  }
}

function extract() {
  const rows = ['NHS number,Surname,Forename,Date of birth,Date,Code,Code term'];
  const number = numbers();
  for (let i = 0; i < PEOPLE; i++) {
    rows.push(`${number.next().value},FAMILY${i},Test,0${1 + (i % 9)}-May-1950,12-Mar-2025,` +
      '105529008,Lives alone');
  }
  return rows.join('\n');
}

const post = async (path, form = {}) =>
  user.ask(path, { method: 'POST', form: { csrf: await user.token(), ...form } });

async function until(path, done) {
  for (const end = Date.now() + WAIT_MS_MAX; ; await sleep(30)) {
    const answer = await user.ask(path);
    if (done(answer)) return answer;
    assert.ok(Date.now() < end, answer.text);
  }
}
const runs = ({ text }) => text.includes('You can close this page');

async function looked() {
  const body = new FormData();
  body.append('csrf', await user.token()); // the token stands before the file
  body.append('practice', 'X26101');
  body.append('practice_name', 'Fenside');
  body.append('file', new Blob([extract()]), 'week47.csv');
  const sent = await user.ask('/imports/send/extract', { method: 'POST', body });
  assert.equal(sent.status, 303, sent.text);
  const file = sent.headers.get('location');
  const csrf = await user.token();
  const { text } = await user.ask(file);
  const form = [['csrf', csrf]];
  const SELECT = /<select[^>]* name="(columns[^"]*)"[^>]*>([^]*?)<\/select>/g;
  for (const [, name, list] of text.matchAll(SELECT)) {
    form.push([name, /<option[^>]*value="([^"]*)"[^>]* selected/.exec(list)?.[1] ?? '-']);
  }
  assert.ok(form.length > 6, text);
  assert.equal((await user.ask(`${file}/look`, { method: 'POST', form })).status, 303);
  const answer = await until(file, (a) => !runs(a));
  assert.match(answer.text, /Apply this import/);
  return file;
}

test('stopped: nothing is left, the stop is journalled, and it can be applied again', async () => {
  const file = await looked();
  const jobs = () => one("SELECT COUNT(*) AS n FROM job WHERE kind = 'population.import'").n;
  assert.equal((await post(`${file}/apply`)).status, 303);
  assert.equal((await post(`${file}/apply`)).status, 303, 'pressed twice');
  assert.equal(jobs(), 2, 'one looked, one applies: Stop stops all there is');
  assert.equal((await post('/cohort-checks')).status, 303); // waits: one job at a time
  await until(file, (a) => /Reading the file, [1-9]/.test(a.text) || !runs(a));
  assert.equal((await post('/cohort-checks/stop', { job: 'check' })).status, 303);
  assert.match((await user.ask('/cohort-checks')).text, /It is being stopped/);
  const presses = [1, 2, 3, 4].map(() => post(`${file}/stop`)); // impatience is one stop
  for (const answer of await Promise.all(presses)) assert.equal(answer.status, 303);
  const end = await until(file, (a) => !runs(a));
  assert.match(end.text, /Stopped by Robin Example\. Nothing was changed\./);
  assert.equal(one('SELECT COUNT(*) AS n FROM person').n, 0);
  assert.equal(one('SELECT COUNT(*) AS n FROM event_pack').n, 0);
  assert.equal(one('SELECT COUNT(*) AS n FROM batch WHERE state NOT IN (3, 4)').n, 0);
  const stopped = () => one(`SELECT COUNT(*) AS n FROM job WHERE state = ${STOPPED}`).n;
  await until('/cohort-checks', ({ text }) => text.includes('Stopped by Robin Example'));
  assert.equal(stopped(), 2);
  assert.equal(one("SELECT COUNT(*) AS n FROM journal WHERE kind = 'job' AND verb = 'stop'").n, 2);
  assert.equal((await post(`${file}/stop`)).status, 303, 'it has ended: the page says how');

  assert.match(end.text, /From Fenside, X26101/);
  const imports = await user.ask('/imports');
  assert.doesNotMatch(imports.text, /What each practice last sent/, 'nobody has sent anything');
  assert.match(end.text, /Apply this import/);
  assert.equal((await post(`${file}/apply`)).status, 303);
  const done = await until(file, (a) => !runs(a));
  assert.match(done.headers.get('location'), /^\/imports\/batches\//);
  assert.equal(one('SELECT COUNT(*) AS n FROM person').n, PEOPLE);
});

test('all that was written agrees with the journal', async () => {
  await server.stop();
  server = undefined;
  assert.match(trellis('verify', '--data', home.dir), /./);
});
