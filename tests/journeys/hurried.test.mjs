// hurried.test.mjs -- what a coordinator in a hurry must not lose: a task that was not done, a
// person nothing is planned for, a name that leads nowhere. Without script.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accountOf, formsOf, rowsOf, serve, signedIn, stopWell } from '../lib/server.mjs';

const COHORT = '/cohorts/frailty-repeat-admissions';

let server;
let client;

before(async () => {
  server = await serve();
  client = await signedIn(server, 'care_coordinator');
});
after(async () => {
  client?.close();
  if (server) await stopWell(server);
});

const mine = (more) => {
  const { username } = accountOf('care_coordinator');
  return rowsOf(server.data, `SELECT p.* FROM person p JOIN care_case k ON k.person_id = p.id
    JOIN account a ON a.id = k.lead_account WHERE a.username = '${username}' AND k.state <= 2
    AND p.restricted = 0 AND ${more} ORDER BY p.id`);
};
const idle = () => mine(`NOT EXISTS (SELECT 1 FROM task t WHERE t.person_id = p.id
  AND t.state = 1)`);

test('a contact from a task: nobody answered, so the task stays open', async () => {
  const [person] = mine('k.state = 2');
  const base = `/people/${person.ref}`;
  const added = await client.submit(`${base}/tasks/new`, `${base}/tasks`,
    { what: 'Ring about the stairs', due: 'today' });
  assert.equal(added.status, 303, added.text);
  const [task] = rowsOf(server.data, "SELECT * FROM task WHERE what = 'Ring about the stairs'");
  const from = `${base}/contacts/new?task=${task.ref}`;
  const page = await client.page(from);
  assert.match(page, new RegExp(`value="${task.ref}"[^>]* checked`), 'the task is ticked');
  assert.match(page, /If nobody was reached, these stay open/);
  const none = { no_next: 'yes', no_next_reason: 'The task stands' };
  const state = () => rowsOf(server.data, `SELECT state FROM task WHERE id = ${task.id}`)[0].state;
  for (const outcome of ['no-answer', 'message', 'not-home', 'not-attended']) {
    const saved = await client.submit(from, `${base}/contacts`, { ...none, outcome });
    assert.equal(saved.status, 303, saved.text);
    assert.equal(state(), 1, `${outcome} leaves the task open`);
    assert.match(await client.page(saved.location), /the ticked tasks stay open/);
  }
  const spoke = await client.submit(from, `${base}/contacts`,
    { ...none, minutes: '5', done: 'Talked about the stairs.' });
  assert.equal(spoke.status, 303, spoke.text);
  assert.equal(state(), 2);
});

test('a name on a list leads to its facts, and support is offered from there', async () => {
  const list = await client.page(COHORT);
  const [, href] = /app-person__name" href="([^"]+)"/.exec(list);
  assert.match(href, new RegExp(`^${COHORT}/people/\\w+$`));
  const page = await client.page(href);
  const ref = href.split('/').pop();
  assert.equal((await client.get(`/people/${ref}`)).status, 403, 'the record is not theirs yet');
  assert.ok(!page.includes(`href="/people/${ref}"`), 'no link that is refused');
  const review = formsOf(page).find((form) => form.action === `${COHORT}/review`);
  assert.ok(review, 'support can be offered');
  const check = await client.post(review.action, [...review.fields ?? [], ['only', ref]]);
  assert.equal(check.status, 200, check.text);
  assert.match(check.text, /1 person will be offered support/);
});

test('who has nothing planned is on Today, and accepting says what can be planned', async () => {
  const at = idle();
  const [one] = mine(`k.state = 2 AND EXISTS (SELECT 1 FROM task t WHERE t.person_id = p.id
    AND t.state = 1)`);
  const base = `/people/${one.ref}`;
  assert.ok(!(await client.page(`${base}/case`)).includes('Nothing is planned for'));
  for (const task of rowsOf(server.data,
    `SELECT * FROM task WHERE person_id = ${one.id} AND state = 1`)) {
    const done = await client.submit(`${base}/tasks`, `${base}/tasks/${task.ref}/done`);
    assert.equal(done.status, 303, done.text);
  }
  const text = await client.page(`${base}/case`);
  assert.match(text, /Nothing is planned for/);
  for (const way of ['contacts', 'tasks']) assert.ok(text.includes(`href="${base}/${way}/new"`));
  const people = idle();
  assert.equal(people.length, at.length + 1);
  const today = await client.page('/today');
  const [, href, count] = /href="([^"]+)">No next action: (\d+) p/.exec(today);
  assert.equal(Number(count), people.length);
  let listed = 0;
  for (let page = 1; page <= Math.ceil(people.length / 25); page++) {
    const rows = await client.page(`${href}&page=${page}`);
    listed += (rows.match(/app-person__name/g) ?? []).length;
    if (page === 1) assert.match(rows, new RegExp(`of ${people.length} p(erson|eople)`));
  }
  assert.equal(listed, people.length, 'exactly those');
});
