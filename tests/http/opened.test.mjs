// opened.test.mjs -- the page of a record says who else opened it last: at once, with many at the
// same time, and after the server was stopped or killed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accountOf, serve, signedIn, signIns, stopWell } from '../lib/server.mjs';

const ROLES = ['care_coordinator', 'gp_supervisor', 'practice_staff'];
const RECORDS_MAX = 5;
const NOBODY = 'Nobody but you has opened it';

let server;
let staff = []; // { client, name } who open the same records
const records = [];
const openers = new Map(); // of each record, the last at the end

const said = (html) => (html.includes(NOBODY) ? NOBODY : /Last opened by (.+?), /.exec(html)?.[1]);

async function signAllIn() {
  staff = [];
  for (const role of ROLES) {
    const name = signIns().names[accountOf(role).username];
    staff.push({ client: await signedIn(server, role), name });
  }
}

const others = (record, name) => (openers.get(record) ?? []).filter((other) => other !== name);

async function open(record, { client, name }) {
  const html = await client.page(record);
  assert.equal(said(html), others(record, name).at(-1) ?? NOBODY, `${record} for ${name}`);
  openers.set(record, [...openers.get(record) ?? [], name]);
}

before(async () => {
  server = await serve();
  await signAllIn();
  const list = await staff[0].client.page('/caseload');
  for (const record of new Set(list.match(/\/people\/[0-9a-z]{20}(?=["?])/g))) {
    let all = true;
    for (const { client } of staff) all &&= (await client.get(record)).status === 200;
    if (all) records.push(record);
    if (all) openers.set(record, staff.map(({ name }) => name));
    if (records.length === RECORDS_MAX) break;
  }
  assert.ok(records.length >= 3, 'records that all of them may open');
});
after(() => stopWell(server));

// Each in turn, some twice; what each page says is what the pages before it make it say.
async function walk(turns) {
  for (let i = 0; i < turns; i++) {
    await open(records[(i * 5) % records.length], staff[(i >> 1) % staff.length]);
  }
}

test('each page names the newest of the others', () => walk(60));

test('so it does after a stop and after a kill', async () => {
  await server.stop();
  await server.start();
  await signAllIn();
  await walk(24);
  await server.kill();
  await server.start();
  await signAllIn();
  await walk(24);
});

test('after many at once the last of each is named to the others', async () => {
  await Promise.all(records.flatMap((record) => staff.flatMap((one) =>
    Array.from({ length: 8 }, () => one.client.page(record)))));
  for (const record of records) {
    openers.set(record, [...openers.get(record), staff[1].name]);
    await staff[1].client.page(record);
  }
  for (const record of records) await open(record, staff[0]);
  for (const record of records) await open(record, staff[1]);
});

test('a page that is refused is no opening', async () => {
  const stranger = await signedIn(server, 'care_coordinator', 1);
  const { status } = await stranger.get(records[0]);
  assert.equal(status, 403);
  await open(records[0], staff[0]);
});
