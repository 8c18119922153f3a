// attack.test.mjs -- somebody with every page and file of a release tries to work out what they do
// not give, from sums and shares, and cannot; and all of them say the same.
//
// What is known: how figures are rounded, that groups add up to everybody, that each stage is part
// of the one before it (of a cohort, those found hold those whom the last rule leaves), that a rest
// which is not shown has fewer than 20 people registered, how those found come apart from those
// listed, of the caseload exactly how many were ever on it, and exactly how many are registered
// with each practice, in each fifth and of each ethnic group. Of the numbers expected for age and
// sex more is taken as known than can be: the age, sex, ethnic group, deprivation and practice of
// everybody. Of values by group also what lies between two numbers is asked, and whether anybody is
// on this or that side of one.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, test } from 'node:test';
import { Sums } from '../lib/linear.mjs';
import { setsOf, toldSideBySide } from '../lib/overlap.mjs';
import {
  addFile, askedSpanOf, attack, everybodyOf, FACT, FEW, FEW_END, fieldsOf, HELD, NEAR, numberless,
  plain, readFile, REST, spanOf, systemOf, VALUES_MIN,
} from '../lib/release.mjs';
import { Client, rowsOf, scratch, Server, stopWell, trellis } from '../lib/server.mjs';

// Small networks have the small numbers.
// Of the last one numbers expected told a stratum, when stages of 15 had them.
const NETWORKS = [{ people: '400', seed: '7' }, { people: '900', seed: '2' },
  { people: '1500', seed: '8' }];
const servers = [];
after(async () => {
  for (const server of servers) await stopWell(server);
});

const tablesOf = (html) => [...html.matchAll(/<table[\s\S]*?<\/table>/g)].map(([t]) => t);
const rowsOfTable = (table) => [...table.matchAll(/<tr[\s\S]*?<\/tr>/g)].map(([row]) =>
  [...row.matchAll(/<t[dh][\s\S]*?<\/t[dh]>/g)].map(([cell]) =>
    numberless(plain(cell.replace(/<span class="nhsuk-table__heading"[\s\S]*?<\/span>/, '')))));

// ---- the numbers expected, against somebody who knows everybody's age and sex

// Whoever knows how many of each group are of each age and sex reads every number expected as a sum
// over the strata at a stage: none of those from 1 to 4 may come out.
function attackExpected(file, everybody, key) {
  const strata = [...new Set(everybody.map((who) => who.stratum))].sort();
  const all = strata.map((x) => everybody.filter((who) => who.stratum === x).length);
  let tried = 0;
  for (const stage of file.stages.slice(1)) {
    const s = new Sums();
    const there = strata.map((_, i) => s.number(0, all[i]));
    const total = s.number(...spanOf(stage.people));
    s.equal([[total, -1], ...there.map((k) => [k, 1])]);
    for (const by of ['Ethnic group', 'Deprivation fifth', 'Practice']) {
      for (const group of file.dimensions.get(by) ?? []) {
        const expected = file.expectations.get(`${stage.key}|${by}|${group}`);
        if (expected === undefined || group === REST) continue;
        const own = everybody.filter((who) => who[by] === group);
        const sum = s.number(Math.max(0, expected - 0.5), expected + 0.5);
        s.equal([[sum, -1], ...there.map((k, i) =>
          [k, own.filter((who) => who.stratum === strata[i]).length / all[i]])]);
      }
    }
    assert.ok(s.solve(), `${key} ${stage.key}: what is expected is what was reckoned here`);
    there.forEach((k, i) => {
      const least = Math.ceil(s.least_of(k) - NEAR);
      const most = Math.floor(s.most_of(k) + NEAR);
      tried++;
      // That few or none are there may be known, as of a rule that asks for an age; not that some
      // are and how many.
      if (least === 0 || least >= FEW_END || all[i] < VALUES_MIN) return;
      assert.ok(most - least + 1 >= VALUES_MIN,
        `${key} ${stage.key}, stratum ${strata[i]}: ${least} to ${most}`);
    });
  }
  return tried;
}

// The overview says, rounded, how many are on the caseloads now. More than that is known here: how
// many of everybody were ever offered support and said yes, to one.
function attackCaseload(file, data, everybody) {
  const ids = new Set(everybody.map(({ id }) => id));
  const people = (where) => new Set(rowsOf(data, `SELECT person_id AS id FROM care_case ${where}`)
    .map(({ id }) => id).filter((id) => ids.has(id))).size;
  const s = new Sums();
  const asked = [];
  const [totals] = addFile(s, file, asked).get('');
  for (const [key, count] of [['registered', ids.size], ['offered', people('')],
    ['accepted', people('WHERE accepted_at IS NOT NULL')]]) {
    const at = file.stages.findIndex((stage) => stage.key === key);
    assert.ok(spanOf(file.stages[at].people)[0] <= count, `${key}: ${count}`);
    s.equal([[totals[at], 1]], count);
  }
  return attack({ s, asked }, 'a caseload whose size is known');
}

// ---- what the pages say

function readBridge(html) {
  const box = /aria-labelledby="bridge"[^>]*>([\s\S]*?)<\/section>/.exec(html);
  return new Map([...(box?.[1] ?? '').matchAll(FACT)]
    .map(([, name, value]) => [plain(name), numberless(plain(value))]));
}

// A cohort's own page of figures holds those of the release and no other.
async function sameCohort(client, key, file, bridge) {
  const html = await client.page(`/cohort-figures/${key}`);
  const steps = rowsOfTable(tablesOf(html)[0]).slice(1);
  assert.deepEqual(steps, file.stages.map(({ label, people }) => [label, people]), key);
  assert.deepEqual(readBridge(html), bridge, key);
  const found = numberless(plain(/app-bigcount">([\s\S]*?)<\/p>/.exec(html)[1]));
  assert.equal(found, file.stages.find((stage) => stage.key === 'identified').people, key);
}

async function samePages(client, key, file) {
  const links = [...(await client.page(`/equity/${key}?compare=as-they-are`))
    .matchAll(/href="(\/equity\/[^"/]+\/[^"/?]+)[?"]/g)].map(([, href]) => href)
    .filter((href) => !href.endsWith('.csv'));
  assert.equal(new Set(links).size, file.dimensions.size);
  for (const href of new Set(links)) {
    const html = await client.page(href);
    const by = plain(/<h1[\s\S]*?<\/h1>/.exec(html)[0]).replace(/^.*: /, '');
    const [head, ...rows] = rowsOfTable(tablesOf(html)[0]);
    const dimension = [...file.dimensions.keys()].find((label) => by.endsWith(label));
    assert.ok(dimension, `${href}: ${by}`);
    rows.forEach((cells, i) => head.slice(2).forEach((group, g) => {
      const figure = file.figures.get(`${file.stages[i].key}|${dimension}|${group}`);
      assert.ok(cells[g + 2].startsWith(figure), `${href} ${group}: ${cells[g + 2]}, ${figure}`);
    }));
  }
}

const optionsOf = (html) => [...(/<select[^>]*name="of"[\s\S]*?<\/select>/.exec(html)?.[0] ?? '')
  .matchAll(/<option value="([^"]*)"/g)].map(([, value]) => value);

// The two numbers that a median lies between, by what the figures of the steps must hold.
function medianOf(recorded, steps) {
  if (!(Number(recorded) >= 20)) return HELD;
  const all = spanOf(recorded);
  const clipped = steps.map(([step, figure]) =>
    [step, askedSpanOf(figure).map((n) => Math.min(n, all[1]))]);
  const over = clipped.find(([, [, most]]) => 2 * most < all[0])?.[0];
  const upTo = clipped.findLast(([, [least]]) => 2 * least > all[1])?.[0];
  if (over && upTo) return `over ${over}, at most ${upTo}`;
  return over ? `over ${over}` : upTo ? `at most ${upTo}` : HELD;
}

// The page of values says what the file says, and of medians what follows from it.
async function sameValues(client, key, file) {
  const html = await client.page(`/value-figures?of=${key}`);
  const target = Number(/At most (\d+)/.exec(html)[1]);
  const figuresAt = (figure) => {
    const steps = file.stages.filter((stage) => stage.key.startsWith('at-most-'))
      .map((stage) => [Number(stage.key.slice('at-most-'.length)), figure(stage)]);
    return [figure(file.stages[1]), figure(file.stages[2]),
      steps.find(([step]) => step === target)[1], medianOf(figure(file.stages[2]), steps)];
  };
  const tables = tablesOf(html);
  assert.equal(tables.length, 1 + file.dimensions.size);
  for (const table of tables) {
    const by = plain(/<caption[\s\S]*?<\/caption>/.exec(table)[0]);
    for (const [group, people, recorded, met, , median] of rowsOfTable(table).slice(1)) {
      const want = figuresAt((stage) => (by === 'Everybody' ? stage.people
        : file.figures.get(`${stage.key}|${by}|${group}`)));
      const bare = median.replace(/ mm.*/, '');
      assert.deepEqual([people, recorded, met, bare], want, `${key} ${by} ${group}`);
    }
  }
}

// Below a tenth a share is told to one decimal.
function sameShare(share, want) {
  if (!/%/.test(share) || share.startsWith('under')) return;
  const half = /\d\.\d/.test(share) ? 0.0501 : 0.501;
  assert.ok(Math.abs(Number.parseFloat(share) - want) <= half, `${share}, ${want}`);
}

// Shares, expected numbers and ratios are those of the figures, not of what is behind them.
async function sameShares(client, key, file, population) {
  const html = await client.page(`/equity/${key}?stage=${file.stages.at(-4).key}&compare=adults`);
  const stage = file.stages.at(-4);
  const beside = population.stages.find((x) => x.key === 'adults');
  for (const table of tablesOf(html)) {
    const by = plain(/<caption[\s\S]*?<\/caption>/.exec(table)[0]);
    for (const [group, people, share, there, , ratio] of rowsOfTable(table).slice(1)) {
      const figure = file.figures.get(`${stage.key}|${by}|${group}`);
      const of = population.figures.get(`adults|${by}|${group}`);
      assert.equal(people, figure, `${key} ${by} ${group}`);
      sameShare(share, (100 * figure) / stage.people);
      sameShare(there, (100 * of) / beside.people);
      if (ratio === HELD) continue;
      const want = figure / ((stage.people * of) / beside.people);
      assert.ok(Math.abs(Number(ratio) - want) < 0.0051, `${key} ${by} ${group}: ${ratio} ${want}`);
    }
  }
}

// Exactly how many are registered, where that is known.
function sizesOf(everybody, by) {
  if (everybody[0][by] === undefined) return null;
  const sizes = new Map();
  for (const who of everybody) sizes.set(who[by], (sizes.get(who[by]) ?? 0) + 1);
  return sizes;
}

for (const { people, seed } of NETWORKS) {
  test(`nothing that is not given can be worked out: ${people} people`, async (t) => {
    const data = path.join(scratch(), 'demo');
    const today = '2026-11-24';
    const said = trellis('demo', '--data', data, '--people', people, '--seed', seed,
      '--today', today);
    const password = /password: (.+)/.exec(said)[1].trim();
    const server = await new Server(data).start('--today', today);
    servers.push(server);
    const client = await new Client(server).signIn({ username: 'sanjay.rao', password });
    const list = await client.page('/equity');
    const keys = [...list.matchAll(/href="\/equity\/([a-z0-9-]+)"/g)].map(([, key]) => key);
    assert.ok(keys.length >= 8 && keys[0] === 'population' && keys[1] === 'caseload');
    // Exact numbers by group, of any question and as often as one likes, are for nobody who reads
    // figures: beside these they would tell everything.
    for (const part of ['', '/people', '/figures.csv']) {
      const exact = await client.get(`/breakdown${part}?value=hba1c&by=fifth&and=sex&who=all`);
      assert.equal(exact.status, 404, part);
    }
    // Values by group are such figures too: their steps follow one another like a cohort's rules.
    const values = optionsOf(await client.page('/value-figures'));
    assert.equal(values.length, 2);
    const files = new Map();
    for (const key of [...keys, ...values]) {
      files.set(key, readFile((await client.get(`/equity/${key}/figures.csv`)).text));
    }
    let tried = 0;
    let bridges = 0;
    let expected = 0;
    const everybody = everybodyOf(data, today);
    for (const [key, file] of files) {
      expected += attackExpected(file, everybody, key);
      let bridge = null;
      if (values.includes(key)) {
        await sameValues(client, key, file);
      } else if (!['population', 'caseload'].includes(key)) {
        bridge = readBridge(await client.page(`/equity/${key}`));
        bridges += bridge.size > 0;
        await sameCohort(client, key, file, bridge);
      }
      tried += attack(systemOf(file, bridge, bridge && files.get('caseload'), everybody), key);
      if (values.includes(key)) continue;
      await samePages(client, key, file);
      if (file.stages.length > 4) await sameShares(client, key, file, files.get('population'));
    }
    tried += attackCaseload(files.get('caseload'), data, everybody);
    // And all side by side, by somebody who sees which people are part of which.
    const sets = setsOf(files);
    for (const by of files.get('population').dimensions.keys()) {
      const found = toldSideBySide(sets, by, sizesOf(everybody, by));
      assert.deepEqual(found.told, [], by);
      tried += found.tried;
    }
    t.diagnostic(`${tried} figures that are not given were tried`);
    t.diagnostic(`${expected} numbers by age and sex, ${bridges} lists beside the found`);
    assert.ok(tried > 100 && expected > 100 && bridges > 0, `${tried} ${expected} ${bridges}`);
    client.close();
  });
}

// Of the caseload the next month's figures hold this month's people, where nobody left, and as many
// more as the monthly report says were offered support, said yes or agreed a plan in between.
function attackMonths(before, now, lines) {
  const s = new Sums();
  const asked = [];
  const [a, b] = [addFile(s, before, asked), addFile(s, now, asked)];
  for (const [by, chains] of a) {
    if (by === 'Age') continue; // a birthday moves people to another group
    const groupsOf = (file) => (by === '' ? [''] : file.dimensions.get(by) ?? []);
    chains.forEach((chain, g) => {
      const there = groupsOf(now).indexOf(groupsOf(before)[g]);
      if (there < 0) return;
      before.stages.forEach(({ key }, i) => {
        if (key === 'registered') return;
        const later = b.get(by)[there][i];
        s.least([[later, 1], [chain[i], -1]]);
        if (!lines.has(key)) return;
        const more = lines.get(key).map((figure) => s.number(0, spanOf(figure)[1]));
        s.least([...more.map((k) => [k, 1]), [chain[i], 1], [later, -1]]);
      });
    });
  }
  return attack({ s, asked }, 'two months');
}

test('nor from the figures of two months and the report between them', async (t) => {
  const data = path.join(scratch(), 'demo');
  const said = trellis('demo', '--data', data, '--people', '900', '--seed', '2',
    '--today', '2026-11-24');
  const password = /password: (.+)/.exec(said)[1].trim();
  const files = [];
  const lines = new Map([['offered', 'Offered support'], ['accepted', 'Accepted'],
    ['planned', 'Plans agreed']]);
  for (const today of ['2026-11-24', '2027-01-02']) {
    const server = await new Server(data).start('--today', today);
    const client = await new Client(server).signIn({ username: 'sanjay.rao', password });
    if (files.length > 0) {
      assert.equal((await client.submit('/equity', '/equity/releases', {})).status, 303);
      const priya = await new Client(server).signIn({ username: 'priya.nair', password });
      const at = '/reports/reported';
      for (const month of ['2026-11', '2026-12']) {
        assert.equal((await priya.submit(at, at, { month })).status, 303);
      }
      priya.close();
      const report = (await client.get('/reports/monthly.csv?month=2026-12')).text.trim()
        .split('\r\n').map(fieldsOf);
      for (const [key, label] of lines) {
        lines.set(key, report.filter(([month, , of, , count]) => of === label &&
          ['2026-11', '2026-12'].includes(month) && count !== '').map((row) => row[4]));
        assert.equal(lines.get(key).length, 2, label);
      }
    }
    files.push(readFile((await client.get('/equity/caseload/figures.csv')).text));
    client.close();
    await stopWell(server);
  }
  const tried = attackMonths(...files, lines);
  t.diagnostic(`${tried} figures that are not given were tried`);
  assert.ok(tried > 10);
});

test('the attack works where nothing is held back', () => {
  const figures = new Map([
    ['a|Sex|x', '10'], ['a|Sex|y', '10'], ['a|Sex|z', FEW], [`a|Sex|${REST}`, '0'],
  ]);
  const file = {
    stages: [{ key: 'a', label: 'A', people: '30' }],
    dimensions: new Map([['Sex', ['x', 'y', 'z', REST]]]),
    figures,
  };
  assert.throws(() => attack(systemOf(file, null), 'control'), /4 to 4/);
});

test('the attack on numbers expected works where a group is one age and sex', () => {
  const everybody = [...Array(40).keys()].map((i) => ({
    stratum: i < 20 ? 'a' : 'b', 'Ethnic group': i < 20 ? 'x' : 'y',
  }));
  const file = {
    stages: [{ key: 'all', people: '40' }, { key: 'found', people: '20' }],
    dimensions: new Map([['Ethnic group', ['x', 'y']]]),
    expectations: new Map([['found|Ethnic group|x', 3], ['found|Ethnic group|y', 17]]),
  };
  assert.throws(() => attackExpected(file, everybody, 'control'), /3 to 3/);
});
