// extracts.test.mjs -- extracts of two practices of one network, sent by the page of imports as
// their systems write them: Windows-1252, people named by both, people who died or left. Then the
// files that are none: a PDF, an empty one, one over the limit.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import {
  copyOfNetwork, errorsOf, filled, rowsOf, Server, signedIn, sleep, stopWell,
} from '../lib/server.mjs';

const LIMIT_BYTES = 1024 * 1024; // the smallest that can be set
const WAIT_MS_MAX = 60_000;
const MARK = 'trellis-extract-boundary';
const HEAD = 'NHS Number,Surname,Given names,Date of Birth,Registration Status,' +
  'Date Status Added,Date,Code,Code Term';
const CARER = '01-Feb-2025,224484003,Carer'; // enough to be on a list, were they not left out

let server;
let senders;
let coordinator;

function nhsNumber(n) {
  const digits = `999${String(n).padStart(6, '0')}`;
  const sum = [...digits].reduce((all, digit, i) => all + Number(digit) * (10 - i), 0);
  const check = (11 - (sum % 11)) % 11;
  return check === 10 ? nhsNumber(n + 1) : digits + check;
}
const WHO = {
  moved: nhsNumber(810_000), died: nhsNumber(811_000), left: nhsNumber(812_000),
  odd: nhsNumber(813_000),
};

before(async () => {
  const data = copyOfNetwork();
  fs.appendFileSync(path.join(data, 'trellis.conf'), `upload_bytes_max = ${LIMIT_BYTES}\n`);
  server = await new Server(data).start();
  senders = {
    pcn_manager: await signedIn(server, 'pcn_manager'),
    administrator: await signedIn(server, 'administrator'),
  };
  coordinator = await signedIn(server, 'care_coordinator');
});
after(async () => {
  for (const client of [coordinator, ...Object.values(senders)]) client.close();
  await stopWell(server);
});

const SEND = '/imports/send/extract';

// As a browser without script sends the form: its fields, the file last.
async function send(client, practice, name, bytes, opened = client) {
  const fields = filled(await opened.form(SEND, SEND), { practice });
  const parts = fields.map(([field, value]) =>
    `--${MARK}\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`);
  const body = Buffer.concat([
    Buffer.from(`${parts.join('')}--${MARK}\r\nContent-Disposition: form-data; name="file"; ` +
      `filename="${name}"\r\nContent-Type: text/csv\r\n\r\n`),
    bytes, Buffer.from(`\r\n--${MARK}--\r\n`),
  ]);
  return client.send('POST', SEND, body, {
    'content-type': `multipart/form-data; boundary=${MARK}`, 'content-length': body.length,
  });
}

async function settled(client, where) {
  for (const end = Date.now() + WAIT_MS_MAX; Date.now() < end; await sleep(30)) {
    const answer = await client.get(where);
    if (answer.status === 303) where = answer.location;
    else if (!/data-every="[1-9]/.test(answer.text)) return { where, text: answer.text };
  }
  throw Error(`${where} is not done`);
}

// Sent, looked at and applied; gives the text of the page of the import.
async function bringIn(client, practice, name, text) {
  const sent = await send(client, practice, name, Buffer.from(text, 'latin1'));
  assert.equal(sent.status, 303, sent.text);
  for (const step of ['look', 'apply']) {
    const { where } = await settled(client, sent.location);
    assert.equal((await client.submit(where, `${where}/${step}`)).status, 303, step);
  }
  const done = await settled(client, sent.location);
  assert.match(done.where, /^\/imports\/batches\//, done.text);
  return done.text;
}

const row = (who, name, status, on) => `${WHO[who]},${name},03-Feb-1948,${status},${on},${CARER}`;
const personOf = (who) => {
  const rows = rowsOf(server.data, `SELECT * FROM person WHERE nhs_number = ${WHO[who]}`);
  assert.equal(rows.length, 1, `${who}: one record`);
  return rows[0];
};

async function openTo(client, record) {
  const [, csrf] = /name="csrf" value="([^"]*)"/.exec(await client.page(client.home));
  const fields = [['csrf', csrf], ['reason', 'To see how this is shown'], ['back', '']];
  assert.equal((await client.post(`${record}/reason`, fields)).status, 303);
  return csrf;
}

test('names of Windows-1252 come in as they are written', async () => {
  const name = 'O\x92Sullivan-Mu\xF1oz,Ren\xE9e Zo\xEB';
  await bringIn(senders.pcn_manager, 'X26101', 'north.csv', [HEAD,
    row('odd', name, 'Regular', '01-Jan-2020'),
    row('moved', 'Movewell,Ann', 'Regular', '01-Jan-2020'),
    row('died', 'Deadwell,Bea', 'Death', '01-Jan-2025'),
    row('left', 'Leftwell,Cal', 'Deducted', '01-Jan-2025')].join('\r\n'));
  const { family, given } = personOf('odd');
  assert.equal(`${family} ${given}`, 'O\u2019Sullivan-Mu\u00f1oz Ren\u00e9e Zo\u00eb');
});

test('a person of two practices has one record; the latest status wins, in any order', async () => {
  const first = personOf('moved').practice_id;
  await bringIn(senders.administrator, 'X26102', 'south.csv', [HEAD,
    row('moved', 'Movewell,Ann', 'Regular', '01-Mar-2025')].join('\r\n'));
  const now = personOf('moved');
  assert.notEqual(now.practice_id, first, 'the new practice');
  await bringIn(senders.pcn_manager, 'X26101', 'north-2.csv', [HEAD,
    row('moved', 'Movewell,Ann', 'Deducted', '28-Feb-2025')].join('\r\n'));
  const { practice_id, registration } = personOf('moved');
  assert.deepEqual({ practice_id, registration },
    { practice_id: now.practice_id, registration: now.registration }, 'the older leaving is old');
});

test('who died or left is kept and marked, on no list, and cannot be offered support', async () => {
  const marks = { died: /app-banner--deceased/, left: /No longer registered/ };
  const listed = async () => (await coordinator.get('/cohorts/carers/people.csv')).text
    .replace(/ /g, '');
  let list = '';
  for (const end = Date.now() + WAIT_MS_MAX; Date.now() < end; await sleep(100)) {
    list = await listed();
    if (list.includes(WHO.odd)) break; // the columns are made anew in the background
  }
  assert.ok(list.includes(WHO.odd) && list.includes(WHO.moved), 'carers of the extract are listed');
  for (const who of ['died', 'left']) {
    const record = `/people/${personOf(who).ref}`;
    const csrf = await openTo(coordinator, record);
    assert.match(await coordinator.page(record), marks[who], `${who} is marked`);
    assert.ok(!list.includes(WHO[who]), `${who} is on no list`);
    const page = await coordinator.page(`${record}/case`);
    assert.doesNotMatch(page, new RegExp(`action="${record}/case"`), `${who} is not offered`);
    const answer = await coordinator.post(`${record}/case`, [['csrf', csrf], ['priority', 'high'],
      ['reason', 'x'], ['lead', '']]);
    assert.equal(answer.status, 422, `${who} cannot be offered support`);
  }
  assert.equal(rowsOf(server.data, `SELECT 1 FROM care_case k JOIN person p ON p.id = k.person_id
    WHERE p.nhs_number IN (${WHO.died}, ${WHO.left})`).length, 0);
});

for (const role of ['pcn_manager', 'administrator']) {
  test(`${role}: a PDF, an empty file and one over the limit each get a sentence`, async () => {
    const client = senders[role];
    const before = rowsOf(server.data, 'SELECT COUNT(*) AS n FROM person')[0].n;
    const pdf = Buffer.from('%PDF-1.7\n%\xE2\xE3\xCF\xD3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n');
    for (const [name, bytes, said] of [
      ['report.pdf', pdf, /This is a PDF/], ['empty.csv', Buffer.alloc(0), /The file is empty/],
      ['list.xlsx', Buffer.from('PK\x03\x04 and the rest'), /Save it as CSV/],
      ['', Buffer.alloc(0), /Choose the file/],
    ]) {
      const answer = await send(client, 'X26101', name, bytes);
      assert.equal(answer.status, 422, name);
      assert.match(errorsOf(answer.text).join(), said, name);
    }
    const big = await send(client, 'X26101', 'big.csv', Buffer.alloc(LIMIT_BYTES * 2, 'a,b\n'))
      .catch((error) => error);
    assert.equal(big.status, 413, String(big));
    assert.match(big.text, /larger than this service accepts/);
    assert.equal(rowsOf(server.data, 'SELECT COUNT(*) AS n FROM person')[0].n, before);
  });
}

test('a file of a page from before signing in again is not taken; the page says so', async () => {
  const client = senders.pcn_manager;
  const before = await signedIn(server, 'pcn_manager');
  const waiting = () => rowsOf(server.data, 'SELECT COUNT(*) AS n FROM upload')[0].n;
  const count = waiting();
  const own = await send(client, 'X26101', 'a.csv', Buffer.from(HEAD), before);
  assert.equal(own.status, 403);
  assert.match(own.text, /You signed in again[^]*choose the file once more/);
  assert.match(own.text, /href="\/imports\/send\/extract" role|role="button"[^>]*href="\/imports/);
  const other = await send(client, 'X26101', 'a.csv', Buffer.from(HEAD), senders.administrator);
  assert.equal(other.status, 403);
  assert.match(other.text, /belongs to another sign-in/);
  assert.equal(waiting(), count);
  before.close();
});
