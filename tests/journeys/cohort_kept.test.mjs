// cohort_kept.test.mjs -- a definition from elsewhere: taken in, published, compared, passed on.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { clean, contextOf, openBrowser, tooWide } from '../lib/browser.mjs';
import { serve, signedIn, sleep, stopWell } from '../lib/server.mjs';

const WIDTHS = [320, 390, 820, 1280];
let server;
let browser;
before(async () => {
  server = await serve();
  browser = await openBrowser();
  const client = await signedIn(server, 'care_coordinator');
  for (let i = 0; i < 600; i++) { // until the columns are there
    if (!/being read/.test(await client.page('/cohorts'))) break;
    await sleep(100);
  }
  client.close();
});
after(async () => {
  await browser?.close();
  if (server) await stopWell(server);
});

const textOf = (key, rule) => `cohort ${key}
name Cohort ${key}
purpose Support carers who are old
owner Priya Nair
offer plan
review 2020-01-31

all
  cohort carers
  ${rule}
`;

// As it stands now: widths, and axe at the narrowest and the widest.
async function looked(tab) {
  for (const width of WIDTHS) {
    await tab.setViewportSize({ width, height: 800 });
    await sleep(250);
    assert.equal(await tooWide(tab), '', `${tab.url()} at ${width}`);
    if (width !== 320 && width !== 1280) continue;
    await clean(tab, `${tab.url()} at ${width}`);
  }
}

async function walk(key, options) {
  const context = await contextOf(browser, server, 'care_coordinator', options);
  const scripts = options.js !== false;
  const tab = await context.newPage();
  await tab.goto(`${server.url}/cohorts`);
  await tab.click('text=Take one from a file');
  if (scripts) await looked(tab);
  await tab.fill('#text', textOf(key, 'age at leest 65'));
  await tab.click('text=Keep as a draft');
  assert.match(await tab.textContent('#text-error'), /line 10, column 10: .*did you mean least\?/);
  if (scripts) await looked(tab);
  const file = path.join(server.data, `${key}.cohort`);
  writeFileSync(file, textOf(key, 'age at least 65'));
  await tab.fill('#text', '');
  await tab.setInputFiles('#file', file);
  await tab.click('text=Keep as a draft');
  assert.match(tab.url(), new RegExp(`/cohorts/${key}/definition$`));
  assert.match(await tab.textContent('main'), /Draft.*Review date past/s);
  if (scripts) await looked(tab);

  const other = await signedIn(server, 'gp_supervisor');
  assert.equal((await other.get(`/cohorts/${key}`)).status, 404);
  await tab.click('button:has-text("Publish")');
  assert.match(await tab.textContent('main'), /Published/);
  assert.equal((await other.get(`/cohorts/${key}`)).status, 200);
  other.close();

  await tab.goto(`${server.url}/cohorts`);
  assert.match(await tab.textContent('main'), new RegExp(`Cohort ${key}`));
  if (scripts) await looked(tab);
  await tab.click('text=Compare two');
  await tab.selectOption('#a', 'carers');
  await tab.selectOption('#b', key);
  await tab.click('button:has-text("Compare")');
  const found = await tab.textContent('main');
  const [, onlyA, both, onlyB] =
    /(\d+) only in "Carers", (\d+) in both, (\d+) only in/.exec(found);
  assert.ok(Number(onlyA) > 0 && onlyB === '0', found);
  const why = await tab.locator('section[aria-label=People] td ul').first().textContent();
  assert.match(why, /Carer:[^]*Aged \d+/); // of both, and what both say once
  assert.equal(why.match(/Carer:/g).length, 1, why);
  if (scripts) await looked(tab);
  await tab.goto(`${server.url}/cohorts/${key}`);
  assert.equal((await tab.textContent('.app-bigcount')).trim(), both);
  await tab.click('text=Who is reached and who is missed'); // newer than the month's figures
  assert.match(tab.url(), /\/equity$/);
  assert.match(await tab.textContent('main'), /no figures of this cohort yet/);
  await tab.goBack();
  await tab.click('text=Definition and versions');
  await tab.click('text=Withdraw this cohort');
  assert.match(await tab.textContent('main'), /Nothing is lost/); // it asks first
  if (scripts) await looked(tab);
  await tab.click('button:has-text("Withdraw")');
  assert.match(await tab.textContent('main'), /Withdrawn/);
  assert.equal((await tab.goto(`${server.url}/cohorts/${key}`)).status(), 404);
  await tab.goto(`${server.url}/cohorts`);
  await tab.click('text=Withdrawn cohorts of yours');
  if (scripts) await looked(tab);
  await tab.click(`details a:has-text("Cohort ${key}")`);
  await tab.click('button:has-text("Bring it back")');
  assert.match(await tab.textContent('main'), /Published/);
  assert.equal((await tab.goto(`${server.url}/cohorts/${key}`)).status(), 200);
  await context.close();
}

test('with script', () => walk('older-one', {}));
test('without script', () => walk('older-two', { js: false }));

test('a draft that nobody named says so where it is published, and is named first', async () => {
  const context = await contextOf(browser, server, 'care_coordinator');
  const tab = await context.newPage();
  await tab.goto(`${server.url}/cohorts/import`);
  const text = textOf('unnamed', 'age at least 70').replace('Cohort unnamed', 'New cohort');
  await tab.fill('#text', text);
  await tab.click('text=Keep as a draft');
  assert.match(tab.url(), /\/cohorts\/unnamed\/definition$/);
  assert.equal(await tab.locator('button:has-text("Publish")').count(), 0);
  await looked(tab);
  await tab.click('text=Give it a name');
  await tab.click('text=Name, purpose and offer');
  await tab.fill('#name', 'Carers past 70');
  await tab.click('button:has-text("Save for me only")');
  await tab.goto(`${server.url}/cohorts/unnamed/definition`);
  await tab.click('button:has-text("Publish")');
  assert.match(await tab.textContent('main'), /Published/);
  await context.close();
});

test('a file goes out as it came in, and as FHIR', async () => {
  const client = await signedIn(server, 'care_coordinator');
  const text = await client.get('/cohorts/carers/definition.cohort');
  assert.match(text.headers['content-disposition'], /carers\.cohort/);
  assert.equal(text.text, readFileSync('assets/cohorts/carers.cohort', 'utf8'));
  const json = await client.get('/cohorts/carers/definition.json');
  assert.equal(JSON.parse(json.text).cohort, 'carers');
  const group = await client.get('/cohorts/carers/group.json');
  assert.equal(JSON.parse(group.text).resourceType, 'Group');
  assert.match(group.headers['content-type'], /application\/fhir\+json/);
  const cql = await client.get('/cohorts/carers/definition.cql');
  assert.match(cql.headers['content-disposition'], /carers\.cql/);
  assert.match(cql.text, /^library /m);
  client.close();
});

test('what is no definition is said beside the field that it came by', async () => {
  const context = await contextOf(browser, server, 'care_coordinator', {});
  const tab = await context.newPage();
  await tab.goto(`${server.url}/cohorts/import`);
  const file = path.join(server.data, 'picture.cohort');
  writeFileSync(file, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]));
  await tab.setInputFiles('#file', file);
  await tab.click('text=Keep as a draft');
  assert.match(await tab.textContent('#file-error'), /not text/);
  assert.equal(await tab.locator('#text-error').count(), 0);
  assert.equal(await tab.locator('.nhsuk-error-summary a').getAttribute('href'), '#file');
  await looked(tab);
  await context.close();
});

test('all on a page are selected, and how many is said, with and without script', async () => {
  for (const js of [true, false]) {
    const context = await contextOf(browser, server, 'care_coordinator', { js });
    const tab = await context.newPage();
    await tab.goto(`${server.url}/cohorts/long-term-conditions-no-plan`);
    const first = await tab.locator('.app-person__name').first().boundingBox();
    if (js) assert.ok(first.y + first.height < 720, `people are seen at once: ${first.y}`);
    await tab.click('text=Select all on this page');
    assert.equal(await tab.locator('input[name=person]:not(:checked)').count(), 0);
    assert.match(await tab.textContent('[data-picked]'), /^\d+ people .*selected/);
    if (js) {
      await tab.locator('input[name=person]').first().uncheck();
      assert.match(await tab.textContent('[data-picked]'), /^\d+ people on this page selected/);
      assert.equal((await tab.textContent('[data-pick]')).trim(), 'Select all on this page');
      await looked(tab);
    }
    await context.close();
  }
});

test('a person is asked of every cohort, and the answers are those of the lists', async () => {
  const context = await contextOf(browser, server, 'care_coordinator', {});
  const tab = await context.newPage();
  await tab.goto(`${server.url}/caseload`);
  await tab.locator('a.app-person__name').first().click();
  await tab.click('text=and why not the others');
  assert.match(tab.url(), /\/people\/[0-9a-z]{20}\/cohorts$/);
  const rows = await tab.locator('table tbody tr').allTextContents();
  assert.ok(rows.length >= 6);
  for (const row of rows) assert.match(row, /Listed|Left out|Not in it/);
  assert.match(rows.join(' '), /Left out of the list: Already|rules? (is|are) not met/);
  await looked(tab);
  await tab.locator('table a.app-person__name').first().click();
  assert.match(tab.url(), /why-not/);
  await tab.click('text=All cohorts, asked of this person');
  assert.match(tab.url(), /\/people\/[0-9a-z]{20}\/cohorts$/);
  context.seen.none();
  await context.close();
});

test('who may not write definitions, or not see who, finds no page', async () => {
  const pages = ['/cohorts/import', '/cohorts/carers/definition', '/cohorts/compare'];
  const wanted = { pcn_manager: [200, 200, 403], link_worker: [403, 403, 403] };
  for (const [role, statuses] of Object.entries(wanted)) {
    const client = await signedIn(server, role);
    for (const [i, where] of pages.entries()) {
      const { status } = await client.get(where);
      const refused = [403, 404].includes(status);
      assert.equal(refused, statuses[i] === 403, `${role} ${where}: ${status}`);
    }
    client.close();
  }
});
