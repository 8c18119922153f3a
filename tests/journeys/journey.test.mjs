// journey.test.mjs -- one person's way through the product, in a real browser, with script and
// without: found in a cohort, offered support, spoken with, planned with, printed.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { contextOf, openBrowser, signInByPage } from '../lib/browser.mjs';
import {
  accountOf, ROLES, rowsOf, scratch, serve, signedIn, signIns, stopWell, tryTrellis,
} from '../lib/server.mjs';

async function noProblem(tab) {
  const problems = await tab.locator('.nhsuk-error-summary').count();
  assert.equal(problems, 0, await tab.textContent('main'));
}

const HOMES = {
  care_coordinator: '/today', link_worker: '/today', health_coach: '/today',
  gp_supervisor: '/clinical', pcn_manager: '/overview', practice_staff: '/practice',
  administrator: '/admin', privacy_officer: '/reasons',
};
// What a role must not even be told of.
const NEVER = {
  administrator: ['/today', '/caseload', '/cohorts', '/contacts/new', '/people'],
  pcn_manager: ['/today', '/caseload', '/caseload.csv', '/people', '/admin/users'],
  practice_staff: ['/cohorts', '/caseload', '/admin', '/overview'],
  link_worker: ['/cohorts', '/admin', '/overview'],
  health_coach: ['/cohorts', '/admin', '/overview'],
  care_coordinator: ['/admin', '/admin/users', '/reasons'],
  privacy_officer: ['/today', '/caseload', '/cohorts', '/people', '/admin', '/overview'],
};
const NAV_MAX = 7;
const CLICKS_MAX = 3;
const PAGES_MAX = 20;
const COHORTS = ['long-term-conditions-no-plan', 'carers'];

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
// Signed out: the sign-in page is shown in place of what was asked for.
const signedOut = async (tab) => assert.equal(await tab.locator('#username').count(), 1, tab.url());
const number = (text) => Number(/[\d,]+/.exec(text)[0].replace(/,/g, ''));
const name = (role, nth = 0) => signIns().names[accountOf(role, nth).username];

// Somebody of the coordinator's caseload, accepted, with or without an agreed plan.
function personOf(nth = 0, more = '') {
  const lead = name('care_coordinator').replace(/'/g, "''");
  const rows = rowsOf(server.data, `SELECT p.* FROM person p JOIN care_case k ON k.person_id = p.id
    WHERE k.lead_name = '${lead}' AND k.state = 2 ${more} ORDER BY p.id`);
  return rows[nth];
}

async function withContext(role, options, run) {
  const context = await contextOf(browser, server, role, options);
  const tab = await context.newPage();
  await run(tab, context);
  context.seen.none();
  await context.close();
}

// ---- both ways

for (const js of [true, false]) {
  const how = js ? 'with script' : 'without script';

  test(`each role signs in and lands on its own home, ${how}`, async () => {
    const menus = new Map();
    for (const role of ROLES) {
      const context = await contextOf(browser, server, null, { js });
      const tab = await signInByPage(context, server, role);
      assert.equal(new URL(tab.url()).pathname, HOMES[role], role);
      const nav = await tab.$$eval('.nhsuk-header__navigation-list > li > a', (all) =>
        all.map((a) => a.getAttribute('href')));
      assert.ok(nav.length >= 1 && nav.length <= NAV_MAX, `${role}: ${nav}`);
      menus.set(role, nav.join(' '));
      for (const where of NEVER[role] ?? []) {
        const answer = await tab.request.get(at(where));
        assert.equal(answer.status(), 404, `${role} asks for ${where}`);
        assert.ok(!nav.includes(where), `${role} is offered ${where}`);
      }
      await tab.click('.nhsuk-header__account-button');
      assert.equal(new URL(tab.url()).pathname, '/sign-in');
      await tab.goto(at(HOMES[role]));
      await signedOut(tab);
      context.seen.none();
      await context.close();
    }
    assert.ok(new Set(menus.values()).size >= 5, 'roles have menus of their own');
  });

  test(`from a cohort to the caseload; a second offer shows the first, ${how}`, async () => {
    const cohort = COHORTS[js ? 0 : 1];
    let person;
    await withContext('care_coordinator', { js }, async (tab) => {
      const other = await contextOf(browser, server, 'care_coordinator', { js, nth: 1 });
      const stale = await other.newPage();
      await tab.goto(at('/cohorts'));
      await tab.click(`a[href="/cohorts/${cohort}"]`);
      const count = number(await tab.textContent('.app-bigcount'));
      const left = await tab.locator('table:has(caption:has-text("left after each rule")) tbody tr')
        .evaluateAll((rows) =>
          rows.map((row) => Number(row.lastElementChild.textContent.replace(/\D/g, ''))));
      assert.ok(left.length >= 2, 'the funnel has its rules');
      assert.deepEqual(left, [...left].sort((a, b) => b - a), 'each rule narrows');
      assert.equal(left.at(-1), count, 'the last rule leaves the count');
      assert.match(await tab.textContent('main'), /Left out of the list/);
      const first = tab.locator('tr:has(button[name=only])').first();
      assert.match(await first.textContent(), /\d{1,2} \w+ \d{4}/, 'reasons have dates');
      person = await first.locator('button[name=only]').getAttribute('value');
      await stale.goto(tab.url());

      await first.locator('button[name=only]').click();
      assert.match(await tab.textContent('h1'), /Check before you offer/);
      await tab.click('main form[action$="/offer"] button[type=submit]');
      await tab.goto(at(`/people/${person}/case`));
      assert.match(await tab.textContent('main'), /Offered/);
      await tab.click('form[action$="/case/accept"] button');
      await tab.goto(at(`/people/${person}/case`));
      assert.equal(await tab.locator('form[action$="/case/accept"]').count(), 0);

      await stale.click(`button[name=only][value="${person}"]`);
      const said = await stale.textContent('main');
      assert.ok(said.includes(name('care_coordinator')), 'the first is named to the second');
      assert.equal(await stale.locator(`input[name=person][value="${person}"]`).count(), 0);
      other.seen.none();
      await other.close();
    });
    const cases = rowsOf(server.data, `SELECT k.state FROM care_case k JOIN person p
      ON p.id = k.person_id WHERE p.ref = '${person}' AND k.state <= 2`);
    assert.deepEqual(cases, [{ state: 2 }]);
  });

  test(`a contact is saved within ${CLICKS_MAX} clicks of signing in, ${how}`, async () => {
    const context = await contextOf(browser, server, null, { js });
    const tab = await signInByPage(context, server, 'care_coordinator');
    let clicks = 0;
    const click = async (what) => {
      clicks++;
      await tab.click(what);
    };
    await click('a.app-btn[href*="/contacts/new"]');
    const person = new URL(tab.url()).pathname.split('/')[2];
    if (!await tab.isChecked('#mode')) await click('label[for="mode"]');
    if (!await tab.isChecked('#outcome')) await click('label[for="outcome"]');
    await tab.fill('#minutes', '12');
    await tab.fill('#own_words', `I feel better ${js}`);
    await tab.fill('#done', 'Went through the appointments');
    await tab.fill('#next_step', `Ask the clinic ${js}`);
    await tab.fill('#next_due', 'in 2 weeks');
    await click('main button:text-is("Save contact")');
    assert.ok(clicks <= CLICKS_MAX, `${clicks} clicks`);
    await noProblem(tab);
    await tab.goto(at(`/people/${person}/timeline`));
    assert.match(await tab.textContent('main'), /Went through the appointments|I feel better/);
    await tab.goto(at(`/people/${person}/tasks`));
    assert.ok((await tab.textContent('main')).includes(`Ask the clinic ${js}`));
    context.seen.none();
    await context.close();
  });

  test(`an attempt that failed counts as an attempt, ${how}`, async () => {
    const person = personOf(js ? 1 : 2);
    const attempts = () => rowsOf(server.data, `SELECT attempts FROM care_case k
      JOIN person p ON p.id = k.person_id
      WHERE p.ref = '${person.ref}' AND state <= 2`)[0].attempts;
    const earlier = attempts();
    await withContext('care_coordinator', { js }, async (tab) => {
      await tab.goto(at(`/people/${person.ref}/contacts/new`));
      await tab.check('input[name=mode][value=telephone]');
      await tab.check('input[name=outcome][value=no-answer]');
      await tab.fill('#minutes', '1');
      await tab.check('#no_next');
      await tab.fill('#no_next_reason', 'Will try in the evening');
      await tab.click('main button:text-is("Save contact")');
      assert.equal(await tab.locator('.nhsuk-error-summary').count(), 0);
    });
    assert.equal(attempts(), earlier + 1);
  });

  test(`what was typed is kept when the session ends, ${how}`, async () => {
    const person = personOf(js ? 3 : 4);
    const context = await contextOf(browser, server, 'care_coordinator', { js });
    const tab = await context.newPage();
    await tab.goto(at(`/people/${person.ref}/contacts/new`));
    await tab.fill('#done', `Typed before the lock ${js}`);
    await tab.fill('#minutes', '7');
    // Time passes: the session is made half an hour older while the server rests.
    await server.kill();
    execFileSync('sqlite3', [path.join(server.data, 'trellis.db'),
      'UPDATE session SET seen_at = seen_at - 2400000 WHERE ended_at IS NULL']);
    await server.start();
    await tab.click('main button:text-is("Save contact")');
    assert.match(await tab.textContent('main'), /Nothing you typed was lost/);
    const { username, password } = accountOf('care_coordinator');
    await tab.fill('#username', username);
    await tab.fill('#password', password);
    await tab.click('main button[type=submit]');
    await tab.goto(at(`/people/${person.ref}/contacts/new`));
    assert.equal(await tab.inputValue('#done'), `Typed before the lock ${js}`);
    assert.equal(await tab.inputValue('#minutes'), '7');
    const saved = rowsOf(server.data, "SELECT 1 FROM contact WHERE done LIKE 'Typed before%'");
    assert.equal(saved.length, 0, 'it is a draft, not half a contact');
    await context.close();
  });

  test(`a plan is written, agreed, changed, compared and printed, ${how}`, async () => {
    const person = personOf(js ? 5 : 6);
    const plan = `/people/${person.ref}/plan`;
    const words = (n) => `To walk to the allotment, time ${n}, ${js}`;
    await withContext('care_coordinator', { js }, async (tab, context) => {
      const agree = async () => {
        await tab.goto(at(`${plan}/agree`));
        for (const box of await tab.$$('input[name="prompt"]')) await box.check();
        await tab.check('input[name=who][value=person]');
        await tab.locator('input[name=how]').first().check();
        await tab.click('button:text-is("Record this")');
        await noProblem(tab);
      };
      const done = () => tab.click('button[name=save][value=done]');
      await tab.goto(at(`${plan}/edit/strengths`));
      await tab.fill('#text', `Strong legs, ${js}`);
      await done();
      await tab.goto(at(`${plan}/edit/goals`));
      await tab.click('button:text-is("Add a goal")');
      await tab.fill('#words', words(1));
      await tab.check('#importance-8');
      await tab.check('#confidence-6');
      if (await tab.locator('[name="actions[0].what"]').count() === 0) {
        await tab.click('button:text-is("Add another action")');
      }
      await tab.fill('[name="actions[0].what"]', 'Find the bus times');
      await tab.fill('[name="actions[0].who"]', 'Her daughter');
      await tab.fill('[name="actions[0].by"]', 'in 2 weeks');
      await done();
      await noProblem(tab);
      await agree();
      await tab.goto(at(plan));
      assert.ok((await tab.textContent('main')).includes(words(1)));
      const versions = async () => rowsOf(server.data, `SELECT count(*) AS n FROM journal j JOIN
        person p ON p.id = j.person WHERE p.ref = '${person.ref}' AND j.verb = 'agree'`)[0].n;
      const earlier = await versions();

      await tab.goto(at(`${plan}/edit/strengths`));
      await tab.fill('#text', `Strong legs and a good friend, ${js}`);
      await done();
      await agree();
      assert.ok(await versions() >= earlier);
      await tab.goto(at(plan));
      await tab.locator('a:has-text("See what changed")').first().click();
      assert.match(await tab.textContent('main'), /Before:[\s\S]*Now:/);
      assert.ok((await tab.textContent('ins')).includes('a good friend'));
      const wide = tab.viewportSize();
      await tab.setViewportSize({ width: 390, height: wide.height }); // no heads of columns
      const said = await tab.locator('.app-compare__of').first().boundingBox();
      assert.ok(said.height > 1, 'each text says which version it is of');
      await tab.setViewportSize(wide);

      await tab.goto(at(`${plan}/print?size=large`));
      const paper = await tab.textContent('body');
      const nhs = String(person.nhs_number).replace(/^(...)(...)(....)$/, '$1 $2 $3');
      for (const part of [person.family.toUpperCase(), nhs, words(1), 'Find the bus times']) {
        assert.ok(paper.toUpperCase().includes(part.toUpperCase()), part);
      }
      for (const size of ['standard', 'large']) {
        const answer = await context.request.get(at(`${plan}/plan.pdf?size=${size}`));
        assert.equal(answer.status(), 200);
        const file = path.join(scratch(), 'plan.pdf');
        fs.writeFileSync(file, await answer.body());
        const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
        const pages = text.split('\f').slice(0, -1);
        for (const [i, page] of pages.entries()) {
          const flat = page.replace(/\s+/g, ' ');
          const named = flat.toUpperCase().includes(person.family.toUpperCase());
          assert.ok(named, `name on page ${i + 1}`);
          assert.ok(flat.includes(nhs), `NHS number on page ${i + 1}`);
          assert.match(flat, new RegExp(`Page ${i + 1} of ${pages.length}`, 'i'));
        }
        assert.ok(text.replace(/\s+/g, ' ').includes('Find the bus times'));
      }
    });
  });

  test(`two editors of a plan: the second sees both and loses nothing, ${how}`, async () => {
    const person = personOf(js ? 7 : 8);
    const edit = `/people/${person.ref}/plan/edit/about`;
    const mine = await contextOf(browser, server, 'care_coordinator', { js });
    const theirs = await contextOf(browser, server, 'care_coordinator', { js, nth: 1 });
    const [a, b] = [await mine.newPage(), await theirs.newPage()];
    await a.goto(at(edit));
    await b.goto(at(edit));
    if (await b.locator('#reason').count() > 0) {
      await b.fill('#reason', 'Covering for a colleague who is away');
      await b.click('main form button[type=submit]');
      await b.goto(at(edit));
    }
    await a.fill('#text', `From the first ${js}`);
    await b.fill('#text', `From the second ${js}`);
    await a.click('button[name=save][value=done]');
    await b.click('button[name=save][value=done]');
    const said = await b.textContent('main');
    assert.match(said, /Two people changed this part/);
    assert.ok(said.includes(`From the first ${js}`) && said.includes(`From the second ${js}`));
    await b.locator('input[type=radio][value=both]').check();
    await b.click('button[name=save][value=done]');
    await a.goto(at(edit));
    const text = await a.inputValue('#text');
    assert.ok(text.includes(`From the first ${js}`), text);
    assert.ok(text.includes(`From the second ${js}`), text);
    mine.seen.none();
    await mine.close();
    await theirs.close();
  });

  test(`counts are those of the lists; the CSV has exactly the rows, ${how}`, async () => {
    await withContext('care_coordinator', { js }, async (tab, context) => {
      const rowsAt = async (where) => {
        let rows = 0;
        let next = where;
        for (let i = 0; next && i < PAGES_MAX; i++) {
          await tab.goto(at(next));
          rows += await tab.locator('main table tbody tr').count();
          const link = tab.locator('.nhsuk-pagination__next a, a[rel=next]');
          next = await link.count() > 0 ? await link.first().getAttribute('href') : '';
        }
        return rows;
      };
      await tab.goto(at('/today'));
      const tiles = await tab.$$eval('.app-tile', (all) => all.map((tile) => ({
        value: tile.querySelector('.app-tile__value').textContent,
        href: tile.querySelector('a')?.getAttribute('href'),
      })));
      assert.ok(tiles.length >= 4);
      for (const { value, href } of tiles.filter((tile) => tile.href)) {
        assert.equal(await rowsAt(href), number(value), `rows of ${href}`);
      }
      await tab.goto(at('/caseload'));
      const views = await tab.$$eval('.app-subnav a', (all) => all
        .filter((a) => a.querySelector('.app-count'))
        .map((a) => {
          const value = a.querySelector('.app-count').textContent;
          return { href: a.getAttribute('href'), value };
        }));
      for (const { href, value } of views) {
        assert.equal(await rowsAt(href), number(value), `rows of ${href}`);
        const file = href.replace(/^\/caseload(\/again)?/, '/caseload$1.csv');
        const csv = await context.request.get(at(file));
        assert.equal(csv.status(), 200);
        assert.match(csv.headers()['content-disposition'], /attachment/);
        const lines = (await csv.text()).replace(/"(?:[^"]|"")*"/g, 'x').trim().split(/\r?\n/);
        assert.equal(lines.length - 1, number(value), `lines of the CSV of ${href}`);
      }
    });
  });

  test(`an administrator adds, suspends, re-activates and starts a reset, ${how}`, async () => {
    const username = `new.person.${js}`;
    await withContext('administrator', { js }, async (tab) => {
      await tab.goto(at('/admin/users/new'));
      await tab.fill('#name', 'Robin Newcomer');
      await tab.fill('#username', username);
      await tab.selectOption('#role', 'care_coordinator');
      await tab.locator('input[type=checkbox]').first().check();
      await tab.click('button:text-is("Add user")');
      const code = (await tab.textContent('.app-code')).trim();
      const account = await tab.getAttribute('a:text-is("Back to the account")', 'href');

      const password = 'seven purple kettles';
      const fresh = await contextOf(browser, server, null, { js });
      const own = await fresh.newPage();
      const choose = async (address) => {
        await own.goto(at(address));
        await own.fill('#password', password);
        await own.fill('#again', password);
        await own.click('main button[type=submit]');
      };
      const enter = async () => {
        await own.goto(at('/sign-in'));
        await own.fill('#username', username);
        await own.fill('#password', password);
        await own.click('main button[type=submit]');
        return new URL(own.url()).pathname;
      };
      await choose(code);
      assert.equal(await enter(), '/today');

      await tab.goto(at(account));
      await tab.click('form[action$="/suspend"] button');
      await own.goto(at('/today'));
      await signedOut(own);
      await enter();
      await signedOut(own);
      await tab.goto(at(account));
      await tab.click('form[action$="/activate"] button');
      assert.equal(await enter(), '/today');
      await tab.goto(at(account));
      await tab.click('form[action$="/reset"] button');
      const again = (await tab.textContent('.app-code')).trim();
      assert.notEqual(again, code);
      await own.goto(at(code));
      assert.match(await own.textContent('h1'), /no longer works/, 'a code works once');
      await choose(again);
      assert.equal(await enter(), '/today');
      await fresh.close();
    });
  });
}

// ---- without a browser

test('the CSV is safe to open: no cell begins as a formula', async () => {
  const client = await signedIn(server, 'care_coordinator');
  const person = personOf(10);
  const evil = '=HYPERLINK("http://x","y")';
  const answer = await client.submit(
    `/people/${person.ref}/tasks/new`, `/people/${person.ref}/tasks`, { what: evil, due: 'today' },
  );
  assert.equal(answer.status, 303);
  const csv = (await client.get('/caseload.csv?view=mine')).text;
  const cells = csv
    .match(/(?<=^|,|\n)("(?:[^"]|"")*"|[^,\r\n]*)/g)
    .map((cell) => cell.replace(/^"/, ''));
  assert.deepEqual(cells.filter((cell) => /^[=+@\t\r]|^-(?!\d)/.test(cell)), []);
  const exports = rowsOf(server.data, "SELECT count(*) AS n FROM access_log WHERE verb = 'export'",
    'access.db');
  assert.ok(exports[0].n >= 1, 'the download is in the access log');
  client.close();
});

test('everything above left both logs and every row whole', async () => {
  const how = await server.stop();
  assert.deepEqual(how, { code: 0, signal: null });
  const verified = tryTrellis('verify', '--data', server.data);
  assert.equal(verified.code, 0, verified.out + verified.err);
  await server.start();
});
