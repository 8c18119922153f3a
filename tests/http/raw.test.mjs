// raw.test.mjs -- requests as no browser sends them: each is refused or answered safely, and the
// server answers a good one afterwards.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { folder, raw, serve, status } from './server.mjs';

let server;
let home;
before(async () => {
  home = folder();
  server = await serve(home.dir);
});
after(async () => {
  await server.stop();
  home.remove();
});

const H = 'Host: 127.0.0.1\r\n';
const C = 'Connection: close\r\n';
const FORM = 'Content-Type: application/x-www-form-urlencoded\r\n';
const post = (headers, body = '') => `POST /sign-in HTTP/1.1\r\n${H}${FORM}${headers}\r\n${body}`;
const get = (headers, target = '/sign-in', version = 'HTTP/1.1') =>
  `GET ${target} ${version}\r\n${headers}\r\n`;

// [name, bytes, statuses that are right (0: closed without an answer), wait: without a line end the
// server waits for more, until its 10 seconds for a header are over]
const REFUSED = [
  [
    'Content-Length with Transfer-Encoding',
    post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'), [400],
  ],
  [
    'Transfer-Encoding with Content-Length',
    post('Transfer-Encoding: chunked\r\nContent-Length: 5\r\n', '0\r\n\r\n'), [400],
  ],
  [
    'two different Content-Length',
    post('Content-Length: 3\r\nContent-Length: 5\r\n', 'a=bcd'), [400],
  ],
  [
    'the same Content-Length twice',
    post('Content-Length: 3\r\nContent-Length: 3\r\n', 'a=b'), [400],
  ],
  ['two Host', get(`${H}Host: other\r\n`), [400]],
  ['the same Host twice', get(`${H}${H}`), [400]],
  ['no Host', get(''), [400]],
  ['an empty Host', get('Host:\r\n'), [400]],
  ['a Host with a slash', get('Host: a/b\r\n'), [400]],
  ['a Host with an account', get('Host: a@b\r\n'), [400]],
  ['a space before the colon', post('Content-Length : 3\r\n', 'a=b'), [400]],
  // The library ends a value at a NUL before we see it; nothing after it is used.
  ['a NUL in a value', get(`${H}${C}X-A: a\0b\r\n`), [400, 200, 0]],
  ['a NUL in a length', post(`${C}Content-Length: 3\x005\r\n`, 'a=b'), [400, 422, 0]],
  ['a bare CR in a value', get(`${H}X-A: a\rb\r\n`), [400, 0]],
  ['a control character in a value', get(`${H}X-A: a\x01b\r\n`), [400]],
  ['DEL in a value', get(`${H}X-A: a\x7fb\r\n`), [400]],
  ['Content-Length +3', post('Content-Length: +3\r\n', 'a=b'), [400]],
  ['Content-Length 3,3', post('Content-Length: 3,3\r\n', 'a=b'), [400]],
  ['Content-Length 0x3', post('Content-Length: 0x3\r\n', 'a=b'), [400]],
  ['Content-Length -1', post('Content-Length: -1\r\n', 'a=b'), [400]],
  ['Content-Length 03', post('Content-Length: 03\r\n', 'a=b'), [400]],
  ['an empty Content-Length', post('Content-Length:\r\n', 'a=b'), [400]],
  [
    'a Content-Length of 20 digits',
    post('Content-Length: 99999999999999999999\r\n', 'a=b'), [400, 413],
  ],
  ['a Content-Length too large', post('Content-Length: 99999999\r\n', 'a=b'), [413]],
  [
    'a chunk size 0x5',
    post('Transfer-Encoding: chunked\r\n', '0x5\r\nhello\r\n0\r\n\r\n'), [400, 0],
  ],
  [
    'a chunk size of 17 digits',
    post('Transfer-Encoding: chunked\r\n', 'fffffffffffffffff\r\nhello\r\n0\r\n\r\n'),
    [400, 413, 0],
  ],
  [
    'a negative chunk size',
    post('Transfer-Encoding: chunked\r\n', '-5\r\nhello\r\n0\r\n\r\n'), [400, 0],
  ],
  ['Transfer-Encoding xchunked', post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n'), [400, 501]],
  ['Transfer-Encoding identity', post('Transfer-Encoding: identity\r\n', '0\r\n\r\n'), [400, 501]],
  [
    'Transfer-Encoding gzip, chunked',
    post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'), [400, 501],
  ],
  [
    'Transfer-Encoding twice',
    post('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', '0\r\n\r\n'), [400],
  ],
  [
    'Transfer-Encoding in HTTP/1.0',
    `POST /sign-in HTTP/1.0\r\n${H}${FORM}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, [400],
  ],
  ['a header of 64 KB', get(`${H}X-A: ${'a'.repeat(65536)}\r\n`), [400, 413, 431, 0]],
  ['a header of 20 KB', get(`${H}X-A: ${'a'.repeat(20480)}\r\n`), [431]],
  ['3,000 headers', get(H + 'X-A: b\r\n'.repeat(3000)), [431, 0]],
  ['101 headers', get(H + 'X-A: b\r\n'.repeat(100)), [431]],
  ['a target of 9 KB', get(H, `/${'a'.repeat(9000)}`), [414]],
  ['a target of 100 KB', get(H, `/${'a'.repeat(100000)}`), [414, 431, 0]],
  ['a space before a header', get(`${H} X-A: b\r\n`), [400, 200]],
  ['a header without a colon', get(`${H}nonsense\r\n`), [400, 0]],
  ['a header with an empty name', get(`${H}${C}: b\r\n`), [400, 200, 0]], // dropped by the library
  ['a header name with a space', get(`${H}X A: b\r\n`), [400]],
  ['absolute-form', get(H, 'http://127.0.0.1/sign-in'), [400]],
  ['authority-form', `CONNECT 127.0.0.1:80 HTTP/1.1\r\n${H}\r\n`, [400, 501]],
  ['asterisk-form', `OPTIONS * HTTP/1.1\r\n${H}\r\n`, [400]],
  ['TRACE', `TRACE /sign-in HTTP/1.1\r\n${H}${C}\r\n`, [405, 501]],
  ['an unknown method', `BREW /sign-in HTTP/1.1\r\n${H}${C}\r\n`, [405, 501]],
  ['a method in small letters', `get /sign-in HTTP/1.1\r\n${H}${C}\r\n`, [400, 501]],
  ['DELETE where only GET answers', `DELETE /help HTTP/1.1\r\n${H}${C}\r\n`, [405]],
  ['a double slash', get(H, '//sign-in'), [400]],
  ['a double slash within', get(H, '/a//b'), [400]],
  ['dot dot', get(H, '/assets/../sign-in'), [400]],
  ['dot dot at the end', get(H, '/assets/..'), [400]],
  ['encoded dot dot', get(H, '/assets/%2e%2e/sign-in'), [400]],
  ['encoded slash', get(H, '/assets/..%2fsign-in'), [400]],
  ['encoded backslash', get(H, '/assets/..%5csign-in'), [400]],
  ['encoded NUL', get(H, '/sign-in%00.css'), [400]],
  ['encoded line end', get(H, '/sign-in%0d%0aX:y'), [400]],
  ['a broken escape', get(H, '/sign%zz'), [400]],
  ['a cut escape', get(H, '/sign%2'), [400]],
  ['not UTF-8', get(H, '/%ff%fe'), [400]],
  ['overlong UTF-8', get(H, '/%c0%af'), [400]],
  ['a fragment in the target', get(H, '/sign-in#x'), [400]],
  ['a raw byte above 127', get(H, '/s\xffx'), [400]],
  ['HTTP/2.0', get(H, '/sign-in', 'HTTP/2.0'), [400, 505, 0]],
  ['HTTP/0.9', 'GET /sign-in\r\n\r\n', [400, 505, 0]],
  ['no version but words', 'GET /sign-in please\r\n\r\n', [400, 505, 0]],
  [
    'a body with the wrong type',
    `POST /sign-in HTTP/1.1\r\n${H}Content-Type: text/xml\r\nContent-Length: 3\r\n\r\na=b`, [415],
  ],
  ['a compressed body', post('Content-Encoding: gzip\r\nContent-Length: 3\r\n', 'a=b'), [415]],
  ['a GET with a body', get(`${H}Content-Length: 3\r\n`) + 'a=b', [400]],
  ['a form with a broken escape', post('Content-Length: 4\r\n', 'a=%z'), [400]],
  ['a form with a NUL', post('Content-Length: 14\r\n', 'username=a%00b'), [400]],
  ['a form that is not UTF-8', post('Content-Length: 12\r\n', 'username=%ff'), [400]],
  ['a field twice', post('Content-Length: 21\r\n', 'username=a&username=b'), [400]],
  ['TLS to a plain port', Buffer.from('16030100a5010000a10303', 'hex'), [400, 0], 13_000],
  [
    'random bytes',
    Buffer.from(Array.from({ length: 400 }, (_, i) => (i * 7919) % 256)),
    [400, 501, 505, 0],
    13_000,
  ],
];

const ANSWERED = [
  ['a plain GET', get(H + C), 200],
  ['HEAD', `HEAD /sign-in HTTP/1.1\r\n${H}${C}\r\n`, 200],
  ['HTTP/1.0 without Host', 'GET /sign-in HTTP/1.0\r\n\r\n', 200],
  ['chunked', post(`${C}Transfer-Encoding: chunked\r\n`, '9\r\nusername=\r\n0\r\n\r\n'), 422],
  ['two pipelined requests', get(H) + get(H + C), 200],
  ['a header of 15 KB', get(`${H}${C}X-A: ${'a'.repeat(15000)}\r\n`), 200],
];

const good = async () => {
  const { text } = await raw(server.port, get(H + C));
  assert.equal(status(text), 200, 'a good request afterwards');
};

for (const [name, bytes, right, ms] of REFUSED) {
  test(`refused: ${name}`, async () => {
    const sent = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
    const { text, why } = await raw(server.port, sent, { ms });
    const got = status(text);
    assert.ok(right.includes(got), `${got || why}, wanted ${right.join(' or ')}`);
    if (got === 0) assert.notEqual(why, 'time', 'nothing came, and the line stayed open');
    assert.ok(!/sqlite|src\/|\.c:|\/tmp\//i.test(text), 'no inner working is shown');
    await good();
  });
}

for (const [name, bytes, right] of ANSWERED) {
  test(`answered: ${name}`, async () => {
    const { text } = await raw(server.port, bytes);
    assert.equal(status(text), right);
  });
}

test('a folded header does not smuggle a second one', async () => {
  const { text } = await raw(server.port, get(`${H}${C}X-A: b\r\n Content-Length: 5\r\n`));
  assert.ok([200, 400].includes(status(text)), String(status(text)));
  await good();
});

test('what stands after a refused body is not read as a request', async () => {
  const { text } = await raw(server.port,
    post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n') + get(H + C, '/help'));
  assert.equal((text.match(/HTTP\/1\.1 /g) ?? []).length, 1);
});

test('a client that keeps the line is told for how long, and nobody else is', async () => {
  const kept = /^Keep-Alive: timeout=(\d+)\r$/im;
  const two = await raw(server.port, get(H) + get(H + C));
  assert.equal(two.why, 'closed');
  const [, first, last] = two.text.split('HTTP/1.1 200 ');
  assert.ok(Number(kept.exec(first)?.[1]) < 30, 'less than the seconds after which it is closed');
  assert.doesNotMatch(first, /^Connection: close/im);
  assert.doesNotMatch(last, kept);
  assert.match(last, /^Connection: close/im);
  for (const bytes of [
    get(`${H}Connection: x, Close\r\n`), get(`${H}Connection: x\r\n${C}`), get('', '/help'),
    get(H, '/help', 'HTTP/1.0'),
    post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n'),
  ]) {
    const { text, why } = await raw(server.port, bytes);
    assert.equal(why, 'closed');
    assert.doesNotMatch(text, kept);
  }
});
