// everyday.test.mjs -- small things of a working day that a hurried coordinator, somebody with a
// phone, or somebody with a screen reader must not stumble on. With script and without.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { contextOf, openBrowser, tooWide } from '../lib/browser.mjs';
import {
  accountOf, filled, formsOf, rowsOf, serve, signedIn, signIns, sleep, stopWell, trellis,
} from '../lib/server.mjs';

const SETTLE_MS = 250;
const TARGET_PX = 24; // WCAG 2.5.8
const WIDTHS = [1280, 390];

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
const textOf = (pdf) =>
  execFileSync('pdftotext', ['-layout', '-', '-'], { input: pdf, encoding: 'utf8' });
const pathOf = (tab) => new URL(tab.url()).pathname;

// People of the coordinator's caseload whose support runs.
function mine(nth = 0) {
  const { username } = accountOf('care_coordinator');
  return rowsOf(server.data, `SELECT p.* FROM person p JOIN care_case k ON k.person_id = p.id
    JOIN account a ON a.id = k.lead_account WHERE a.username = '${username}' AND k.state = 2
    AND p.restricted = 0 ORDER BY p.id`)[nth];
}

async function withTab(role, options, run) {
  const context = await contextOf(browser, server, role, options);
  const tab = await context.newPage();
  await run(tab, context);
  context.seen.none();
  await context.close();
}

// Both widths, with script and without.
function everyWay(title, run) {
  for (const js of [true, false]) {
    for (const width of WIDTHS) {
      test(`${title}, ${width} px, script ${js ? 'on' : 'off'}`, () => run({ js, width }));
    }
  }
}

everyWay('a task is added from Today by looking for the person', async (options) => {
  const person = mine(1);
  const what = `Ring the pharmacy ${options.width} ${options.js}`;
  await withTab('care_coordinator', options, async (tab) => {
    await tab.goto(at('/today'));
    await tab.click('main a:has-text("Add a task")');
    assert.equal(pathOf(tab), '/tasks/new');
    assert.equal(await tooWide(tab), '');
    await tab.fill('main input[name=q]', person.family);
    await tab.press('main input[name=q]', 'Enter');
    assert.ok(!tab.url().includes(person.family), 'the name is not in the address');
    const hit = tab.locator(`main a[href="/people/${person.ref}/tasks/new"]`);
    await hit.click();
    await tab.fill('#what', what);
    await tab.fill('#due', 'tomorrow');
    await tab.click('main form[action$="/tasks"] button[type=submit]');
    assert.match(await tab.textContent('main'), /The task was added/);
    assert.ok((await tab.textContent('main')).includes(what));
    await tab.goto(at('/tasks/new'));
    assert.ok(await tab.locator(`main a[href="/people/${person.ref}/tasks/new"]`).count() > 0,
      'the caseload is there to choose from');
  });
});

test('a whole NHS number leads straight to the form', async () => {
  const person = mine(2);
  await withTab('care_coordinator', {}, async (tab) => {
    for (const [what, form] of [['tasks', '#what'], ['contacts', '#own_words']]) {
      await tab.goto(at(`/${what}/new`));
      await tab.fill('main input[name=q]', String(person.nhs_number));
      await tab.press('main input[name=q]', 'Enter');
      assert.equal(pathOf(tab), `/people/${person.ref}/${what}/new`);
      assert.equal(await tab.locator(form).count(), 1);
    }
  });
});

test('a task says which contact or plan it came from, with its day and the way there', async () => {
  const client = await signedIn(server, 'care_coordinator');
  const person = mine(3);
  const base = `/people/${person.ref}`;
  const saved = await client.submit(`${base}/contacts/new`, `${base}/contacts`, {
    minutes: '1', own_words: 'I would like a lift.', done: 'Talked about it.',
    next_step: 'Ask for a lift', next_due: 'tomorrow',
  });
  assert.equal(saved.status, 303, saved.text);
  const overview = await client.page(base);
  const row = overview.match(/<tr[\s\S]*?<\/tr>/g).find((one) => one.includes('Ask for a lift'));
  const link = new RegExp(`<a href="(${base}/contacts/[0-9a-z]+)">Contact, \\d+ \\w+ \\d{4}</a>`);
  const [, href] = link.exec(row) ?? [];
  assert.ok(href, 'the row of the task links the contact');
  const contact = await client.page(href);
  assert.match(contact, /By when<\/dt><dd>\d+ \w+ \d{4}</);
  assert.match(contact, new RegExp(`<a href="${base}/tasks/[0-9a-z]+">Ask for a lift</a>`));
  assert.match(contact, new RegExp(`Who will do it</dt><dd>${signIns().names['priya.nair']}`));
  assert.match(await client.page(`${base}/timeline`), /Telephone call, 1 minute</);

  const none = await client.submit(`${base}/contacts/new`, `${base}/contacts`, {
    outcome: 'no-answer', no_next: 'yes', no_next_reason: 'Gone on holiday',
  });
  assert.equal(none.status, 303, none.text);
  const tried = [...(await client.page(`${base}/timeline`))
    .matchAll(/href="(\/people\/\w+\/contacts\/\w+)"/g)].map(([, one]) => one);
  const texts = await Promise.all(tried.slice(0, 2).map((one) => client.page(one)));
  const said = texts.find((text) => text.includes('None: Gone on holiday'));
  assert.ok(said, 'why there is no next step');
  assert.ok(!said.includes('By when') && !said.includes('No date'), 'nothing about a day then');
  assert.ok(!said.includes('<dt>Minutes'), 'nobody was spoken with: no minutes');
  client.close();
});

everyWay('a wrong password: the summary leads to the field, and the password can be shown',
  async (options) => {
    await withTab(null, options, async (tab) => {
      await tab.goto(at('/sign-in'));
      const toggle = tab.locator('.nhsuk-password-input__toggle');
      assert.equal(await toggle.isVisible(), options.js, 'shown where there is script only');
      await tab.fill('#username', 'nobody.at-all');
      await tab.fill('#password', 'not the password');
      if (options.js) {
        await toggle.click();
        assert.equal(await tab.getAttribute('#password', 'type'), 'text');
      }
      await tab.click('main form button[type=submit]');
      assert.match(await tab.title(), /^Error:/);
      await tab.click('.nhsuk-error-summary a[href="#username"]');
      assert.equal(await tab.evaluate(() => document.activeElement.id), 'username');
      assert.equal(await tab.getAttribute('#username', 'aria-describedby'), 'username-error');
      assert.equal(await tab.inputValue('#username'), 'nobody.at-all');
      assert.equal(await tab.inputValue('#password'), '');
    });
  });

test('Done keeps the list and its order', async () => {
  await withTab('care_coordinator', {}, async (tab) => {
    await tab.goto(at('/today?list=week&sort=-person'));
    const before = await tab.locator('tbody tr').count();
    assert.ok(before > 0, 'there is something to do this week');
    await tab.locator('tbody tr form[action$="/done"] button').first().click();
    const url = new URL(tab.url());
    assert.equal(url.searchParams.get('list'), 'week');
    assert.equal(url.searchParams.get('sort'), '-person');
    assert.match(await tab.textContent('main'), /by family name, Z to A/);
    assert.equal(await tab.locator('tbody tr').count(), before - 1);
    await tab.click('.nhsuk-notification-banner button:has-text("Undo")');
    assert.equal(new URL(tab.url()).search, '?list=week&sort=-person');
    assert.equal(await tab.locator('tbody tr').count(), before);
  });
});

test('offering from a cohort answers those who may not as if it were not there', async () => {
  for (const role of ['link_worker', 'health_coach']) {
    const client = await signedIn(server, role);
    const token = (await client.form('/today', '/sign-out')).fields.find(([n]) => n === 'csrf');
    for (const last of ['review', 'offer']) {
      const answer = await client.post(`/cohorts/carers/${last}`, [token, ['person', mine().ref]]);
      assert.equal(answer.status, 404, `${role}, ${last}`);
    }
    client.close();
  }
});

test('a contact that was recorded from a task ticks the task off', async () => {
  await withTab('care_coordinator', {}, async (tab) => {
    await tab.goto(at('/today'));
    const row = tab.locator('tbody tr').first();
    const what = await row.locator('a.app-strong').textContent();
    const [, task] = /\/tasks\/(\w+)/.exec(await row.locator('a.app-strong').getAttribute('href'));
    await row.locator('a:has-text("Record")').click();
    assert.ok(await tab.locator(`input[value="${task}"]`).isChecked(), what);
    await tab.fill('#minutes', '5');
    await tab.fill('#done', 'Rang, and it is settled');
    await tab.check('#no_next');
    await tab.fill('#no_next_reason', 'All is done');
    await tab.click('main button:has-text("Save contact")');
    assert.match(await tab.textContent('main'), /The contact was saved/);
    const [{ state }] = rowsOf(server.data, `SELECT state FROM task WHERE ref = '${task}'`);
    assert.equal(state, 2, 'it is done');
  });
});

// ---- the caseload

everyWay('the caseload is filtered by words that stay out of the address', async (options) => {
  const person = mine(30);
  await withTab('care_coordinator', options, async (tab) => {
    await tab.goto(at('/caseload'));
    const unfold = async () => {
      await sleep(SETTLE_MS); // on a phone the script folds the filter a moment after the page came
      const folded = tab.locator('details.app-filter:not([open]) summary');
      if (await folded.count() > 0) await folded.click();
    };
    await unfold();
    await tab.fill('#q', `${person.given} ${person.family}`.toUpperCase());
    await tab.press('#q', 'Enter');
    assert.match(new URL(tab.url()).search, /^\?view=mine&practice=0&.*&s=[0-9a-z]{20}$/);
    assert.equal(await tooWide(tab), '');
    const rows = await tab.locator('tbody tr').count();
    assert.ok(rows >= 1 && rows < 25, `${rows} rows`);
    assert.equal(await tab.locator(`tbody a[href="/people/${person.ref}"]`).count(), 1);
    const said = /Showing (\d+) of (\d+) people/.exec(await tab.textContent('.app-filter__on'));
    assert.equal(Number(said[1]), rows, 'the count is that of the list');
    const file = await tab.request.get(
      at(await tab.getAttribute('a:has-text("Download list")', 'href')));
    assert.equal((await file.text()).trim().split('\n').length, rows + 1, 'the file has them too');
    await unfold();
    await tab.click('.app-filter__remove');
    assert.equal(new URL(tab.url()).searchParams.get('s'), null);
    assert.equal(await tab.inputValue('#q'), '');
    await unfold();
    await tab.fill('#q', 'nobody is called so');
    await tab.press('#q', 'Enter');
    assert.match(await tab.textContent('main'), /No people match these filters/);
  });
});

everyWay('who said no is asked again when the day has come', async (options) => {
  await withTab('care_coordinator', options, async (tab) => {
    await tab.goto(at('/caseload'));
    await tab.click('a:has-text("Ask again")');
    await tab.click('a:has-text("Whole team")');
    assert.equal(await tooWide(tab), '');
    const row = tab.locator('tbody tr', { has: tab.locator('button') }).first();
    assert.match(await row.textContent(), /(Said no|Did not answer)[^]*Now/);
    const href = await row.locator('a.app-person__name').getAttribute('href');
    const waiting = await tab.locator('tbody button').count();
    const file = await tab.getAttribute('a:has-text("Download list")', 'href');
    const csv = await tab.context().request.get(at(file));
    assert.match(csv.headers()['content-disposition'], /ask-again-/);
    const shown = (await tab.locator('tbody a.app-person__name').allTextContents()).sort();
    const told = (await csv.text()).split('\r\n').slice(1)
      .map((line) => line.match(/^"([^"]+)",/)?.[1]).filter(Boolean).sort();
    assert.deepEqual(told, shown);
    await row.locator('button').focus();
    await tab.keyboard.press('Enter');
    await tab.waitForURL((to) => to.pathname === `${href}/case`);
    assert.match(await tab.textContent('main'), /Support is offered again/);
    assert.match(await tab.textContent('main'), /Asked again: (said no|did not answer)/);
    await tab.goto(at('/caseload/again?of=team'));
    assert.equal(await tab.locator('tbody button').count(), waiting - 1);
    assert.equal(await tab.locator(`tbody a[href="${href}"]`).count(), 0);
  });
});

// ---- the plan

everyWay('confidence of an action, and what was talked over, stay with the version',
  async (options) => {
    const person = mine(20 + WIDTHS.indexOf(options.width) * 2 + Number(options.js));
    const base = `/people/${person.ref}/plan`;
    const client = await signedIn(server, 'care_coordinator');
    const matters = { text: 'My dog', complete: 'yes', save: 'done' };
    await client.submit(`${base}/edit/matters`, `${base}/edit/matters`, matters);
    client.close();
    await withTab('care_coordinator', options, async (tab) => {
      await tab.goto(at(`${base}/edit/goals`));
      await tab.click('button:has-text("Add a goal")');
      await tab.fill('#words', 'Walk to the shop');
      await tab.click('button[name=add]');
      await tab.fill('[name="actions[0].what"]', 'Walk with a friend');
      await tab.fill('[name="actions[0].who"]', 'Me');
      await tab.selectOption('[name="actions[0].confidence"]', '7');
      assert.equal(await tooWide(tab), '');
      await tab.click('main button[value=done]');
      assert.equal(await tab.locator('.nhsuk-error-summary').count(), 0);
      await tab.goto(at(`${base}/agree`));
      assert.match(await tab.textContent('main'), /Confidence 7 of 10/);
      await tab.check('#prompt-1');
      await tab.check('#prompt-5');
      await tab.check('input[name=who][value=person]');
      await tab.check('input[name=how] >> nth=0');
      await tab.click('main form[action$="/agree"] button[type=submit]');
      assert.match(await tab.textContent('main'), /is agreed/);
      const ready = await tab.textContent('section[aria-labelledby=ready]');
      assert.match(ready, /at the centre/);
      assert.match(ready, /ask for that sooner/);
      assert.doesNotMatch(ready, /whole life/, 'only what was ticked');
      assert.match(await tab.textContent('main'), /Confidence 7 of 10/);
      await tab.goto(at(`${base}/print`));
      assert.match(await tab.textContent('main'), /confidence 7 of 10/);
    });
  });

// ---- the timeline

test('the timeline is grouped, filtered and paged; words stay out of the address', async () => {
  const person = rowsOf(server.data, `SELECT p.ref, sum(e.events) AS n FROM event_pack e
    JOIN person p ON p.id = e.person_id JOIN care_case k ON k.person_id = p.id
    JOIN account a ON a.id = k.lead_account WHERE a.username = 'priya.nair' AND k.state = 2
    GROUP BY p.id ORDER BY n DESC LIMIT 1`)[0];
  const base = `/people/${person.ref}/timeline`;
  await withTab('care_coordinator', { js: false, width: 390 }, async (tab) => {
    await tab.goto(at(base));
    assert.equal(await tooWide(tab), '');
    const events = await tab.locator('.app-event').count();
    assert.ok(events > 0 && events <= 40, `${events} on a page`);
    const main = await tab.textContent('main');
    assert.match(main, /Medicines in \w+ \d{4}: \d+ entries/, 'medicines of a month are one entry');
    const kinds = await tab.$$eval('#type option', (all) => all.map((o) => [o.value, o.text]));
    for (const [value, text] of kinds.filter(([one]) => one)) {
      await tab.selectOption('#type', value);
      await tab.click('.app-filter button[type=submit]');
      const said = Number(/\((\d+)\)$/.exec(text)[1]);
      const shown = /of (\d+), newest first/.exec(await tab.textContent('main'));
      assert.equal(Number(shown?.[1] ?? 0), said, `${text}: as many as the choice says`);
      assert.equal(new URL(tab.url()).search, `?type=${value}`);
    }
    await tab.goto(at(base));
    await tab.fill('#q', 'medicines in');
    await tab.press('#q', 'Enter');
    assert.match(new URL(tab.url()).search, /^\?type=&s=[0-9a-z]{20}$/);
    assert.equal(await tab.inputValue('#q'), 'medicines in');
    assert.ok(await tab.locator('.app-event').count() > 0);
    await tab.click('.app-filter__remove');
    assert.equal(await tab.inputValue('#q'), '');
    const next = tab.locator('.nhsuk-pagination__next');
    if (await next.count() > 0) {
      const first = await tab.locator('.app-event').first().textContent();
      await next.click();
      assert.notEqual(await tab.locator('.app-event').first().textContent(), first);
    }
  });
});

// ---- on a phone

test('on a phone nothing is cut off, and what is touched is large enough', async () => {
  const person = mine(4);
  await withTab('care_coordinator', { width: 390 }, async (tab) => {
    for (const where of [`/people/${person.ref}`, '/today', '/caseload']) {
      await tab.goto(at(where));
      const hidden = await tab.$$eval('.app-subnav a', (all) =>
        all.filter((a) => a.getBoundingClientRect().right > innerWidth).map((a) => a.textContent));
      assert.deepEqual(hidden, [], `${where}: all of its parts are on the screen`);
      const cut = await tab.$eval('#header-search', (box) => {
        const pen = document.createElement('canvas').getContext('2d');
        const style = getComputedStyle(box);
        pen.font = style.font;
        const sides = parseFloat(style.paddingLeft) + parseFloat(style.paddingRight);
        return pen.measureText(box.placeholder).width - (box.clientWidth - sides);
      });
      assert.ok(cut <= 0, `the hint of the search is cut off by ${cut} pixels`);
      const small = await tab.$$eval('main a.app-btn, main button, .app-subnav a, main select',
        (all, least) => all.filter((one) => {
          const { width, height } = one.getBoundingClientRect();
          return width > 0 && (width < least || height < least);
        }).map((one) => one.outerHTML.slice(0, 80)), TARGET_PX);
      assert.deepEqual(small, [], where);
    }
    await tab.goto(at('/imports/send/extract'));
    assert.ok((await tab.locator('#file').boundingBox()).height >= 44);
  });
});

everyWay('the practice of an extract is chosen, or another one named', async (options) => {
  const HEAD = 'NHS Number,Full Name,Date of Birth,Date,Code,Code Term\n';
  const choice = 'select[name=practice]';
  await withTab('care_coordinator', options, async (tab) => {
    const send = async () => {
      await tab.setInputFiles('#file',
        { name: 'extract.csv', mimeType: 'text/csv', buffer: Buffer.from(HEAD) });
      await tab.click('main form button:has-text("Send the file")');
    };
    const other = tab.locator('#practice_other');
    await tab.goto(at('/imports/send/extract'));
    assert.equal(await tooWide(tab), '');
    assert.equal(await other.isVisible(), false, 'asked for when it is chosen');
    await send();
    assert.match(await tab.textContent('#practice-error'), /Choose the practice/);
    await tab.selectOption(choice, 'another');
    await send();
    await tab.click('.nhsuk-error-summary a[href="#practice_other"]');
    assert.equal(await tab.evaluate(() => document.activeElement.id), 'practice_other');
    await other.fill('x26903');
    await tab.fill('#practice_name', 'Fenside');
    await send();
    assert.match(await tab.textContent('main'),
      /From Fenside, X26903, a practice that is new here\. It counts as the extract of today\./);
    await tab.click('main button:has-text("Remove the file")');

    await tab.goto(at('/imports/send/extract'));
    await tab.selectOption(choice, 'another');
    await other.fill('X26903'); // then the practice was found in the list after all
    await tab.selectOption(choice, 'Z99901');
    assert.equal(await other.isVisible(), false);
    await tab.fill('#extract', '20 November 2026');
    await send();
    assert.match(await tab.textContent('main'),
      /From Millfield Surgery, Z99901\. It counts as the extract of 20 November 2026\./);
    await tab.click('main button:has-text("Remove the file")');
  });
});

// ---- on paper

test('a large print page never ends in the head of a table', async () => {
  const plan = rowsOf(server.data, `SELECT p.ref FROM plan q JOIN person p ON p.id = q.person_id
    JOIN care_case k ON k.person_id = p.id JOIN account a ON a.id = k.lead_account
    WHERE a.username = 'priya.nair' AND k.state = 2 AND q.agreed_number > 0 LIMIT 1`)[0];
  await withTab('care_coordinator', {}, async (tab) => {
    await tab.goto(at(`/people/${plan.ref}/plan/print?size=large`));
    for (let lines = 0; lines < 24; lines += 1) {
      if (lines > 0) {
        await tab.evaluate(() => {
          const p = document.createElement('p');
          p.textContent = 'A line more.';
          document.querySelector('h1').after(p);
        });
      }
      const text = textOf(await tab.pdf({ preferCSSPageSize: true }));
      for (const page of text.split('\f')) {
        const body = page.split('\n').map((line) => line.trim()).filter((line) =>
          line && !/^Page \d|^Printed |right person/.test(line));
        assert.doesNotMatch(body.at(-1) ?? '', /^Action\b|^Goal \d/, `${lines} lines more`);
      }
    }
  });
});

// ---- reasons that are stated

everyWay('a protected address is a link and a reason away, and the look is recorded',
  async (options) => {
    const nth = 5 + WIDTHS.indexOf(options.width) * 2 + Number(options.js);
    const person = mine(nth);
    const base = `/people/${person.ref}`;
    const client = await signedIn(server, 'care_coordinator');
    const saved = await client.submit(`${base}/details/edit`, `${base}/details`, {
      restricted: 'yes',
    });
    assert.equal(saved.status, 303);
    await withTab('care_coordinator', options, async (tab) => {
      await tab.goto(at(`${base}/details`));
      assert.ok(!(await tab.content()).includes(person.address), 'not in the page at all');
      await tab.click('main a:has-text("see them and say why")');
      assert.match(await tab.textContent('h1'), /Say why you need to see this/);
      assert.match(await tab.textContent('main'), /Protected address and door code/);
      assert.equal(await tooWide(tab), '');
      await tab.fill('#reason', 'short');
      await tab.click('main form[action$="/reason"] button');
      assert.equal(await tab.locator('.nhsuk-error-summary a[href="#reason"]').count(), 1);
      assert.match(await tab.textContent('main'), /Protected address and door code/);
      await tab.fill('#reason', 'The taxi firm needs to know where to go');
      await tab.click('main form[action$="/reason"] button');
      assert.equal(pathOf(tab), `${base}/address`);
      assert.ok((await tab.textContent('main')).includes(person.address));
      await tab.goto(at(`${base}/seen`));
      assert.match(await tab.textContent('main'), /Protected address/);
      assert.match(await tab.textContent('main'), /The taxi firm needs to know/);
      await tab.goto(at(`${base}/details`));
      assert.ok(!(await tab.content()).includes(person.address), 'elsewhere it stays hidden');
    });
    client.close();
    const [line] = rowsOf(server.data, `SELECT verb FROM access_log
      WHERE what = '/people/:person/address' AND person = ${person.id} ORDER BY seq DESC LIMIT 1`,
    'access.db');
    assert.equal(line?.verb, 'view');
    const coach = await signedIn(server, 'health_coach');
    assert.equal((await coach.get(`${base}/address`)).status, 404, 'not for this role');
    coach.close();
  });

test('outside the care of a person only an emergency opens the address', async () => {
  const person = mine(5);
  const client = await signedIn(server, 'care_coordinator', 1);
  const where = `/people/${person.ref}/address`;
  const ask = async (more) => {
    const closed = await client.get(where);
    assert.equal(closed.status, 403);
    const [form] = formsOf(closed.text).filter((f) => f.action.endsWith('/reason'));
    const said = { reason: 'Covering while Priya is away', ...more };
    await client.post(form.action, filled(form, said));
    return client.get(where);
  };
  const again = await ask({});
  assert.equal(again.status, 403);
  assert.match(again.text, /The reason you gave does not open this/);
  const opened = await ask({ emergency: 'yes' });
  assert.equal(opened.status, 200);
  assert.ok(opened.text.includes(person.address));
  client.close();
});

everyWay('a stated reason is seen by who leads, and reviewed by who looks after privacy',
  async (options) => {
    const nth = 10 + WIDTHS.indexOf(options.width) * 2 + Number(options.js);
    const person = mine(nth);
    const words = `Covering while Priya is on leave ${nth}`;
    const other = await signedIn(server, 'care_coordinator', 1);
    const closed = await other.get(`/people/${person.ref}`);
    const [form] = formsOf(closed.text).filter((f) => f.action.endsWith('/reason'));
    await other.post(form.action, filled(form, { reason: words }));
    assert.equal((await other.get(`/people/${person.ref}`)).status, 200);
    assert.ok(!(await other.page('/today')).includes(words), 'only who leads is told');
    other.close();
    await withTab('care_coordinator', options, async (tab) => {
      await tab.goto(at('/today'));
      await tab.click(`li:has-text("${words}") a`);
      assert.equal(pathOf(tab), `/people/${person.ref}/seen`);
      assert.match(await tab.textContent('main'), /Not reviewed yet/);
    });
    await withTab('privacy_officer', options, async (tab, context) => {
      assert.equal(context.home, '/reasons');
      await tab.goto(at('/reasons'));
      assert.equal(await tooWide(tab), '');
      const rows = await tab.locator('tbody tr').count();
      const badge = await tab.textContent('.nhsuk-header__navigation .app-count');
      assert.equal(Number(badge), rows, 'the badge counts the rows of the list');
      await tab.locator('tr', { hasText: words }).locator('a').click();
      assert.ok(!tab.url().includes(person.family));
      await tab.check('input[value="not-in-order"]');
      await tab.click('main form button[type=submit]');
      assert.equal(await tab.locator('.nhsuk-error-summary a[href="#note"]').count(), 1);
      await tab.fill('#note', 'Told the person, and spoke with their manager');
      await tab.click('main form button[type=submit]');
      assert.equal(await tab.locator('tbody tr', { hasText: words }).count(), 0);
      await tab.goto(at('/reasons?list=settled'));
      assert.match(await tab.locator('tr', { hasText: words }).textContent(), /Not in order/);
    });
    const verbs = rowsOf(server.data, `SELECT verb FROM journal WHERE kind = 'access-reason'
      AND person = ${person.id} ORDER BY seq`).map(({ verb }) => verb);
    assert.deepEqual(verbs, ['create', 'review']);
  });

test('all that was stated and reviewed is as the journal says', async () => {
  await server.stop();
  const said = trellis('verify', '--data', server.data);
  assert.match(said, /no differences|whole|intact|agree/i, said);
  await server.start();
});
