// bad_input.test.mjs -- what is typed by mistake or on purpose.
//
// Each gets a sentence beside the field, what was typed kept, nothing half written; and text that
// looks like code stays text.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { contextOf, openBrowser } from '../lib/browser.mjs';
import {
  accountOf, errorsOf, formsOf, rowsOf, serve, signedIn, stopWell, unescapeHtml,
} from '../lib/server.mjs';

const LONG = 'N'.repeat(301);
const PASTE_BYTES = 10 * 1024 * 1024;
const PASTE_MS_MAX = 120_000; // a browser that types it beside other work
const RTL = 'محمد العربي';
const XSS = [
  '<script>globalThis.hit=1;alert(1)</script>', '"><img src=x onerror="globalThis.hit=1">',
  "'><svg/onload=globalThis.hit=1>", '</textarea><script>globalThis.hit=1</script>',
  '</title><script>globalThis.hit=1</script>', 'javascript:globalThis.hit=1//',
  '{{constructor.constructor("globalThis.hit=1")()}}', '&lt;script&gt;hit&lt;/script&gt;',
  '" autofocus onfocus="globalThis.hit=1" x="', '<!--<img src="--><img src=x onerror=hit=1//">',
  "'; DROP TABLE person; --", '<b>bold</b>',
];

let server;
let client;
let people;

before(async () => {
  server = await serve();
  client = await signedIn(server, 'care_coordinator');
  const html = await client.page('/caseload');
  people = [...new Set([...html.matchAll(/href="(\/people\/[0-9a-z]{20})"/g)].map(([, at]) => at))];
  assert.ok(people.length >= 3);
});
after(async () => {
  client?.close();
  if (server) await stopWell(server);
});

const TABLES = ['journal', 'contact', 'task', 'person', 'care_case', 'account'];
const counts = () => Object.fromEntries(TABLES.map((table) =>
  [table, rowsOf(server.data, `SELECT count(*) AS n FROM ${table}`)[0].n]));

// A refusal: status, sentence beside the field, the same in the summary with a link to the field,
// every value kept, no row more than before.
async function refused(who, page, action, changes, field) {
  const earlier = counts();
  const answer = await who.submit(page, action, changes);
  const html = answer.text;
  assert.equal(answer.status, 422, `${field}: ${JSON.stringify(changes).slice(0, 100)}`);
  assert.match(html, /<title>Error: /);
  const beside = html.includes(`id="${field}-error"`);
  assert.ok(beside, `a sentence beside ${field}: ${errorsOf(html)}`);
  const summary = /nhsuk-error-summary[\s\S]*?<\/ul>/.exec(html)?.[0] ?? '';
  assert.ok(summary.includes(`href="#${field}"`), `${field} in the summary`);
  const place = `id="${field}-error"[^>]*>(?:<span[^>]*>[^<]*</span>)?([^<]+)<`;
  const [, sentence] = new RegExp(place).exec(html);
  assert.ok(summary.includes(sentence.trim()), `"${sentence}" in both places`);
  const form = formsOf(html).find((f) => f.action === action);
  for (const [name, value] of Object.entries(changes)) {
    const kept = form.fields.find(([key]) => key === name)?.[1];
    assert.equal(kept?.replace(/\r\n/g, '\n'), value, `${name} is kept`);
  }
  assert.deepEqual(counts(), earlier, 'nothing was written');
  return unescapeHtml(sentence);
}

const DETAILS = [
  ['a name of 301 characters', { family: LONG }, 'family'],
  ['an NHS number with a wrong check digit', { nhs_number: '999 123 4560' }, 'nhs_number'],
  ['a National Insurance number', { nhs_number: 'QQ 12 34 56 C' }, 'nhs_number'],
  ['an NHS number with nine digits', { nhs_number: '999123456' }, 'nhs_number'],
  ['31 Feb', { born: '31 Feb 1950' }, 'born'],
  ['a date without a year', { born: '03/04' }, 'born'],
  ['a date to come', { born: '1 January 2150' }, 'born'],
  ['no family name', { family: '' }, 'family'],
  ['an email address without a place', { email: 'somebody' }, 'email'],
];
for (const [what, changes, field] of DETAILS) {
  test(`details: ${what} gets a sentence and changes nothing`, async () => {
    const sentence = await refused(
      client, `${people[0]}/details/edit`, `${people[0]}/details`, changes, field,
    );
    assert.ok(sentence.length > 10, sentence);
    if (/National/.test(what)) assert.match(sentence, /National Insurance/);
  });
}

const CONTACT = { mode: 'telephone', outcome: 'spoke', minutes: '5', done: 'x' };
const NEXT = { next_step: 'Ring', next_due: 'in 1 week' };
const CONTACTS = [
  ['31 Feb', { ...CONTACT, ...NEXT, next_due: '31 Feb' }, 'next_due'],
  ['a month that is none', { ...CONTACT, ...NEXT, on: '12/13/2026' }, 'on'],
  ['minutes in words', { ...CONTACT, ...NEXT, minutes: 'about ten' }, 'minutes'],
  ['minutes without end', { ...CONTACT, ...NEXT, minutes: '99999999999999999999' }, 'minutes'],
  ['no next step', { ...CONTACT, next_step: '' }, 'next_step'],
  ['more text than a note holds', { ...CONTACT, ...NEXT, done: 'é'.repeat(10_001) }, 'done'],
];
for (const [what, changes, field] of CONTACTS) {
  test(`contact: ${what} gets a sentence and records nothing`, async () => {
    await refused(client, `${people[0]}/contacts/new`, `${people[0]}/contacts`, changes, field);
  });
}

test('task: an empty one, one too long and one due on 31 Feb', async () => {
  const page = `${people[0]}/tasks/new`;
  const action = `${people[0]}/tasks`;
  await refused(client, page, action, { what: '', due: 'today' }, 'what');
  await refused(client, page, action, { what: 'w'.repeat(201), due: 'today' }, 'what');
  await refused(client, page, action, { what: 'Ring', due: '31 Feb' }, 'due');
});

// A hurried form is corrected once: what is wrong is told together, in the order of the page.
const wrongIn = (html) => [...(/nhsuk-error-summary[\s\S]*?<\/ul>/.exec(html)?.[0] ?? '')
  .matchAll(/href="#([\w-]+)"/g)].map(([, field]) => field);
test('all that is wrong with a form is told at once, in the order of the page', async () => {
  const at = people[0];
  const told = async (page, action, changes) => {
    const answer = await client.submit(page, action, changes);
    assert.equal(answer.status, 422, answer.text);
    return wrongIn(answer.text);
  };
  assert.deepEqual(await told(`${at}/tasks/new`, `${at}/tasks`, { what: ' ', due: '31 Feb' }),
    ['what', 'due']);
  assert.deepEqual(await told(`${at}/contacts/new`, `${at}/contacts`,
    { mode: undefined, time: '9', minutes: '', own_words: '', done: '', next_step: '' }),
  ['mode', 'time', 'minutes', 'own_words', 'next_step']);
  assert.deepEqual(await told(`${at}/plan/agree`, `${at}/plan/agree`, { who: 'representative' }),
    ['how', 'by', 'role']);
  const [{ ref }] = rowsOf(server.data, `SELECT p.ref FROM person p JOIN care_case k
    ON k.person_id = p.id JOIN account a ON a.id = k.lead_account WHERE k.state = 1
    AND a.username = '${accountOf('care_coordinator').username}' LIMIT 1`);
  const support = `/people/${ref}/case`;
  assert.deepEqual(await told(support, `${support}/decline`, { reason: '', ask_again: '31 Feb' }),
    ['reason', 'ask_again']);
});

test('user: a name of 301 characters, a user name with spaces, one that is taken', async () => {
  const admin = await signedIn(server, 'administrator');
  const page = '/admin/users/new';
  const good = { name: 'Jo Bloggs', username: 'jo.bloggs', role: 'care_coordinator' };
  await refused(admin, page, '/admin/users', { ...good, name: LONG }, 'name');
  await refused(admin, page, '/admin/users', { ...good, username: 'jo bloggs!' }, 'username');
  const [{ username }] = rowsOf(server.data, 'SELECT username FROM account LIMIT 1');
  await refused(admin, page, '/admin/users', { ...good, username }, 'username');
  admin.close();
});

test('an odd name is a name: emoji, markup, SQL, right to left, 200 characters', async () => {
  const at = people[1];
  for (const family of ['Ng 👩‍👩‍👧', '<script>alert(1)</script>', "O'; DROP TABLE person; --", RTL,
    'Ж'.repeat(200)]) {
    const answer = await client.submit(`${at}/details/edit`, `${at}/details`, { family });
    assert.equal(answer.status, 303, `${family}: ${errorsOf(answer.text)}`);
    const form = await client.form(`${at}/details/edit`, `${at}/details`);
    assert.equal(form.fields.find(([name]) => name === 'family')[1], family);
    const html = await client.page(`${at}/tasks`);
    assert.ok(!html.includes('<script>alert'), 'markup in a name is text');
    const [title] = /<title>[^<]*/.exec(html);
    assert.ok(!title.includes(family), 'and not in the title');
  }
});

test('a paste of 10 MB is refused in plain English, and nothing is written', async (t) => {
  const browser = await openBrowser();
  t.after(() => browser.close()); // also after a failure, or the run would not end
  const context = await contextOf(browser, server, 'care_coordinator', { js: false });
  context.setDefaultTimeout(PASTE_MS_MAX);
  const earlier = counts(); // signing in is an entry of the journal too
  const tab = await context.newPage();
  for (const [page, field, button] of [
    [`${people[0]}/contacts/new`, '#done', 'Save contact'],
    [`${people[0]}/tasks/new`, '#detail', 'Save task'],
  ]) {
    await tab.goto(new URL(page, server.url).href);
    await tab.fill(field, 'p'.repeat(PASTE_BYTES));
    const answered = tab.waitForResponse((r) => r.request().method() === 'POST');
    await tab.click(`main button:text-is("${button}")`);
    assert.equal((await answered).status(), 413);
    const said = await tab.textContent('main');
    assert.match(said, /too (large|long|big|much)/i);
    assert.match(said, /[0-9A-Z]{4}-[0-9A-Z]{4}/, 'with a reference');
  }
  assert.deepEqual(counts(), earlier);
  assert.equal((await client.get('/today')).status, 200, 'and the server goes on');
});

test('text that looks like code is shown as text, wherever it is shown', async () => {
  const at = people[2];
  const admin = await signedIn(server, 'administrator');
  for (const [i, evil] of XSS.entries()) {
    const sends = [
      [client, `${at}/contacts/new`, `${at}/contacts`, {
        ...CONTACT, present: evil, own_words: evil, done: evil, next_step: evil,
        next_due: 'in 1 week',
      }],
      [client, `${at}/tasks/new`, `${at}/tasks`, { what: evil, detail: evil, due: 'today' }],
      [client, `${at}/details/edit`, `${at}/details`, {
        preferred: evil.slice(0, 60), language: evil.slice(0, 60), address: evil,
      }],
      [admin, '/admin/users/new', '/admin/users', {
        name: evil, username: `evil.${i}`, role: 'care_coordinator', 'orgs[]': '1',
      }],
    ];
    for (const [who, page, action, changes] of sends) {
      const answer = await who.submit(page, action, changes);
      assert.ok([200, 303].includes(answer.status), `${action} ${evil}: ${errorsOf(answer.text)}`);
    }
    for (const section of ['about', 'strengths']) {
      const answer = await client.submit(
        `${at}/plan/edit/${section}`, `${at}/plan/edit/${section}`, { text: evil, save: 'done' },
      );
      assert.ok([200, 303].includes(answer.status), `plan ${section}: ${answer.status}`);
      await client.submit(
        `${at}/plan/edit/${section}`,
        `${at}/plan/edit/${section}`,
        { text: `${evil} again`, save: 'done' },
      );
    }
  }
  admin.close();

  const browser = await openBrowser();
  const context = await contextOf(browser, server, 'care_coordinator');
  const tab = await context.newPage();
  const look = async (page, where) => {
    await page.goto(new URL(where, server.url).href);
    assert.equal(await page.evaluate(() => globalThis.hit), undefined, `${where} ran a script`);
    const made = await page.evaluate(() => [...document.querySelectorAll('*')]
      .filter((e) => [...e.attributes].some((a) => /^on/.test(a.name)) ||
        (e.tagName === 'IMG' && e.getAttribute('src') === 'x') ||
        (e.tagName === 'SCRIPT' && !e.src)).length);
    assert.equal(made, 0, `${where} has elements of the text`);
    return page.textContent('body');
  };
  const shown = [];
  for (const rest of ['', '/timeline', '/tasks', '/tasks/new', '/details', '/details/edit', '/case',
    '/plan', '/plan/edit/about', '/plan/edit/strengths', '/plan/agree', '/plan/print',
    '/contacts/new', '/seen']) {
    shown.push(await look(tab, `${at}${rest}`));
  }
  const contacts = rowsOf(server.data, `SELECT c.ref FROM contact c JOIN person p
    ON p.id = c.person_id WHERE p.ref = '${at.slice(8)}' ORDER BY c.id DESC LIMIT ${XSS.length}`);
  for (const { ref } of contacts) shown.push(await look(tab, `${at}/contacts/${ref}`));
  const lists = ['/today', '/today?list=week', '/today/print', '/caseload', '/contacts/new'];
  for (const where of lists) {
    shown.push(await look(tab, where));
  }
  context.seen.none();
  const office = await contextOf(browser, server, 'administrator');
  const desk = await office.newPage();
  shown.push(await look(desk, '/admin/users'));
  const added = "SELECT ref FROM account WHERE username LIKE 'evil.%'";
  for (const { ref } of rowsOf(server.data, added)) {
    shown.push(await look(desk, `/admin/users/${ref}`));
  }
  office.seen.none();
  const all = shown.join('\n');
  for (const evil of XSS) assert.ok(all.includes(evil), `${evil} is shown as it was typed`);
  await browser.close();
});
