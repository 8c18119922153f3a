// backup.test.mjs -- a backup taken while people work, restored and verified; and a server that is
// asked to stop finishes what it was doing.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import {
  filled, formsOf, rowsOf, scratch, serve, signedIn, sleep, stopWell, Server, TRELLIS,
  tryTrellis,
} from '../lib/server.mjs';

const WRITES_BEFORE = 25;
const WRITES_MAX = 100_000;

let server;
let client;
let form;

before(async () => {
  server = await serve();
  client = await signedIn(server, 'care_coordinator');
  const [, ref] = /href="\/people\/([^"/]+)"/.exec(await client.page('/caseload'));
  const forms = formsOf(await client.page(`/people/${ref}/tasks/new`));
  form = forms.find((f) => f.action === `/people/${ref}/tasks`);
});
after(() => client?.close());

const write = (mark) =>
  client.post(form.action, filled(form, { what: `bk ${mark}`, due: 'in 3 weeks' }));
const marksIn = (data) =>
  new Set(rowsOf(data, "SELECT what FROM task WHERE what LIKE 'bk %'").map((row) => row.what));

test('a backup taken while people write is restored whole, with all before it', async () => {
  const written = [];
  let going = true;
  const writing = (async () => {
    for (let i = 0; going && i < WRITES_MAX; i++) {
      const answer = await write(i);
      assert.equal(answer.status, 303);
      written.push(`bk ${i}`);
    }
  })();
  while (written.length < WRITES_BEFORE) await sleep(5);
  const already = [...written];
  const folder = scratch();
  const to = path.join(folder, 'backup');
  // Not awaited by a blocking call: the writer must go on meanwhile.
  const child = spawn(TRELLIS, ['backup', '--data', server.data, '--to', to], {
    stdio: 'ignore', timeout: 60_000,
  });
  const code = await new Promise((done) => child.on('exit', done));
  const meanwhile = written.length - already.length;
  going = false;
  await writing;
  assert.equal(code, 0);
  assert.ok(meanwhile > 0, 'somebody wrote while the backup ran');

  const data = path.join(folder, 'restored');
  const restored = tryTrellis('restore', '--from', to, '--data', data);
  assert.equal(restored.code, 0, restored.out + restored.err);
  const verified = tryTrellis('verify', '--data', data);
  assert.equal(verified.code, 0, verified.out + verified.err);
  const there = marksIn(data);
  assert.deepEqual(already.filter((mark) => !there.has(mark)), []);

  const again = await new Server(data).start();
  const other = await signedIn(again, 'care_coordinator');
  assert.match(await other.page('/today'), /Today/);
  other.close();
  await stopWell(again);
});

test('a folder that has something in it is not restored over', async () => {
  const folder = scratch();
  const to = path.join(folder, 'backup');
  assert.equal(tryTrellis('backup', '--data', server.data, '--to', to).code, 0);
  const refused = tryTrellis('restore', '--from', to, '--data', server.data);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /\w/);
});

test('a second server on the same folder is refused with a sentence', () => {
  const second = tryTrellis('serve', '--data', server.data, '--listen', '127.0.0.1:0');
  assert.equal(second.code, 1);
  assert.match(second.err, /in use|already|another|second|one program/i);
});

// Half of a request is sent, then the server is asked to stop, then the other half: it is answered.
test('asked to stop, the server finishes what runs and leaves with 0', async () => {
  const fields = new URLSearchParams(filled(form, { what: 'bk last', due: 'in 3 weeks' }));
  const body = fields.toString();
  const { hostname, port } = new URL(server.url);
  const head = `POST ${form.action} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n` +
    `Cookie: ${client.cookie}\r\nSec-Fetch-Site: same-origin\r\n` +
    'Content-Type: application/x-www-form-urlencoded\r\n' +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  const socket = net.connect(Number(port), hostname);
  let said = '';
  socket.on('data', (part) => (said += part));
  const closed = new Promise((done) => socket.on('close', done));
  socket.on('error', () => {});
  socket.write(head + body.slice(0, 20));
  await sleep(150);
  const stopping = server.stop();
  await sleep(50);
  socket.write(body.slice(20));
  const how = await stopping;
  await Promise.race([closed, sleep(2000)]);
  socket.destroy();
  assert.deepEqual(how, { code: 0, signal: null });
  assert.match(said, /^HTTP\/1\.1 303 /, 'what was being sent is answered');
  assert.ok(marksIn(server.data).has('bk last'));
  const verified = tryTrellis('verify', '--data', server.data);
  assert.equal(verified.code, 0, verified.out + verified.err);
  assert.doesNotMatch(server.log(), /Sanitizer|runtime error/);
});
