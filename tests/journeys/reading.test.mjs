// reading.test.mjs -- what axe does not ask: enlarged pages, the reader's own colours, where the
// focus shows, titles that tell pages apart.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { contextOf, openBrowser, tooWide } from '../lib/browser.mjs';
import { serve, stopWell } from '../lib/server.mjs';

const ENLARGED = { width: 320, height: 256 }; // a screen of 1280 by 1024 at 400 %
const SPACING = `* { line-height: 1.5 !important; letter-spacing: .12em !important;
  word-spacing: .16em !important } p { margin-bottom: 2em !important }`; // WCAG 1.4.12

let server;
let browser;
let context;
let tab;
let person;
let goal; // the page of a goal being written

before(async () => {
  server = await serve();
  browser = await openBrowser();
  context = await contextOf(browser, server, 'care_coordinator');
  tab = await context.newPage();
  await tab.goto(`${server.url}/caseload`);
  person = await tab.getAttribute('.app-person__name', 'href');
  await open(`${person}/plan/edit/goals`);
  await tab.click('main a:has-text("Edit") >> nth=0');
  goal = new URL(tab.url()).pathname;
});
after(async () => {
  context?.seen.none();
  await browser?.close();
  if (server) await stopWell(server);
});

const open = (path) => tab.goto(server.url + path);
const styleOf = (selector, what) =>
  tab.$eval(selector, (e, name) => getComputedStyle(e)[name], what);
const apart = async (one, other, what) =>
  assert.notEqual(await styleOf(one, what), await styleOf(other, what), `${one}: ${what}`);

test('on an enlarged page the banner scrolls away, on a wide one it stays', async () => {
  await open(person);
  assert.equal(await styleOf('.app-banner', 'position'), 'sticky');
  for (const size of [ENLARGED, { width: 1280, height: 400 }]) {
    await tab.setViewportSize(size);
    assert.equal(await styleOf('.app-banner', 'position'), 'static', `${size.width}`);
  }
  await tab.setViewportSize({ width: 1280, height: 900 });
});

test("the reader's own spacing makes no page wider than a phone", async () => {
  await tab.setViewportSize(ENLARGED);
  const wide = [];
  for (const path of ['/today', '/caseload', person, `${person}/timeline`, goal]) {
    await open(path);
    await tab.evaluate((css) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      document.adoptedStyleSheets = [sheet];
    }, SPACING);
    const over = await tooWide(tab);
    if (over) wide.push(`${path}: ${over}`);
  }
  assert.deepEqual(wide, []);
  await tab.setViewportSize({ width: 1280, height: 900 });
});

test("with the reader's own colours what is chosen and where one is still shows", async () => {
  await tab.emulateMedia({ forcedColors: 'active' });
  await open(goal);
  await tab.check('.app-scale input >> nth=3', { force: true });
  await apart('.app-scale input:checked + label', '.app-scale input:not(:checked) + label',
    'backgroundColor');
  await apart('.app-subnav a[aria-current]', '.app-subnav a:not([aria-current])',
    'backgroundColor');
  await apart('.app-steps [aria-current]', '.app-steps a:not([aria-current])',
    'backgroundColor');
  await tab.focus('.app-steps a');
  assert.equal(await styleOf('.app-steps a:focus', 'outlineStyle'), 'solid');
  await tab.emulateMedia({ forcedColors: 'none' });
});

test('the ring of the focus is dark on white, not yellow alone', async () => {
  await open(goal);
  await tab.focus('.app-scale input');
  assert.equal(await styleOf('.app-scale input:focus + label', 'outlineColor'), 'rgb(33, 43, 50)');
  await open(`${person}/contacts/new`);
  await tab.focus('.app-check input');
  assert.equal(await styleOf('.app-check input:focus', 'outlineColor'), 'rgb(33, 43, 50)');
});

test('pages of a plan and of tasks are told apart by their titles', async () => {
  const titles = [];
  for (const path of ['', '/edit/about', '/edit/matters', '/edit/goals', '/agree']) {
    await open(`${person}/plan${path}`);
    titles.push(await tab.title());
  }
  await open(`${person}/tasks/new`);
  titles.push(await tab.title());
  assert.equal(new Set(titles).size, titles.length, titles.join('\n'));
  assert.match(titles.at(-1), /^Add a task, /);
  assert.match(titles.at(-2), /^Agree the plan, /);
});

test('the link to a note says which, and a date of review says that it is one', async () => {
  await open(person);
  const notes = await tab.$$eval('a', (all) =>
    all.map((a) => a.textContent).filter((text) => text.startsWith('Read note')));
  assert.ok(notes.length > 0);
  for (const text of notes) assert.match(text, /^Read note: .+, \d+ [A-Z]\w+ 20\d\d$/);
  const review = await tab.textContent('section[aria-labelledby=wm] .app-due');
  // Shown short and read in full, both with the word.
  assert.ok(review.split('Review').length > 2 || /Review: (\d|To)/.test(review), review);
});
