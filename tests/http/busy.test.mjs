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

test('pages that cannot be logged, or that find no worker, say that it is busy', async () => {
  const held = await hold('access.db');
  const over = sleep(HELD_MS).then(held.release);
  const answers = await crowd((visitor) => visitor.get('/today'));
  await over;
  const busy = answers.filter((answer) => answer.status !== 200);
  assert.ok(busy.length > 1, `${busy.length} of ${CROWD} were turned away`);
  busy.forEach(assertBusy);
  // Without a worker there is nobody to draw the menu of the one who is signed in.
  const none = busy.filter((answer) => !answer.text.includes('Sign out'));
  assert.ok(none.length > 0, 'some found every worker busy');
  approved('problem-503', none[0], 503);
  await wellAgain();
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
  answers.filter((answer) => answer.status !== 303).forEach(assertBusy);
  assert.ok(saved < CROWD, 'some were turned away');
  assert.equal(count()[0].n, saved, 'what was acknowledged is there, and nothing else');
  await wellAgain();
  assert.equal((await client.post(form.action, fields())).status, 303);
  assert.equal(count()[0].n, saved + 1);
});
