// reports.test.mjs -- somebody who reads figures, with every page and file of the reports of every
// day, tries to work out what they do not give, and cannot; and all of them say the same.
//
// What is known: how figures are rounded, that practices add up to the whole, which lines are parts
// of which, that who has a plan and who has none are together who is supported, and that nobody is
// supported in a month who was not before and did not begin in it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, test } from 'node:test';
import { Sums } from '../lib/linear.mjs';
import { Client, scratch, Server, stopWell, trellis } from '../lib/server.mjs';

const TODAY = '2026-11-24';
const VALUES_MIN = 3;
const NEAR = 1e-4;
const FEW = 'fewer than 5';
const ALL = 'All practices';
// Which line's people the others are so many of, and lines that are part of another.
const WHOLE_OF = { offered: ['spoken-soon'], closed: ['plan-closed', 'cga-closed', 'no-ended'] };
const PART_OF = [['spoken', 'contacts'], ['accepted', 'active'], ['closed', 'active']];
const TOGETHER = ['plan-active', 'no-plan', 'active'];
const NETWORKS = [{ people: '400', seed: '7' }, { people: '900', seed: '2' }];
const servers = [];
after(async () => {
  for (const server of servers) await stopWell(server);
});

const plain = (html) => html.replace(/<[^>]+>/g, ' ').replace(/&#39;/g, "'").replace(/&quot;/g, '"')
  .replace(/&amp;/g, '&').replace(/\s+/g, ' ').trim();
const numberless = (text) => text.replace(/(\d),(?=\d{3})/g, '$1');

function spanOf(figure) {
  if (figure === FEW) return [1, 4];
  const n = Number(figure);
  assert.ok(Number.isInteger(n) && n % 5 === 0, `a figure is rounded: ${figure}`);
  return n === 0 ? [0, 0] : [Math.max(5, n - 2), n + 2];
}

// Rows of the tables of a page: what stands first, and each cell's number with what it is of.
function rowsOfPage(html) {
  return [...html.matchAll(/<tr class="nhsuk-table__row"[\s\S]*?<\/tr>/g)].flatMap(([row]) => {
    const numbers = [...row.matchAll(
      /class="app-num">([^<]*)<\/span>\s*(?:<span class="app-person__meta">of ([^<]*)<)?/g,
    )].map(([, count, of]) => ({
      count: numberless(plain(count)), of: of && numberless(plain(of)),
    }));
    const [, name] = /<t[hd][^>]*>([\s\S]*?)<\/(?:t[hd]|a)>/.exec(row) ?? [];
    const [, key] = /[?&;]line=([a-z-]+)"/.exec(row) ?? [];
    return numbers.length > 0 ? [{ name: plain(name), key, numbers }] : [];
  });
}

// Everything that is said of one month: by line, then by practice ("All practices" among them).
async function figuresOf(client) {
  const lines = new Map();
  let page = [];
  for (let waited = 0; page.length === 0 && waited < 100; waited++) {
    if (waited > 0) await new Promise((r) => setTimeout(r, 200)); // the columns are being laid out
    page = rowsOfPage(await client.page('/reports'));
  }
  let hidden = 0;
  for (const { key, numbers } of page) {
    lines.set(key, new Map([[ALL, numbers]]));
    const html = await client.page(`/reports/line?line=${key}`);
    hidden += /Not shown by practice/.test(html);
    for (const row of rowsOfPage(html)) {
      if (row.name.startsWith(ALL)) assert.deepEqual(row.numbers, numbers, `${key}: the same sum`);
      else lines.get(key).set(row.name, row.numbers);
    }
  }
  return { lines, hidden };
}

const table = (text) => text.trim().split('\r\n').slice(1).map((line) =>
  [...line.matchAll(/("([^"]|"")*"|[^,]*)(,|$)/g)].slice(0, -1)
    .map(([, field]) => field.replace(/^"|"$/g, '').replaceAll('""', '"')));

// The numbers of one month at every place, as unknowns: get(line, place) gives [count, whole].
function monthSystem(lines, month, places, s, asked) {
  const known = new Map();
  const add = (what, figure) => {
    const k = figure === undefined ? s.number(0, Infinity) : s.number(...spanOf(figure));
    if (figure === FEW) asked.push([k, what]);
    return k;
  };
  for (const [key, at] of lines) {
    for (const place of places) {
      const cell = at.get(place)?.[month];
      const count = add(`${key} ${month}, ${place}`, cell?.count);
      const hasWhole = at.get(ALL)[month].of !== undefined;
      const whole = hasWhole ? add(`of ${key} ${month}, ${place}`, cell?.of) : -1;
      if (hasWhole) s.least([[whole, 1], [count, -1]]);
      known.set(`${key}|${place}`, [count, whole]);
    }
  }
  return known;
}

function relate(s, known, places) {
  const get = (key, place, nth = 0) => known.get(`${key}|${place}`)?.[nth];
  const same = (a, b) => a !== undefined && b !== undefined && a >= 0 && b >= 0 &&
    s.equal([[a, 1], [b, -1]]);
  const lines = [...new Set([...known.keys()].map((key) => key.split('|')[0]))];
  for (const place of places) {
    for (const [part, whole] of PART_OF) {
      s.least([[get(whole, place), 1], [get(part, place), -1]]);
    }
    s.equal([[get(TOGETHER[0], place), 1], [get(TOGETHER[1], place), 1],
      [get(TOGETHER[2], place), -1]]);
    for (const line of lines) {
      const whole = Object.keys(WHOLE_OF).find((key) => WHOLE_OF[key].includes(line)) ?? 'active';
      if (get(line, place, 1) >= 0) same(get(line, place, 1), get(whole, place));
    }
  }
  const parts = places.filter((place) => place !== ALL);
  for (const line of parts.length > 0 ? lines : []) {
    for (const nth of [0, 1]) {
      if (!(get(line, ALL, nth) >= 0)) continue;
      s.equal([[get(line, ALL, nth), -1], ...parts.map((place) => [get(line, place, nth), 1])]);
    }
  }
}

function attack(s, asked, name) {
  assert.ok(s.solve(), `${name}: the figures agree with each other`);
  for (const [k, what] of asked) {
    const least = Math.ceil(s.least_of(k) - NEAR);
    const most = Math.floor(s.most_of(k) + NEAR);
    assert.ok(most - least + 1 >= VALUES_MIN, `${name}, ${what}: ${least} to ${most}`);
  }
  return asked.length;
}

// One month with its practices.
function attackMonth(lines, month, places) {
  const s = new Sums();
  const asked = [];
  relate(s, monthSystem(lines, month, places, s, asked), places);
  return attack(s, asked, `month ${month}`);
}

// All months of the whole network: who is supported was before, or began.
function attackYear(lines, months) {
  const s = new Sums();
  const asked = [];
  let before = null;
  for (let month = 0; month < months; month++) {
    const known = monthSystem(lines, month, [ALL], s, asked);
    relate(s, known, [ALL]);
    const [active] = known.get(`active|${ALL}`);
    const [accepted] = known.get(`accepted|${ALL}`);
    if (before !== null) s.least([[before, 1], [accepted, 1], [active, -1]]);
    before = active;
  }
  return attack(s, asked, 'the year');
}

// Before and after: who has fewer days and who has more are among the people.
function attackImpact(rows) {
  const s = new Sums();
  const asked = [];
  if (rows.length === 0) return 0;
  const people = s.number(...spanOf(rows[0][2]));
  if (rows[0][2] === FEW) asked.push([people, 'people']);
  for (const [, , , label, before, after_, fewer, more] of rows) {
    const [b, a, f, m] = [before, after_, fewer, more].map((figure, i) => {
      const k = s.number(...spanOf(figure));
      if (figure === FEW) asked.push([k, `${label} ${i}`]);
      return k;
    });
    s.least([[people, 1], [f, -1], [m, -1]]);
    s.least([[b, 1], [f, -1]]); // who has fewer days has one at least
    s.least([[a, 1], [m, -1]]);
  }
  return attack(s, asked, 'before and after');
}

for (const { people, seed } of NETWORKS) {
  test(`nothing that reports do not give can be worked out: ${people} people`, async (t) => {
    const data = path.join(scratch(), 'demo');
    const said = trellis('demo', '--data', data, '--people', people, '--seed', seed,
      '--today', TODAY);
    const password = /password: (.+)/.exec(said)[1].trim();
    const server = await new Server(data).start('--today', TODAY);
    servers.push(server);
    const client = await new Client(server).signIn({ username: 'sanjay.rao', password });
    const { lines, hidden } = await figuresOf(client);
    const months = lines.get('active').get(ALL).length;
    const places = [...new Set([...lines.values()].flatMap((at) => [...at.keys()]))];
    assert.ok(lines.size > 10 && months === 7 && places.length >= 4, `${places}`);
    let tried = attackYear(lines, months);
    for (let month = 0; month < months; month++) tried += attackMonth(lines, month, places);
    // The file says what the page says, and so does the page of the month.
    const file = table((await client.get('/reports/monthly.csv')).text);
    const keys = [...lines.keys()];
    keys.forEach((key, i) => lines.get(key).get(ALL).forEach(({ count, of }, month) => {
      const row = file[i * months + month];
      assert.deepEqual([row[4], row[5]], [count, of ?? ''], `${key} ${month}`);
    }));
    const october = months - 1;
    for (const [, , label, then, of] of
      table((await client.get('/reports/reported/2026-10/numbers.csv')).text)
        .filter((row) => row[3] !== '')) {
      const i = file.findIndex((row) => row[2] === label);
      const shown = lines.get(keys[Math.floor(i / months)]).get(ALL)[october];
      assert.deepEqual([then, of], [shown.count, shown.of ?? ''], label);
    }
    tried += attackImpact(table((await client.get('/reports/impact.csv')).text));
    t.diagnostic(`${tried} figures that are not given were tried, ${hidden} lines not by practice`);
    assert.ok(tried > 50, `${tried} were tried`);
    client.close();
  });
}

// Every page and file of the reports that says a number, as somebody reads them on one day.
async function everythingOf(client) {
  const said = {};
  const pages = ['/reports', '/reports?month=2026-11', '/reports?month=2026-08', '/reports/impact',
    '/reports/impact?month=2026-11', '/reports/reported', '/reports/reported/2026-10'];
  const [keys] = [await client.page('/reports')].map((html) =>
    new Set([...html.matchAll(/[?&;]line=([a-z-]+)"/g)].map(([, key]) => key)));
  for (const key of keys) pages.push(`/reports/line?line=${key}`);
  for (const page of pages) {
    said[page] = plain(/<main[\s\S]*<\/main>/.exec(await client.page(page))[0]);
  }
  for (const file of ['/reports/monthly.csv', '/reports/monthly.csv?month=2026-11',
    '/reports/impact.csv', '/reports/impact.csv?month=2026-11',
    '/reports/reported/2026-10/numbers.csv']) said[file] = (await client.get(file)).text;
  return said;
}

test('who reads the reports every day learns nothing of a day, and of a month what it says',
  async (t) => {
    const data = path.join(scratch(), 'demo');
    const said = trellis('demo', '--data', data, '--people', '900', '--seed', '2',
      '--today', TODAY);
    const password = /password: (.+)/.exec(said)[1].trim();
    const days = [];
    const exact = []; // what a coordinator reads
    for (const today of [TODAY, '2026-11-25', '2026-11-26', '2026-11-30']) {
      const server = await new Server(data).start('--today', today);
      const manager = await new Client(server).signIn({ username: 'sanjay.rao', password });
      const coordinator = await new Client(server).signIn({ username: 'priya.nair', password });
      await figuresOf(coordinator); // until the columns are there
      exact.push((await coordinator.get('/reports/monthly.csv')).text);
      days.push(await everythingOf(manager));
      manager.close();
      coordinator.close();
      await stopWell(server);
      // Somebody's support ends, contacts of October were never made, somebody opts out.
      execFileSync('sqlite3', [path.join(data, 'trellis.db'), `
        UPDATE care_case SET state = 4, closed_at = ${Date.parse(`${today}T10:00:00Z`)}
          WHERE id IN (SELECT id FROM care_case WHERE state = 2 ORDER BY id LIMIT 4);
        UPDATE contact SET in_error = 1 WHERE id IN (SELECT id FROM contact WHERE outcome = 1
          AND in_error = 0 AND at BETWEEN ${Date.parse('2026-10-02T00:00:00Z')}
          AND ${Date.parse('2026-10-30T00:00:00Z')} LIMIT 6)`]);
    }
    assert.equal(new Set(exact).size, exact.length, 'every day is another for who sees people');
    for (const day of days.slice(1)) {
      for (const [where, text] of Object.entries(day)) assert.equal(text, days[0][where], where);
    }

    // In December one month more, which says what it says; no other changes.
    const server = await new Server(data).start('--today', '2026-12-02');
    servers.push(server);
    const coordinator = await new Client(server).signIn({ username: 'priya.nair', password });
    await figuresOf(coordinator);
    const at = '/reports/reported';
    assert.equal((await coordinator.submit(at, at, { month: '2026-11' })).status, 303);
    const client = await new Client(server).signIn({ username: 'sanjay.rao', password });
    const rows = table((await client.get('/reports/monthly.csv')).text);
    const before = table(days[0]['/reports/monthly.csv']);
    assert.deepEqual(rows.filter(([month]) => month !== '2026-11'), before);
    const { lines } = await figuresOf(client);
    const months = lines.get('active').get(ALL).length;
    assert.equal(months, 8);
    const places = [...new Set([...lines.values()].flatMap((known) => [...known.keys()]))];
    let tried = attackYear(lines, months);
    for (let month = 0; month < months; month++) tried += attackMonth(lines, month, places);
    t.diagnostic(`${tried} figures that are not given were tried`);
    assert.ok(tried > 50, `${tried} were tried`);
    client.close();
    coordinator.close();
  });

test('the attack works where nothing is held back', () => {
  const cells = (count, of) => new Map([[ALL, [{ count, of }]]]);
  const lines = new Map([
    ['active', cells('10')], ['accepted', cells('0')], ['closed', cells('0')],
    ['contacts', cells('0')], ['spoken', cells('0')],
    ['plan-active', cells('5', '10')], ['no-plan', cells(FEW, '10')],
  ]);
  const parts = [[FEW], [FEW], [FEW]];
  for (const [key, at] of lines) {
    parts.forEach(([few], i) => at.set(`practice ${i}`,
      [{ count: key === 'no-plan' ? few : '0', of: at.get(ALL)[0].of && '0' }]));
  }
  assert.throws(() => attackMonth(lines, 0, [...lines.get('active').keys()]));
});
