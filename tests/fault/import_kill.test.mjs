// import_kill.test.mjs -- the program is killed in the middle of an import, of an undo, and of
// `trellis import`: afterwards nothing of it is there, the record is whole, the page says what
// happened, and the same file comes in. While a big import is undone, nobody else waits for long.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import {
  copyOfNetwork, filled, rowsOf, scratch, Server, signedIn, sleep, TRELLIS, tryTrellis,
} from '../lib/server.mjs';

const PEOPLE_SENT = Number(process.env.IMPORT_PEOPLE ?? 12_000);
const EVENTS_EACH = 8;
const KILLED_AT_MS = [1, 60, 150, 300, 500];
const UNDO_KILLED_AT_MS = [0, 120, 300, 700]; // after it began
const WAIT_MS_MAX = 60_000;
const SAVE_MS_WANTED = 100; // the longest that somebody else's save should wait
const SAVE_MS_MAX = 1500; // on a machine that runs other tests beside it

let server;
let manager;
let coordinator;
let file;
let base;

// 999 000 0018 and the like: the last digit makes the weighted sum a multiple of 11.
function nhsNumber(n) {
  const digits = `999${String(n).padStart(6, '0')}`;
  const sum = [...digits].reduce((all, digit, i) => all + Number(digit) * (10 - i), 0);
  const check = (11 - (sum % 11)) % 11;
  return check === 10 ? '' : digits + check;
}

function extract(people) {
  const rows = ['NHS Number,Full Name,Date of Birth,Date,Code,Code Term'];
  for (let i = 0, n = 700_000; i < people; n++) {
    const number = nhsNumber(n);
    if (number === '') continue;
    for (let k = 0; k < EVENTS_EACH; k++) {
      const day = `${String(1 + ((i + k) % 28)).padStart(2, '0')}-Mar-20${10 + k}`;
      rows.push(`${number},"KILLNINE, Ann${i}",03-Feb-1948,${day},${84114007 + k},Finding ${k}`);
    }
    i++;
  }
  return `${rows.join('\r\n')}\r\n`;
}

// What the record holds; codes and units too.
const counts = () => rowsOf(server.data, `SELECT
  (SELECT COUNT(*) FROM person) AS people, (SELECT COUNT(*) FROM event_pack) AS packs,
  (SELECT COUNT(*) FROM code) AS codes, (SELECT COUNT(*) FROM near_match) AS near,
  (SELECT COUNT(*) FROM person_prior) AS prior,
  (SELECT COUNT(*) FROM person_hidden WHERE batch_id > 0) AS hidden`)[0];

let search; // the box in the header
async function found(who) {
  search ??= await who.form('/caseload', '/people/find');
  const answer = await who.post(search.action, filled(search, { q: 'Killnine' }));
  assert.equal(answer.status, 303);
  return (await who.page(answer.location)).includes('KILLNINE');
}

const verified = (data) => {
  const looked = tryTrellis('verify', '--data', data);
  assert.equal(looked.code, 0, looked.out + looked.err);
};

const SEND = '/imports/send/extract';
// Sends the file from its page; gives the path of its own page.
async function send(text, name) {
  const form = await manager.form(SEND, SEND);
  const parts = filled(form, { practice: 'X26101' });
  const mark = 'trellis-test-boundary';
  const body = [
    ...parts.map(([field, value]) =>
      `--${mark}\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`),
    `--${mark}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n`,
    `Content-Type: text/csv\r\n\r\n${text}\r\n--${mark}--\r\n`,
  ].join('');
  const answer = await manager.send('POST', SEND, body, {
    'content-type': `multipart/form-data; boundary=${mark}`,
    'content-length': Buffer.byteLength(body),
  });
  assert.equal(answer.status, 303, answer.text);
  return answer.location;
}

// The page when nothing runs on it any more; a way to another page is followed.
async function settled(where) {
  for (const end = Date.now() + WAIT_MS_MAX; ;) {
    const answer = await manager.get(where);
    if (answer.status === 303) where = answer.location;
    else if (!/data-every="[1-9]/.test(answer.text)) return { where, text: answer.text };
    assert.ok(Date.now() < end, 'it ends');
    await sleep(20);
  }
}

async function press(where, what) {
  const answer = await manager.submit(where, `${where}/${what}`);
  assert.equal(answer.status, 303, `${what}: ${answer.status}`);
}

before(async () => {
  file = extract(PEOPLE_SENT);
  server = await new Server(copyOfNetwork()).start();
  manager = await signedIn(server, 'pcn_manager');
  coordinator = await signedIn(server, 'care_coordinator');
});
after(async () => {
  if (server.child.exitCode === null) await server.kill();
});

let page; // of the file
let added; // people; a few may be like somebody of the demonstration
test('a dry run from the page writes nothing', async () => {
  base = counts();
  page = await send(file, 'week.csv');
  await press(page, 'look');
  const { text } = await settled(page);
  added = Number(/People: ([\d,]+) added/.exec(text)[1].replaceAll(',', ''));
  assert.ok(added > PEOPLE_SENT * 0.99, `${added} would be added`);
  assert.deepEqual(counts(), base);
});

for (const ms of KILLED_AT_MS) {
  test(`killed ${ms} ms into the import from the page`, async (t) => {
    if ((await manager.get(page)).status === 303) return t.skip('it was done before');
    await press(page, 'apply');
    await sleep(ms);
    const seen = await found(coordinator);
    await server.kill();
    const loading = rowsOf(server.data, 'SELECT state FROM batch ORDER BY id DESC LIMIT 1')[0];
    await server.start();
    if (loading.state === 2) return t.skip('it was done by then');
    assert.equal(seen, false, 'nobody of it is seen while it loads');
    assert.deepEqual(counts(), base);
    assert.equal(await found(coordinator), false);
    const { text } = await settled(page);
    assert.match(text, /The server stopped before it was done\.\s+Nothing was changed/);
    verified(server.data);
  });
}

let batch;
test('the same file is applied afterwards, and counts', async () => {
  if ((await settled(page)).where === page) await press(page, 'apply');
  ({ where: batch } = await settled(page));
  assert.match(batch, /^\/imports\/batches\//);
  assert.equal(counts().people, base.people + added);
  assert.equal(await found(coordinator), true);
});

async function applyAgain() {
  page = await send(file, 'again.csv');
  await press(page, 'look');
  await settled(page);
  await press(page, 'apply');
  ({ where: batch } = await settled(page));
}

test('killed as the undo is asked for: all of it or nothing, and no false alarm', async () => {
  await press(batch, 'undo');
  await server.kill();
  verified(server.data); // as it lies there, before anybody finishes it
  await server.start();
  await settled(batch);
  assert.ok([base.people, base.people + added].includes(counts().people));
  verified(server.data);
});

for (const ms of UNDO_KILLED_AT_MS) {
  test(`an undo killed ${ms} ms in stays hidden and ends at the next start`, async (t) => {
    if (counts().people === base.people) await applyAgain();
    await press(batch, 'undo');
    for (const end = Date.now() + WAIT_MS_MAX; Date.now() < end; await sleep(2)) {
      if (!(await found(coordinator))) break; // hidden at once; the taking back has begun
    }
    await sleep(ms);
    await server.kill();
    const left = counts();
    t.diagnostic(`killed with ${left.people - base.people} of ${PEOPLE_SENT} people left`);
    verified(server.data); // not tampered with, only not finished
    const { state } = rowsOf(server.data, 'SELECT state FROM batch ORDER BY id DESC LIMIT 1')[0];
    const word = { 3: / undone /, 5: / undoing / }[state];
    assert.match(tryTrellis('import', 'list', '--data', server.data).out, word);
    await server.start();
    assert.equal(await found(coordinator), false);
    const { text } = await settled(batch);
    assert.match(text, /Undone/);
    assert.deepEqual(counts(), base);
    verified(server.data);
  });
}

// How long each save waits, in ms, until `over` is so: the sorted list.
async function saves(form, over) {
  const waits = [];
  while (!over()) {
    const from = performance.now();
    const fields = filled(form, { what: `Ring ${from}`, due: 'tomorrow' });
    const answer = await coordinator.post(form.action, fields);
    waits.push(performance.now() - from);
    assert.equal(answer.status, 303);
    await sleep(5);
  }
  return waits.sort((a, b) => a - b);
}

const told = (waits) => `${waits.length} saves: median ${waits[waits.length >> 1].toFixed(1)} ms, `
  + `longest ${waits.slice(-3).map((ms) => ms.toFixed(1)).join(', ')} ms`;

test('while an import is undone nobody else\'s save waits for long', async () => {
  if (counts().people === base.people) await applyAgain();
  const [, ref] = /href="\/people\/([^"/]+)"/.exec(await coordinator.page('/caseload'));
  const form = await coordinator.form(`/people/${ref}/tasks/new`, `/people/${ref}/tasks`);
  const end = Date.now() + 1500;
  const before = await saves(form, () => Date.now() > end);
  let done = false;
  await press(batch, 'undo');
  const undone = settled(batch).then((last) => (done = true) && last);
  const beside = await saves(form, () => done);
  assert.match((await undone).text, /Undone/);
  console.log(`# alone: ${told(before)}`);
  console.log(`# beside the undo: ${told(beside)}`);
  // One write of all of it would be some seconds. What is wanted, SAVE_MS_WANTED, is told above and
  // asked for only of a machine that has nothing else to do.
  const most = process.env.QUIET_MACHINE ? SAVE_MS_WANTED : SAVE_MS_MAX;
  assert.ok(beside.at(-1) < most, `${beside.at(-1)} ms`);
});

test('trellis import that is killed is taken back at the next start', async () => {
  await server.stop();
  const sent = path.join(scratch(), 'cli.csv');
  fs.writeFileSync(sent, file);
  const words = ['import', 'csv', sent, '--practice', 'X26101', '--data', server.data];
  for (const ms of [80, 250, 500]) {
    const child = spawn(TRELLIS, words, { stdio: 'ignore' });
    const ended = new Promise((end) => child.on('exit', end));
    await sleep(ms);
    child.kill('SIGKILL');
    await ended;
    const last = rowsOf(server.data, 'SELECT state FROM batch ORDER BY id DESC LIMIT 1')[0];
    assert.equal(tryTrellis('import', 'list', '--data', server.data).code, 0);
    await server.start();
    if (last.state !== 2) assert.deepEqual(counts(), base);
    await server.stop();
    verified(server.data);
    if (last.state === 2) return;
  }
  const run = tryTrellis(...words);
  assert.equal(run.code, 0, run.err);
  assert.match(run.out, new RegExp(`People: ${added} added`));
  verified(server.data);
});
