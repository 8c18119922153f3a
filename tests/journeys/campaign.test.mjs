// campaign.test.mjs -- from a cohort to the caseload in Chromium: a list is made, confirmed, shared
// out and asked, with and without script; two colleagues and one person.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { clean, contextOf, openBrowser, tooWide } from '../lib/browser.mjs';
import {
  Client, filled, rowsOf, serve, signedIn, signIns, sleep, stopWell,
} from '../lib/server.mjs';

const WIDTHS = [320, 390, 820, 1280];
let server;
let browser;
before(async () => {
  server = await serve();
  browser = await openBrowser();
  const client = await signedIn(server, 'care_coordinator');
  for (let i = 0; i < 600; i++) { // until the columns are there
    if ((await client.get('/cohorts/carers')).status === 200 &&
      /Start a campaign/.test(await client.page('/cohorts/carers'))) break;
    await sleep(100);
  }
  client.close();
});
after(async () => {
  await browser?.close();
  if (server) await stopWell(server);
});

async function good(tab, where) {
  for (const width of WIDTHS) {
    await tab.setViewportSize({ width, height: 900 });
    await sleep(100); // the menu folds a moment after a change of width
    assert.equal(await tooWide(tab), '', `${where} at ${width}`);
  }
  await clean(tab, where);
}

const press = (tab, name) => tab.getByRole('button', { name, exact: true }).click();

// From the cohort's own page to a campaign that runs, with everybody asking two a week.
async function runCampaign(tab, cohort, name) {
  await tab.goto(`${server.url}/cohorts/${cohort}`);
  await tab.getByRole('button', { name: 'Start a campaign' }).click();
  await tab.fill('#name', name);
  await tab.fill('#people', '10');
  await press(tab, 'Make the list');
  const where = tab.url();
  assert.match(where, /\/campaigns\/[0-9a-z]{20}$/);
  assert.equal(await tab.getByRole('button', { name: 'Start asking' }).count(), 0);
  assert.match(await tab.textContent('main'), /Share the people out first/);
  const asks = tab.getByRole('group', { name: 'How many people a week can each colleague ask?' });
  for (const box of await asks.getByRole('textbox').all()) await box.fill('2');
  await press(tab, 'Share out');
  await press(tab, 'Start asking');
  assert.match(await tab.textContent('main'), /The campaign has started/);
  assert.equal(await tab.locator('main a[href="/outreach"]').count(), 1);
  return where;
}

for (const js of [true, false]) {
  const cohort = js ? 'carers' : 'long-term-conditions-no-plan';
  test(`from a cohort to the caseload, ${js ? 'with' : 'without'} script`, async () => {
    const context = await contextOf(browser, server, 'care_coordinator', { js });
    const tab = await context.newPage();
    const where = await runCampaign(tab, cohort, `Calls ${js}`);
    if (js) await good(tab, 'campaign');
    await tab.goto(`${server.url}/today`);
    await tab.getByRole('link', { name: /to ask$/ }).click();
    if (js) await good(tab, 'people to ask');
    const first = tab.locator('tbody tr').filter({ hasText: `Calls ${js}` }).first();
    await first.getByRole('link', { name: /^Record/ }).click();
    if (js) await good(tab, 'asking');

    // Only what an answer needs is asked, also without script.
    const shown = async () => (await Promise.all(
      ['minutes', 'words', 'why', 'ask_again', 'next_step', 'wrong', 'mode'].map(async (id) =>
        (await tab.isVisible(`#${id}`) ? id : '')))).filter((id) => id !== '').join(' ');
    assert.equal(await shown(), '');
    for (const [answer, fields] of [
      ['yes', 'minutes words next_step mode'], ['no', 'minutes words why ask_again mode'],
      ['not-now', 'minutes words ask_again mode'], ['no-answer', 'mode'], ['message', 'mode'],
      ['wrong-details', 'wrong mode'],
    ]) {
      await tab.check(`input[name=answer][value=${answer}]`);
      assert.equal(await shown(), fields, answer);
      if (js && answer === 'no') await good(tab, 'asking, said no');
    }

    // Saying no without why is told beside the field, and what was typed stays.
    await tab.check('input[name=answer][value=no]');
    await tab.fill('#words', 'I have my sister');
    await press(tab, 'Save');
    assert.match(await tab.textContent('.nhsuk-error-summary'), /Select why they said no/);
    assert.equal(await tab.inputValue('#words'), 'I have my sister');
    await tab.check('input[name=answer][value=yes]');
    await tab.fill('#minutes', '8');
    await press(tab, 'Save');
    assert.match(await tab.textContent('main'), /on your caseload/);
    await tab.goto(`${where}?show=accepted`);
    assert.equal(await tab.locator('#people ~ section tbody tr').count(), 1);
    const [{ n }] = rowsOf(server.data, `SELECT count(*) AS n FROM campaign_person p
      JOIN care_case k ON k.person_id = p.person_id AND k.state = 2
      JOIN campaign c ON c.id = p.campaign_id WHERE p.state = 4 AND c.name = 'Calls ${js}'`);
    assert.equal(n, 1);
    context.seen.none();
    await context.close();
  });
}

for (const js of [true, false]) {
  test(`letters on paper and as addresses, ${js ? 'with' : 'without'} script`, async () => {
    const context = await contextOf(browser, server, 'care_coordinator', { js });
    const tab = await context.newPage();
    const [{ ref, asked }] = rowsOf(server.data, `SELECT c.ref AS ref,
      (SELECT count(*) FROM campaign_person p WHERE p.campaign_id = c.id AND p.state = 3) AS asked
      FROM campaign c WHERE c.name = 'Calls ${js}'`);
    await tab.goto(`${server.url}/campaigns/${ref}`);
    await tab.getByRole('button', { name: 'Letters', exact: true }).click();
    if (js) await good(tab, 'letters');
    await tab.fill('#letter', 'Dear {name}, ring {phone}');
    await press(tab, 'Page to print');
    assert.match(await tab.textContent('.nhsuk-error-summary'), /Nothing is known .* \{phone\}/);
    assert.equal(await tab.inputValue('#letter'), 'Dear {name}, ring {phone}');
    await tab.fill('#letter', 'Dear {name}\n\nWe offer you: {offer}.\n\n{sender}');
    await press(tab, 'Page to print');
    const letters = tab.locator('.app-letter');
    const written = await letters.count();
    assert.ok(written > 0 && written <= asked, `${written} of ${asked}`);
    assert.match(await letters.first().textContent(), /Dear .*We offer you: .*Priya Nair/s);
    assert.equal(await letters.filter({ hasText: '{' }).count(), 0);
    await tab.emulateMedia({ media: 'print' });
    assert.equal(await tab.isVisible('.app-noprint'), false);
    await tab.emulateMedia({ media: 'screen' });
    if (js) await good(tab, 'letters on paper');
    const client = await signedIn(server, 'care_coordinator');
    const csv = (await client.get(`/campaigns/${ref}/letters.csv`)).text;
    assert.match(csv, /^\ufeff?Name,Address,Postcode,Practice,Offer\r?\n/);
    const [{ rows, text }] = rowsOf(server.data, `SELECT body ->> '$.rows' AS rows,
      body ->> '$.text' AS text FROM journal WHERE verb = 'campaign-letters'
      AND body ->> '$.form' = 'printed' ORDER BY seq DESC LIMIT 1`);
    assert.equal(Number(rows), written);
    assert.match(text, /^Dear \{name\}/);
    client.close();
    context.seen.none();
    await context.close();
  });
}

const namesOfPdf = (file) => [...new Set(
  [...execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' })
    .matchAll(/Page \d+ of \d+, letter to (.+)/g)].map(([, name]) => name.trim()),
)];

for (const js of [true, false]) {
  test(`letters as one PDF, and recorded as sent, ${js ? 'with' : 'without'} script`, async () => {
    const context = await contextOf(browser, server, 'care_coordinator', { js });
    const tab = await context.newPage();
    const [{ ref, id }] = rowsOf(server.data,
      `SELECT ref, id FROM campaign WHERE name = 'Calls ${js}'`);
    const attempts = () => rowsOf(server.data, `SELECT count(*) AS n FROM contact k
      JOIN campaign_sent s ON s.contact_ref = k.ref AND s.campaign_id = ${id}
      WHERE k.mode = 5 AND k.outcome = 3 AND k.in_error = 0
        AND k.done LIKE '%A letter was sent.'`)[0].n;
    await tab.goto(`${server.url}/campaigns/${ref}/letters`);
    const written = Number(/(\d+) letters? as PDF/.exec(await tab.textContent('main'))[1]);
    const files = [];
    for (const name of [/as PDF$/, 'PDF in large print']) {
      const [download] = await Promise.all([
        tab.waitForEvent('download'), tab.getByRole('button', { name }).click(),
      ]);
      assert.match(download.suggestedFilename(), /^letters-[\d-]+(-large-print)?\.pdf$/);
      files.push(await download.path());
    }
    for (const file of files) assert.equal(namesOfPdf(file).length, written);
    assert.match(execFileSync('pdfinfo', [files[0]], { encoding: 'utf8' }), /Tagged:\s+yes/);

    // One is left to be sent: the others are selected one by one.
    await tab.getByText('Select people', { exact: true }).click();
    const boxes = tab.locator('input[name=person]');
    assert.equal(await boxes.count(), written);
    for (let i = 1; i < written; i += 1) await boxes.nth(i).check();
    await press(tab, 'Record the letters as sent');
    assert.match(await tab.textContent('.nhsuk-error-summary'), /Select who was sent a letter/);
    await tab.getByText('Select people', { exact: true }).click();
    assert.equal(await tab.locator('input[name=person]:checked').count(), written - 1);
    if (js) await good(tab, 'letters, refused');
    await tab.check('input[name=who][value=some]');
    await press(tab, 'Record the letters as sent');
    assert.match(await tab.textContent('main'),
      new RegExp(`${written - 1} letters? (were|was) recorded as sent on`));
    assert.equal(attempts(), written - 1);
    if (js) await good(tab, 'letters, sent');

    // Everybody else, then nobody is left.
    await tab.check('input[name=who][value=all]');
    await press(tab, 'Record the letters as sent');
    assert.match(await tab.textContent('main'), /1 letter was recorded as sent/);
    assert.equal(attempts(), written);
    assert.match(await tab.textContent('#sent'), /Everybody who can be written to/);

    // The first time is undone: not without why.
    const undo = tab.locator('details').filter({ hasText: 'Undo this' }).last();
    await undo.locator('summary').click();
    await undo.getByRole('button', { name: 'Undo these letters' }).click();
    assert.match(await tab.textContent('.nhsuk-error-summary'), /Enter why it is undone/);
    const again = tab.locator('details').filter({ hasText: 'Undo this' }).last();
    await again.locator('summary').click();
    await again.locator('input[name=reason]').fill('They were not posted');
    await again.getByRole('button', { name: 'Undo these letters' }).click();
    assert.match(await tab.textContent('main'), /Undone by Priya Nair.*They were not posted/s);
    assert.equal(attempts(), 1);
    assert.equal(await tab.locator('input[name=person]').count(), written - 1);
    if (js) await good(tab, 'letters, undone');
    context.seen.none();
    await context.close();
  });
}

test('a person is given to another colleague, and taken off with a reason', async () => {
  const context = await contextOf(browser, server, 'care_coordinator');
  const tab = await context.newPage();
  await tab.goto(`${server.url}/campaigns`);
  await tab.getByRole('link', { name: 'Calls true' }).click();
  const row = tab.locator('tbody tr').filter({ has: tab.locator('input[name=person]') }).first();
  await row.locator('input').check();
  const name = await row.locator('.app-person__name').textContent();
  await tab.selectOption('#to', { label: /Kwame Mensah/.exec(await tab.textContent('#to'))
    && (await tab.$$eval('#to option', (all) =>
      all.find((o) => o.textContent.includes('Kwame Mensah')).textContent)) });
  await press(tab, 'Give to this colleague');
  const moved = tab.locator('tbody tr').filter({ hasText: name });
  assert.match(await moved.textContent(), /Kwame Mensah/);
  await moved.locator('input').check();
  await press(tab, 'Take off the list');
  assert.match(await tab.textContent('.nhsuk-error-summary'), /Enter why/);
  await tab.locator('tbody tr').filter({ hasText: name }).locator('input').check();
  await tab.fill('#reason', 'In hospital');
  await press(tab, 'Take off the list');
  const gone = tab.locator('tbody tr').filter({ hasText: name });
  assert.match(await gone.textContent(), /Taken off by .*In hospital/s);
  context.seen.none();
  await context.close();
});

test('two colleagues and one person: the second sees what the first recorded', async () => {
  const priya = await signedIn(server, 'care_coordinator');
  const [{ own }] = rowsOf(server.data, `SELECT ref AS own FROM account
    WHERE username = '${signIns().roles.care_coordinator[0]}'`);
  const [{ all }] = rowsOf(server.data,
    "SELECT ref AS 'all' FROM campaign WHERE name = 'Calls true'");
  const share = await priya.form(`/campaigns/${all}`, `/campaigns/${all}/share`);
  const mine = share.fields.find(([, value]) => value === own)[0].replace('.ref', '.a_week');
  const weekly = share.fields.map(([key, value]) =>
    [key, key.endsWith('a_week') ? (key === mine ? '20' : '') : value]);
  assert.equal((await priya.post(share.action, weekly)).status, 303);
  const page = await priya.page('/outreach');
  const [ask] = /\/people\/[0-9a-z]{20}\/outreach/.exec(page);
  const old = await priya.form(ask, ask);
  const [{ account }] = rowsOf(server.data, `SELECT p.account_id AS account FROM campaign_person p
    JOIN person x ON x.id = p.person_id WHERE x.ref = '${ask.split('/')[2]}' AND p.standing = 1`);
  assert.ok(account > 0);
  assert.equal((await priya.post(ask, filled(old, { answer: 'no-answer' }))).status, 303);
  // The coordinator gives the person to a colleague, who asks.
  const [{ ref, version, campaign }] = rowsOf(server.data, `SELECT p.ref, p.version,
    c.ref AS campaign FROM campaign_person p JOIN person x ON x.id = p.person_id
    JOIN campaign c ON c.id = p.campaign_id
    WHERE x.ref = '${ask.split('/')[2]}' AND p.standing = 1`);
  const form = await priya.form(`/campaigns/${campaign}`, `/campaigns/${campaign}/people`);
  const [{ beth }] = rowsOf(server.data, `SELECT ref AS beth FROM account
    WHERE username = '${signIns().roles.link_worker[0]}'`);
  const given = await priya.post(form.action, filled(form, {
    person: `${ref}:${version}`, do: 'move', to: beth,
  }));
  assert.equal(given.status, 303, given.text);
  const worker = await signedIn(server, 'link_worker');
  const opened = await worker.form(ask, ask);
  const answer = filled(opened, {
    answer: 'not-now', minutes: '4', ask_again: 'in 2 months', words: 'After the operation',
  });
  assert.equal((await worker.post(ask, filled(opened, { answer: 'no-answer' }))).status, 303);
  // Whoever had the person before has no form any more, and what is sent late is refused.
  const late = await priya.post(ask, filled(old, { answer: 'yes', minutes: '5' }));
  assert.ok([403, 404, 409].includes(late.status), String(late.status));
  const again = await worker.post(ask, answer);
  assert.equal(again.status, 409);
  assert.match(again.text, /Somebody recorded something while you were typing/);
  assert.match(again.text, /After the operation/);
  const [{ n }] = rowsOf(server.data, `SELECT count(*) AS n FROM contact k
    JOIN person x ON x.id = k.person_id WHERE x.ref = '${ask.split('/')[2]}'
    AND k.done LIKE 'Asked about:%' AND k.mode <> 5`);
  assert.equal(n, 2);
  // Not now ends the asking until that day; a minute later the record is closed (campaign_test.c).
  const now = await worker.form(ask, ask);
  assert.equal((await worker.post(ask, filled(now, {
    answer: 'not-now', minutes: '4', ask_again: 'in 2 months', words: 'After the operation',
  }))).status, 303);
  assert.equal((await worker.post(ask, answer)).status, 409);
  priya.close();
  worker.close();
});

test('an answer sent twice at once is recorded once, and is told no other story', async () => {
  const one = await signedIn(server, 'care_coordinator');
  const other = Object.assign(new Client(server), { cookie: one.cookie });
  const people = async () => {
    const hrefs = (await one.page('/outreach')).matchAll(/="(\/people\/[^"]+\/outreach)"/g);
    return [...new Set([...hrefs].map(([, href]) => href))];
  };
  const twice = async (where, changes) => {
    const body = filled(await one.form(where, where), changes);
    const both = await Promise.all([one, other].map((client) => client.post(where, body)));
    return [...both, await one.post(where, body)].map(({ status }) => status);
  };
  const contacts = (href) => rowsOf(server.data, `SELECT count(*) AS n FROM contact k
    JOIN person p ON p.id = k.person_id WHERE p.ref = '${href.split('/')[2]}'`)[0].n;
  const spoke = { minutes: '3', words: 'As she said' };
  for (const changes of [
    { answer: 'no-answer' }, { answer: 'message' },
    { answer: 'not-now', ask_again: 'in 2 months', ...spoke }, { answer: 'no', why: '1', ...spoke },
    { answer: 'wrong-details', wrong: 'Rings at the neighbour' },
  ]) {
    const [href] = await people();
    const before = contacts(href);
    assert.deepEqual(await twice(href, changes), [303, 303, 303], changes.answer);
    assert.equal(contacts(href), before + 1, changes.answer);
  }
  one.close();
  other.close();
});

test('a GP confirms for the practices worked for, and nobody else is asked', async () => {
  const priya = await signedIn(server, 'care_coordinator');
  const made = await priya.submit('/campaigns/new', '/campaigns', {
    cohort: 'severe-mental-illness-no-check', name: 'Health checks', people: '10', confirm: 'yes',
  });
  assert.equal(made.status, 303, made.text);
  const context = await contextOf(browser, server, 'gp_supervisor', { width: 390 });
  const tab = await context.newPage();
  await tab.goto(`${server.url}/campaigns`);
  const row = tab.locator('tbody tr').filter({ hasText: 'Health checks' });
  if (await row.getByText('Waits for you to confirm').count() === 0) return; // nobody of theirs
  await row.getByRole('link').click();
  await good(tab, 'confirming');
  await press(tab, 'Confirm the list of my practices');
  assert.match(await tab.textContent('main'), /You confirmed the list/);
  assert.equal(await tab.getByRole('button', { name: /^Confirm the list/ }).count(), 0);
  const [{ n }] = rowsOf(server.data, `SELECT count(*) AS n FROM campaign_practice
    WHERE confirmed_at IS NOT NULL`);
  assert.equal(n, 1);
  context.seen.none();
  await context.close();
  priya.close();
});
