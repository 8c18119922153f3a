// draft.test.mjs -- what is typed in the plan's editor, and a file that is sent, outlive the end of
// the session, a server that is killed and a browser that is: at most 5 seconds of typing are lost.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { contextOf, FLAGS, openBrowser } from '../lib/browser.mjs';
import {
  accountOf, rowsOf, scratch, serve, signedIn, sleep, stopWell,
} from '../lib/server.mjs';

const LOST_MS_MAX = 5000; // of typing, whatever happens
const TYPING_MS = 6200;
const KEY_MS = 60;
const LOCK_MS = 40 * 60_000; // more than a session lasts without activity
const ROWS = 4000; // of the file that is sent
const SETTLE_MS = 500; // for a save to come back refused
const SAID_MS_MAX = 15_000;
const JOB_MS_MAX = 60_000;
const SURE_KEYS = 11; // typed so long ago that they must have been kept
const WORDS = 'She wants to walk to the allotment again with her neighbour before the summer ';

let server;
let browser;

before(async () => {
  server = await serve();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  if (server) await stopWell(server);
});

const at = (where) => new URL(where, server.url).href;

// The plan's editor of somebody on the coordinator's caseload; another one for each n.
function editorOf(n, section) {
  const { username } = accountOf('care_coordinator');
  const rows = rowsOf(server.data, `SELECT p.ref FROM person p
    JOIN care_case k ON k.person_id = p.id JOIN account a ON a.id = k.lead_account
    WHERE a.username = '${username}' AND k.state = 2 ORDER BY p.id`);
  return `/people/${rows[n].ref}/plan/edit/${section}`;
}

// Half an hour passes in every session, while the server rests.
async function sessionsEnd() {
  await server.kill();
  execFileSync('sqlite3', [path.join(server.data, 'trellis.db'),
    `UPDATE session SET seen_at = seen_at - ${LOCK_MS} WHERE ended_at IS NULL`]);
  await server.start();
}

async function signInHere(tab, nth = 0) {
  const { username, password } = accountOf('care_coordinator', nth);
  await tab.fill('#username', username);
  await tab.fill('#password', password);
  await tab.click('main button[type=submit]');
}

// A colleague who may write in somebody's record too.
async function letIn(record) {
  const colleague = await signedIn(server, 'care_coordinator', 1);
  const [, csrf] = /name="csrf" value="([^"]*)"/.exec(await colleague.page('/today'));
  const reason = 'Covering while a colleague is away';
  const answer = await colleague.post(`${record}/reason`, [['csrf', csrf], ['reason', reason]]);
  assert.equal(answer.status, 303);
  colleague.close();
}

// Waits until the page says so of what is typed.
async function said(tab, words) {
  const until = Date.now() + SAID_MS_MAX;
  for (let text; ; await sleep(100)) {
    text = await tab.textContent('.app-save');
    if (words.test(text)) return;
    assert.ok(Date.now() < until, `it says "${text}"`);
  }
}

for (const js of [true, false]) {
  const how = js ? 'with script' : 'without script';

  test(`the session ends while a part of the plan is typed: it opens again, ${how}`, async () => {
    const edit = editorOf(js ? 0 : 1, 'needs');
    const context = await contextOf(browser, server, 'care_coordinator', { js });
    const tab = await context.newPage();
    await tab.goto(at(edit));
    const typed = `Typed before the session ended, ${how} & <more>`;
    await tab.fill('#text', typed);
    await sessionsEnd();
    await tab.click('button[name=save][value=done]');
    assert.match(await tab.textContent('main'), /Nothing you typed was lost/);
    await signInHere(tab);
    if (new URL(tab.url()).pathname !== edit) await tab.goto(at(edit));
    assert.equal(await tab.inputValue('#text'), typed);
    const saved = rowsOf(server.data, `SELECT 1 FROM journal WHERE body LIKE '%${how} &%'`);
    assert.equal(saved.length, 0, 'it is typing, not yet part of the draft of the plan');
    await context.close();
  });
}

test('the session ends, typing goes on: who typed signs in again, and it is saved', async () => {
  const edit = editorOf(2, 'needs');
  await letIn(edit.split('/plan')[0]);
  const context = await contextOf(browser, server, 'care_coordinator');
  const tab = await context.newPage();
  await tab.goto(at(edit));
  await sessionsEnd();
  await tab.fill('#text', '');
  await tab.type('#text', 'Typed after the session ended');
  await said(tab, /^Not saved.*Sign in again in another tab/);
  const other = await context.newPage();
  await other.goto(at('/today'));
  await signInHere(other, 1); // a colleague at the same computer
  await tab.click('.app-save button');
  await sleep(SETTLE_MS);
  await said(tab, /^Not saved/);
  const { username } = accountOf('care_coordinator', 1);
  const theirs = rowsOf(server.data, `SELECT 1 FROM plan_typing t
    JOIN account a ON a.id = t.account_id WHERE a.username = '${username}'`);
  assert.equal(theirs.length, 0, 'it is not kept as what the colleague typed');
  await other.click('.nhsuk-header__account-button');
  await signInHere(other);
  await tab.click('.app-save button');
  await said(tab, /^Saved \d\d:\d\d/);
  await context.close();
  const again = await contextOf(browser, server, 'care_coordinator');
  const fresh = await again.newPage();
  await fresh.goto(at(edit));
  assert.equal(await fresh.inputValue('#text'), 'Typed after the session ended');
  await again.close();
});

// Types without a pause. Gives what stood there LOST_MS_MAX before the end, and all of it.
async function typeOn(tab, where) {
  await tab.fill(where, '');
  await tab.focus(where);
  const from = Date.now();
  const keys = [];
  const old = (now) => keys.filter((t) => t < now - LOST_MS_MAX).length;
  // On a busy machine keys come slowly: enough of them must be older than what may be lost.
  while (Date.now() - from < TYPING_MS || old(Date.now()) <= SURE_KEYS) {
    await tab.keyboard.type(WORDS[keys.length % WORDS.length], { delay: KEY_MS });
    keys.push(Date.now());
  }
  const all = keys.map((_, i) => WORDS[i % WORDS.length]).join('');
  return { all, old: (now) => all.slice(0, old(now)) };
}

async function assertKept(edit, field, typed, end) {
  const context = await contextOf(browser, server, 'care_coordinator');
  const tab = await context.newPage();
  await tab.goto(at(edit));
  const kept = await tab.inputValue(field);
  const sure = typed.old(end);
  assert.ok(sure.length >= SURE_KEYS, 'there was something older than what may be lost');
  assert.ok(kept.length >= sure.length && typed.all.startsWith(kept), `kept "${kept}"`);
  await context.close();
}

test('the server is killed while a goal is typed', async () => {
  const goals = editorOf(3, 'goals');
  const context = await contextOf(browser, server, 'care_coordinator');
  const tab = await context.newPage();
  await tab.goto(at(goals));
  await tab.click('button:text-is("Add a goal")');
  const edit = new URL(tab.url()).pathname;
  const typed = await typeOn(tab, '#words');
  await server.kill();
  const end = Date.now();
  await context.close();
  await server.start();
  await assertKept(edit, '#words', typed, end);
});

test('the browser is killed while a part of the plan is typed', async () => {
  const edit = editorOf(4, 'strengths');
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const own = await chromium.launchServer({ executablePath, args: FLAGS });
  const other = await chromium.connect(own.wsEndpoint());
  const context = await contextOf(other, server, 'care_coordinator');
  const tab = await context.newPage();
  await tab.goto(at(edit));
  const typed = await typeOn(tab, '#text');
  await own.kill();
  await assertKept(edit, '#text', typed, Date.now());
});

// ---- a file

const HEAD = 'NHS Number,Full Name,Date of Birth,Date,Code Term,Code,Value,Unit';

function nhsNumber(base) { // with its check digit; nothing when there is none
  const sum = [...base].reduce((all, digit, i) => all + Number(digit) * (10 - i), 0);
  const check = (11 - (sum % 11)) % 11;
  return check === 10 ? '' : base + check;
}

// An extract of people nobody knows yet, two facts each.
function extract(name) {
  const rows = [HEAD];
  let people = 0;
  for (let n = 0; rows.length < ROWS; n++) {
    const number = nhsNumber(String(600_000_000 + n));
    if (!number) continue;
    people++;
    rows.push(`${number},"SAMPLE${n}, Ada (Ms)",04-Feb-1948,02-Apr-2025,Lives alone,105529008,,`);
    rows.push(',,,03-Apr-2025,Systolic blood pressure,271649006,141,mmHg');
  }
  const file = path.join(scratch(), name);
  fs.writeFileSync(file, `${rows.join('\n')}\n`);
  return { file, people, events: rows.length - 1 };
}

for (const js of [true, false]) {
  test(`a file is sent, looked at and applied; the browser is closed, ${js}`, async () => {
    const name = `practice-${js}.csv`;
    const { file, people, events } = extract(name);
    const first = await contextOf(browser, server, 'pcn_manager', { js });
    const tab = await first.newPage();
    await tab.goto(at('/imports'));
    await tab.click('main a:text-is("A practice\'s extract")');
    await tab.setInputFiles('#file', file);
    await tab.selectOption('#practice', 'another');
    await tab.fill('#practice_other', js ? 'X26901' : 'X26902');
    await tab.click('main button:text-is("Send the file")');
    assert.match(await tab.textContent('main'), /Which column is what/);
    const where = new URL(tab.url()).pathname;
    await tab.click('main button:text-is("See what would happen")');
    await first.close(); // at once: the work goes on without anybody looking

    const second = await contextOf(browser, server, 'pcn_manager', { js });
    const back = await second.newPage();
    const until = Date.now() + JOB_MS_MAX;
    const shows = async (words) => {
      for (;;) {
        await back.goto(at(where));
        const text = (await back.textContent('main')).replace(/,(?=\d)/g, '');
        if (words.test(text)) return text;
        assert.ok(Date.now() < until, text.slice(0, 500));
        await sleep(100);
      }
    };
    await back.goto(at('/imports'));
    assert.ok((await back.textContent('main')).includes(name), 'it waits where it can be found');
    const looked = await shows(/What would happen/);
    const counts = js ? `${people} added` : `${people} changed`;
    assert.ok(looked.includes(counts), looked);
    await back.click('main button:text-is("Apply this import")');
    await second.close();

    const third = await contextOf(browser, server, 'pcn_manager', { js });
    const last = await third.newPage();
    for (;;) {
      await last.goto(at('/imports'));
      if (await last.locator(`tr:has-text("${name}"):has-text("Applied")`).count() > 0) break;
      assert.ok(Date.now() < until, 'applied');
      await sleep(100);
    }
    await last.click(`tr:has-text("${name}"):has-text("Applied") a`);
    const report = (await last.textContent('main')).replace(/,(?=\d)/g, '');
    assert.ok(report.includes(counts) && report.includes(`Coded events: ${events}`), report);
    third.seen.none();
    await third.close();
  });
}

// ---- signed in again in another tab, while a form stands open

async function signInAgainElsewhere(context) {
  const other = await context.newPage();
  await other.goto(at('/today'));
  await other.click('.nhsuk-header__account-button');
  await signInHere(other);
  await other.close();
}

const FORMS = [
  { what: 'a contact', page: 'contacts/new', field: 'done', action: 'contacts', kept: true },
  { what: 'a part of the plan', page: 'plan/edit/needs', field: 'text', action: 'plan/edit/needs',
    button: '[value=done]', kept: true },
  { what: 'details', page: 'details/edit', field: 'address', action: 'details', kept: true },
  { what: 'a task', page: 'tasks/new', field: 'what', action: 'tasks', kept: false },
];

for (const [n, form] of FORMS.entries()) {
  test(`signed in again in another tab, no script: ${form.what} is sent again`, async () => {
    const record = editorOf(3 + n, 'needs').split('/plan')[0];
    const context = await contextOf(browser, server, 'care_coordinator', { js: false });
    const tab = await context.newPage();
    await tab.goto(at(`${record}/${form.page}`));
    const send = tab.locator(
      `form[action="${record}/${form.action}"] button[type=submit]${form.button ?? ''}`).first();
    const typed = `Typed for ${form.what}, 12 Mill Lane & <b>more</b>`;
    await tab.fill(`[name=${form.field}]`, typed);
    await signInAgainElsewhere(context);
    const rows = () => rowsOf(server.data, 'SELECT COUNT(*) AS n FROM journal')[0].n;
    const before = rows();
    await send.click();
    assert.match(await tab.textContent('h1'), /You signed in again after this form was opened/);
    assert.match(await tab.textContent('main'), /Nothing you typed was lost/);
    assert.equal(rows(), before, 'nothing is written');
    if (form.kept) {
      await tab.click('main a[role=button]');
      assert.equal(new URL(tab.url()).pathname, `${record}/${form.page}`);
      assert.equal(await tab.inputValue(`[name=${form.field}]`), typed);
    } else {
      await tab.click('main form button');
      assert.equal(await tab.inputValue(`[name=${form.field}]`), typed);
      assert.match(await tab.textContent('main'), /Enter when/);
    }
    context.seen.none();
    await context.close();
  });
}

test('a form of another site makes no draft, whoever is signed in', async () => {
  const record = editorOf(8, 'needs').split('/plan')[0];
  const old = await signedIn(server, 'care_coordinator');
  const form = await old.form(`${record}/contacts/new`, `${record}/contacts`);
  const now = await signedIn(server, 'care_coordinator');
  const drafts = () => rowsOf(server.data, 'SELECT COUNT(*) AS n FROM draft')[0].n;
  const before = drafts();
  for (const site of ['cross-site', 'same-site']) {
    const answer = await now.post(form.action, form.fields, { 'sec-fetch-site': site });
    assert.equal(answer.status, 403);
    assert.doesNotMatch(answer.text, /You signed in again/);
  }
  const forged = form.fields.map(([name, value]) => [name, name === 'csrf' ? 'x' : value]);
  assert.equal((await now.post(form.action, forged)).status, 403);
  assert.equal(drafts(), before);
  assert.equal((await now.post(form.action, form.fields)).status, 403);
  assert.equal(drafts(), before + 1, 'the same form from our own page is kept');
  old.close();
  now.close();
});
