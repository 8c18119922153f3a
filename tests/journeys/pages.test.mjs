// pages.test.mjs -- every page that a role can reach by its links, looked at in a browser: by axe,
// for width, for titles, banners and addresses, and walked through by keyboard.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { contextOf, faultsOf, openBrowser, tooWide } from '../lib/browser.mjs';
import { accountOf, ROLES, rowsOf, serve, signedIn, sleep, stopWell } from '../lib/server.mjs';

const WIDTHS = [320, 390, 820, 1280]; // axe at the first and the last
const SAME_MAX = 1; // pages of one kind looked at for a role
const PAGES_MAX = 45; // for a role
const SETTLE_MS = 250; // the menu folds a moment after a change of width
const TABS_MAX = 30; // of a page's stops, from its top
// Roles whose pages are walked by keyboard: between them they see every kind of page.
const KEYBOARD = [
  'care_coordinator', 'administrator', 'pcn_manager', 'practice_staff', 'privacy_officer',
];

let server;
let browser;
let people; // { ref: { family, nhs_number, ... } }
let refs; // every reference in the store looks so

before(async () => {
  server = await serve();
  browser = await openBrowser();
  people = new Map(rowsOf(server.data, 'SELECT * FROM person').map((row) => [row.ref, row]));
  await stateReason();
  refs = /\/[0-9a-z]{20}(?=\/|$)/g;
});
after(async () => {
  await browser?.close();
  if (server) await stopWell(server);
});

// A reason that waits for the privacy officer, and is told to who leads the support.
async function stateReason() {
  const [{ ref }] = rowsOf(server.data, `SELECT p.ref FROM care_case k
    JOIN person p ON p.id = k.person_id JOIN account a ON a.id = k.lead_account
    WHERE a.role = 'care_coordinator' ORDER BY k.id LIMIT 1`);
  const client = await signedIn(server, 'link_worker');
  const [, csrf] = /name="csrf" value="([^"]*)"/.exec(await client.page(client.home));
  const fields = [['csrf', csrf], ['reason', 'Covering for a colleague'], ['back', '']];
  assert.equal((await client.post(`/people/${ref}/reason`, fields)).status, 303);
  client.close();
}

const spaced = (number) => String(number).replace(/^(...)(...)(....)$/, '$1 $2 $3');

// Pages of one kind have the same address but for references, keys, numbers and the query.
const kindOf = (url) =>
  new URL(url, server.url).pathname.replace(refs, '/:ref').replace(/\/\d+(?=\/|$)/g, '/:n')
    .replace(/^\/(cohorts|cohort-figures|equity|code-sets)\/[^/]+/, '/$1/:key')
    .replace(/^\/equity\/:key\/[^/]+$/, '/equity/:key/:dimension');

const linksOf = (tab) =>
  tab.$$eval('a[href]', (all) => all.map((a) => a.href.split('#')[0]));

// Walks the links of a role from its home, nearest first. Gives the addresses of one page a kind.
async function crawl(context) {
  const tab = await context.newPage();
  const queue = [context.home];
  const seen = new Map();
  const all = new Set();
  const tried = new Set();
  while (queue.length > 0 && tried.size < PAGES_MAX) {
    const at = queue.shift();
    const kind = kindOf(at);
    if ((seen.get(kind) ?? []).length >= SAME_MAX || tried.has(at)) continue;
    tried.add(at);
    const answer = await tab.request.get(new URL(at, server.url).href, { maxRedirects: 0 });
    const type = answer.headers()['content-type'] ?? '';
    if (answer.status() === 303) {
      queue.push(answer.headers().location);
      continue;
    }
    assert.equal(answer.status(), 200, `${at} is linked and answers`);
    if (!type.startsWith('text/html')) {
      seen.set(kind, seen.get(kind) ?? []);
      continue;
    }
    seen.set(kind, [...(seen.get(kind) ?? []), at]);
    await tab.setContent('<p>');
    await tab.goto(new URL(at, server.url).href);
    for (const link of await linksOf(tab)) {
      if (!link.startsWith(`${server.url}/`)) continue;
      all.add(link);
      queue.push(link.slice(server.url.length));
    }
  }
  await tab.close();
  return { pages: [...seen.values()].flat(), links: [...all] };
}

// What is personal must not be in an address: names, numbers, dates of birth.
function assertSilent(text, where, row) {
  const lower = decodeURIComponent(text).toLowerCase();
  const digits = lower.replace(/[ -]/g, '');
  for (const mark of [row.family, row.given].filter((name) => name.length > 3)) {
    assert.ok(!new RegExp(`\\b${mark.toLowerCase()}\\b`).test(lower), `${where} names ${mark}`);
  }
  assert.ok(!digits.includes(String(row.nhs_number)), `${where} has an NHS number`);
}

async function lookAt(tab, at) {
  await tab.setViewportSize({ width: WIDTHS.at(-1), height: 900 });
  const answer = await tab.goto(new URL(at, server.url).href);
  assert.equal(answer.status(), 200, at);
  const about = await tab.evaluate(() => ({
    title: document.title,
    banners: document.querySelectorAll('.app-banner').length,
    paper: document.body.matches('[class*=print], [class*=paper]'),
    h1: document.querySelectorAll('h1').length,
    lang: document.documentElement.lang,
    people: new Set([...document.querySelectorAll('main a[href^="/people/"]')]
      .map((a) => a.pathname.split('/')[2])).size,
  }));
  assert.ok(about.title.length > 3 && about.lang === 'en-GB', at);
  assert.equal(about.h1, 1, at);
  const of = /^\/people\/([0-9a-z]{20})/.exec(new URL(at, server.url).pathname)?.[1];
  if (of && people.has(of)) {
    if (!about.paper) assert.equal(about.banners, 1, `${at}: a banner on a page about one person`);
    assertSilent(about.title, `the title of ${at}`, people.get(of));
  } else {
    assert.equal(about.banners, 0, `${at}: no banner on a page about many`);
  }
  assert.doesNotMatch(about.title, /\d{3} ?\d{3} ?\d{4}/, at);
}

async function axeAt(tab, at) {
  // What is folded away is not judged: a link in the banner was dark on dark, and nobody saw it.
  await tab.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
  return faultsOf(tab, `${at} at ${tab.viewportSize().width}`);
}

// What a page is made of: each element with its class, role, state and the element around it.
const partsOf = (tab) => tab.evaluate(() => {
  const name = (e) => `${e.localName}.${e.getAttribute('class') ?? ''}`;
  const about = (e) => [...e.attributes].map((a) => a.name)
    .filter((a) => /^(aria|role|type|disabled|hidden|tabindex|for|scope)/.test(a)).join(' ');
  const all = [...document.querySelectorAll('body *')].filter((e) => !e.closest('svg *'));
  return [...new Set(all.map((e) => `${name(e.parentElement)} > ${name(e)} ${about(e)}`))];
});

// Parts that axe has judged, by width and by whether the page's script ran. Another page or role
// whose parts were all judged is not judged again.
const judged = new Map();

async function isNew(tab, how) {
  const seen = judged.get(how) ?? judged.set(how, new Set()).get(how);
  const fresh = (await partsOf(tab)).filter((part) => !seen.has(part));
  fresh.forEach((part) => seen.add(part));
  return fresh.length > 0;
}

async function fits(tab, at, width) {
  await tab.setViewportSize({ width, height: 900 });
  if (await tooWide(tab)) await sleep(SETTLE_MS);
  const over = await tooWide(tab);
  return over ? [`${at} at ${width}: ${over}`] : [];
}

async function judge(context, pages) {
  const tab = await context.newPage();
  const wrong = [];
  for (const at of pages) {
    await lookAt(tab, at);
    for (const width of WIDTHS) {
      wrong.push(...await fits(tab, at, width));
      const ends = width === WIDTHS[0] || width === WIDTHS.at(-1);
      if (ends && await isNew(tab, `${width}`)) wrong.push(...await axeAt(tab, at));
    }
  }
  await tab.close();
  return wrong;
}

// The same without the page's script: its file comes empty, so that axe itself can still run.
async function judgeWithoutScript(context, pages) {
  await context.route(/\/assets\/app-[0-9a-f]+\.js$/, (route) =>
    route.fulfill({ contentType: 'text/javascript', body: '' }));
  const tab = await context.newPage();
  const wrong = [];
  for (const at of pages.filter((page) => !plain.has(kindOf(page)))) {
    plain.add(kindOf(at));
    await tab.goto(new URL(at, server.url).href);
    const ran = await tab.evaluate(() => document.body.matches('.nhsuk-frontend-supported'));
    assert.equal(ran, false, 'the script did not run');
    for (const width of [...WIDTHS].reverse()) wrong.push(...await fits(tab, at, width));
    if (await isNew(tab, 'without script')) wrong.push(...await axeAt(tab, at)); // at the narrowest
  }
  await tab.close();
  return wrong.map((what) => `without script: ${what}`);
}

const plain = new Set(); // kinds of page that were looked at without script
const found = {}; // role -> pages

for (const role of ROLES) {
  test(`${role}: every page is accessible, fits, and says who it is about`, async (t) => {
    const context = await contextOf(browser, server, role);
    const { pages, links } = await crawl(context);
    found[role] = pages;
    t.diagnostic(`${pages.length} kinds of page: ${pages.map(kindOf).join(' ')}`);
    const wrong = await judge(context, pages);
    assert.deepEqual(wrong, [], wrong.join('\n'));
    for (const link of links) {
      const ref = /\/people\/([0-9a-z]{20})/.exec(link)?.[1];
      assertSilent(link.slice(server.url.length), link, people.get(ref) ?? [...people.values()][0]);
      assert.doesNotMatch(link.slice(server.url.length), /\b(19|20)\d\d-\d\d-\d\d\b.*born|9\d{9}/);
    }
    const without = await judgeWithoutScript(context, pages);
    assert.deepEqual(without, [], without.join('\n'));
    context.seen.none();
    await context.close();
  });
}

test('every kind of page about a person is among them', () => {
  const kinds = new Set(Object.values(found).flat().map(kindOf));
  const wanted = [
    '', '/plan', '/timeline', '/tasks', '/details', '/seen', '/case', '/contacts/new',
  ];
  const missing = wanted.filter((part) => !kinds.has(`/people/:ref${part}`));
  assert.deepEqual(missing, [], [...kinds].join(' '));
});

test('the banner of a protected record, unfolded, can be read', async () => {
  const { username } = accountOf('care_coordinator');
  const [lead] = rowsOf(server.data, `SELECT id, name FROM account WHERE username = '${username}'`);
  const [{ ref }] = rowsOf(server.data, `SELECT p.ref FROM care_case k
    JOIN person p ON p.id = k.person_id WHERE k.lead_account = ${lead.id} AND k.state <= 2
    AND p.restricted = 0 ORDER BY k.id LIMIT 1`);
  const client = await signedIn(server, 'care_coordinator');
  const edit = `/people/${ref}/details/edit`;
  const form = await client.form(edit, `/people/${ref}/details`);
  const answer = await client.post(form.action, [...form.fields, ['restricted', '1']]);
  assert.equal(answer.status, 303, answer.text);
  client.close();
  const context = await contextOf(browser, server, 'care_coordinator');
  const tab = await context.newPage();
  await tab.goto(new URL(`/people/${ref}`, server.url).href);
  assert.equal(await tab.locator('.app-banner a[href$="/address"]').count(), 1);
  assert.deepEqual(await axeAt(tab, `/people/${ref}`), []);
  await context.close();
});

test('pages for nobody in particular too: signing in, help, accessibility, privacy', async () => {
  const context = await contextOf(browser, server, null);
  const wrong = await judge(context, ['/sign-in', '/help', '/accessibility', '/privacy']);
  assert.deepEqual(wrong, []);
  const without = await judgeWithoutScript(context, ['/sign-in', '/help']);
  assert.deepEqual(without, [], without.join('\n'));
  context.seen.none();
  await context.close();
});

// ---- by keyboard

// Where the focus is: can it be seen, is it on the screen, does something lie over it?
const focusNow = (tab) => tab.evaluate(() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const tabbed = document.querySelectorAll('[data-tabbed]').length;
  if (!at.dataset.tabbed) at.dataset.tabbed = String(tabbed + 1);
  const box = at.getBoundingClientRect();
  const style = getComputedStyle(at);
  const label = at.labels?.[0] && getComputedStyle(at.labels[0], '::before');
  const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
  const y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
  const top = document.elementFromPoint(x, y);
  const ring = (s) => s && ((s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) ||
    s.boxShadow !== 'none');
  return {
    what: at.outerHTML.slice(0, 140),
    id: at.dataset.tabbed,
    shown: ring(style) || ring(label) || style.backgroundColor === 'rgb(255, 235, 59)',
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth &&
      box.width > 0 && box.height > 0,
    uncovered: Boolean(top) && (at.contains(top) || top.contains(at) ||
      [...(at.labels ?? [])].some((l) => l.contains(top))),
  };
});

async function walk(tab, at, width) {
  await tab.setViewportSize({ width, height: 700 });
  await tab.goto(new URL(at, server.url).href);
  const wrong = [];
  const seen = new Set();
  for (let i = 0; i < TABS_MAX; i++) {
    await tab.keyboard.press('Tab');
    const focus = await focusNow(tab);
    if (!focus || seen.has(focus.id)) break;
    seen.add(focus.id);
    for (const how of ['shown', 'inside', 'uncovered']) {
      if (!focus[how]) wrong.push(`${at} at ${width}: focus is not ${how}: ${focus.what}`);
    }
  }
  if (seen.size < 2) wrong.push(`${at} at ${width}: only ${seen.size} stops`);
  return wrong;
}

const walked = new Set();

for (const role of KEYBOARD) {
  test(`${role}: by Tab alone every stop is seen and not covered`, async () => {
    const context = await contextOf(browser, server, role);
    const tab = await context.newPage();
    const wrong = [];
    for (const at of (found[role] ?? []).filter((page) => !/print/.test(page))) {
      if (walked.has(kindOf(at))) continue;
      walked.add(kindOf(at));
      wrong.push(...await walk(tab, at, walked.size % 2 === 0 ? 320 : 1280));
    }
    assert.deepEqual(wrong, [], wrong.join('\n'));
    await context.close();
  });
}
