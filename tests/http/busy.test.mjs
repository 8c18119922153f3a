// busy.test.mjs -- more at once than there are workers for: a page says so, nothing is half done,
// and everybody is served again as soon as there is room.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { approved } from '../lib/golden.mjs';
import {
  Client, copyOfNetwork, filled, rowsOf, Server, signedIn, sleep, stopWell,
} from '../lib/server.mjs';

const WORKERS = 4;
const CROWD = 12; // three for each worker
const APART_MS = 40; // each comes when the one before is being answered, so by a thread of its own
const HELD_MS = 2500; // longer than a request waits for a worker
const HUNG_UP_MS = 200; // until the server has seen it
const TODAY = /<h1[^>]*>\s*Today/;
const SOON_MS_MAX = 5000; // until all is well again

let server;
let client;

before(async () => {
  const data = copyOfNetwork();
  fs.appendFileSync(path.join(data, 'trellis.conf'), `\nworkers = ${WORKERS}\n`);
  server = await new Server(data).start();
  client = await signedIn(server, 'care_coordinator');
});
after(async () => {
  client?.close();
  if (server) await stopWell(server);
});

// Keeps a store from being written to, as a disk that stands still does: { release() }.
async function hold(store) {
  const child = spawn('sqlite3', [path.join(server.data, store)], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const held = new Promise((done) => child.stdout.once('data', done));
  child.stdin.write('BEGIN IMMEDIATE;\nSELECT 1;\n');
  await held;
  return {
    release: () => {
      const over = new Promise((done) => child.on('exit', done));
      child.stdin.end('ROLLBACK;\n');
      return over;
    },
  };
}

async function crowd(send) {
  const visitors = Array.from({ length: CROWD }, () => {
    const visitor = new Client(server);
    visitor.cookie = client.cookie;
    return visitor;
  });
  const answers = await Promise.all(visitors.map(async (visitor, i) => {
    await sleep(i * APART_MS);
    return send(visitor);
  }));
  visitors.forEach((visitor) => visitor.close());
  return answers;
}

async function wellAgain() {
  const until = Date.now() + SOON_MS_MAX;
  for (;;) {
    const answer = await client.get('/today');
    if (answer.status === 200) return;
    assert.ok(Date.now() < until, `still ${answer.status}`);
    await sleep(50);
  }
}

function assertBusy(answer) {
  assert.equal(answer.status, 503);
  assert.match(answer.headers['content-type'], /^text\/html/);
  assert.ok(Number(answer.headers['retry-after']) > 0, 'says when to come again');
  assert.match(answer.text, /The service is busy/);
  assert.match(answer.text, /Nothing was changed/);
  assert.ok(answer.text.includes(answer.headers['x-request-id']), 'with a reference');
  assert.doesNotMatch(answer.text, /SQL|sqlite|database is locked|\.c:\d/i);
}

// Those that find no worker are turned away by nobody who could draw the menu of the one signed in.
function assertSomeFoundNoWorker(busy) {
  const none = busy.filter((answer) => !answer.text.includes('Sign out'));
  assert.ok(none.length > 0, 'some found every worker busy');
  approved('problem-503', none[0], 503);
}

const logged = () => rowsOf(server.data, `SELECT count(*) AS n FROM access_log
  WHERE what = '/today'`, 'access.db')[0].n;

test('pages that cannot be logged say that it is busy, and hold no worker meanwhile', async () => {
  const before = logged();
  const held = await hold('access.db');
  const over = sleep(HELD_MS).then(held.release);
  let answered = 0;
  const pages = crowd(async (visitor) => {
    const answer = await visitor.get('/today');
    answered++;
    return answer;
  });
  await sleep(CROWD * APART_MS);
  const open = await new Client(server).get('/sign-in'); // there is nothing of it to be logged
  assert.equal(open.status, 200);
  assert.equal(answered, 0, 'no page came before its line could be written');
  const answers = await pages;
  await over;
  const busy = answers.filter((answer) => answer.status !== 200);
  assert.ok(busy.length > 0, `${busy.length} of ${CROWD} were turned away`);
  busy.forEach((answer) => {
    assertBusy(answer);
    assert.match(answer.text, /Sign out/); // their own menu: there were workers
    assert.doesNotMatch(answer.text, TODAY);
  });
  answers.filter((answer) => answer.status === 200)
    .forEach((answer) => assert.match(answer.text, TODAY));
  assert.equal(logged() - before, CROWD - busy.length, 'a line for each page that was shown');
  await wellAgain();
});

test('who hangs up while the page is held is in the log; a stop waits for it', async () => {
  const before = logged();
  const held = await hold('access.db');
  const visitor = new Client(server);
  visitor.cookie = client.cookie;
  const gone = visitor.get('/today').catch(() => 'gone');
  await sleep(HUNG_UP_MS);
  visitor.agent.destroy();
  assert.equal(await gone, 'gone');
  const page = client.get('/today');
  await sleep(HUNG_UP_MS);
  const stopped = server.stop();
  await sleep(HUNG_UP_MS);
  assert.equal(server.child.exitCode, null, 'the server waits for what it holds');
  await held.release();
  assert.equal((await page).status, 200);
  assert.deepEqual(await stopped, { code: 0, signal: null });
  assert.equal(logged() - before, 2);
  client.close();
  await server.start();
  client = await signedIn(server, 'care_coordinator');
});

test('a form sent while nothing can be written is refused whole, and works later', async () => {
  const list = await client.page('/caseload');
  const [person] = /\/people\/[0-9a-z]{20}/.exec(list);
  const form = await client.form(`${person}/tasks/new`, `${person}/tasks`);
  const what = 'Sent while it was busy';
  const count = () => rowsOf(server.data, `SELECT count(*) AS n FROM task
    WHERE what LIKE '${what}%'`);
  let n = 0; // the same words again within a minute are the same task
  const fields = () => filled(form, { what: `${what} ${++n}`, due: 'today' });
  const held = await hold('trellis.db');
  const over = sleep(HELD_MS).then(held.release);
  const answers = await crowd((visitor) => visitor.post(form.action, fields()));
  await over;
  const saved = answers.filter((answer) => answer.status === 303).length;
  const busy = answers.filter((answer) => answer.status !== 303);
  busy.forEach(assertBusy);
  assertSomeFoundNoWorker(busy);
  assert.ok(saved < CROWD, 'some were turned away');
  assert.equal(count()[0].n, saved, 'what was acknowledged is there, and nothing else');
  await wellAgain();
  assert.equal((await client.post(form.action, fields())).status, 303);
  assert.equal(count()[0].n, saved + 1);
});
