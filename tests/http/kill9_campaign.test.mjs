// kill9_campaign.test.mjs -- the server is killed while campaigns are made, shared out, started and
// closed, definitions kept and plans written: what was answered is there, and nothing by half.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  accountOf, copyOfNetwork, filled, rowsOf, Server, signedIn, sleep, tryTrellis, valueOf,
} from '../lib/server.mjs';

const CYCLES = Number(process.env.CYCLES ?? 24);
const STEPS = ['made', 'shared', 'started', 'closed'];
const RUNNING = 2;
const CLOSED = 3;
const KILL_MS_MAX = 40; // after the first answer of the step that the cycle aims at
const ROUND_MS_MAX = 20_000;
const COHORT = 'k9-all'; // enough people for every campaign
const PEOPLE = 4;
const BOUNDARY = 'kill9-boundary';

let server;
let client;
let own; // who the campaigns' people are shared out to
let about; // the page of a part of a plan
const answered = { campaigns: new Map(), definitions: [], words: [] };

// One form of each kind, as a browser sends it. Throws once the server is gone.
async function send(where, action, changes, status = 303) {
  const form = await client.form(where, action);
  const answer = await client.post(form.action, filled(form, changes));
  assert.equal(answer.status, status, `${action}: ${answer.text.slice(0, 1500)}`);
  return answer.location;
}

// The life of a campaign, told step by step.
async function campaigns(cycle, told) {
  for (let i = 0; ; i++) {
    const at = await send('/campaigns/new', '/campaigns', {
      cohort: COHORT, name: `k9 ${cycle} ${i}`, people: `${PEOPLE}`, contact_days: '0',
    });
    const ref = at.split('/').pop();
    const note = (step) => {
      answered.campaigns.set(ref, step);
      told(step);
    };
    note('made');
    const { fields } = await client.form(at, `${at}/share`);
    const mine = fields.find(([, value]) => value === own)[0].replace('.ref', '.a_week');
    await send(at, `${at}/share`, { [mine]: '10' });
    note('shared');
    await send(at, `${at}/start`, {});
    note('started');
    await send(at, `${at}/close`, { note: 'The end of it' });
    note('closed');
  }
}

// A file of a definition, taken in.
async function keep(key, years) {
  const text = `cohort ${key}\nname ${key}\npurpose Kills\nowner Nobody\n` +
    `offer social prescribing\n\nall\n  age at least ${years}\n`;
  const form = await client.form('/cohorts/import', '/cohorts/import');
  const csrf = form.fields.find(([name]) => name === 'csrf')[1];
  const parts = Object.entries({ csrf, text, key }).map(([name, value]) =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
  const kept = await client.post('/cohorts/import', `${parts.join('')}--${BOUNDARY}--\r\n`, {
    'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
  });
  assert.equal(kept.status, 303, kept.text.slice(0, 1500));
}

async function definitions(cycle) {
  for (let i = 0; ; i++) {
    const key = `k9-${cycle}-${i}`;
    await keep(key, 18 + (i % 60));
    answered.definitions.push(key);
  }
}

async function plans(cycle) {
  for (let i = 0; ; i++) {
    const words = `k9 plan ${cycle} ${i}.`;
    await send(about, about, { text: words, save: 'done' });
    answered.words.push(words);
  }
}

// Writes until the server is gone, which is the only thing that may go wrong.
const untilGone = (work) => work.catch((error) => {
  if (error.code !== 'ERR_ASSERTION' && /ECONN|socket|aborted/.test(`${error.code} ${error}`)) {
    return;
  }
  throw error;
});

async function cycleOf(cycle) {
  const aim = STEPS[cycle % STEPS.length];
  let reached = false;
  const work = [
    campaigns(cycle, (step) => (reached ||= step === aim)), definitions(cycle), plans(cycle),
  ].map(untilGone);
  const failed = Promise.all(work).then(() => undefined, (error) => error);
  const end = Date.now() + ROUND_MS_MAX;
  while (!reached && Date.now() < end) {
    const wrong = await Promise.race([failed, sleep(1)]);
    if (wrong) throw wrong;
  }
  assert.ok(reached, `a campaign was ${aim}`);
  await sleep(Math.random() * KILL_MS_MAX);
  await server.kill();
  const wrong = await failed;
  if (wrong) throw wrong;
  await server.start();
}

before(async () => {
  server = await new Server(copyOfNetwork()).start();
  client = await signedIn(server, 'care_coordinator');
  const { username } = accountOf('care_coordinator');
  own = valueOf(server.data, `SELECT ref FROM account WHERE username = '${username}'`);
  const person = valueOf(server.data, `SELECT p.ref FROM person p
    JOIN care_case k ON k.person_id = p.id JOIN account a ON a.id = k.lead_account
    WHERE a.username = '${username}' AND k.state = 2 ORDER BY p.id LIMIT 1`);
  await keep(COHORT, 18);
  about = `/people/${person}/plan/edit/about`;
});

test(`${CYCLES} kills between the steps of campaigns, definitions and plans`, async () => {
  for (let cycle = 0; cycle < CYCLES; cycle++) await cycleOf(cycle);
  assert.ok(answered.campaigns.size > 0 && answered.definitions.length > 0);
  assert.ok(answered.words.length > 0);
  console.log(`# ${answered.campaigns.size} campaigns, ${answered.definitions.length} definitions`);
});

test('a campaign has all of its people and colleagues, or is not there', () => {
  const rows = rowsOf(server.data, `SELECT c.ref, c.state, c.listed - c.beyond AS named,
    (SELECT count(*) FROM campaign_person p WHERE p.campaign_id = c.id) AS people,
    (SELECT count(*) FROM campaign_person p WHERE p.campaign_id = c.id AND p.state > 1) AS asked,
    (SELECT count(*) FROM campaign_person p WHERE p.campaign_id = c.id AND p.account_id != 0)
      AS given,
    (SELECT count(*) FROM campaign_person p WHERE p.campaign_id = c.id AND p.standing = 1)
      AS standing,
    (SELECT count(*) FROM campaign_practice q WHERE q.campaign_id = c.id) AS practices,
    (SELECT count(*) FROM campaign_colleague w WHERE w.campaign_id = c.id) AS colleagues,
    (SELECT count(*) FROM cohort_run r WHERE r.ref = c.run) AS runs,
    (SELECT count(*) FROM journal j WHERE j.kind = 'campaign' AND j.id = c.ref) AS written
    FROM campaign c WHERE c.name LIKE 'k9 %'`);
  const of = new Map(rows.map((row) => [row.ref, row]));
  for (const [ref, step] of answered.campaigns) {
    const row = of.get(ref);
    assert.ok(row, `${ref} was ${step}`);
    if (step !== 'made') assert.ok(row.colleagues > 0, `${ref} was shared out`);
    if (step === 'started') assert.ok(row.state >= RUNNING, `${ref} was started`);
    if (step === 'closed') assert.equal(row.state, CLOSED, `${ref} was closed`);
  }
  for (const row of rows) {
    const { ref } = row;
    assert.equal(row.people, row.named, `${ref}: all who are to be asked or are left out`);
    assert.equal(row.asked, PEOPLE, `${ref}: as many as were wanted`);
    assert.ok(row.practices > 0, `${ref}: whose GPs confirm`);
    assert.equal(row.runs, 1, `${ref}: the run that it came from`);
    assert.ok(row.written > 0, `${ref}: the journal`);
    if (row.state === RUNNING) assert.equal(row.given, PEOPLE, `${ref}: everybody's colleague`);
    if (row.state === CLOSED) assert.equal(row.standing, 0, `${ref}: nobody stands on it any more`);
  }
});

test('a definition has its version, whole, and a plan what was last answered', async () => {
  const rows = rowsOf(server.data, `SELECT d.definition, d.number, v.text
    FROM cohort_definition d LEFT JOIN cohort_definition_version v
      ON v.definition_id = d.id AND v.number = d.number WHERE d.definition LIKE 'k9-%'`);
  const of = new Map(rows.map((row) => [row.definition, row]));
  assert.deepEqual(rows.filter((row) => !row.text?.includes('age at least')), []);
  assert.deepEqual(answered.definitions.filter((key) => !of.has(key)), []);
  // One more may have been written than was answered, never one less.
  const last = answered.words.at(-1);
  const [, cycle, i] = /plan (\d+) (\d+)/.exec(last);
  const html = await client.page(about);
  assert.ok(html.includes(last) || html.includes(`k9 plan ${cycle} ${Number(i) + 1}.`), last);
});

test('both chains and every row are whole afterwards', async () => {
  await server.kill();
  const killed = tryTrellis('verify', '--data', server.data);
  assert.equal(killed.code, 0, killed.out + killed.err);
  assert.doesNotMatch(server.log(), /Sanitizer|runtime error/);
});
