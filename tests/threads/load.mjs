// load.mjs -- the server under the thread sanitizer, used by everybody at once: pages, writes,
// files, drafts, wrong passwords, lines that break off; then stopped in the middle of it.
//
// test.sh runs it with TRELLIS of the preset tsan. SECONDS_OF_LOAD=60 for longer.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';
import {
  Client, accountOf, filled, formsOf, ROLES, serve, signedIn, sleep,
} from '../lib/server.mjs';

const LOAD_MS = Number(process.env.SECONDS_OF_LOAD ?? 6) * 1000;
const AT_ONCE = 3; // of each role
const LINES = 6; // that break off, at once
const IMPORT_ROWS = 400;
const JOB_MS_MAX = 60_000;
const STOP_MS_MAX = 5000;
const FEW = 4; // requests of each client at least, or it was no load

let server;
let until;
const counts = {};

before(async () => {
  server = await serve();
});
after(async () => {
  if (server.child.exitCode === null) await server.kill();
});

const going = () => Date.now() < until;

function take(kind, answer) {
  const key = `${kind} ${answer.status}`;
  counts[key] = (counts[key] ?? 0) + 1;
  assert.ok(answer.status < 500 || answer.status === 503, `${key}: ${answer.text.slice(0, 500)}`);
  return answer;
}

// Opens what the pages link to, one after the other.
async function read(client) {
  const seen = new Set();
  const queue = [client.home];
  for (let n = 0; going() || n < FEW; n++) {
    const at = queue.shift() ?? client.home;
    const answer = take('page', await client.get(at));
    for (const [, link] of answer.text.matchAll(/href="(\/[^"#]*)"/g)) {
      if (!seen.has(link)) queue.push(link);
      seen.add(link);
    }
  }
}

const post = async (kind, client, form, changes) =>
  take(kind, await client.post(form.action, filled(form, changes)));

// Writes in the record of the same person as everybody else who writes.
async function write(client, person) {
  const task = await client.form(`${person}/tasks/new`, `${person}/tasks`);
  const edit = `${person}/plan/edit/about`;
  for (let n = 0; going() || n < FEW; n++) {
    await post('task', client, task, { what: `Ring ${n}`, due: 'today' });
    const form = await client.form(edit, edit);
    await post('typed', client, { ...form, action: `${edit}/draft` }, { text: `Typing ${n}` });
    await post('plan', client, form, { text: `Written ${n}`, save: 'done' });
    take('pdf', await client.get(`${person}/plan/plan.pdf`));
    take('csv', await client.get('/caseload.csv'));
    const find = formsOf(await client.page('/today')).find((f) => f.action === '/people/find');
    await post('find', client, find, { q: 'Okafor' });
  }
}

async function sendFiles(client) {
  for (let n = 0; going() || n < 1; n++) {
    const rows = ['NHS Number,Full Name,Date of Birth,Date,Code Term,Code,Value,Unit'];
    for (let i = 0; i < IMPORT_ROWS; i++) {
      rows.push(`,"LOAD${i}, Ada",04-Feb-1948,02-Apr-2025,Lives alone,105529008,${n},`);
    }
    const [, csrf] = /name="csrf" value="([^"]*)"/.exec(await client.page('/imports/send/extract'));
    const file = ['file"; filename="load.csv', rows.join('\n')];
    const body = [['csrf', csrf], ['practice', 'X26901'], file]
      .map(([name, value]) =>
        `--load\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`).join('');
    const sent = take('file', await client.post('/imports/send/extract', `${body}--load--\r\n`, {
      'content-type': 'multipart/form-data; boundary=load',
    }));
    assert.equal(sent.status, 303, sent.text);
    for (const step of ['look', 'apply']) {
      const form = formsOf(await client.page(sent.location)).find((f) => f.action.endsWith(step));
      assert.ok(form, `a form for ${step}`);
      await post(step, client, form, {});
      for (const end = Date.now() + JOB_MS_MAX; Date.now() < end; await sleep(20)) {
        const answer = take('progress', await client.get(sent.location));
        if (answer.status !== 200 || !answer.text.includes('You can close this page')) break;
      }
    }
  }
}

async function guess() {
  const client = new Client(server);
  for (let n = 0; going(); n++) {
    await client.submit('/sign-in', '/sign-in', { username: `nobody${n % 3}`, password: 'wrong' });
    const again = await new Client(server).signIn(accountOf('care_coordinator', n % 3));
    const form = formsOf(await again.page('/today')).find((f) => f.action === '/sign-out');
    await post('out', again, form, {});
    again.close();
  }
  client.close();
}

async function breakOff() {
  const { hostname, port } = new URL(server.url);
  const starts = ['GET /today HTT', 'GET /sign-in HTTP/1.1\r\nHost: x\r\n\r\n', 'nonsense\r\n\r\n',
    'POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nus'];
  for (let n = 0; going(); n++) {
    const socket = net.connect({ host: hostname, port: Number(port) });
    socket.on('error', () => {});
    socket.write(starts[n % starts.length]);
    await sleep(5 + (n % 7) * 5);
    socket.destroy();
  }
}

test('everybody at once, and no two threads touch one thing unguarded', async (t) => {
  const clients = [];
  for (const role of ROLES) {
    for (let i = 0; i < AT_ONCE; i++) clients.push(await signedIn(server, role));
  }
  const lead = clients[0];
  const [person] = /\/people\/[0-9a-z]{20}/.exec(await lead.page('/caseload'));
  const sender = await signedIn(server, 'pcn_manager');
  until = Date.now() + LOAD_MS;
  await Promise.all([
    ...clients.slice(AT_ONCE).map(read),
    ...clients.slice(0, AT_ONCE).map((client) => write(client, person)),
    sendFiles(sender), guess(),
    ...Array.from({ length: LINES }, breakOff),
  ]);
  t.diagnostic(JSON.stringify(counts));
  assert.ok(counts['page 200'] > FEW && counts['plan 303'] > 0 && counts['apply 303'] > 0);
});

test('it is stopped while it is used, and the sanitizer said nothing', async () => {
  const client = await signedIn(server, 'care_coordinator');
  let open = true;
  const pages = (async () => {
    while (open) await client.get('/today').catch(() => (open = false));
  })();
  await sleep(200);
  const from = Date.now();
  const how = await server.stop();
  assert.ok(Date.now() - from < STOP_MS_MAX, 'lines that broke off do not hold up the stop');
  open = false;
  await pages;
  const said = server.log().split('\n').filter((line) => !line.startsWith('{')).join('\n');
  assert.doesNotMatch(said, /ThreadSanitizer/, said.slice(0, 4000));
  assert.deepEqual(how, { code: 0, signal: null }, said.slice(-2000));
});
