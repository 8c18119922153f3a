// xss.test.mjs -- text that looks like code, in every text field of every form that the server
// shows to any role, in the files of an import and in the addresses; then every page, file and
// resource that may show it is read back: by the browser's own parser, which runs nothing.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { openBrowser } from '../lib/browser.mjs';
import {
  Client, ROLES, accountOf, filled, rowsOf, scratch, serve, signedIn, sleep, stopWell, trellis,
} from '../lib/server.mjs';

// What the text tries: to leave an attribute, an element, a title, a text area, a script.
const SHORT = '"\'><zq onzq=1>&lt;';
const LONG = `${SHORT}</textarea></title></script><script>zq=1</script><img src=zq onerror=zq=1>` +
  '<!--javascript:zq {{7*7}} \'; DROP TABLE person; --';
const FORMULAS = ['=zq(1)', '+zq', '@zq', '-zq', '\t=zq'];
const PAGES_MAX = 60; // for a role, one of each kind and what is asked for by name
const TRIES_MAX = 8; // to find out what a form's other fields must hold
const CHOICES_MAX = 4; // of one field: each decides which text is kept
const JOB_MS_MAX = 60_000;
const SECOND = 1; // the second account of a role: with no case of the first one's people

// What a field that takes no free text is given, so that the rest of its form is taken.
const GOOD = {
  due: 'today', next_due: 'in 1 week', on: 'today', time: '00:01', minutes: '5', by: 'in 2 weeks',
  people: '10', gap_months: '6', contact_days: '28', a_week: '2', ask_again: 'in 1 year',
  review: 'in 3 months', until: 'in 3 months',
  username: 'evil.name', extract: '', again: '', practice: 'X26901',
  nhs_number: undefined, born: undefined, email: 'a@b.example', postcode: 'PE99 4QT',
};
// Forms that have no text field, or are tried by a test of their own below.
const BY_HAND = {
  'POST /imports/send/:kind': 'sends a file: the test of the import, and of lists in tests/import',
  'POST /cohorts/:key/edit': 'its words are a definition: the test of a definition',
  'POST /cohorts/:key/save': 'the same form, kept: the test of a definition',
  'POST /cohorts/import': 'sends a file: the test of a definition',
  'POST /equity/releases': 'has no field, and this month has its figures',
  'POST /campaigns/:campaign/people': 'one of its two buttons takes the words: pressed below',
  'POST /campaigns/:campaign/start': 'has no field: pressed below',
  'POST /people/:person/outreach/stop': 'after attempts on three days, and its field is a day',
  'POST /people/:person/outreach/leave-out': 'has no field',
  'POST /sign-in': 'for nobody who is signed in: below',
  'POST /unsent': 'comes of a session that ended: tests/journeys/hurried',
  'POST /set-password/:code': 'the address is told once: below',
  'POST /people/:who/reason': 'only for those who have nothing to do with a person: below',
  'POST /cohorts/:key/offer': 'comes of a review: below',
  'POST /imports/files/:file/apply': 'the test of the import',
  'POST /imports/files/:file/look': 'the test of the import',
  'POST /imports/files/:file/drop': 'the test of the import',
  'POST /imports/near/:near': 'the test of the import',
  'POST /imports/files/:file/stop': 'has no field: tests/import/stop',
  'POST /cohort-checks/stop': 'has no field',
  'GET /breakdown': 'its numbers and days are tried below',
  'POST /campaigns/:campaign/letters/sent': 'its field is a day',
  'POST /campaigns/:campaign/letters/sent/:sending/undo': 'has no field',
  'POST /people/:person/contacts/draft': 'sent by the script: the fields of the contact form',
  'POST /people/:person/plan/edit/:section/draft': 'sent by the script: the fields of the plan',
};

let server;
let browser;
let parser; // a blank page of the browser
const routes = JSON.parse(trellis('routes', '--json')).routes;
const clients = {};
const forms = new Map(); // "POST /pattern" -> [{ role, page, form }]
const marks = new Map(); // what was typed: mark -> { text, where }
const seen = new Set(); // marks that a page showed as text
let marked = 0;

before(async () => {
  server = await serve();
  browser = await openBrowser();
  parser = await browser.newPage();
  for (const role of ROLES) clients[role] = await signedIn(server, role);
});
after(async () => {
  await browser?.close();
  for (const client of Object.values(clients)) client.close();
  if (server) await stopWell(server);
});

const pattern = (route) => new RegExp(`^${route.path.replace(/:\w+/g, '[^/]+')}$`);
const names = (route) => (route.path.match(/:/g) ?? []).length;
function routeOf(method, where) {
  const fits = routes.filter((route) =>
    route.method === method && pattern(route).test(where.split(/[?#]/)[0]));
  return fits.sort((a, b) => names(a) - names(b))[0]?.path ?? '(none)';
}

// In the browser: what a page holds, as its parser sees it.
function parse(html) {
  const page = new DOMParser().parseFromString(html, 'text/html');
  const all = [...page.querySelectorAll('*')];
  const within = all.flatMap((e) =>
    (e instanceof HTMLTemplateElement ? [...e.content.querySelectorAll('*')] : []));
  const wrong = [...all, ...within].filter((e) => /^zq/i.test(e.localName) ||
    e.getAttribute('src') === 'zq' || (e.localName === 'script' && !e.getAttribute('src')) ||
    [...e.attributes].some((a) => /^(on|zq|style$)/i.test(a.name) ||
      (/^(href|src|action|formaction)$/.test(a.name) && /^\s*(javascript|data):/i.test(a.value))));
  const text = all.filter((e) => e.localName !== 'script').flatMap((e) => [
    ...[...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data),
    ...[...e.attributes].map((a) => a.value),
  ]);
  const field = (e) => ({
    name: e.name, type: e.localName === 'input' ? e.type : e.localName,
    checked: e.checked === true,
    value: e.value || [...(e.options ?? [])].map((o) => o.value).find(Boolean) || '',
  });
  return {
    wrong: wrong.map((e) => e.outerHTML.slice(0, 200)),
    comments: document.createNodeIterator && (html.match(/<!--(?!\[)/g) ?? []).length,
    text: text.filter((part) => /zq/i.test(part)).join('\n'),
    heading: page.querySelector('h1')?.textContent,
    links: [...page.querySelectorAll('a[href]')].map((a) => a.getAttribute('href')),
    summary: page.querySelector('.nhsuk-error-summary')?.textContent.trim(),
    errors: [...page.querySelectorAll('[id$="-error"]')].map((e) =>
      [e.id.replace(/-error$/, ''), e.textContent]),
    forms: [...page.forms].map((form) => ({
      action: form.getAttribute('action') ?? '',
      method: form.getAttribute('method') ?? 'get',
      fields: [...form.elements].filter((e) => e.name && e.localName !== 'button').map(field),
      buttons: [...form.querySelectorAll('button:not([tabindex])')].map(field),
    })),
  };
}

// Every answer that is a page is looked at: nothing that was typed is an element or an attribute.
async function look(answer, where) {
  if (!/^text\/html/.test(answer.headers['content-type'] ?? '')) return undefined;
  const page = await parser.evaluate(parse, answer.text);
  assert.deepEqual(page.wrong, [], where);
  assert.equal(page.comments, 0, `${where} has a comment`);
  assert.equal(answer.headers['x-content-type-options'], 'nosniff', where);
  assert.match(answer.headers['content-security-policy'], /script-src 'self'/, where);
  const shown = page.text.toUpperCase(); // as family names are
  for (const [mark, { text }] of marks) {
    if (shown.includes(text.toUpperCase())) seen.add(mark);
  }
  return page;
}

const rowOf = (key) => key.replace(/ \(.*/, '');
const kindOf = (where) => routeOf('GET', where);

// Walks the links of a role, a few pages of each kind. Notes the forms; gives the pages.
async function crawl(role, seeds = []) {
  const client = clients[role];
  const queue = [client.home, ...seeds];
  const free = new Set(seeds);
  const tried = new Set();
  const count = {};
  while (queue.length > 0 && tried.size < PAGES_MAX + seeds.length) {
    const at = queue.shift();
    const kind = kindOf(at);
    if (tried.has(at) || (!free.has(at) && count[kind])) continue;
    tried.add(at);
    count[kind] = true;
    const answer = await client.get(at);
    if (answer.location) queue.push(answer.location);
    const page = await look(answer, `${role} at ${at}`);
    if (!page) continue;
    for (const form of page.forms) {
      const method = form.method.toUpperCase();
      const text = form.fields.filter((f) => TEXT.has(f.type)).map((f) => f.name);
      const key = `${method} ${routeOf(method, form.action || at)} (${text.join(' ')})`;
      const list = forms.get(key) ?? forms.set(key, []).get(key);
      list.push({ role, page: at, action: form.action || at.split('?')[0] });
    }
    queue.push(...page.links.filter((link) => link.startsWith('/')).map((l) => l.split('#')[0]));
  }
  return [...tried];
}

const TEXT = new Set(['text', 'search', 'email', 'tel', 'textarea', 'password', 'url', 'number']);

function evil(where, long) {
  const mark = `k${++marked}q`;
  const text = mark + (long ? LONG : SHORT);
  marks.set(mark, { text, where });
  return { mark, text, where };
}

// What a browser would send: boxes that are ticked, the nth of each choice.
function choices(form, nth = 0) {
  const radios = {};
  const fields = [];
  for (const field of form.fields.filter((f) => !TEXT.has(f.type) && f.type !== 'file')) {
    if (field.type === 'radio') {
      (radios[field.name] ??= []).push(field.value);
    } else if (field.type !== 'checkbox' || field.checked || /\[\]$/.test(field.name)) {
      fields.push([field.name, field.value]);
    }
  }
  return [...fields, ...Object.entries(radios).map(([name, all]) =>
    [name, all[Math.min(nth, all.length - 1)]])];
}

const press = (form) => form.buttons.find((b) => !/^(undo|remove|add)$/.test(b.name));

// What is typed in each text field: evil where it is taken, at the length it is taken.
function typeInto(form, key) {
  const typed = new Map();
  const long = !/^GET|\/find/.test(key); // a search that is too long is left out
  for (const field of form.fields.filter((f) => TEXT.has(f.type))) {
    typed.set(field.name, { ...evil(`${key} ${field.name}`, long), old: field.value });
  }
  return typed;
}

function correct(typed, errors, key) {
  let changed = 0;
  for (const [id, sentence] of errors) {
    const field = typed.get(id);
    if (!field || field.given) continue;
    changed++;
    marks.delete(field.mark);
    if (/characters or fewer/.test(sentence) && field.text.includes(LONG)) {
      Object.assign(field, evil(`${key} ${id}`, false));
    } else {
      const name = /\w+$/.exec(id)[0];
      field.given = true;
      field.text = GOOD[name] ?? field.old;
    }
  }
  return changed > 0;
}

// Sends evil in every text field of a form until what is free text is taken. Gives the last answer.
async function attack(client, { page, action }, key, nth) {
  let typed;
  for (let i = 0; i < TRIES_MAX; i++) {
    const shown = await look(await client.get(page), page);
    const form = shown.forms.find((f) => (f.action || page.split('?')[0]) === action);
    if (!form) return undefined; // somebody else's turn: it was done before
    typed ??= typeInto(form, key);
    const button = press(form);
    const fields = [
      ...choices(form, nth), ...[...typed].map(([name, { text }]) => [name, text]),
      ...(button?.name ? [[button.name, button.value]] : []),
    ];
    const query = `${action}?${new URLSearchParams(fields)}`;
    const get = key.startsWith('GET');
    const answer = get ? await client.get(query) : await client.post(action, fields);
    const after = await look(answer, `the answer of ${key}`);
    if (answer.location) await look(await client.get(answer.location), `after ${key}`);
    if (answer.status !== 422) await look(await client.get(page), page);
    const radios = form.fields.filter((f) => f.type === 'radio').length;
    if (answer.status !== 422) return { answer, typed, radios };
    if (!correct(typed, after.errors, key)) {
      assert.fail(`${key} on ${page}: ${after.heading} ${after.summary}`);
    }
  }
  return assert.fail(`${key} on ${page} is never taken`);
}

async function stateReason(client, record, reason = 'To see how this is shown') {
  const [, csrf] = /name="csrf" value="([^"]*)"/.exec(await client.page(client.home));
  return client.post(`${record}/reason`, [['csrf', csrf], ['reason', reason], ['back', '']]);
}

const people = (where, most) => rowsOf(server.data, `SELECT p.ref FROM person p
  LEFT JOIN care_case k ON k.person_id = p.id WHERE ${where} ORDER BY p.id LIMIT ${most}`)
  .map(({ ref }) => `/people/${ref}`);

// A cohort's definition, pasted; the answer as it came.
async function sendDefinition(client, text, key) {
  const shown = await look(await client.get('/cohorts/import'), '/cohorts/import');
  const form = shown.forms.find((f) => f.action === '/cohorts/import');
  const mark = 'evil-boundary';
  const fields = { csrf: form.fields.find((f) => f.name === 'csrf').value, text, key };
  const parts = Object.entries(fields).map(([name, value]) =>
    `--${mark}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
  return client.post('/cohorts/import', `${parts.join('')}--${mark}--\r\n`, {
    'content-type': `multipart/form-data; boundary=${mark}`,
  });
}
const definitionOf = (word) => `cohort evil
name ${word('name')}
purpose ${word('purpose')}
owner ${word('owner')}
offer ${word('offer')}

# ${word('note')}
all
  language ${word('language').slice(0, 40)} or Urdu
`;

// Makes what some forms need to be shown: somebody offered support, a goal, one taken out, a draft,
// a suspended account. Gives the pages where those forms are.
async function prepare() {
  const client = clients.care_coordinator;
  const admin = clients.administrator;
  const lead = rowsOf(server.data, `SELECT id FROM account
    WHERE username = '${accountOf('care_coordinator').username}'`)[0].id;
  const [mine] = people(`k.lead_account = ${lead} AND k.state = 2`, 1);
  const [alone] = people('k.id IS NULL AND p.registration = 1 AND p.opted_out = 0', 1);
  assert.equal((await stateReason(client, alone)).status, 303);
  const listed = [...(await client.page('/cohorts/carers')).matchAll(/name="only" value="(\w+)"/g)];
  const [tried, offered] = listed.map(([, ref]) => ref);
  for (const only of [tried, offered]) {
    const review = await client.form('/cohorts/carers', '/cohorts/carers/review');
    const reviewed = await client.post(review.action, [...review.fields, ['only', only]]);
    const offer = await look(reviewed, 'the review');
    const form = offer.forms.find((f) => f.action.endsWith('/offer'));
    assert.equal((await client.post(form.action, choices(form))).status, 303);
  }
  // Only after an attempt may one stop trying.
  const rung = await client.submit(`/people/${tried}/contacts/new`, `/people/${tried}/contacts`,
    { mode: 'telephone', outcome: 'no-answer', next_step: 'Ring again', next_due: 'in 1 week' });
  assert.equal(rung.status, 303, rung.text);

  const goals = `${mine}/plan/edit/goals`;
  const added = [];
  for (let i = 0; i < 2; i++) {
    const answer = await client.submit(goals, `${mine}/plan/goals`);
    assert.equal(answer.status, 303, answer.text);
    added.push(answer.location.split('/').pop());
    // An empty one is the same one again, for a button pressed twice.
    const said = await client.submit(answer.location, answer.location, { words: `Goal ${i}` });
    assert.equal(said.status, 303, said.text);
  }
  const goal = `${mine}/plan/edit/${added[0]}`;
  const taken = await client.form(goals, `${mine}/plan/goals/${added[1]}/remove`);
  assert.equal((await client.post(taken.action, taken.fields)).status, 303);
  const row = await client.form(goal, goal);
  await client.post(goal, [...row.fields, ['add', 'action']]);
  const contact = await client.form(`${mine}/contacts/new`, `${mine}/contacts`);
  await client.post(`${mine}/contacts/draft`, filled(contact, { done: 'x' }));
  const used = ROLES.map((role) => `'${accountOf(role).username}'`);
  const users = rowsOf(server.data, `SELECT ref FROM account
    WHERE username NOT IN (${used}) ORDER BY id DESC LIMIT 2`)
    .map(({ ref }) => `/admin/users/${ref}`);
  await admin.submit(users[0], `${users[0]}/suspend`);
  const plain = definitionOf(() => 'x').replace(/language .*/, 'age at least 65');
  const draft = await sendDefinition(client, plain, 'plain-draft');
  assert.equal(draft.status, 303, draft.text);
  const newly = await followed(client);
  const campaigns = await asked(client);
  return {
    gp_supervisor: campaigns.gp,
    care_coordinator: [...newly, ...campaigns.coordinator, draft.location, `${alone}/case`,
      `/people/${offered}/case`, `/people/${tried}/case`, goals, goal,
      `${mine}/contacts/new`, `${mine}/plan/edit/about`,
      `${mine}/plan/edit/review`],
    administrator: users,
  };
}

// A campaign that asks, and one that waits for a GP. Gives the pages where their forms are.
async function asked(client) {
  const made = async (changes) => {
    const answer = await client.submit('/campaigns/new', '/campaigns', changes);
    assert.equal(answer.status, 303, answer.text);
    return answer.location;
  };
  const many = 'long-term-conditions-no-plan';
  const waits = await made({ cohort: many, name: 'Plans', people: '12', confirm: 'yes' });
  const asks = await made({ cohort: 'carers', name: 'Carers', people: '12' });
  const [{ own }] = rowsOf(server.data, `SELECT ref AS own FROM account
    WHERE username = '${accountOf('care_coordinator').username}'`);
  const { fields } = await client.form(asks, `${asks}/share`);
  const mine = fields.find(([, value]) => value === own)[0].replace('.ref', '.a_week');
  const shared = await client.submit(asks, `${asks}/share`, { [mine]: '10' });
  assert.equal(shared.status, 303, shared.text);
  assert.equal((await client.submit(asks, `${asks}/start`)).status, 303);
  const [ask] = /\/people\/[0-9a-z]{20}\/outreach/.exec(await client.page('/outreach'));
  const list = await look(await client.get(waits), waits);
  const off = list.forms.find(({ action }) => action === `${waits}/people`);
  const [person] = off.fields.filter(({ name }) => name === 'person');
  const why = evil('POST /campaigns/:campaign/people reason', true);
  const taken = await client.submit(waits, `${waits}/people`, {
    person: person.value, do: 'take-off', reason: why.text,
  });
  assert.equal(taken.status, 303, taken.text);
  await look(await client.get(waits), waits);
  return { coordinator: [`/campaigns/new?cohort=${many}`, asks, ask], gp: [waits] };
}

// A cohort that is followed, and somebody of it set aside. Gives the pages of their forms.
async function followed(client) {
  const cohort = '/cohorts/frailty-repeat-admissions';
  const newly = `${cohort}/newly`;
  const since = { every: 'week', since: '84' };
  assert.equal((await client.submit(cohort, `${cohort}/follow`, since)).status, 303);
  const [aside] = /\/cohorts\/[a-z-]+\/newly\/\w{20}\/aside/.exec(await client.page(newly));
  const why = { reason: 'In hospital', until: 'in 2 weeks' };
  assert.equal((await client.submit(aside, aside, why)).status, 303);
  return [cohort, aside, `${newly}?list=aside`];
}

test('every form that any role is shown was found, or is tried below', async () => {
  const seeds = await prepare();
  for (const role of Object.keys(clients)) await crawl(role, seeds[role]);
  const posts = routes.filter((route) => route.method === 'POST').map((r) => `POST ${r.path}`);
  const found = new Set([...forms.keys()].map(rowOf));
  const missing = posts.filter((key) => !found.has(key) && !(key in BY_HAND));
  assert.deepEqual(missing, []);
  assert.ok(!found.has('POST (none)') && !found.has('GET (none)'), 'each form has a route');
});

const touched = new Set(); // records of people

// What was agreed is looked at, and something is changed, so that there is something to agree.
async function changePlan(client, record, nth) {
  await look(await client.get(`${record}/plan`), 'the agreed plan');
  const part = `${record}/plan/edit/needs`;
  const saved = await client.submit(part, part, { text: `Changed ${nth}`, save: 'done' });
  assert.equal(saved.status, 303, saved.text);
}

const LAST = /\/(share|close) /; // whom somebody asks is another one then, or nobody
const sent = [];

test('text in every field of every form is taken as text, or refused', async (t) => {
  const orders = [...forms].filter(([key]) => !(rowOf(key) in BY_HAND) && !key.endsWith('()'))
    .sort(([a], [b]) => LAST.test(a) - LAST.test(b));
  for (const [key, places] of orders) {
    let done;
    for (const place of places) {
      done = await attack(clients[place.role], place, key, 0);
      if (!done) continue;
      const [record] = /^\/people\/[0-9a-z]{20}/.exec(place.action) ?? [];
      if (record) touched.add(record);
      for (let nth = 1; nth < Math.min(done.radios, CHOICES_MAX); nth++) {
        if (key.includes('/plan/agree')) await changePlan(clients[place.role], record, nth);
        await attack(clients[place.role], place, key, nth);
      }
      break;
    }
    assert.ok(done, `${key} can be sent`);
    assert.ok(done.answer.status < 400, `${key}: ${done.answer.status}`);
    sent.push(key);
    t.diagnostic(`${key}: ${[...done.typed].map(([n, f]) => n + (f.given ? '*' : '')).join(' ')}`);
  }
  assert.ok(sent.length >= 14, String(sent));
});

test('a target and a day of a breakdown that are neither are told back as text', async () => {
  const client = clients.care_coordinator;
  const at = encodeURIComponent(evil('GET /breakdown at', false).text);
  const than = encodeURIComponent('"><img src=x onerror=alert(1)>');
  const asked = `/breakdown?of=frailty-repeat-admissions&than=${than}&at=${at}`;
  const answer = await client.get(asked);
  assert.ok(answer.status < 500, String(answer.status));
  await look(answer, '/breakdown');
});

test('names, passwords and reasons typed by those who are not let in', async () => {
  const nobody = new Client(server);
  const wrong = evil('POST /sign-in username', true);
  const answer = await nobody.submit('/sign-in', '/sign-in', {
    username: wrong.text, password: LONG, back: `/${LONG}`,
  });
  assert.equal(answer.status, 422);
  await look(answer, 'sign in');
  const address = encodeURIComponent(LONG);
  for (const where of [`/nowhere/${address}`, `/help?x=${address}`, `/sign-in?back=/${address}`,
    `/today?list=${address}`, `/people?s=${address}`, `/caseload?practice=${address}`]) {
    await look(await nobody.get(where), where);
    await look(await clients.care_coordinator.get(where), where);
  }
  nobody.close();

  const other = await signedIn(server, 'care_coordinator', SECOND);
  const person = [...touched].find((record) => record.length > 0);
  await look(await other.get(`${person}/seen`), 'a closed record');
  const reason = evil('POST /people/:who/reason reason', true);
  await look(await stateReason(other, person, 'zq'), 'a reason that is refused');
  assert.equal((await stateReason(other, person, reason.text)).status, 303);
  other.close();
});

// ---- the files of an import

const digits = (base) => { // an NHS number with its check digit; 0 when there is none
  const nine = String(base).padStart(9, '9');
  const sum = [...nine].reduce((all, digit, i) => all + Number(digit) * (10 - i), 0);
  const check = (11 - (sum % 11)) % 11;
  return check === 10 ? 0 : Number(nine + check);
};
const cell = (text) => `"${text.replace(/"/g, '""')}"`;

async function whenDone(client, where) {
  for (const end = Date.now() + JOB_MS_MAX; Date.now() < end; await sleep(50)) {
    const answer = await client.get(where);
    if (answer.status !== 200 || !answer.text.includes('You can close this page')) {
      return answer.location ?? where;
    }
  }
  throw Error(`${where} is not done`);
}

async function go(client, page, action) {
  const shown = await look(await client.get(page), page);
  const form = shown.forms.find((f) => f.action.endsWith(action));
  assert.ok(form, `${page} has a form for ${action}`);
  const answer = await client.post(form.action, choices(form));
  await look(answer, `the answer of ${action}`);
  return answer;
}

test('names of files, heads of columns and cells of an extract', async () => {
  const client = clients.care_coordinator;
  const shown = await look(await client.get('/imports/send/extract'), '/imports/send/extract');
  const form = shown.forms.find((f) => f.action === '/imports/send/extract');
  const name = evil('the name of a file', false).text.replace('"', ''); // as browsers do
  marks.get(/^k\d+q/.exec(name)[0]).text = name;
  const practice = evil('POST /imports/send/:kind practice_name', true).text;
  const head = ['NHS Number', 'Family name', 'Given names', 'Date of birth', 'Address', 'Email',
    'Usual GP', 'Date', 'Code', 'Code term', 'Value', 'Unit', SHORT];
  const [known] = rowsOf(server.data, 'SELECT * FROM person ORDER BY id LIMIT 1');
  // Of the first row all is shown; the second is a near match; the third is refused.
  const row = (nhs, day, put) => [nhs, put('family'), put('given'), day, put('address'), SHORT,
    put('gp'), '02-Apr-2025', '999000123', put('term'), LONG, SHORT, LONG];
  const put = (what) => evil(`cell ${what}`, true).text;
  const number = [100_000_001, 100_000_002, 100_000_003].map(digits).find((n) => n > 0);
  const rows = [head, row(number, '04-Feb-1948', put),
    row(known.nhs_number, '04-Feb-1901', (what) => (/family|given/.test(what) ? put(what) : LONG)),
    row(SHORT, LONG, () => LONG)];
  const text = rows.map((cells) => cells.map((c) => cell(String(c))).join(',')).join('\r\n');
  const mark = 'evil-boundary';
  const part = (key, value) =>
    `--${mark}\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`;
  const csrf = form.fields.find((f) => f.name === 'csrf').value;
  const file = `--${mark}\r\nContent-Disposition: form-data; name="file"; ` +
    `filename="${name}.csv"\r\n\r\n${text}\r\n--${mark}--\r\n`;
  const body = part('csrf', csrf) + part('practice', 'X26901') +
    part('practice_name', practice) + part('extract', '') + file;
  const answer = await client.post('/imports/send/extract', body, {
    'content-type': `multipart/form-data; boundary=${mark}`,
  });
  await look(answer, 'sending a file');
  assert.equal(answer.status, 303, answer.text);
  await look(await client.get('/imports'), 'the list of imports with the file');
  assert.equal((await go(client, answer.location, '/look')).status, 303);
  await whenDone(client, answer.location);
  assert.equal((await go(client, answer.location, '/apply')).status, 303);
  const batch = await whenDone(client, answer.location);
  assert.match(batch, /^\/imports\/batches\//);
  await look(await client.get(batch), batch);
  await look(await client.get('/imports/near'), 'near matches');
  const [added] = rowsOf(server.data, `SELECT ref FROM person WHERE nhs_number = ${number}`);
  assert.ok(added, 'the person with the odd name is there');
  touched.add(`/people/${added.ref}`);
  assert.equal((await stateReason(client, `/people/${added.ref}`)).status, 303);
});

test('words, notes and key of a cohort that somebody wrote', async () => {
  const client = clients.care_coordinator;
  const word = (what) => evil(`definition ${what}`, what !== 'language').text;
  const refused = await sendDefinition(client, definitionOf(word).replace('all', LONG), LONG);
  assert.equal(refused.status, 422);
  await look(refused, 'a definition that cannot be read');
  marks.forEach((mark, name) => mark.where.startsWith('definition ') && marks.delete(name));
  const kept = await sendDefinition(client, definitionOf(word), '');
  assert.equal(kept.status, 303, kept.text);
  for (const where of ['/definition', '/definition?version=0', '/edit', '', '/runs', '/why-not']) {
    await look(await client.get(`/cohorts/evil${where}`), where);
  }
  const edit = (await look(await client.get('/cohorts/evil/edit'), 'the builder')).forms
    .find((f) => f.action.endsWith('/edit'));
  const typed = edit.fields.map((f) => [f.name, f.type === 'text' ? LONG : f.value]);
  await look(await client.post(edit.action, typed), 'the builder with words in every field');
  const save = edit.action.replace(/edit$/, 'save');
  const unkept = await client.post(save, [...typed, ['act', 'publish']]);
  await look(unkept, 'the builder, saving words in every field');
  await look(await client.get('/cohorts'), 'the list of cohorts');
  await look(await client.get('/cohorts/compare?a=evil&b=carers'), 'two cohorts');
});

// ---- reading it back

const ROOMS = ['', '/timeline', '/tasks', '/tasks/new', '/referrals', '/referrals/new',
  '/details', '/details/edit', '/case',
  '/contacts/new', '/seen', '/plan', '/plan/print', '/plan/print?size=large', '/plan/compare',
  '/plan/agree', '/plan/edit/about', '/plan/edit/matters', '/plan/edit/strengths',
  '/plan/edit/needs', '/plan/edit/goals', '/plan/edit/review'];

test('every page shows it as text', async () => {
  const seeds = [...touched].flatMap((record) => ROOMS.map((rest) => record + rest));
  for (const role of Object.keys(clients)) {
    await crawl(role, role === 'care_coordinator' ? seeds : []);
  }
  const places = new Set([...marks].filter(([mark]) => seen.has(mark)).map(([, m]) => m.where));
  const never = [...marks.values()].map((m) => m.where).filter((where) => !places.has(where));
  assert.deepEqual(never, [], 'text that no page ever showed: this test would see nothing');
});

test('CSV: whole cells, whatever they hold, and no formula', async () => {
  const client = clients.care_coordinator;
  for (const what of FORMULAS) {
    const [record] = touched;
    const place = { page: `${record}/tasks/new`, action: `${record}/tasks` };
    const form = await client.form(place.page, place.action);
    await client.post(place.action, [...form.fields.filter(([n]) => n !== 'what' && n !== 'due'),
      ['what', what], ['due', 'today']]);
  }
  for (const where of ['/caseload.csv?view=all', '/caseload.csv', '/caseload/again.csv?of=team',
    '/cohorts/carers/people.csv']) {
    const answer = await client.get(where);
    assert.equal(answer.status, 200, where);
    assert.match(answer.headers['content-type'], /^text\/csv/);
    assert.match(answer.headers['content-disposition'], /^attachment/);
    const lines = answer.text.replace(/^\uFEFF/, '').match(/(?:"(?:[^"]|"")*"|[^"\r\n])+/g);
    const cells = lines.map((line) => line.match(/(?<=^|,)("(?:[^"]|"")*"|[^,]*)/g));
    assert.ok(cells.length > 1, where);
    for (const row of cells) assert.equal(row.length, cells[0].length, `${where}: ${row}`);
    const formulas = cells.flat().filter((c) => /^[=+@\t\r]|^-(?!\d)/.test(c.replace(/^"/, '')));
    assert.deepEqual(formulas, [], where);
  }
});

test('PDF: the plan says what was typed, letter by letter', async () => {
  const plans = rowsOf(server.data, `SELECT DISTINCT p.ref FROM journal j JOIN person p
    ON p.id = j.person WHERE j.body LIKE '%<zq%' AND j.verb = 'agree'`);
  assert.ok(plans.length > 0, 'a plan with it was agreed');
  const answer = await clients.care_coordinator.get(`/people/${plans[0].ref}/plan/plan.pdf`);
  assert.equal(answer.status, 200);
  const file = path.join(scratch(), 'plan.pdf');
  fs.writeFileSync(file, answer.raw);
  execFileSync('qpdf', ['--check', file]);
  const text = execFileSync('pdftotext', ['-raw', file, '-'], { encoding: 'utf8' });
  assert.ok(text.replace(/\s/g, '').includes(SHORT.replace(/\s/g, '')));
  assert.doesNotMatch(fs.readFileSync(file, 'latin1'), /\/JavaScript|\/JS\b|\/Launch|\/URI/);
});

test('FHIR: every resource is JSON that holds it as a string, and no markup of it', () => {
  const bodies = rowsOf(server.data, "SELECT body FROM journal WHERE body LIKE '%zq%'");
  assert.ok(bodies.length > 10);
  const strings = [];
  const walk = (value) => {
    if (typeof value === 'string') strings.push(value);
    else if (value && typeof value === 'object') Object.values(value).forEach(walk);
  };
  for (const { body } of bodies) walk(JSON.parse(body));
  assert.ok(strings.some((text) => text.includes(LONG)), 'as it was typed');
  const narrative = strings.filter((text) => /^<div/.test(text) && /<(zq|script|img)/.test(text));
  assert.deepEqual(narrative, []);
});
