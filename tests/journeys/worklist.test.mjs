// worklist.test.mjs -- a cohort is followed, who is new is worked through, an earlier run is opened
// and compared, and somebody who is not listed is asked about. With script and without.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { clean, contextOf, openBrowser, tooWide } from '../lib/browser.mjs';
import { rowsOf, serve, stopWell } from '../lib/server.mjs';

const COHORT = '/cohorts/frailty-repeat-admissions';
const WIDTHS = [320, 1280];

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
const pathOf = (tab) => new URL(tab.url()).pathname;
const heading = (tab) => tab.locator('h1').innerText();

// Looked at where there is script: axe, and nothing wider than the window.
async function look(tab, js) {
  if (!js) return;
  for (const width of WIDTHS) {
    await tab.setViewportSize({ width, height: 900 });
    await clean(tab, `${tab.url()} at ${width}`);
    assert.equal(await tooWide(tab), '', `${tab.url()} at ${width}`);
  }
}

async function followed(tab, js) {
  await tab.goto(at(COHORT));
  await tab.selectOption('select[name=every]', 'week');
  await tab.selectOption('select[name=since]', '84');
  await tab.click('button:text-is("Follow")');
  assert.equal(pathOf(tab), `${COHORT}/newly`);
  await look(tab, js);
  const who = await tab.locator('.app-person__name').allInnerTexts();
  assert.ok(who.length > 0, 'somebody is new');
  return who;
}

async function setAside(tab, js, who) {
  await tab.locator('a:has-text("Set aside"):not([aria-current])').last().click();
  assert.equal(await heading(tab), 'Set aside');
  await look(tab, js);
  await tab.click('main button:text-is("Set aside")');
  assert.match(await tab.locator('.nhsuk-error-summary').innerText(), /Enter why this person/);
  await tab.fill('[name=reason]', 'In hospital until spring');
  await tab.click('main button:text-is("Set aside")');
  assert.equal(pathOf(tab), `${COHORT}/newly`);
  assert.equal(await tab.locator('.app-person__name').count(), who.length - 1);
  await tab.goto(at(`${COHORT}/newly?list=aside`));
  assert.match(await tab.locator('main').innerText(), /In hospital until spring/);
  await look(tab, js);
  await tab.locator('button:has-text("Put back")').first().click();
  assert.match(await tab.locator('main').innerText(), /Nobody/); // the page where one was
  await tab.goto(at(`${COHORT}/newly`));
  assert.equal(await tab.locator('.app-person__name').count(), who.length);
  await tab.goto(at('/today'));
  assert.equal(await tab.locator('main a[href="/cohorts"]').innerText(),
    `${who.length} ${who.length === 1 ? 'person' : 'people'} newly listed`);
}

async function compared(tab, js) {
  await tab.goto(at(COHORT));
  await tab.click('a:text-is("Earlier runs")');
  assert.equal(await heading(tab), 'Earlier runs');
  await look(tab, js);
  await tab.locator('main table a').first().click();
  assert.equal(await heading(tab), 'An earlier run');
  await look(tab, js);
  await tab.click('button:text-is("Compare")');
  assert.equal(await heading(tab), 'Who joined and who left');
  assert.match(await tab.locator('main').innerText(), /\d+ joined, \d+ left, \d+ stayed/);
  await look(tab, js);
}

async function askedWhyNot(tab, js) {
  const [someone] = rowsOf(server.data, `SELECT p.family, p.nhs_number AS nhs FROM person p
    JOIN care_case k ON k.person_id = p.id WHERE k.state = 2 AND p.registration = 1
    ORDER BY p.id LIMIT 1`);
  await tab.goto(at(COHORT));
  await tab.fill('main input[name=q]', String(someone.nhs));
  await tab.click('button:text-is("Why is this person not listed?")');
  assert.equal(await heading(tab), 'Why is somebody not listed?');
  await look(tab, js);
  await tab.locator('main table a').first().click();
  const said = await tab.locator('main').innerText();
  assert.match(said, /Already on a caseload/);
  assert.match(said, new RegExp(someone.family, 'i'));
  assert.match(said, /Met|Not met|Not recorded/);
  await look(tab, js);
}

for (const js of [true, false]) {
  test(`following, looking back and asking why not, ${js ? 'with' : 'without'} script`,
    async () => {
      const context = await contextOf(browser, server, 'care_coordinator', { js });
      const tab = await context.newPage();
      const who = await followed(tab, js);
      await setAside(tab, js, who);
      await compared(tab, js);
      await askedWhyNot(tab, js);
      await tab.goto(at(COHORT));
      await tab.click('button:text-is("Stop following")');
      assert.equal(await tab.locator('button:text-is("Follow")').count(), 1);
      context.seen.none();
      await context.close();
    });
}
