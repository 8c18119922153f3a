// canary.test.mjs -- a person with a name like no other is found, opened, changed and asked for by
// wrong addresses; afterwards no line of the server's log, no URL and no file name knows them.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import {
  errorsOf, filled, formsOf, rowsOf, serve, signedIn, stopWell, unescapeHtml,
} from '../lib/server.mjs';

const NAME = 'ZZCANARY';
const TYPED = 'Zzcanary typed this'; // what somebody writes about them
const PAGES_MAX = 60;

let server;
let client;
let person; // path of the record
let marks; // what must be nowhere: [string], lower case

// What is personal about them, in each form in which it could leak.
function marksOf({ family, given, preferred, nhs_number, address, postcode, email }) {
  const digits = String(nhs_number);
  const spaced = digits.replace(/^(...)(...)(....)$/, '$1 $2 $3');
  const encoded = encodeURIComponent(spaced);
  return [family, preferred, address, postcode, email, digits, spaced, encoded, TYPED]
    .concat(given === undefined ? [] : [`${given} ${family}`])
    .filter((text) => text && text.length > 4).map((text) => text.toLowerCase());
}

before(async () => {
  server = await serve();
  client = await signedIn(server, 'care_coordinator');
  const [row] = rowsOf(server.data, `SELECT * FROM person WHERE family = '${NAME}'`);
  assert.ok(row, 'the network has the canary');
  marks = marksOf(row);
  person = `/people/${row.ref}`;
});
after(() => client?.close());

const knows = (text) => marks.filter((mark) => text.toLowerCase().includes(mark));

async function find(words) {
  const form = formsOf(await client.page('/today')).find((f) => f.action.startsWith('/people'));
  const answer = await client.post(form.action, filled(form, { q: words }));
  assert.equal(answer.status, 303);
  assert.deepEqual(knows(answer.location), [], 'the address of what was found');
  return client.get(answer.location);
}

// Sends a form that is on a page and may be refused: both ways must stay silent.
async function send(page, action, changes) {
  const html = (await client.get(page)).text;
  const form = formsOf(html).find((f) => f.action === action);
  assert.ok(form, `${page} has a form for ${action}`);
  return client.post(action, filled(form, changes));
}

test('the canary is found by name and by number, and the record opened', async () => {
  const [row] = rowsOf(server.data, `SELECT nhs_number FROM person WHERE family = '${NAME}'`);
  for (const words of [NAME, 'zzcanary', String(row.nhs_number)]) {
    const found = await find(words);
    const there = found.status === 303 ? found.location : found.text;
    assert.ok(there.includes(person), `${words} finds the person`);
  }
});

test('it is offered support, written about, refused and asked for by wrong addresses', async () => {
  const forms = formsOf(await client.page(`${person}/case`));
  if (!forms.some((form) => form.action === `${person}/case/set`)) {
    const offered = await send(`${person}/case`, `${person}/case`, { reason: TYPED });
    assert.equal(offered.status, 303, String(errorsOf(offered.text)));
  }
  const good = [
    [`${person}/tasks/new`, `${person}/tasks`, { what: TYPED, detail: TYPED, due: 'in 1 week' }],
    [`${person}/contacts/new`, `${person}/contacts`, {
      mode: 'telephone', outcome: 'spoke', minutes: '5', own_words: TYPED, done: TYPED,
      next_step: TYPED, next_due: 'in 1 week',
    }],
    [`${person}/details/edit`, `${person}/details`, { language: TYPED }],
  ];
  for (const [page, action, changes] of good) {
    const answer = await send(page, action, changes);
    assert.equal(answer.status, 303, `${action}: ${errorsOf(answer.text)}`);
    assert.deepEqual(knows(answer.location), []);
  }
  const bad = [
    [`${person}/tasks/new`, `${person}/tasks`, { what: TYPED, due: TYPED }],
    [`${person}/contacts/new`, `${person}/contacts`, { mode: TYPED, minutes: TYPED, done: TYPED }],
    [`${person}/details/edit`, `${person}/details`, { nhs_number: TYPED, born: TYPED }],
  ];
  for (const [page, action, changes] of bad) {
    const answer = await send(page, action, changes);
    assert.equal(answer.status, 422, action);
  }
  const words = encodeURIComponent(TYPED);
  for (const where of [
    `/people/${words}`, `/people?s=${words}`, `/${words}`, `/caseload?practice=${words}`,
    `${person}/contacts/${words}`, `/cohorts/${words}`, `/sign-in?back=/${words}`,
    `/people?q=${words}`,
  ]) {
    await client.get(where, { referer: `${server.url}/${words}`, 'user-agent': TYPED });
  }
  // A user name is typed too; sometimes it is a password or a patient.
  const stranger = await signedIn(server, 'care_coordinator');
  await stranger.post('/sign-in', [['username', TYPED], ['password', TYPED]]);
  stranger.close();
});

test('every page of the record is opened; no address of its links knows the person', async () => {
  const seen = new Set();
  const queue = [person, `${person}/details`];
  while (queue.length > 0 && seen.size < PAGES_MAX) {
    const at = queue.shift();
    if (seen.has(at)) continue;
    seen.add(at);
    const answer = await client.get(at);
    if (answer.status !== 200 || !/html/.test(answer.headers['content-type'])) continue;
    const [, title] = /<title>([\s\S]*?)<\/title>/.exec(answer.text);
    assert.deepEqual(knows(title), [], `title of ${at}`);
    for (const [, link] of answer.text.matchAll(/(?:href|action|src)="([^"]*)"/g)) {
      const to = unescapeHtml(link);
      if (/^(mailto|tel):/.test(to)) continue;
      assert.deepEqual(knows(to), [], `a link on ${at}`);
      if (to.startsWith(`${person}/`)) queue.push(to.split('#')[0]);
    }
  }
  assert.ok(seen.size >= 8, `${seen.size} pages of the record`);
});

test('nothing of the person is in the log, the addresses logged or a file name', async () => {
  await stopWell(server);
  const log = server.log();
  assert.ok(log.split('\n').length > 40, 'the log has the requests');
  assert.deepEqual(knows(log), []);
  const names = fs.readdirSync(server.data, { recursive: true }).join('\n');
  assert.deepEqual(knows(names), []);
  const looks = rowsOf(server.data, 'SELECT verb, what, detail FROM access_log', 'access.db');
  const told = looks.filter((row) => knows(`${row.what} ${row.detail}`).length > 0);
  assert.deepEqual(told, [], 'what the access log says of an address');
});
