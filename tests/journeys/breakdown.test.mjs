// breakdown.test.mjs -- values by group in Chromium: from a cohort to the people behind a number,
// by keyboard, with and without JavaScript, on narrow screens; its file; and who may not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { clean, contextOf, openBrowser, tooWide } from '../lib/browser.mjs';
import { serve, signedIn, stopWell } from '../lib/server.mjs';

const WIDTHS = [320, 390, 820, 1280];
const CONTROL = '/breakdown?value=systolic-bp&target=at-most&than=140&by=fifth&and=ethnic-group';
const PAGES = [
  '/breakdown', CONTROL, '/breakdown?by=ethnic-category&within=ever',
  '/breakdown?target=at-most&than=many&at=soon',
  CONTROL.replace('?', '/people?') + '&who=missed',
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

const numberIn = (said) => Number(/[\d,]+/.exec(said)[0].replaceAll(',', ''));

for (const js of [true, false]) {
  const how = js ? 'with' : 'without';
  test(`from a cohort to who misses a target, by keyboard, ${how} JavaScript`, async () => {
    const context = await contextOf(browser, server, 'care_coordinator', { js });
    const tab = await context.newPage();
    await tab.goto(`${server.url}/cohorts/long-term-conditions-no-plan`);
    await tab.getByRole('link', { name: 'Values by group' }).focus();
    await tab.keyboard.press('Enter');
    await tab.waitForURL(/\/breakdown\?of=long-term-conditions-no-plan$/);
    assert.match(await tab.textContent('h1'), /Values by group/);
    await tab.selectOption('#value', 'systolic-bp');
    await tab.selectOption('#target', 'at-most');
    await tab.fill('#than', '140');
    await tab.selectOption('#by', 'age');
    await tab.selectOption('#and', 'sex');
    await tab.getByRole('button', { name: 'Apply' }).focus();
    await tab.keyboard.press('Enter');
    await tab.waitForURL(/value=systolic-bp/);
    assert.match(await tab.textContent('main'), /meet the target of at most 140 mmHg/);
    assert.match(await tab.textContent('main'), /Age: 65 to 79/);
    const missed = tab.getByRole('link', { name: 'Do not: Everybody' }).first();
    const count = numberIn(await missed.textContent());
    assert.ok(count > 0, 'somebody misses the target');
    await missed.focus();
    await tab.keyboard.press('Enter');
    await tab.waitForURL(/\/breakdown\/people/);
    assert.match(await tab.textContent('h1'), /Systolic blood pressure: do not meet the target/);
    const rows = await tab.locator('tbody tr').count();
    assert.equal(rows, Math.min(count, 50), 'the number opens as many people');
    const values = (await tab.locator('tbody tr .app-cell').allTextContents())
      .filter((said) => said.includes('mmHg')).map(numberIn);
    assert.equal(values.length, rows);
    assert.deepEqual(values, [...values].sort((a, b) => b - a), 'the highest come first');
    assert.ok(values.every((value) => value > 140));
    await context.close();
  });
}

test('groups add up to everybody, and nobody is left out', async () => {
  const user = await signedIn(server, 'care_coordinator');
  const { text } = await user.get(`/breakdown/figures.csv?${CONTROL.split('?')[1]}`);
  const [head, ...rows] = text.split('\r\n').filter((line) => line.includes(',mmHg,'))
    .map((line) => line.match(/("([^"]|"")*"|[^,]*)(,|$)/g)
      .map((field) => field.replace(/,$/, '').replace(/^"|"$/g, '')));
  const people = (row) => row.slice(10, 13).map(Number);
  const sums = [0, 0, 0];
  for (const row of rows.filter((r) => r[9] === 'All' && r[7] !== 'All')) {
    people(row).forEach((n, i) => { sums[i] += n; });
  }
  assert.deepEqual(sums, people(head), 'deprivation fifths');
  const cells = [0, 0, 0];
  for (const row of rows.filter((r) => r[9] !== 'All')) {
    people(row).forEach((n, i) => { cells[i] += n; });
  }
  assert.deepEqual(cells, people(head), 'deprivation by ethnic group');
  assert.equal(people(head)[0], people(head)[1] + people(head)[2]);
  user.close();
});

test('axe finds nothing and nothing is too wide, down to 320 pixels', async () => {
  const context = await contextOf(browser, server, 'care_coordinator');
  const tab = await context.newPage();
  for (const where of PAGES) {
    for (const width of WIDTHS) {
      await tab.setViewportSize({ width, height: 900 });
      await tab.goto(server.url + where);
      assert.equal(await tooWide(tab), '', `${where} at ${width}`);
      if (width === 390 || width === 1280) await clean(tab, `${where} at ${width}`);
    }
  }
  await context.close();
});

test('who reads figures without names has none of it', async () => {
  for (const role of ['pcn_manager', 'link_worker', 'health_coach', 'practice_staff']) {
    const user = await signedIn(server, role);
    for (const where of [CONTROL, PAGES.at(-1), CONTROL.replace('?', '/figures.csv?')]) {
      const answer = await user.get(where);
      assert.equal(answer.status, 404, `${role}: ${where}`);
    }
    user.close();
  }
});
