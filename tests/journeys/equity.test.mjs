// equity.test.mjs -- who is reached, looked at in Chromium: made, compared, by keyboard, without
// JavaScript, on narrow screens.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { clean, contextOf, openBrowser, tooWide } from '../lib/browser.mjs';
import { serve, signedIn, stopWell } from '../lib/server.mjs';

const WIDTHS = [320, 390, 820, 1280];
const PAGES = [
  '/equity', '/equity/population', '/equity/caseload',
  '/equity/caseload?stage=accepted&compare=before',
  '/equity/long-term-conditions-no-plan?compare=frail',
  '/equity/long-term-conditions-no-plan?compare=carers',
  '/equity/long-term-conditions-no-plan/ethnicity',
  '/equity/long-term-conditions-no-plan?compare=as-they-are',
  '/equity/long-term-conditions-no-plan/practice',
  '/reports/reported', '/reports/reported/2026-10',
];
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

for (const js of [true, false]) {
  const how = js ? 'with' : 'without';
  test(`from the menu to one group's stages, by keyboard, ${how} JavaScript`, async () => {
    const context = await contextOf(browser, server, 'pcn_manager', { js });
    const tab = await context.newPage();
    await tab.goto(server.url + context.home);
    await tab.getByRole('link', { name: 'Reports', exact: true }).first().focus();
    await tab.keyboard.press('Enter');
    await tab.waitForURL(/\/reports$/);
    await tab.getByRole('link', { name: 'Who is reached', exact: true }).focus();
    await tab.keyboard.press('Enter');
    await tab.waitForURL(/\/equity$/);
    await tab.getByRole('link', { name: 'The caseload' }).focus();
    await tab.keyboard.press('Enter');
    await tab.waitForURL(/\/equity\/caseload$/);
    assert.match(
      await tab.textContent('h2 >> nth=0'),
      /Offered support \(\d+\) beside everybody of the same age and sex/,
    );
    await tab.selectOption('#stage', 'accepted');
    await tab.selectOption('#compare', 'before');
    await tab.getByRole('button', { name: 'Apply' }).focus();
    await tab.keyboard.press('Enter');
    await tab.waitForURL(/stage=accepted/);
    assert.match(
      await tab.textContent('h2 >> nth=0'), /Accepted \(\d+\) beside those offered support/,
    );
    const chart = tab.getByRole('img', { name: /expected, by Deprivation fifth/ });
    assert.equal(await chart.count(), 1);
    assert.match(await chart.locator('[id$="-d"]').textContent(), /1, most deprived: ratio /);
    await tab.getByRole('link', { name: 'Each stage by Deprivation fifth' }).focus();
    await tab.keyboard.press('Enter');
    await tab.waitForURL(/\/equity\/caseload\/deprivation\?compare=as-they-are$/);
    const rows = await tab.locator('tbody tr').count();
    assert.equal(rows, 5); // registered, offered, accepted, plan, goal
    await context.close();
  });
}

for (const js of [true, false]) {
  const how = js ? 'with' : 'without';
  test(`age and sex are adjusted for and not, by one link, ${how} JavaScript`, async () => {
    const context = await contextOf(browser, server, 'pcn_manager', { js });
    const tab = await context.newPage();
    await tab.goto(`${server.url}/equity/long-term-conditions-no-plan`);
    assert.match(await tab.textContent('h2 >> nth=0'), /beside everybody of the same age and sex/);
    assert.equal(await tab.inputValue('#compare'), 'same-age-sex');
    assert.equal(await tab.getByRole('heading', { name: 'Age', exact: true }).count(), 0);
    assert.match(await tab.textContent('main'), /indirect standardisation/);
    await tab.getByRole('link', { name: 'Compare people as they are' }).click();
    await tab.waitForURL(/compare=as-they-are/);
    assert.match(await tab.textContent('h2 >> nth=0'), /beside adults/);
    assert.equal(await tab.getByRole('heading', { name: 'Age', exact: true }).count(), 1);
    await tab.getByRole('link', { name: 'Each stage by Age' }).click(); // the choice stays
    await tab.getByRole('link', { name: 'Back to the figures' }).click();
    assert.match(await tab.textContent('h2 >> nth=0'), /beside adults/);
    await tab.getByRole('link', { name: 'All figures' }).click();
    await tab.getByRole('link', { name: 'The caseload' }).click();
    await tab.waitForURL(/compare=as-they-are/);
    assert.match(await tab.textContent('h2 >> nth=0'), /beside adults/);
    await tab.getByRole('link', { name: 'Adjust for age and sex' }).click();
    await tab.waitForURL(/compare=same-age-sex/);
    assert.match(await tab.textContent('h2 >> nth=0'), /beside everybody of the same age and sex/);
    await context.close();
  });

  test(`a month is kept as reported, by keyboard, ${how} JavaScript`, async () => {
    const context = await contextOf(browser, server, 'care_coordinator', { js });
    const tab = await context.newPage();
    await tab.goto(`${server.url}/reports`);
    await tab.getByRole('link', { name: 'As reported', exact: true }).focus();
    await tab.keyboard.press('Enter');
    await tab.waitForURL(/\/reports\/reported$/);
    const month = js ? '2026-03' : '2026-02';
    await tab.selectOption('#month', month);
    await tab.getByRole('button', { name: 'Keep the numbers of this month' }).focus();
    await tab.keyboard.press('Enter');
    await tab.waitForURL(new RegExp(`reported/${month}$`));
    assert.match(await tab.textContent('main'), /As reported on .* by .*Codes as at/);
    assert.match(await tab.textContent('main'), /no change/);
    await tab.goto(`${server.url}/reports/reported`);
    assert.equal(await tab.locator(`#month option[value="${month}"]`).count(), 0);
    await context.close();
  });
}

// What a reader of figures sees of the reports are pages of their own: months as they were kept.
const FIGURES = ['/reports', '/reports?month=2020-01', '/reports/line?line=active',
  '/reports/impact', '/reports/reported/2026-10', '/cohort-figures',
  '/cohort-figures/frailty-repeat-admissions', '/campaign-figures', '/gap-figures',
  '/value-figures', '/code-sets', '/code-sets/efi-falls'];

for (const [role, pages] of [['gp_supervisor', PAGES], ['pcn_manager', FIGURES]]) {
  test(`every page is clean and fits at every width, ${role}`, () => looksGood(role, pages));
}

async function looksGood(role, pages) {
  const context = await contextOf(browser, server, role);
  const tab = await context.newPage();
  for (const where of pages) {
    for (const width of WIDTHS) {
      await tab.setViewportSize({ width, height: 900 });
      const answer = await tab.goto(server.url + where);
      assert.equal(answer.status(), 200, where);
      assert.equal(await tooWide(tab), '', `${where} at ${width}`);
      if (width === 320 || width === 1280) await clean(tab, `${where} at ${width}`);
    }
  }
  await context.close();
}

test('a month is made once: the second press gets a sentence and keeps what there is', async () => {
  const client = await signedIn(server, 'pcn_manager');
  const page = await client.page('/equity');
  assert.doesNotMatch(page, /Make the figures of/); // the demonstration's are of this month
  const [, csrf] = /name="csrf" value="([^"]*)"/.exec(page);
  const again = await client.post('/equity/releases', [['csrf', csrf]]);
  assert.equal(again.status, 422);
  assert.match(again.text, /figures were made already/);
  assert.match(again.text, /The caseload/);
  client.close();
});

test('deciles are named by their release, on the page of each stage and in the file', async () => {
  const client = await signedIn(server, 'pcn_manager');
  const release = /Index of Multiple Deprivation 20\d\d/;
  assert.match(await client.page('/equity/caseload/deprivation'), release);
  assert.doesNotMatch(await client.page('/equity/caseload/sex'), release);
  const { text } = await client.get('/equity/caseload/figures.csv');
  const [head, ...rows] = text.trim().split('\r\n');
  assert.match(head, /,Deciles of,Left out$/);
  const area = rows.filter((row) => /,Deprivation/.test(row));
  assert.ok(area.length > 0 && area.every((row) => release.test(row)), area[0]);
  assert.ok(rows.every((row) => /opted out of uses of their record/.test(row)), rows[0]);
  client.close();
});

test('what is not there is not found, whoever asks', async () => {
  const client = await signedIn(server, 'care_coordinator');
  for (const where of [
    '/equity/no-such', '/equity/carers?compare=no-such', '/equity/carers?release=no-such',
    '/equity/carers/no-such', '/equity/no-such/figures.csv',
  ]) assert.equal((await client.get(where)).status, 404, where);
  client.close();
  const worker = await signedIn(server, 'link_worker');
  assert.equal((await worker.get('/equity')).status, 404);
  worker.close();
});
