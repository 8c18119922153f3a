// builder.test.mjs -- a definition made in Chromium: live, by keyboard, without JavaScript, narrow.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { clean, contextOf, openBrowser, tooWide } from '../lib/browser.mjs';
import {
  copyOfNetwork, Server, signedIn, sleep, stopWell, trellis,
} from '../lib/server.mjs';

const NEW = '/cohorts/new/edit';
let server;
let browser;

// Two practices alike but for when they wrote diabetes down: the rule of one test misses the older.
const ALIKE = [['X99001', 30], ['X99002', 6]];
const PEOPLE_EACH = 80;

function addPractices(data) {
  const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
  for (const [ods, ago] of ALIKE) {
    const day = new Date();
    day.setUTCMonth(day.getUTCMonth() - ago, 1);
    const on = `01-${months[day.getUTCMonth()]}-${day.getUTCFullYear()}`;
    const lines = ['NHS Number,Surname,Given names,Date of Birth,Gender,Registration Status,' +
      'Date Status Added,Date,Code,Code Term'];
    for (let i = 0; i < PEOPLE_EACH; i++) {
      const number = `999${ods.slice(-1)}${String(i).padStart(5, '0')}`;
      const sum = [...number].reduce((all, digit, at) => all + Number(digit) * (10 - at), 0);
      const check = (11 - (sum % 11)) % 11;
      if (check === 10) continue;
      lines.push(`${number}${check},PERSON${i},Test,03-Feb-1958,Female,Currently Registered,` +
        `01-Feb-2010,${on},44054006,Type 2 diabetes mellitus`);
    }
    const file = path.join(data, `${ods}.csv`);
    writeFileSync(file, `${lines.join('\n')}\n`);
    trellis('import', 'csv', file, '--practice', ods, '--data', data);
  }
}

before(async () => {
  const data = copyOfNetwork();
  addPractices(data);
  server = await new Server(data).start();
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

const count = (tab) => tab.textContent('.app-bigcount').then((text) => text.trim());
const text = (tab) => tab.inputValue('#text');
const options = { nth: 0 };
const ANSWER_MS_MAX = 30_000;
const QUIET_MS = 300; // longer than the page waits after the last key

async function open(context, path = NEW) {
  const tab = await context.newPage();
  await tab.goto(server.url + path);
  if (await tab.$('#discard')) {
    await tab.click('#discard');
    await tab.waitForLoadState();
  }
  return tab;
}

// Until the page has asked for nothing more for a moment: what was typed asks by itself too.
async function answered(tab, step) {
  const open = new Set();
  let asked = 0;
  let last = 0;
  const began = (r) => {
    if (r.method() !== 'POST' || !r.url().endsWith('/edit')) return;
    open.add(r);
    asked++;
  };
  const ended = (r) => {
    if (open.delete(r)) last = Date.now();
  };
  tab.on('request', began).on('requestfinished', ended).on('requestfailed', ended);
  await step();
  for (const end = Date.now() + ANSWER_MS_MAX; ; await sleep(20)) {
    if (asked > 0 && open.size === 0 && Date.now() - last > QUIET_MS) break;
    assert.ok(Date.now() < end, 'the builder answers');
  }
  tab.off('request', began).off('requestfinished', ended).off('requestfailed', ended);
  await tab.waitForFunction(() => true);
}

test('the count follows the last key, the words and the text with it', async () => {
  const context = await contextOf(browser, server, 'care_coordinator', options);
  const tab = await open(context);
  const before = Number((await count(tab)).replace(/,/g, ''));
  assert.ok(before > 100, 'adults');
  await answered(tab, () => tab.fill('[id="rows[1].years"]', '90'));
  assert.ok(Number(await count(tab)) < before);
  assert.match(await tab.textContent('#b-words'), /aged 90 or over/i);
  assert.match(await text(tab), /\n {2}age at least 90\n/);
  assert.match(await tab.textContent('#b-saved'), /Draft kept \d\d:\d\d/);
  await tab.waitForFunction(
    () => /match/.test(document.getElementById('b-said').textContent),
  ); // it is read out
  assert.equal(await tab.evaluate(() => document.activeElement.id), 'rows[1].years');
  context.seen.none();
  await context.close();
});

test('the count is asked for 100 ms after the last key, by the page\'s own clock', async () => {
  const context = await contextOf(browser, server, 'care_coordinator', options);
  const tab = await open(context);
  await tab.clock.install();
  await tab.clock.pauseAt(new Date(Date.now() + 60_000));
  const asked = tab.waitForRequest((request) => request.method() === 'POST');
  await tab.fill('[id="rows[1].years"]', '90');
  await tab.clock.runFor(100);
  assert.match((await asked).postData(), /years=90/);
  await context.close();
});

test('rules are added, changed, grouped, moved, taken away and undone', async () => {
  const context = await contextOf(browser, server, 'care_coordinator', options);
  const tab = await open(context);
  await answered(tab, () => tab.click('#add-rule-0'));
  assert.equal(await tab.evaluate(() => document.activeElement.id), 'rows[2].what');
  await answered(tab, () => tab.selectOption('[id="rows[2].what"]', 'record'));
  assert.match(await tab.textContent('.app-builder-wrong'), /Rule 2: Enter a code set/);
  await answered(tab, () => tab.fill('[id="rows[2].sets"]', 'diabetes, carer'));
  assert.match(await text(tab), /has diabetes or carer\n/);
  await answered(tab, () => tab.selectOption('[id="rows[2].when"]', 'within'));
  await answered(tab, () => tab.fill('[id="rows[2].span"]', '24 months'));
  assert.match(await text(tab), /has diabetes or carer within 24 months\n/);
  await answered(tab, () => tab.click('#wrap-2'));
  assert.match(await text(tab), / {2}any\n {4}has diabetes/);
  await answered(tab, () => tab.click('#add-rule-2'));
  await answered(tab, () => tab.click('#up-4'));
  assert.match(await text(tab), /any\n {4}age at least 18\n {4}has diabetes/);
  assert.equal(await tab.evaluate(() => document.activeElement.id), 'up-3');
  await answered(tab, () => tab.click('#remove-3'));
  assert.match(await text(tab), /any\n {4}has diabetes/);
  await answered(tab, () => tab.click('#undo'));
  assert.match(await text(tab), /any\n {4}age at least 18\n {4}has diabetes/);
  await answered(tab, () => tab.click('#undo'));
  assert.match(await text(tab), /has diabetes or carer within 24 months\n {4}age at least 18/);
  await tab.reload(); // all of it was kept
  assert.match(await text(tab), /has diabetes or carer within 24 months\n {4}age at least 18/);
  context.seen.none();
  await context.close();
});

for (const js of [true, false]) {
  test(`whom the rules miss is told while they are written, ${js ? 'with' : 'without'} JavaScript`,
    async () => {
      const context = await contextOf(browser, server, 'care_coordinator', { ...options, js });
      const tab = await open(context);
      const update = () => tab.click('#update');
      await tab.fill('[id="rows[1].years"]', '65');
      if (js) await answered(tab, update);
      else await update().then(() => tab.waitForURL(/edit/));
      const room = tab.locator('.app-kv dt', { hasText: 'Room on caseloads' });
      assert.match(await room.locator('+ dd').textContent(), /^\d+ people$/);
      const chart = tab.getByRole('img', { name: 'Ethnic group: people found beside' });
      const figures = await chart.locator('[id$="-d"]').textContent();
      assert.match(figures, /White: [\d,]+ found, [\d,]+ expected/);
      // Whoever is old enough is found: of every age as many as expected, and no group is missed.
      assert.match(await tab.textContent('#b-answer'), /No group is found clearly less often/);
      await tab.getByText('See these figures as a table: Practice').click();
      assert.equal(await tab.getByRole('table', { name: 'Practice' }).isVisible(), true);
      await context.close();
    });
}

for (const js of [true, false]) {
  test(`a rule for a missed group is added and undone, ${js ? 'with' : 'without'} JavaScript`,
    async () => {
      const context = await contextOf(browser, server, 'care_coordinator', { ...options, js });
      const tab = await open(context);
      const step = (run) => (js ? answered(tab, run) : run().then(() => tab.waitForLoadState()));
      const number = async () => Number((await count(tab)).replace(/,/g, ''));
      const rule = '\n  has diabetes within 24 months';
      await tab.evaluate(() => {
        for (const folded of document.querySelectorAll('details')) folded.open = true;
      });
      await tab.fill('#text', (await text(tab)).replace(/\n {2}age [^\n]*/, rule));
      await step(() => tab.click('#use-text'));
      const missed = tab.locator('.app-builder-less');
      assert.match(await missed.textContent(), /Practice, X99001: \d+ found, where/);
      const before = await number();
      await step(() => tab.click('#suggest'));
      const offer = missed.locator('li', { hasText: 'X99001: "Diabetes' }).last();
      const [, then] = /Everybody found: ([\d,]+) \(now/.exec(await offer.textContent());
      await step(() => offer.getByRole('button', { name: /^Use this/ }).click());
      assert.match(await text(tab), /has diabetes within 48 months\n/);
      const after = await number(); // what was told has those in it whom the list leaves out
      assert.ok(after > before + PEOPLE_EACH / 2 && after <= Number(then.replace(/,/g, '')), then);
      assert.doesNotMatch(await tab.textContent('#b-answer'), /X99001: \d+ found, where/);
      if (js) await clean(tab, 'a suggestion');
      await step(() => tab.click('#undo'));
      assert.match(await text(tab), /has diabetes within 24 months\n/);
      assert.equal(await number(), before);
      context.seen.none();
      await context.close();
    });
}

for (const js of [true, false]) {
  test(`who is left out is a choice where it may be one, ${js ? 'with' : 'without'} JavaScript`,
    async () => {
      const context = await contextOf(browser, server, 'care_coordinator', { ...options, js });
      const tab = await open(context);
      const step = (run) => (js ? answered(tab, run) : run().then(() => tab.waitForLoadState()));
      const before = Number((await count(tab)).replace(/,/g, ''));
      const [, stands] = /\((\d+)\)/.exec(await tab.textContent('label[for=leave-caseload]'));
      assert.ok(Number(stands) > 0);
      if (js) await answered(tab, () => tab.uncheck('#leave-caseload'));
      else await tab.uncheck('#leave-caseload').then(() => step(() => tab.click('#update')));
      assert.equal(Number((await count(tab)).replace(/,/g, '')), before + Number(stands));
      assert.match(await text(tab), /\nalso on caseload\n/);
      assert.match(await tab.textContent('#b-words'), /Listed too: who is on a caseload already/);
      assert.match(await tab.textContent('#b-answer'), new RegExp(`${stands}, listed too`));
      await tab.reload();
      assert.equal(await tab.isChecked('#leave-caseload'), false);
      assert.equal(await tab.isChecked('#leave-declined'), true);
      await step(() => tab.click('#undo'));
      assert.equal(await tab.isChecked('#leave-caseload'), true);
      assert.doesNotMatch(await text(tab), /\nalso /);
      context.seen.none();
      await context.close();
    });
}

test('a field that is put right says so while it is typed in', async () => {
  const context = await contextOf(browser, server, 'care_coordinator', options);
  const tab = await open(context);
  await answered(tab, () => tab.fill('[id="rows[1].years"]', 'sixty'));
  assert.equal(await tab.locator('#b-rules .nhsuk-error-message').count(), 0); // not while typing
  await answered(tab, () => tab.click('#update'));
  assert.equal(await tab.locator('#b-rules .nhsuk-error-message').count(), 1);
  await tab.focus('[id="rows[1].years"]');
  await answered(tab, () => tab.fill('[id="rows[1].years"]', '60'));
  assert.equal(await tab.locator('.nhsuk-error-message').count(), 0);
  const field = await tab.$('[id="rows[1].years"]');
  assert.ok(!/-error/.test((await field.getAttribute('aria-describedby')) ?? ''));
  assert.equal(await tab.evaluate(() => document.activeElement.id), 'rows[1].years');
  assert.doesNotMatch(await tab.title(), /^Error/);
  context.seen.none();
  await context.close();
});

test('all that is wrong is said at once, and the count stays in view', async () => {
  for (const js of [true, false]) {
    const context = await contextOf(browser, server, 'care_coordinator', { ...options, js });
    const tab = await open(context);
    const step = (run) => (js ? answered(tab, run) : run().then(() => tab.waitForLoadState()));
    await step(() => tab.click('#add-rule-0'));
    await step(() => tab.click('#add-rule-0'));
    await tab.fill('[id="rows[1].years"]', 'old');
    await tab.fill('[id="rows[3].years"]', 'older');
    await tab.fill('#target', 'many');
    await step(() => tab.click('#update'));
    const said = await tab.locator('.app-builder-wrong a').allTextContents();
    assert.equal(said.length, 3, said.join('\n'));
    assert.match(said.join('\n'), /Rule 1: .*not "old"\nRule 3: .*not "older"\n.*not "many"/);
    assert.match(await tab.textContent('#b-count'), /3 things to put right/);
    if (!js) assert.equal(await tab.locator('.nhsuk-error-summary a').count(), 3);
    for (const width of [390, 1280]) {
      await tab.setViewportSize({ width, height: 800 });
      await tab.focus('[id="rows[3].years"]');
      await tab.locator('#save').scrollIntoViewIfNeeded();
      const bar = await tab.locator('#b-count').boundingBox();
      assert.ok(bar.y >= -1 && bar.y < 760, `${width}: the count is in view, ${bar.y}`);
      if (js) await clean(tab, `wrong at ${width}`);
    }
    context.seen.none();
    await context.close();
  }
});

test('the text changes the form; what is wrong in it is said with its place', async () => {
  const context = await contextOf(browser, server, 'care_coordinator', options);
  const tab = await open(context);
  const now = await text(tab);
  const wrong = `${now}  latest hba1c over 58 mmol within 1 month\n`;
  await answered(tab, () => tab.fill('#text', wrong));
  assert.match(await tab.textContent('.app-builder-wrong'), /line 9, column 24: expected a unit/);
  await answered(tab, () =>
    tab.fill('#text', `${now}  latest hba1c over 58 mmol/mol within 1 month\n`));
  assert.equal(await tab.$('.app-builder-wrong'), null);
  assert.equal(await tab.inputValue('[id="rows[2].measure"]'), 'hba1c');
  assert.equal(await tab.inputValue('[id="rows[2].unit"]'), 'mmol/mol');
  context.seen.none();
  await context.close();
});

test('a rule that nobody meets is named', async () => {
  const context = await contextOf(browser, server, 'care_coordinator', options);
  const tab = await open(context);
  await answered(tab, () => tab.fill('[id="rows[1].years"]', '129'));
  assert.equal(await count(tab), '0');
  const said = await tab.textContent('#b-answer');
  assert.match(said, /This rule took the count to 0: Aged 129 or over/);
  await context.close();
});

test('without JavaScript buttons do the same, and mistakes stand at their fields', async () => {
  const context = await contextOf(browser, server, 'care_coordinator', { ...options, js: false });
  const tab = await open(context);
  const go = async (selector) => {
    await tab.click(selector);
    await tab.waitForLoadState();
  };
  await tab.fill('[id="rows[1].years"]', '80');
  await go('#update');
  assert.match(await text(tab), /age at least 80\n/);
  await go('#add-rule-0');
  assert.match(tab.url(), /#rule-2$/);
  await tab.selectOption('[id="rows[2].what"]', 'value');
  await go('#update');
  assert.match(await tab.textContent('.nhsuk-error-summary'), /Rule 2: Enter a measure/);
  await tab.fill('[id="rows[2].measure"]', 'HbA1c');
  await tab.fill('[id="rows[2].value"]', '58');
  await tab.fill('[id="rows[2].unit"]', 'mmol/moll');
  await go('#update');
  assert.match(
    await tab.textContent('[id="rows[2].unit-error"]'), /did you mean mmol\/mol/,
  );
  await tab.fill('[id="rows[2].unit"]', 'mmol/mol');
  await go('#update');
  assert.match(await text(tab), /latest hba1c over 58 mmol\/mol\n/);
  await go('#undo');
  assert.match(await text(tab), /age at least 80\n {2}age at least 18\n/);
  await tab.fill('#text', (await text(tab)).replace('age at least 80', 'age at leest 80'));
  await go('#use-text');
  assert.match(await tab.textContent('#text-error'), /line 8, column 10: .*did you mean least/);
  context.seen.none();
  await context.close();
});

test('by the keyboard alone', async () => {
  const context = await contextOf(browser, server, 'care_coordinator', options);
  const tab = await open(context);
  await tab.focus('[id="rows[1].years"]');
  await tab.keyboard.press('Control+A');
  await answered(tab, () => tab.keyboard.type('75'));
  await answered(tab, () => tab.keyboard.press('Enter')); // sends: the same answer, nothing added
  assert.match(await text(tab), /all\n {2}age at least 75\n$/);
  await tab.focus('#add-rule-0');
  await answered(tab, () => tab.keyboard.press('Enter'));
  await answered(tab, () => tab.keyboard.type('Sex', { delay: 40 }));
  assert.equal(await tab.inputValue('[id="rows[2].what"]'), 'sex');
  await context.close();
});

test('it is saved, listed, changed again, and a colleague\'s change is shown', async () => {
  const context = await contextOf(browser, server, 'care_coordinator', options);
  const tab = await open(context);
  await tab.fill('#name', 'Aged 88 or over');
  await answered(tab, () => tab.fill('[id="rows[1].years"]', '88'));
  const found = await count(tab);
  await Promise.all([tab.waitForURL(/\/cohorts\/aged-88-or-over$/), tab.click('#save')]);
  assert.match(await tab.textContent('main'), /Aged 88 or over is saved, version 1/);
  assert.equal(await count(tab), found);
  await tab.click('text=Change the rules');
  assert.match(await tab.textContent('.app-page-head__caption'), /In use, version 1/);
  await answered(tab, () => tab.fill('[id="rows[1].years"]', '89'));

  const other = await contextOf(browser, server, 'care_coordinator', { nth: 1, js: false });
  const theirs = await other.newPage();
  await theirs.goto(`${server.url}/cohorts/aged-88-or-over/edit`);
  await theirs.fill('[id="rows[1].years"]', '87');
  await theirs.click('#save');
  assert.match(await theirs.textContent('main'), /version 2/);
  await other.close();

  await tab.click('#save');
  await tab.waitForSelector('#clash-title');
  assert.match(await tab.textContent('#b-clash'), /age at least 87/);
  assert.equal(await tab.inputValue('[id="rows[1].years"]'), '89');
  await Promise.all([tab.waitForURL(/\/cohorts\/aged-88-or-over$/), tab.click('#save')]);
  assert.match(await tab.textContent('main'), /version 3/);
  context.seen.none();
  await context.close();
});

test('who counts and does not see who makes one and is told no number', async () => {
  const context = await contextOf(browser, server, 'pcn_manager');
  const tab = await open(context);
  assert.match(await tab.textContent('#b-answer'), /Counted once a month/);
  await answered(tab, () => tab.fill('[id="rows[1].years"]', '129'));
  assert.match(await tab.textContent('#b-words'), /aged 129/);
  assert.equal(await tab.locator('#b-answer .app-bigcount').count(), 0);
  await clean(tab, 'figures');
  context.seen.none();
  await context.close();
});

for (const width of [320, 390, 820, 1280]) {
  test(`it fits and is accessible at ${width} pixels`, async () => {
    const context = await contextOf(browser, server, 'care_coordinator', { ...options, width });
    const tab = await open(context, '/cohorts/frailty-repeat-admissions/edit');
    await answered(tab, () => tab.click('#add-group-0'));
    await tab.selectOption('[id="rows[4].group"]', 'at-least').catch(() => {});
    assert.equal(await tooWide(tab), '');
    await clean(tab, `${width}`);
    context.seen.none();
    await context.close();
  });
}
