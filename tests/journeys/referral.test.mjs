// referral.test.mjs -- a referral in Chromium, with and without JavaScript: sent, chased, closed;
// its task on the colleague's list; who has an open one is a rule of the cohort language.
import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { clean, contextOf, openBrowser, tooWide } from '../lib/browser.mjs';
import {
  accountOf, filled, rowsOf, scratch, serve, signedIn, stopWell, trellis,
} from '../lib/server.mjs';

const WIDTHS = [320, 390, 820, 1280];
const DEFINITION = 'cohort waits\nname Waits for a service\npurpose P\nowner O\noffer plan\n'
  + 'also on caseload or declined\nall\n  open referral\n';
let server;
let browser;
let people; // refs of the coordinator's caseload
before(async () => {
  server = await serve();
  browser = await openBrowser();
  people = rowsOf(server.data, `SELECT p.ref FROM person p JOIN care_case k ON k.person_id = p.id
    JOIN account a ON a.id = k.lead_account WHERE k.state = 2
    AND a.username = '${accountOf('care_coordinator').username}'
    AND NOT EXISTS (SELECT 1 FROM referral r WHERE r.person_id = p.id) ORDER BY p.ref LIMIT 4`)
    .map(({ ref }) => ref);
});
after(async () => {
  await browser?.close();
  if (server) await stopWell(server);
});

const openNow = () => rowsOf(server.data, `SELECT count(DISTINCT person_id) AS n FROM referral
  WHERE closed_on IS NULL`)[0].n;

// How many the rule finds, in a copy of the store: the program is running on it.
function found() {
  const folder = scratch();
  const file = path.join(folder, 'waits.cohort');
  const data = path.join(folder, 'data');
  writeFileSync(file, DEFINITION);
  cpSync(server.data, data, { recursive: true });
  const said = trellis('cohort', 'ask', file, '--data', data);
  return Number(/^waits: (\d+) of/m.exec(said)[1]);
}

for (const js of [true, false]) {
  test(`sent, chased and closed, ${js ? 'with' : 'without'} JavaScript`, async () => {
    const ref = people[js ? 0 : 1];
    const at = `${server.url}/people/${ref}`;
    const context = await contextOf(browser, server, 'care_coordinator', { js });
    const tab = await context.newPage();
    await tab.goto(at);
    await tab.getByRole('link', { name: 'Referrals', exact: true }).click();
    assert.match(await tab.textContent('main'), /No referral is open/);
    await tab.getByRole('button', { name: 'Refer to a service' }).click();
    await tab.getByRole('button', { name: 'Save referral' }).click();
    assert.match(await tab.textContent('main'), /Select how it was sent/);
    await tab.fill('#service', 'Memory cafe');
    await tab.fill('#reason', 'Company for him and rest for her');
    await tab.getByLabel('The person agreed').check();
    await tab.getByLabel('Telephone').check();
    await tab.fill('#chase_on', 'in 3 days');
    await tab.getByRole('button', { name: 'Save referral' }).click();
    assert.match(await tab.textContent('main'), /The referral was recorded/);
    assert.match(await tab.textContent('main'), /sent today/);
    await tab.goto(`${at}/tasks`);
    assert.match(await tab.textContent('main'), /Ask about the referral to Memory cafe/);
    await tab.goto(`${at}/referrals`);
    await tab.getByRole('link', { name: 'Memory cafe' }).click();
    await tab.selectOption('#kind', { label: 'Declined by the service' });
    await tab.getByRole('button', { name: 'Save what happened' }).click();
    assert.match(await tab.textContent('main'), /Enter why/);
    await tab.selectOption('#kind', { label: 'Ended: it helped' });
    await tab.getByRole('button', { name: 'Save what happened' }).click();
    assert.match(await tab.textContent('main'), /The referral is closed/);
    await tab.goto(`${at}/tasks`);
    const open = await tab.locator('section[aria-labelledby=open-tasks]').textContent();
    assert.ok(!open.includes('Memory cafe'), 'nobody asks any more');
    await context.close();
  });
}

test('the language finds who has an open one, and nobody else', async () => {
  const user = await signedIn(server, 'care_coordinator');
  const before = openNow();
  assert.ok(before > 0, 'somebody of the demonstration has one');
  assert.equal(found(), before);
  const base = `/people/${people[2]}/referrals`;
  const sent = await user.submit(`${base}/new`, base, {
    service: 'Falls clinic', reason: 'Fell twice', consent: 'agreed', way: 'letter',
  });
  assert.equal(sent.status, 303, sent.text);
  assert.equal(found(), before + 1);
  const [{ ref }] = rowsOf(server.data, `SELECT r.ref FROM referral r JOIN person p
    ON p.id = r.person_id WHERE p.ref = '${people[2]}'`);
  const closed = await user.submit(`${base}/${ref}`, `${base}/${ref}`, { kind: 'helped' });
  assert.equal(closed.status, 303, closed.text);
  assert.equal(found(), before);
  user.close();
});

test('what somebody typed is not lost when a colleague closed the referral meanwhile', async () => {
  const user = await signedIn(server, 'care_coordinator');
  const base = `/people/${people[3]}/referrals`;
  const sent = await user.submit(`${base}/new`, base, {
    service: 'Walking group', reason: 'Wants to walk', consent: 'agreed', way: 'phone',
  });
  assert.equal(sent.status, 303, sent.text);
  const [{ ref }] = rowsOf(server.data, `SELECT r.ref FROM referral r JOIN person p
    ON p.id = r.person_id WHERE p.ref = '${people[3]}'`);
  const mine = await user.form(`${base}/${ref}`, `${base}/${ref}`);
  const theirs = await user.submit(`${base}/${ref}`, `${base}/${ref}`, { kind: 'helped' });
  assert.equal(theirs.status, 303, theirs.text);
  const late = await user.post(mine.action, filled(mine, { kind: 'seen', words: 'Liked <Ann>' }));
  assert.equal(late.status, 409);
  assert.match(late.text, /it closed the referral/);
  assert.match(late.text, /What you typed:<\/strong> Liked &lt;Ann&gt;/);
  user.close();
});

test('axe finds nothing and nothing is too wide, down to 320 pixels', async () => {
  const context = await contextOf(browser, server, 'care_coordinator');
  const tab = await context.newPage();
  const [{ ref, person }] = rowsOf(server.data, `SELECT r.ref, p.ref AS person FROM referral r
    JOIN person p ON p.id = r.person_id WHERE r.closed_on IS NULL ORDER BY r.id LIMIT 1`);
  for (const rest of ['', '/new', `/${ref}`]) {
    for (const width of WIDTHS) {
      const where = `/people/${person}/referrals${rest}`;
      await tab.setViewportSize({ width, height: 900 });
      await tab.goto(server.url + where);
      assert.equal(await tooWide(tab), '', `${where} at ${width}`);
      if (width === 390 || width === 1280) await clean(tab, `${where} at ${width}`);
    }
  }
  await context.close();
});
