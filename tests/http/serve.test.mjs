// serve.test.mjs -- the running server: signing in, headers, slow clients, files, stopping.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import {
  PASSWORD,
  browser,
  choosePassword,
  folder,
  invite,
  raw,
  serve,
  status,
  trellis,
} from './server.mjs';
import { cookiesSet } from '../lib/cookies.mjs';

const FORM_HEAD =
  'POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n';

let home;
let server;
let code;
before(async () => {
  home = folder();
  code = invite(home.dir, 'robin', 'care_coordinator');
  server = await serve(home.dir);
  await choosePassword(server.base, code);
});
after(async () => {
  await server.stop();
  home.remove();
});

async function signedIn() {
  const user = browser(server.base);
  assert.equal((await user.signIn('robin', PASSWORD)).status, 303);
  return user;
}

test('signing in goes back to the page that was asked for, and only to ours', async () => {
  const user = browser(server.base);
  const asked = await user.ask('/today?list=week');
  assert.equal(asked.status, 401);
  assert.match(asked.text, /name="back" value="\/today\?list=week"/);
  for (const [back, to] of [['/today?list=week', '/today?list=week'], ['//evil.example', '/today'],
    ['https://evil.example', '/today'], ['/\\evil.example', '/today'], ['/a b', '/today']]) {
    const answer = await browser(server.base).ask('/sign-in', {
      method: 'POST', form: { username: 'robin', password: PASSWORD, back },
    });
    assert.equal(answer.headers.get('location'), to, back);
  }
});

test('the cookie is for this site, over HTTP only, and ends with the browser', async () => {
  const answer = await browser(server.base).signIn('robin', PASSWORD);
  const cookie = cookiesSet(answer.headers)[0];
  assert.match(cookie, /^trellis=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
});

test('signing out needs the token, clears the browser and ends the session', async () => {
  const user = await signedIn();
  assert.equal((await user.ask('/sign-out', { method: 'POST', form: {} })).status, 403);
  const kept = new Map(user.jar);
  const form = { csrf: await user.token() };
  const answer = await user.ask('/sign-out', { method: 'POST', form });
  assert.equal(answer.status, 303);
  assert.match(answer.headers.get('clear-site-data'), /cookies/);
  for (const [name, value] of kept) user.jar.set(name, value);
  assert.equal((await user.ask('/today')).status, 401);
});

test('a used or wrong code says so and offers nothing', async () => {
  for (const used of [code, 'x'.repeat(24)]) {
    const answer = await browser(server.base).ask(`/set-password/${used}`);
    assert.ok([400, 404].includes(answer.status));
    assert.ok(!answer.text.includes('name="password"') || answer.text.includes('/sign-in'));
  }
});

test('an asset is kept for ever under its hashed name, for minutes under its plain', async () => {
  const { text } = await browser(server.base).ask('/sign-in');
  const hashed = /href="(\/assets\/app-[0-9a-f]{12}\.css)"/.exec(text)[1];
  for (const [path, pattern] of [[hashed, /immutable/], ['/assets/app.css', /max-age=300/]]) {
    const answer = await browser(server.base).ask(path);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get('cache-control'), pattern);
    const again = await browser(server.base).ask(path, {
      headers: { 'if-none-match': answer.headers.get('etag') },
    });
    assert.equal(again.status, 304);
    assert.equal(again.text, '');
  }
  const packed = await browser(server.base).ask(hashed, { headers: { 'accept-encoding': 'br' } });
  assert.equal(packed.headers.get('content-encoding'), 'br');
  assert.equal((await browser(server.base).ask('/assets/trellis.db')).status, 404);
});

test('a page of a signed-in user is stored nowhere, and no header names the server', async () => {
  const user = await signedIn();
  const answer = await user.ask('/today');
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.equal(answer.headers.get('server'), null);
  assert.ok(!/<script(?![^>]*src=)|style=|\son\w+="/i.test(answer.text), 'nothing inline');
});

test('wrong passwords get slower, and the right one is refused while one has to wait', async () => {
  const attacker = browser(server.base);
  const seen = [];
  for (let i = 0; i < 6; i++) seen.push((await attacker.signIn('somebody', 'wrong')).status);
  assert.deepEqual(seen, [422, 422, 422, 429, 429, 429]);
});

test('five hundred slow clients from elsewhere keep nobody waiting', async () => {
  const slow = [];
  for (let i = 0; i < 500; i++) {
    const socket = net.connect({ port: server.port, host: '127.0.0.1', localAddress: '127.0.0.2' });
    socket.on('error', () => {});
    socket.write(`GET /sign-in HTTP/1.1\r\nHost: x\r\nX-${i}`);
    slow.push(socket);
  }
  let closed = 0;
  for (const socket of slow) socket.on('close', () => closed++);
  await wait(300);
  const times = [];
  const drip = setInterval(() => {
    slow.forEach((socket) => socket.destroyed || socket.write('a'));
  }, 2000);
  for (let i = 0; i < 40; i++) {
    const from = performance.now();
    assert.equal((await browser(server.base).ask('/sign-in')).status, 200);
    times.push(performance.now() - from);
  }
  times.sort((a, b) => a - b);
  assert.ok(times[37] < 500, `95 of 100 within ${times[37]} ms`);
  for (let i = 0; i < 28 && closed < 500; i++) await wait(500); // bytes or not, 10 seconds are over
  clearInterval(drip);
  assert.equal(closed, 500, 'all were cut off');
});

test('a body that does not come is cut off, and too many from one address are', async () => {
  const held = [];
  for (let i = 0; i < 300; i++) {
    const socket = net.connect({ port: server.port, host: '127.0.0.1', localAddress: '127.0.0.3' });
    socket.on('error', () => {});
    held.push(new Promise((done) => socket.on('close', () => done(true))));
    socket.write(`${FORM_HEAD}Content-Length: 10\r\n\r\n`);
    socket.ref();
    held[i].socket = socket;
  }
  const early = await Promise.race([Promise.all(held.slice(260)), wait(3000)]);
  assert.ok(early, 'those over the limit of an address were closed at once');
  assert.equal((await browser(server.base).ask('/sign-in')).status, 200);
  held.forEach((one) => one.socket.destroy());
});

test('it finishes what runs, then stops with 0', async () => {
  const other = folder();
  const one = await serve(other.dir);
  const body = 'username=robin&password=x';
  const socket = net.connect({ port: one.port, host: '127.0.0.1' });
  let text = '';
  socket.on('data', (data) => (text += data));
  socket.write(`${FORM_HEAD}Content-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`);
  await wait(200);
  one.child.kill('SIGTERM');
  await wait(300);
  const answered = await raw(one.port, 'GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  const refused = status(answered.text);
  assert.equal(refused, 0, 'no new connection is taken');
  socket.write(body.slice(5));
  const end = await one.over;
  assert.equal(end.code, 0);
  assert.equal(status(text), 422, 'the request that ran was answered');
  assert.match(text, /Connection: close/i);
  other.remove();
});

test('a second server on the same folder or port says so in one sentence', async () => {
  const other = folder();
  for (const [dir, listen, words] of [[home.dir, '127.0.0.1:0', /using|in use/i],
    [other.dir, `127.0.0.1:${server.port}`, /Port \d+ on 127\.0\.0\.1 is in use/]]) {
    try {
      trellis('serve', '--data', dir, '--listen', listen, '--insecure-http');
      assert.fail('it started');
    } catch (error) {
      assert.equal(error.status, 1);
      assert.match(error.stderr, words);
      const sentences = error.stderr.trim().split('\n').filter((line) => !line.startsWith('{'));
      assert.equal(sentences.length, 1);
    }
  }
  other.remove();
});

test('cookies without TLS are refused anywhere but on loopback', () => {
  const other = folder();
  try {
    trellis('serve', '--data', other.dir, '--listen', '0.0.0.0:0', '--insecure-http');
    assert.fail('it started');
  } catch (error) {
    assert.equal(error.status, 2);
    assert.match(error.stderr, /loopback only/);
  }
  other.remove();
});
