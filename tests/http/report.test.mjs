// report.test.mjs -- every number of the monthly report is the length of the list it opens, equal
// on the page, in its files, over the practices, and to SQL written apart.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import {
  copyOfNetwork, rowsOf, Server, signedIn, stopWell, unescapeHtml,
} from '../lib/server.mjs';

const TODAY = '2026-11-24'; // in winter: a London day is a UTC day from November on
const LISTS_MAX = 400;
const PEOPLE_LINK =
  /href="(\/reports\/people\?month=(\d{4}-\d\d)&amp;practice=(\d+)&amp;line=([a-z-]+))">([\d,]+)</g;
const number = (text) => Number(text.replaceAll(',', ''));

let server;
let data;
let priya;
before(async () => {
  data = copyOfNetwork();
  server = await new Server(data).start('--today', TODAY);
  priya = await signedIn(server, 'care_coordinator');
});
after(async () => {
  if (server) await stopWell(server);
});

// A row of a CSV file that holds no line ends within quotes.
const fields = (row) =>
  [...row.matchAll(/("([^"]|"")*"|[^,]*)(,|$)/g)].slice(0, -1)
    .map(([, field]) => field.replace(/^"|"$/g, '').replaceAll('""', '"'));
const table = (text) => text.trim().split('\r\n').slice(1).map(fields);

const cellsOf = (html) =>
  [...html.matchAll(PEOPLE_LINK)].map(([, href, month, practice, line, shown]) =>
    ({ href: unescapeHtml(href), month, practice, line, count: number(shown) }));
const lengthOf = (html) => number(/<p>([\d,]+) (?:people|person|contacts?), /.exec(html)[1]);

test('every number is the length of its list', async () => {
  const cells = cellsOf(await priya.page('/reports'));
  assert.ok(cells.length > 100 && cells.length < LISTS_MAX, `${cells.length} numbers`);
  assert.ok(cells.some((cell) => cell.count > 50) && cells.some((cell) => cell.count === 0));
  for (const { href, count } of cells) assert.equal(lengthOf(await priya.page(href)), count, href);
});

test('the practices add up to the whole', async () => {
  for (const line of ['active', 'offered', 'contacts', 'plan-active', 'no-plan', 'sp-referral']) {
    const cells = cellsOf(await priya.page(`/reports/line?line=${line}`));
    const months = [...new Set(cells.map((cell) => cell.month))];
    assert.equal(months.length, 8); // April to November
    for (const month of months) {
      const of = cells.filter((cell) => cell.month === month);
      const whole = of.find((cell) => cell.practice === '0').count;
      const parts = of.filter((cell) => cell.practice !== '0');
      assert.equal(parts.reduce((sum, cell) => sum + cell.count, 0), whole, `${line} ${month}`);
      for (const { href, count } of parts) {
        assert.equal(lengthOf(await priya.page(href)), count, href);
      }
    }
  }
});

test('the files say the same', async () => {
  const cells = cellsOf(await priya.page('/reports'));
  const rows = table((await priya.get('/reports/monthly.csv')).text);
  const whole = rows.filter(([, , , practice]) => practice === 'All practices');
  assert.equal(whole.length, cells.length);
  whole.forEach(([month, , label, , count], i) => {
    const same = cells.filter((cell) => cell.month === month).map((cell) => cell.count);
    assert.ok(same.includes(Number(count)), `${label} ${month} ${i}`);
  });
  const active = cells.find((cell) => cell.line === 'active' && cell.month === '2026-11');
  const file = await priya.get(active.href.replace('/people?', '/people.csv?'));
  assert.equal(table(file.text).length, active.count);
  const [journalled] = rowsOf(data, `SELECT body FROM journal WHERE kind = 'export'
    ORDER BY seq DESC LIMIT 1`);
  assert.equal(JSON.parse(journalled.body).rows, active.count);
});

// The same facts asked of the store in other words than the program's.
test('numbers of our own work are those of SQL written apart', async () => {
  const cells = cellsOf(await priya.page('/reports'));
  const shown = (line, month) =>
    cells.find((cell) => cell.line === line && cell.month === month).count;
  const one = (sql) => Number(Object.values(rowsOf(data, sql)[0])[0]);
  const utc = (day) => Date.parse(`${day}T00:00:00Z`);
  const summer = 3600_000; // London is an hour ahead from April to 25 October
  for (const [month, from, until] of [
    ['2026-06', utc('2026-06-01') - summer, utc('2026-07-01') - summer],
    ['2026-10', utc('2026-10-01') - summer, utc('2026-11-01')],
    ['2026-11', utc('2026-11-01'), utc('2026-12-01')],
  ]) {
    const within = (what) => `${what} >= ${from} AND ${what} < ${until}`;
    const expected = {
      offered: `SELECT count(DISTINCT person_id) FROM care_case WHERE ${within('offered_at')}`,
      accepted: `SELECT count(DISTINCT person_id) FROM care_case WHERE ${within('accepted_at')}`,
      closed: `SELECT count(DISTINCT person_id) FROM care_case
                WHERE state = 5 AND ${within('closed_at')}`,
      active: `SELECT count(DISTINCT person_id) FROM care_case
                WHERE accepted_at < ${until} AND coalesce(closed_at, ${until}) >= ${from}`,
      contacts: `SELECT count(*) FROM contact
                  WHERE outcome = 1 AND in_error = 0 AND ${within('at')}`,
      spoken: `SELECT count(DISTINCT person_id) FROM contact
                WHERE outcome = 1 AND in_error = 0 AND ${within('at')}`,
      'plan-agreed': `SELECT count(DISTINCT person_id) FROM plan_version
                       WHERE agreed = 1 AND ${within('agreed_at')}`,
    };
    for (const [line, sql] of Object.entries(expected)) {
      assert.equal(shown(line, month), one(sql), `${line} ${month}`);
    }
  }
});

const GAP_LINK = /href="(\/reports\/gaps\/people\?gap=([a-z-]+)&amp;practice=(\d+))">([\d,]+)</g;
const gapsOf = (html) => [...html.matchAll(GAP_LINK)]
  .map(([, href, gap, , count]) => ({ href: unescapeHtml(href), gap, count: number(count) }));

test('every coding gap is as long as its list and its file, over the practices too', async () => {
  const gaps = gapsOf(await priya.page('/reports/gaps'));
  assert.ok(gaps.length >= 15 && gaps.some(({ count }) => count > 3));
  const parts = new Map(gaps.map(({ gap }) => [gap, 0]));
  for (const { id } of rowsOf(data, 'SELECT id FROM practice')) {
    for (const { gap, count } of gapsOf(await priya.page(`/reports/gaps?practice=${id}`))) {
      parts.set(gap, parts.get(gap) + count);
    }
  }
  for (const { href, gap, count } of gaps) {
    assert.equal(parts.get(gap), count, gap);
    const html = await priya.page(href);
    assert.equal(number(/<p>([\d,]+) (?:people|person)\. /.exec(html)[1]), count, gap);
    const file = (await priya.get(href.replace('/people?', '/people.csv?'))).text;
    assert.equal(table(file).length, count, gap);
  }
  const sanjay = await signedIn(server, 'pcn_manager');
  const led = await sanjay.get('/reports/gaps?practice=1'); // to the month's figures
  assert.equal(led.status, 303);
  assert.match(led.headers.location, /gap-figures$/);
  assert.equal((await sanjay.get('/reports/gaps/people?gap=care-home-coded')).status, 404);
});

test('a manager reads figures: no list, no practice alone, nothing under 5', async () => {
  const sanjay = await signedIn(server, 'pcn_manager');
  const html = await sanjay.page('/reports?practice=1');
  const figures = (page) => [...page.matchAll(/class="app-num">([^<]*)</g)].map(([, n]) => n);
  assert.deepEqual(figures(html), figures(await sanjay.page('/reports')));
  assert.match(html, /fewer than 5/);
  assert.doesNotMatch(html, /\/reports\/people/);
  assert.equal((await sanjay.get('/reports/people?line=active')).status, 404);
  assert.equal((await sanjay.get('/reports/people.csv?line=active')).status, 404);
  for (const [, shown] of html.matchAll(/class="app-num">([^<]*)</g)) {
    assert.ok(shown === 'fewer than 5' || number(shown) % 5 === 0, shown);
  }
  const rows = table((await sanjay.get('/reports/monthly.csv')).text);
  for (const [, , , practice, count, of] of rows) {
    assert.equal(practice, 'All practices');
    for (const shown of [count, of].filter((text) => text !== '' && text !== 'fewer than 5')) {
      assert.equal(number(shown) % 5, 0);
    }
  }
});

test('before and after as a file says what the page says, for who sees people and who does not',
  async () => {
    const shownBy = async (client) => {
      const html = await client.page('/reports/impact');
      const shown = [...html.matchAll(/class="app-num">([^<]*)</g)].map(([, n]) => n);
      const rows = table((await client.get('/reports/impact.csv')).text);
      assert.ok(rows.length > 0 && shown.length === rows.length * 4);
      assert.match(html, /People who opted out .* are in no number: (0|fewer than 5|[\d,]+) in/);
      rows.forEach((row, i) => assert.deepEqual(
        row.slice(4, 8), shown.slice(i * 4, i * 4 + 4).map((n) => n.replaceAll(',', '')), row[3],
      ));
      for (const row of rows) {
        assert.match(row.at(-2), /Does not show what support did/);
        assert.match(row.at(-1), /People who opted out .* are in no number/);
      }
      return rows;
    };
    await shownBy(priya);
    const sanjay = await signedIn(server, 'pcn_manager');
    for (const row of await shownBy(sanjay)) {
      for (const n of [row[2], ...row.slice(4, 8)]) {
        assert.ok(n === 'fewer than 5' || Number(n) % 5 === 0, n);
      }
    }
    assert.equal((await sanjay.get('/reports/impact.csv?month=2099-01')).status, 200);
  });

test('a kept month stays as it was reported, and says what has changed since', async () => {
  const at = '/reports/reported';
  const active = cellsOf(await priya.page('/reports?month=2026-10'))
    .find((cell) => cell.line === 'contacts' && cell.month === '2026-10').count;
  const numbers = async (client) =>
    table((await client.get(`${at}/2026-10/numbers.csv`)).text)
      .map(([, , label, then, of, now, ofNow]) => ({ label, then, of, now, ofNow }));
  const before = await numbers(priya);
  assert.equal(Number(before.find(({ label }) => label === 'Contacts').then), active);
  for (const { then, of, now, ofNow, label } of before) {
    assert.deepEqual([then, of], [now, ofNow], label);
  }
  assert.doesNotMatch(await priya.page(`${at}/2026-10`), / more<| fewer</);
  // A contact of the month is found to have been entered in error afterwards.
  execFileSync('sqlite3', [path.join(data, 'trellis.db'), '.timeout 5000',
    `UPDATE contact SET in_error = 1 WHERE id = (SELECT min(id) FROM contact
      WHERE outcome = 1 AND in_error = 0 AND at >= ${Date.parse('2026-10-02T00:00:00Z')}
        AND at < ${Date.parse('2026-10-30T00:00:00Z')})`]);
  const after = await numbers(priya);
  const contacts = after.find(({ label }) => label === 'Contacts');
  assert.deepEqual([Number(contacts.then), Number(contacts.now)], [active, active - 1]);
  assert.match(await priya.page(`${at}/2026-10`), /1 fewer/);
  const sanjay = await signedIn(server, 'pcn_manager');
  const kept = (await sanjay.get(`${at}/2026-10/numbers.csv`)).text;
  assert.doesNotMatch(kept, /Now/);
  for (const [, , , then, of] of table(kept)) {
    for (const n of [then, of]) {
      assert.ok(n === '' || n === 'fewer than 5' || Number(n) % 5 === 0, n);
    }
  }
  assert.doesNotMatch(await sanjay.page(`${at}/2026-10`), /Changed since|1 fewer|>Now</);
  assert.equal((await priya.submit(at, at, { month: '2026-10' })).status, 422);
  assert.equal((await priya.submit(at, at, { month: '2026-11' })).status, 422); // not over
  assert.equal((await priya.submit(at, at, { month: '2026-02' })).status, 303);
  assert.equal((await priya.get(`${at}/2026-02`)).status, 200);
  for (const month of ['2026-01', '2026-13', 'x']) {
    assert.equal((await priya.get(`${at}/${month}`)).status, 404, month);
  }
});

test('an address with nonsense in it gets the report or a plain no', async () => {
  for (const query of ['month=2026-13', 'month=2099-01', 'practice=-1', 'page=9']) {
    assert.equal((await priya.get(`/reports?${query}`)).status, 200, query);
  }
  assert.equal((await priya.get('/reports?practice=999999')).status, 404);
  assert.equal((await priya.get('/reports/people?line=%27;DROP')).status, 404);
  assert.equal((await priya.get('/reports/line?line=ended')).status, 404); // no codes known
});
