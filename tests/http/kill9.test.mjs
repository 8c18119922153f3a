// kill9.test.mjs -- the server is killed in the middle of writes, again and again: every write that
// was answered is there afterwards, none is there by half, and both chains are whole.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import {
  copyOfNetwork, filled, formsOf, rowsOf, Server, signedIn, sleep, tryTrellis,
} from '../lib/server.mjs';

const CYCLES = Number(process.env.CYCLES ?? 200);
const CYCLES_LOOKED_AT = 5; // a page lists 200 tasks at most
const WRITERS = 6;
const KILL_MS_MAX = 60; // after the first write of the cycle was answered
const ROUND_MS_MAX = 5000;

let server;
let client;
let person; // path of somebody on the caseload
let taskForm;
let contactForm;

// A contact with a next step is several rows in three rooms: contact, task, attempts, journal.
const contactFields = (mark) =>
  filled(contactForm, {
    mode: 'telephone', outcome: 'spoke', minutes: '5', done: mark, next_step: `${mark} next`,
    next_due: 'in 2 weeks',
  });

const taskFields = (mark) => filled(taskForm, { what: mark, due: 'in 2 weeks' });

// Writes until the server is gone. Gives the marks that were answered with success.
async function writer(cycle, n, answered) {
  for (let i = 0; ; i++) {
    const mark = `k9 ${cycle} ${n} ${i}`;
    const contact = n % 2 === 0;
    let answer;
    try {
      answer = contact
        ? await client.post(contactForm.action, contactFields(mark))
        : await client.post(taskForm.action, taskFields(mark));
    } catch {
      return; // killed before the answer: it may be there or not
    }
    assert.equal(answer.status, 303, `${mark}: ${answer.status}\n${answer.text.slice(0, 1500)}`);
    answered.push({ mark, contact });
  }
}

async function cycleOf(cycle, kept) {
  const answered = [];
  const writers = Array.from({ length: WRITERS }, (_, n) => writer(cycle, n, answered));
  const failed = Promise.all(writers).then(() => undefined, (error) => error);
  const end = Date.now() + ROUND_MS_MAX;
  while (answered.length === 0 && Date.now() < end) {
    const wrong = await Promise.race([failed, sleep(1)]);
    if (wrong) throw wrong;
  }
  assert.ok(answered.length > 0, 'a write was answered');
  await sleep(Math.random() * KILL_MS_MAX);
  await server.kill();
  const wrong = await failed;
  if (wrong) throw wrong;
  kept.push(...answered);
}

// What the store has of these marks: contacts, and tasks by their source.
function stored() {
  const contacts = rowsOf(server.data, "SELECT ref, done FROM contact WHERE done LIKE 'k9 %'");
  const tasks = rowsOf(server.data, "SELECT what, source_ref FROM task WHERE what LIKE 'k9 %'");
  return { contacts, tasks };
}

before(async () => {
  server = await new Server(copyOfNetwork()).start();
  client = await signedIn(server, 'care_coordinator');
  const [, ref] = /href="\/people\/([^"/]+)"/.exec(await client.page('/caseload'));
  person = `/people/${ref}`;
  const task = formsOf(await client.page(`${person}/tasks/new`));
  taskForm = task.find((f) => f.action === `${person}/tasks`);
  const contact = formsOf(await client.page(`${person}/contacts/new`));
  contactForm = contact.find((f) => f.action === `${person}/contacts`);
  assert.ok(taskForm && contactForm);
});

test(`${CYCLES} kills in the middle of writes lose no answered write`, async () => {
  const kept = [];
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    await cycleOf(cycle, kept);
    await server.start();
    // One session outlives them all, and the page shows it too, as far as its list goes.
    if (cycle >= CYCLES_LOOKED_AT) continue;
    const html = await client.page(`${person}/tasks`);
    const missing = kept.filter(({ mark }) => !html.includes(mark));
    assert.deepEqual(missing, [], 'the page of tasks has them');
  }
  const { contacts, tasks } = stored();
  const done = new Set(contacts.map((row) => row.done));
  const whats = new Set(tasks.map((row) => row.what));
  const lost = kept.filter(({ mark, contact }) =>
    !(contact ? done.has(mark) && whats.has(`${mark} next`) : whats.has(mark)));
  assert.deepEqual(lost, []);
  assert.ok(kept.length >= CYCLES, `${kept.length} writes were answered`);
  console.log(`# ${kept.length} answered writes over ${CYCLES} kills`);
});

test('no write is there by half', () => {
  const { contacts, tasks } = stored();
  const steps = tasks.filter((row) => row.what.endsWith(' next'));
  assert.deepEqual(
    steps.map((row) => row.what).sort(), contacts.map((row) => `${row.done} next`).sort(),
  );
  const ids = rowsOf(server.data, "SELECT id FROM journal WHERE kind = 'contact'");
  const journalled = new Set(ids.map((row) => row.id));
  assert.deepEqual(contacts.filter((row) => !journalled.has(row.ref)), []);
});

test('both chains and every row are whole afterwards', async () => {
  await server.kill();
  const killed = tryTrellis('verify', '--data', server.data);
  assert.equal(killed.code, 0, killed.out + killed.err);
  await server.start();
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  const stopped = tryTrellis('verify', '--data', server.data);
  assert.equal(stopped.code, 0, stopped.out + stopped.err);
  assert.doesNotMatch(server.log(), /Sanitizer|runtime error/);
});
