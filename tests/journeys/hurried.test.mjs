// hurried.test.mjs -- what a coordinator in a hurry must not lose: a task that was not done, a
// person nothing is planned for, a name that leads nowhere. Without script.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import {
  Client, accountOf, filled, formsOf, rowsOf, serve, signedIn, stopWell,
} from '../lib/server.mjs';

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

test('after an offer from a list one is back where one was on it', async () => {
  const list = '/cohorts/carers';
  const there = `${list}?sort=-age&known=new`;
  const page = await client.page(there);
  const [, href] = /<a class="app-person__name" href="([^"]+)"/.exec(page);
  const facts = href.replaceAll('&amp;', '&');
  assert.match(facts, /\/people\/\w+\?sort=-age&known=new$/);
  const back = /<a href="[^"]+sort=-age&amp;known=new">Back to the list</;
  assert.match(await client.page(facts), back);
  for (const from of [there, facts]) {
    const shown = formsOf(await client.page(from)).find((f) => f.action.includes('/review'));
    const [, ref] = /people\/(\w+)/.exec(facts);
    const check = await client.post(shown.action, [...shown.fields, ['only', ref]]);
    const offer = formsOf(check.text).find((f) => f.action.includes('/offer'));
    assert.equal(offer.action, `${list}/offer?sort=-age&known=new`);
    assert.match(check.text, /<a href="[^"]+sort=-age&amp;known=new">Go back to the list/);
    if (from === there) continue;
    const done = await client.post(offer.action, offer.fields);
    assert.equal(done.location, `${there}&offered=${ref}`);
  }
});

test('a role without a page of its own is neither offered nor taken', async () => {
  const admin = await signedIn(server, 'administrator');
  const page = await admin.page('/admin/users/new');
  assert.ok(page.includes('value="care_coordinator"'));
  for (const role of ['mdt_member', 'icb_analyst', 'vcse_provider']) {
    assert.ok(!page.includes(`value="${role}"`), `${role} is not offered`);
    const answer = await admin.submit('/admin/users/new', '/admin/users',
      { name: 'Sam Field', username: `sam.${role}`, role });
    assert.equal(answer.status, 422);
    assert.match(answer.text, /href="#role"/);
  }
  const made = await admin.submit('/admin/users/new', '/admin/users',
    { name: 'Sam Field', username: 'sam.field', role: 'pcn_manager' });
  const [, code] = /app-code[^>]*>\s*(\/set-password\/[^\s<]+)/.exec(made.text);
  const chosen = await admin.submit(code, code, { password: 'short', again: 'shart' });
  assert.equal(chosen.status, 422);
  const wrong = [...chosen.text.matchAll(/<li><a href="#(\w+)">/g)].map(([, name]) => name);
  assert.deepEqual(wrong, ['password', 'again'], 'both are told at once');
  const empty = await admin.submit('/admin/users/new', '/admin/users', {});
  const named = [...empty.text.matchAll(/<li><a href="#(\w+)">/g)].map(([, name]) => name);
  assert.deepEqual(named, ['name', 'username', 'role'], 'in the order of the page');
  admin.close();
});

test('a colleague on a first day is told where work comes from', async () => {
  const admin = await signedIn(server, 'administrator');
  const made = await admin.submit('/admin/users/new', '/admin/users',
    { name: 'Robin Lee', username: 'robin.lee', role: 'care_coordinator' });
  const [, code] = /app-code[^>]*>\s*(\/set-password\/[^\s<]+)/.exec(made.text);
  const password = 'heron bucket seven lamp';
  const fresh = new Client(server);
  await fresh.submit(code, code, { password, again: password });
  await fresh.submit('/sign-in', '/sign-in', { username: 'robin.lee', password });
  const today = await fresh.page('/today');
  assert.match(today, /onto a caseload from a cohort/);
  assert.match(today, /href="\/cohorts"[^>]*>Find people in a cohort/);
  fresh.close();
  admin.close();
});

test('the search says what it takes, and shows the own caseload first', async () => {
  const today = await client.page('/today');
  assert.match(today, /placeholder="[^"]*postcode"/);
  const own = new Set(mine('1 = 1').map((person) => person.ref));
  const shared = mine(`(SELECT count(*) FROM person q WHERE q.family_key = p.family_key
    AND q.registration = p.registration) > 2`);
  let moved = 0;
  for (const person of shared.slice(0, 8)) {
    const form = await client.form('/today', '/people/find');
    const found = await client.post(form.action,
      [...form.fields.filter(([name]) => name !== 'q'), ['q', person.family]]);
    const text = found.status === 303 ? await client.page(found.location) : found.text;
    const refs = [...text.matchAll(/app-person__name" href="\/people\/(\w+)/g)]
      .map(([, ref]) => ref);
    if (refs.length < 2) continue;
    moved++;
    assert.ok(own.has(refs[0]), `${person.family}: one's own first`);
  }
  assert.ok(moved > 0);
});

test('giving up sets a day to ask again, and needs an attempt', async () => {
  const [, ref] = /\/people\/(\w+)">/.exec(await client.page(COHORT));
  const list = await client.form(COHORT, `${COHORT}/review`);
  const token = list.fields.find(([name]) => name === 'csrf');
  const made = await client.post(`${COHORT}/offer`, [token, ['person', ref], ['priority', 'low']]);
  assert.equal(made.status, 303, made.text);
  const open = /<a href="([^"]+)">Open the record of whom/;
  const [, way] = open.exec(await client.page(made.location));
  assert.equal(way, `/people/${ref}/case`);
  const [closed] = rowsOf(server.data, `SELECT ref FROM person p WHERE NOT EXISTS
    (SELECT 1 FROM care_case k WHERE k.person_id = p.id) ORDER BY id DESC`);
  for (const word of [closed.ref, 'nobody', '"><b>']) {
    const text = await client.page(`${COHORT}?offered=${encodeURIComponent(word)}`);
    assert.doesNotMatch(text, open, 'no link that is refused');
  }
  const one = mine('k.state = 1').find((person) => person.ref === ref);
  const base = `/people/${ref}`;
  const page = await client.form(`${base}/case`, `${base}/case/decline`);
  const send = page.fields.filter(([name]) => name === 'csrf' || name === 'version');
  const refused = await client.post(`${base}/case/no-answer`, send);
  assert.equal(refused.status, 422);
  assert.match(refused.text, /Record an attempt to reach the person first/);
  const tried = await client.submit(`${base}/contacts/new`, `${base}/contacts`,
    { outcome: 'no-answer', no_next: 'yes', no_next_reason: 'Nobody at home' });
  assert.equal(tried.status, 303, tried.text);
  const gave = await client.submit(`${base}/case`, `${base}/case/no-answer`);
  assert.equal(gave.status, 303, gave.text);
  const [k] = rowsOf(server.data, `SELECT * FROM care_case WHERE person_id = ${one.id}
    ORDER BY id DESC`);
  assert.equal(k.state, 4);
  assert.ok(k.ask_again, 'a day to ask again');
});

test('what was typed and not saved is told on Today, to its writer alone', async () => {
  const [one, two] = mine('k.state = 2');
  const box = async (who = client) =>
    /id="unsaved"[\s\S]*?<\/section>/.exec(await who.page('/today'))?.[0] ?? '';
  const linked = async (person, rest) =>
    (await box()).includes(`href="/people/${person.ref}/${rest}"`);
  assert.equal(await box(), '');
  const plan = `/people/${one.ref}/plan`;
  const typed = await client.submit(`${plan}/edit/strengths`, `${plan}/edit/strengths`);
  assert.equal(typed.status, 303, typed.text);
  const form = await client.form(`${plan}/edit/strengths`, `${plan}/edit/strengths`);
  const kept = await client.post(`${form.action}/draft`,
    [...form.fields.filter(([name]) => name !== 'text'), ['text', 'Half a sent']]);
  assert.equal(kept.status, 200, kept.text);
  assert.ok(await linked(one, 'plan/edit/strengths'));
  assert.match(await client.page(plan), /not saved<\/h2>[\s\S]*?Go on with My strengths/);

  const contact = `/people/${two.ref}/contacts`;
  const draft = await client.submit(`${contact}/new`, contact, { draft: 'keep', done: 'Rang ab' });
  assert.equal(draft.status, 303, draft.text);
  assert.ok(await linked(two, 'contacts/new'));
  assert.match(await client.page(`${contact}/new`), />\s*Rang ab</);
  assert.match(await box(), /Contact: [\s\S]*Plan, My strengths: /, 'newest first');
  const other = await signedIn(server, 'care_coordinator', 1);
  assert.equal(await box(other), '');
  other.close();

  // Whose record is no longer open to the writer is not named.
  const lead = (to) => spawnSync('sqlite3', [`${server.data}/trellis.db`,
    `UPDATE care_case SET lead_account = ${to} WHERE person_id = ${two.id} AND state = 2`]);
  const [{ lead_account: me }] = rowsOf(server.data,
    `SELECT lead_account FROM care_case WHERE person_id = ${two.id} AND state = 2`);
  const [{ id: her }] = rowsOf(server.data,
    `SELECT id FROM account WHERE username = '${accountOf('link_worker').username}'`);
  lead(her);
  const opens = (await client.get(`/people/${two.ref}`)).status === 200;
  assert.equal(await linked(two, 'contacts/new'), opens, 'as the record itself');
  lead(me);

  const done = await client.submit(`${plan}/edit/strengths`, `${plan}/edit/strengths`);
  assert.equal(done.status, 303, done.text);
  await client.submit(`${contact}/new`, `${contact}/draft/discard`);
  assert.equal(await box(), '', 'nothing waits any more');
  assert.doesNotMatch(await client.page(plan), /Go on with/);
});

test('a section to come back to leads on, a goal begins with a row, paper leads back', async () => {
  const [person] = mine(`k.state = 2 AND NOT EXISTS (SELECT 1 FROM plan_version v
    WHERE v.person_id = p.id AND v.agreed)`);
  const plan = `/people/${person.ref}/plan`;
  const next = async (part, complete) => (await client.submit(`${plan}/edit/${part}`,
    `${plan}/edit/${part}`, { complete, text: 'Words' })).location.replace(/[?#].*/, '');
  assert.equal(await next('about', 'no'), `${plan}/edit/matters`);
  assert.equal(await next('matters', 'yes'), `${plan}/edit/strengths`);
  assert.equal(await next('needs', 'no'), `${plan}/edit/goals`);
  assert.match(await client.page(`${plan}/edit/goals`), /Saved in the draft: My needs/);
  const added = await client.submit(`${plan}/edit/goals`, `${plan}/goals`);
  const goal = await client.page(added.location);
  assert.match(goal, /name="actions\[0\].what"/);
  const saved = await client.submit(added.location, added.location, { words: 'To sing' });
  assert.equal(saved.status, 303, saved.text);
  assert.match(await client.page(saved.location), /To sing[\s\S]*No actions yet/);
  assert.ok((await client.page(`${plan}/print`)).includes(`href="${plan}"`));
  const acted = await client.submit(added.location, added.location,
    { 'actions[0].what': 'Ring the choir', 'actions[0].who': 'Priya' });
  assert.equal(acted.status, 303, acted.text);
  const paper = await client.page(`${plan}/print`);
  const labels = new Set([...paper.matchAll(/<td[^>]* data-label="([^"]+)"/g)].map(([, w]) => w));
  assert.deepEqual([...labels], ['Who', 'By when', 'How it is going']);
  for (const label of labels) assert.ok(paper.includes(`<th scope="col">${label}</th>`), label);
  assert.match(await client.page('/today/print'), /href="\/today/);
  assert.match(await client.page(plan), /<dt>As<\/dt><dd><span[^>]*>Not agreed yet/);
  const plain = /<noscript>.*Done editing before you leave/;
  assert.match(await client.page(`${plan}/edit/about`), plain);
});

// A double click without script: the same form twice at once, and once more by the back button.
async function twice(page, action, changes = {}) {
  const form = await client.form(page, action);
  const other = Object.assign(new Client(server), { cookie: client.cookie });
  const body = filled(form, changes);
  const both = await Promise.all([client, other].map((one) => one.post(form.action, body)));
  const last = await client.post(form.action, body);
  other.close();
  return [...both, last].map((answer) => answer.status);
}
const count = (table, where) =>
  rowsOf(server.data, `SELECT count(*) AS n FROM ${table} WHERE ${where}`)[0].n;

test('a form sent twice at once does its work once, and is told no other story', async () => {
  const [one] = mine('k.state = 2');
  const base = `/people/${one.ref}`;
  const well = [303, 303, 303];
  assert.deepEqual(await twice(`${base}/tasks/new`, `${base}/tasks`,
    { what: 'Order the key safe', due: 'today' }), well);
  assert.equal(count('task', "what = 'Order the key safe'"), 1);
  const [task] = rowsOf(server.data, "SELECT ref FROM task WHERE what = 'Order the key safe'");
  const at = `${base}/tasks/${task.ref}`;
  assert.deepEqual(await twice(at, at, { what: 'Order a key safe' }), well);
  assert.deepEqual(await twice(`${base}/tasks`, `${at}/done`), well);
  assert.deepEqual(await twice(`${base}/tasks`, `${at}/undo`), well);
  assert.equal(count('task', `ref = '${task.ref}' AND state = 1 AND version = 4`), 1);

  const goals = () => count('plan_part', `person_id = ${one.id} AND part LIKE 'goal-%'`);
  const before = goals();
  const plan = `${base}/plan`;
  assert.deepEqual(await twice(`${plan}/edit/goals`, `${plan}/goals`), well);
  assert.equal(goals(), before + 1);
  const about = `${plan}/edit/about`;
  const words = { text: `Likes maps, ${one.ref}`, complete: 'yes' };
  assert.deepEqual(await twice(about, about, words), well);
  assert.deepEqual(await twice(`${base}/details/edit`, `${base}/details`,
    { language: 'Welsh' }), well);

  const [offered] = mine('k.state = 1');
  const support = `/people/${offered.ref}/case`;
  assert.deepEqual(await twice(support, `${support}/accept`), well);
  assert.equal((await twice(support, `${support}/close`, { reason: 'Moved away' }))
    .filter((status) => status !== 303).length, 0);

  const [stranger] = rowsOf(server.data, `SELECT p.* FROM person p
    LEFT JOIN care_case k ON k.person_id = p.id WHERE k.id IS NULL AND p.registration = 1
    ORDER BY p.id LIMIT 1`);
  const [, csrf] = /name="csrf" value="([^"]*)"/.exec(await client.page('/today'));
  const reason = [['csrf', csrf], ['reason', 'She rang about her letter'], ['back', '']];
  for (let i = 0; i < 2; i++) await client.post(`/people/${stranger.ref}/reason`, reason);
  assert.equal(count('access_reason', `person_id = ${stranger.id}`), 1);
});

test('two versions that differ are still both shown', async () => {
  const [one] = mine('k.state = 2');
  const about = `/people/${one.ref}/plan/edit/about`;
  const form = await client.form(about, about);
  const saved = await client.post(about, filled(form, { text: 'First words', complete: 'yes' }));
  assert.equal(saved.status, 303);
  const stale = await client.post(about, filled(form, { text: 'Other words', complete: 'yes' }));
  assert.equal(stale.status, 409);
  for (const words of ['First words', 'Other words']) assert.ok(stale.text.includes(words));
});

test('a form sent after signing out in another tab says that it was not saved', async () => {
  const own = await signedIn(server, 'care_coordinator', 1);
  const [one] = rowsOf(server.data, `SELECT p.* FROM person p JOIN care_case k
    ON k.person_id = p.id JOIN account a ON a.id = k.lead_account WHERE k.state = 2
    AND a.username = '${accountOf('care_coordinator', 1).username}' AND p.restricted = 0 LIMIT 1`);
  const form = await own.form(`/people/${one.ref}/tasks/new`, `/people/${one.ref}/tasks`);
  own.cookie = '';
  const said = /What you sent just now was not saved/;
  const refused = await own.post(form.action, filled(form, { what: 'Ring', due: 'today' }));
  assert.equal(refused.status, 401);
  assert.match(refused.text, said);
  assert.doesNotMatch(refused.text, /Nothing you typed was lost/);
  const looked = await own.get(`/people/${one.ref}/tasks`);
  assert.equal(looked.status, 401);
  assert.doesNotMatch(looked.text, said, 'a page that was asked for had nothing to save');
  const found = await own.post('/people/find', [['q', 'Smith']]);
  assert.equal(found.status, 401);
  assert.doesNotMatch(found.text, said, 'nor has a search');
});

test('a form sent after the record closed is kept, and sent again after saying why', async () => {
  const [stranger] = rowsOf(server.data, `SELECT p.* FROM person p
    LEFT JOIN care_case k ON k.person_id = p.id WHERE k.id IS NULL AND p.registration = 1
    AND p.restricted = 0 ORDER BY p.id DESC LIMIT 1`);
  const base = `/people/${stranger.ref}`;
  const says = { reason: 'She rang about her letter' };
  const reasonOf = (html) => formsOf(html).find((one) => one.action === `${base}/reason`);
  const [closed, what] = [await client.get(base), { what: 'Read her letter', due: 'today' }];
  await client.post(`${base}/reason`, filled(reasonOf(closed.text), says));
  const form = await client.form(`${base}/tasks/new`, `${base}/tasks`);
  await server.kill(); // the 24 hours of the reason go by
  assert.equal(spawnSync('sqlite3', [`${server.data}/trellis.db`,
    `UPDATE access_reason SET until_at = 1 WHERE person_id = ${stranger.id}`]).status, 0);
  await server.start();
  const refused = await client.post(`${base}/tasks`, filled(form, what));
  assert.equal(refused.status, 403);
  assert.match(refused.text, /What you sent was not saved/);
  assert.match(await client.page('/unsent'), /Read her letter/);
  const opened = await client.post(`${base}/reason`, filled(reasonOf(refused.text), says));
  assert.equal(opened.location, '/unsent');
  const waits = await client.form('/unsent', '/unsent');
  const sent = await client.post('/unsent', waits.fields);
  assert.equal(sent.status, 307);
  const done = await client.post(sent.location, waits.fields);
  assert.equal(done.status, 303, done.text);
  assert.equal(count('task', "what = 'Read her letter'"), 1);
});

test('a form sent after the session ended is kept, and sent again after signing in', async () => {
  const LOCK_MS = 31 * 60 * 1000;
  const own = await signedIn(server, 'care_coordinator', 1);
  const [one] = rowsOf(server.data, `SELECT p.* FROM person p JOIN care_case k
    ON k.person_id = p.id JOIN account a ON a.id = k.lead_account WHERE k.state = 2
    AND a.username = '${accountOf('care_coordinator', 1).username}' AND p.restricted = 0 LIMIT 1`);
  const close = `/people/${one.ref}/case/close`;
  const form = await own.form(`/people/${one.ref}/case`, close);
  const words = 'He "manages" <b>alone</b> & sings\nagain';
  await server.kill();
  assert.equal(spawnSync('sqlite3', [`${server.data}/trellis.db`,
    `UPDATE session SET seen_at = seen_at - ${LOCK_MS} WHERE ended_at IS NULL`]).status, 0);
  await server.start();
  const refused = await own.post(close, filled(form, { reason: words }));
  assert.equal(refused.status, 401);
  assert.match(refused.text, /Nothing you typed was lost/);
  assert.ok(!refused.text.includes('manages'), 'the sign-in page is for nobody in particular');
  assert.equal(count('care_case', `person_id = ${one.id} AND state = 2`), 1);

  const other = await signedIn(server, 'care_coordinator');
  const others = await other.page('/unsent');
  assert.match(others, /No form is waiting/, 'it is its writer\'s alone');
  await own.signIn(accountOf('care_coordinator', 1));
  assert.equal(own.home, '/unsent');
  const shown = await own.form('/unsent', '/unsent');
  const sent = await own.post('/unsent', shown.fields);
  assert.equal(sent.status, 307);
  assert.equal(sent.location, close);
  const done = await own.post(sent.location, shown.fields); // as a browser does then
  assert.equal(done.status, 303, done.text);
  const [{ end_reason: kept }] = rowsOf(server.data,
    `SELECT end_reason FROM care_case WHERE person_id = ${one.id} ORDER BY id DESC LIMIT 1`);
  assert.equal(kept.replace(/\r/g, ''), words);
  assert.match((await own.get('/unsent')).text, /No form is waiting/, 'once');
  own.close();
  other.close();
});
