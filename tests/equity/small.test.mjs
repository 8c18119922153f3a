// small.test.mjs -- small figures, and a reader who knows how they hang together: campaigns, a
// cohort, sets of codes and a coding gap, made so that rounding alone gives small numbers away.
// Each attack is made twice: on what rounding alone would show, where it finds such a number, and
// on what the release shows, where it finds none.
//
// What is known: of campaigns how many of them were asked in all; of a cohort how its stages and
// groups add up; of sets which takes in which; of the gap that it is one set without another.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Sums } from '../lib/linear.mjs';
import {
  ASKED_FEW, askedSpanOf, attack, attackCampaign, attackSets, codeSets, cohortOf, everybodyOf, FEW,
  FEW_END, fieldsOf, HELD, plain, publish, readFile, REST, rounded, rowsOfPage, spanOf, systemOf,
  toldBy,
} from '../lib/release.mjs';
import { setsOf, toldSideBySide } from '../lib/overlap.mjs';
import { optedOut } from '../lib/opt_outs.mjs';
import { Client, rowsOf, scratch, Server, stopWell, trellis } from '../lib/server.mjs';

const MADE_ON = '2026-11-24';
const NEXT_MONTH = '2026-12-02';
const STATES = [3, 4, 5, 6, 7, 8]; // of a campaign's people, as its columns stand
const CAMPAIGNS = 60;
const FEW_PEOPLE = 4; // the most that are not given, where sums of them tell the most
// Those in need: "15", "20" and "fewer than 5" of "30" leave one person, whatever the rest is.
const FIFTHS = [[1, 13], [2, 18], [3, 1]];
const data = path.join(scratch(), 'demo');
let server;
let manager;
let everybody;
const truth = { campaigns: new Map(), values: [] };

// The same numbers on every run.
let seed = 11;
function die(sides) {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return Math.floor((seed / 2147483648) * sides);
}

// ---- the network

// Sets of codes that nobody else has, by how many people have each; the last take in two others.
const SETS = { 'small-a': 4, 'small-b': 4, 'small-c': 9, 'small-d': 9 };
const UNIONS = { 'small-ab': ['small-a', 'small-b'], 'small-cd': ['small-c', 'small-d'] };
// The gap "care for heart failure and no code of the condition": 8 people, 4 of them coded.
const CARE = 'efi-heart-failure';
const CONDITION = 'ltc-heart-failure';
const NEED = 'in-need';
// Some of those in need: their figures say that of fifth 1 at least 13 are in need, and then "20"
// and "fewer than 5" of "30" leave one person, though the "15" is held back.
const MORE = 'in-more-need';
const MORE_FIFTHS = [[1, 13], [2, 5]];

function giveCodes() {
  const rows = ['set\tsystem\tcode\tterm'];
  const events = new Map(); // by practice
  const names = [...Object.keys(SETS), CARE, CONDITION, NEED, MORE];
  const codeOf = (name) => `${9900 + names.indexOf(name)}007`; // the form of a concept
  for (const name of names) rows.push(`${name}\tsnomed\t${codeOf(name)}\t${name}`);
  for (const [name, parts] of Object.entries(UNIONS)) {
    for (const part of parts) rows.push(`${name}\tset\t${part}\t${part}`);
  }
  const free = everybody.slice();
  const give = (who, ...sets) => {
    for (const name of sets) {
      const line = [who.nhs, who.family, who.bornOn, '2026-11-02', codeOf(name), name].join(',');
      events.set(who.ods, [...events.get(who.ods) ?? [], line]);
    }
    free.splice(free.indexOf(who), 1);
  };
  for (const [fifth, count] of FIFTHS) {
    const some = free.filter((who) => who['Deprivation fifth'].startsWith(fifth)).slice(0, count);
    assert.equal(some.length, count, `people of fifth ${fifth}`);
    const more = MORE_FIFTHS.find(([at]) => at === fifth)?.[1] ?? 0;
    some.forEach((who, i) => give(who, NEED, ...(i < more ? [MORE] : [])));
  }
  for (const [name, count] of Object.entries(SETS)) {
    for (const who of free.slice(0, count)) give(who, name);
  }
  for (const who of free.slice(0, FEW_PEOPLE)) give(who, CARE, CONDITION);
  for (const who of free.slice(0, FEW_PEOPLE)) give(who, CARE);
  const table = path.join(scratch(), 'small.tsv');
  fs.writeFileSync(table, `${rows.join('\n')}\n`);
  trellis('codes', 'load', table, '--version', '1', '--data', data);
  for (const [ods, lines] of events) {
    const file = path.join(scratch(), `${ods}.csv`);
    fs.writeFileSync(file, ['NHS Number,Surname,Date of Birth,Date,Code,Code Term', ...lines, '']
      .join('\r\n'));
    trellis('import', 'csv', file, '--practice', ods, '--changes-only', '--data', data);
  }
}

// Campaigns beside the demonstration's, each with an answer of some of its people.
function giveCampaigns() {
  const people = everybody.map(({ id }) => id);
  const columns = rowsOf(data, 'SELECT * FROM pragma_table_info(\'campaign_person\')')
    .map(({ name }) => name).filter((name) => name !== 'id');
  const own = { ref: 1, campaign_id: 1, person_id: 1, state: 1, standing: 1 };
  const sql = [];
  for (let i = 0; i < CAMPAIGNS; i++) {
    const id = 100 + i;
    const name = `Small campaign ${String(i).padStart(2, '0')}`;
    const counts = STATES.map(() => (die(3) === 0 ? 0 : die(die(2) === 0 ? 6 : 16)));
    truth.campaigns.set(name, counts);
    sql.push(`CREATE TEMP TABLE k AS SELECT * FROM campaign LIMIT 1;
      UPDATE k SET id = ${id}, ref = 'small${id}', name = '${name}';
      INSERT INTO campaign SELECT * FROM k; DROP TABLE k;`);
    let next = 0;
    counts.forEach((count, at) => {
      for (let n = 0; n < count; n++, next++) {
        sql.push(`INSERT INTO campaign_person (${columns.join(', ')}) SELECT ${columns.map((c) => (
          own[c] ? { ref: `'s${id}-${next}'`, campaign_id: id, person_id: people[next],
            state: STATES[at], standing: 0 }[c] : c)).join(', ')} FROM campaign_person LIMIT 1;`);
      }
    });
  }
  execFileSync('sqlite3', [path.join(data, 'trellis.db')], { input: sql.join('\n') });
}

// Caseloads of 12 but for one of 4: "10" six times, of a total that is known, leaves 4 for it.
const LEADS = ['priya.nair', 'beth.lowe', 'ellie.grant', 'tom.ashworth', 'dee.osei',
  'kwame.mensah'];
const LOAD = 12;
const LAST_LEAD = 'sam.ode';

function giveCaseloads() {
  const leads = [...LEADS.flatMap((lead) => Array(LOAD).fill(lead)),
    ...Array(FEW_PEOPLE).fill(LAST_LEAD)];
  const sql = leads.map((lead, i) => `UPDATE care_case SET lead_account =
      (SELECT id FROM account WHERE username = '${lead}') WHERE id =
      (SELECT id FROM care_case WHERE state <= 2 ORDER BY id LIMIT 1 OFFSET ${i});`);
  sql.push(`UPDATE care_case SET state = 4 WHERE state <= 2 AND id NOT IN
      (SELECT id FROM care_case WHERE state <= 2 ORDER BY id LIMIT ${leads.length});`);
  execFileSync('sqlite3', [path.join(data, 'trellis.db')], { input: sql.join('\n') });
  assert.equal(rowsOf(data, 'SELECT count(*) n FROM care_case WHERE state <= 2')[0].n,
    leads.length);
}

// Whose values are in the month's figures, as a cohort of the same people, and what a coordinator
// sees of them exactly.
const VALUES = [
  { key: 'with-diabetes', rule: 'has ltc-diabetes or diabetes', value: 'hba1c', target: 58 },
  { key: 'with-pressure', rule: 'has ltc-hypertension', value: 'systolic-bp', target: 140 },
];
const WAYS = ['fifth', 'ethnic-group', 'sex', 'practice'];

async function valuesOf(client, key, by) {
  const { value, target } = VALUES.find((one) => one.key === key);
  const { text } = await client.get(`/breakdown/figures.csv?of=${key}&value=${value}&within=12` +
    `&target=at-most&than=${target}&by=${by}`);
  const rows = text.trim().split('\r\n').slice(1).map(fieldsOf).filter((row) => row.length > 15);
  return { value, target, rows: rows.map((row) => ({ by: row[6], group: row[7],
    people: Number(row[10]), recorded: Number(row[11]), median: Number(row[14]),
    met: Number(row[15]) })) };
}

before(async () => {
  const said = trellis('demo', '--data', data, '--people', '900', '--seed', '2',
    '--today', MADE_ON);
  const password = /password: (.+)/.exec(said)[1].trim();
  everybody = everybodyOf(data, NEXT_MONTH);
  const about = new Map(rowsOf(data, `SELECT p.id, p.nhs_number nhs, p.family, r.ods_code ods,
      date(p.born * 86400, 'unixepoch') bornOn FROM person p JOIN practice r
      ON r.id = p.practice_id`).map((row) => [row.id, row]));
  everybody = everybody.map((who) => ({ ...who, ...about.get(who.id) }));
  giveCodes();
  giveCampaigns();
  giveCaseloads();
  server = await new Server(data).start('--today', NEXT_MONTH);
  const priya = await new Client(server).signIn({ username: 'priya.nair', password });
  await publish(priya, cohortOf(NEED, `has ${NEED}`));
  await publish(priya, cohortOf(MORE, `has ${NEED}`, `has ${MORE}`));
  for (const { key, rule } of VALUES) {
    await publish(priya, cohortOf(key, rule));
    for (const by of WAYS) truth.values.push(await valuesOf(priya, key, by));
  }
  priya.close();
  manager = await new Client(server).signIn({ username: 'sanjay.rao', password });
  assert.equal((await manager.submit('/equity', '/equity/releases', {})).status, 303);
});
after(async () => {
  manager?.close();
  if (server) await stopWell(server);
});

// ---- the attacks

test('small answers of campaigns are not told by the sum of all of them', async (t) => {
  const shown = new Map(rowsOfPage(await manager.page('/campaign-figures'))
    .filter(({ name }) => name.startsWith('Small'))
    .map(({ name, figures }) => [name.slice(0, 'Small campaign 00'.length), figures]));
  assert.equal(shown.size, CAMPAIGNS);
  const sum = (counts) => counts.reduce((a, b) => a + b, 0);
  const known = [...truth.campaigns].filter(([, counts]) => sum(counts) >= FEW_END);
  const told = toldBy(known.map(([name, counts]) => () =>
    attackCampaign(name, counts.map(rounded), sum(counts))));
  let tried = 0;
  for (const [name, counts] of known) {
    const figures = shown.get(name);
    figures.forEach((figure, i) => {
      if (figure !== HELD) assert.equal(figure, rounded(counts[i]), name);
    });
    tried += attackCampaign(name, figures, sum(counts));
  }
  t.diagnostic(`${told} of ${known.length} campaigns are told by rounding alone; ${tried} tried`);
  assert.ok(told >= 5 && tried >= 50, `${told} ${tried}`);
});

test('nor a small group of a cohort', async (t) => {
  const file = readFile((await manager.get(`/equity/${NEED}/figures.csv`)).text);
  const caseload = readFile((await manager.get('/equity/caseload/figures.csv')).text);
  const by = 'Deprivation fifth';
  const groups = file.dimensions.get(by);
  const at = (group) => file.figures.get(`rule-1|${by}|${group}`);
  assert.equal(file.stages.find(({ key }) => key === 'rule-1').people, '30');
  // What rounding alone would show of the same people.
  const few = new Map(groups.filter((group) => group !== REST).map((group) =>
    [group, FIFTHS.find(([fifth]) => group.startsWith(fifth))?.[1] ?? 0]));
  const alone = {
    stages: [{ key: 'rule-1', people: '30' }],
    dimensions: new Map([[by, [...few.keys()]]]),
    figures: new Map([...few].map(([group, n]) => [`rule-1|${by}|${group}`, rounded(n)])),
  };
  assert.throws(() => attack(systemOf(alone, null), 'rounded'), /1 to 1/);
  const tried = attack(systemOf(file, null, caseload), NEED);
  assert.ok(groups.some((group) => at(group) === HELD), 'more is held back');
  t.diagnostic(`${tried} figures that are not given were tried`);
  assert.ok(tried > 10);
});

// As many of each fifth as these figures; of the rest nothing is shown.
function fileOf(key, groups, stages) {
  const file = { stages: [], dimensions: new Map([['Deprivation fifth', groups]]),
    figures: new Map() };
  stages.forEach(({ label, people, figures }, i) => {
    const stage = { key: `rule-${i}`, label, people };
    file.stages.push(stage);
    groups.forEach((group, g) =>
      file.figures.set(`${stage.key}|Deprivation fifth|${group}`, figures[g]));
  });
  return [key, file];
}

test('nor a small group of a cohort, by another that is part of it', async (t) => {
  const by = 'Deprivation fifth';
  const everybodyAt = { label: 'Everybody registered', people: '600',
    figures: Array(3).fill('200') };
  const need = { label: NEED, people: '30', figures: [HELD, '20', FEW] };
  const fifths = ['1', '2', '3'];
  const more = { label: MORE, people: '20', figures: ['15', '5', '0'] };
  const alone = [fileOf(NEED, fifths, [everybodyAt, need]),
    fileOf(MORE, fifths, [everybodyAt, need, more])];
  assert.deepEqual(toldSideBySide(setsOf(alone.slice(0, 1)), by).told, [], 'by itself it is safe');
  assert.match(toldSideBySide(setsOf(alone), by).told.join(),
    /in-need, 3 \(fewer than 5\): 1 to 1/);

  const files = [];
  for (const key of ['population', 'caseload', NEED, MORE]) {
    files.push([key, readFile((await manager.get(`/equity/${key}/figures.csv`)).text)]);
  }
  let tried = 0;
  for (const one of files[0][1].dimensions.keys()) {
    const found = toldSideBySide(setsOf(files), one);
    assert.deepEqual(found.told, [], one);
    tried += found.tried;
  }
  const [need1, need2] = files.slice(2).map(([, file]) => file.dimensions.get(by)
    .map((group) => file.figures.get(`rule-1|${by}|${group}`)));
  assert.deepEqual(need1, need2, 'the same people have the same figures');
  t.diagnostic(`${tried} figures that are not given were tried`);
  assert.ok(tried > 10);
});

test('nor a small set of codes, by the sets that take it in', async () => {
  const all = await codeSets(manager);
  const own = Object.fromEntries([...Object.keys(SETS), ...Object.keys(UNIONS)]
    .map((name) => [name, all.get(name)]));
  for (const name of Object.keys(SETS)) assert.equal(own[name].people, ASKED_FEW, name);
  assert.deepEqual(Object.keys(UNIONS).map((name) => own[name].people), [ASKED_FEW, '20']);
  for (const [name, parts] of Object.entries(UNIONS)) {
    assert.deepEqual(own[name].takesIn.sort(), parts, name);
  }
  const alone = new Map(Object.entries(own).map(([name, set]) => {
    const parts = UNIONS[name] ?? [name];
    return [name, { ...set, people: rounded(parts.reduce((n, part) => n + SETS[part], 0)) }];
  }));
  assert.throws(() => attackSets(alone, spanOf), /small-[ab] \(fewer than 5\): 4 to 4/);
  assert.ok(attackSets(all).tried > 10);
});

test('nor a small caseload of the overview', async () => {
  const html = await manager.page('/overview');
  const loads = [.../aria-labelledby="loads"[\s\S]*?<\/section>/.exec(html)[0]
    .matchAll(/>People <\/span>\s*<span class="app-cell">\s*([^<]*)</g)].map(([, n]) => n.trim());
  const exact = [...LEADS.map(() => LOAD), FEW_PEOPLE];
  const total = exact.reduce((a, b) => a + b, 0);
  assert.equal(loads.length, exact.length);
  assert.ok(loads.includes(FEW) && loads.includes(HELD) && loads.includes('10'), loads.join());
  assert.throws(() => attackCampaign('rounded', exact.map(rounded), total), /4 to 4/);
  const held = loads.filter((n) => n === HELD).length;
  assert.equal(attackCampaign('caseloads', loads, total), 1 + held);
  assert.doesNotMatch(html, />\s*(12|76)\s*</);
});

// Who has the one and not the other are as many at least as have the one, less those of the other.
function attackGap(care, condition, gap, span) {
  const s = new Sums();
  const [a, b, k] = [care, condition, gap].map((figure) => s.number(...span(figure)));
  s.least([[k, 1], [a, -1], [b, 1]]);
  s.least([[a, 1], [k, -1]]);
  return attack({ s, asked: [[k, 'gap', gap]] }, 'gap');
}

test('nor a small coding gap, by the sets that it is made of', async () => {
  const sets = await codeSets(manager);
  const gaps = rowsOfPage(await manager.page('/gap-figures'));
  const gap = gaps.find(({ name }) => name.startsWith('Care for heart failure')).figures[0];
  assert.deepEqual([sets.get(CARE).people, sets.get(CONDITION).people, gap],
    [ASKED_FEW, ASKED_FEW, ASKED_FEW]);
  assert.throws(() => attackGap(rounded(8), rounded(4), rounded(4), spanOf), /4 to 4/);
  assert.equal(attackGap(sets.get(CARE).people, sets.get(CONDITION).people, gap, askedSpanOf), 1);
});

// "over 53, at most 58 mmol/mol"
function medianSpan(words) {
  const [, over] = /over (\d+)/.exec(words) ?? [];
  const [, most] = /at most (\d+)/.exec(words) ?? [];
  return [over ? Number(over) : -Infinity, most ? Number(most) : Infinity];
}

// Exactly as a coordinator counts them today, but for who objects to sharing for direct care: they
// are in figures and in no list.
test('values by group are those of the same people', async (t) => {
  const objectors = optedOut(data, ['direct-care']).size;
  let given = 0;
  let medians = 0;
  for (const { value, target, rows } of truth.values) {
    const file = readFile((await manager.get(`/equity/values:${value}/figures.csv`)).text);
    const html = await manager.page(`/value-figures?of=values:${value}`);
    for (const { by, group, people, recorded, met, median } of rows) {
      if (!file.dimensions.get(by)?.includes(group)) continue; // all of them, or a smaller group
      for (const [stage, n] of [['of', people], ['recorded', recorded],
        [`at-most-${target}`, met]]) {
        const figure = file.figures.get(`${stage}|${by}|${group}`);
        const [least, most] = (stage.startsWith('at') ? askedSpanOf : spanOf)(figure);
        assert.ok(least <= n + objectors && n <= most, `${by} ${group} ${stage}: ${n}, ${figure}`);
        given += figure !== HELD;
      }
      const [table] = html.match(/<table[\s\S]*?<\/table>/g)
        .filter((one) => plain(/<caption[\s\S]*?<\/caption>/.exec(one)[0]) === by);
      const [row] = table.match(/<tr[\s\S]*?<\/tr>/g).filter((one) => plain(one).startsWith(group));
      const words = plain(/>Median <\/span>([\s\S]*?)<\/td>/.exec(row)[1]);
      if (words === HELD) continue;
      const [over, most] = medianSpan(words);
      assert.ok(over < median && median <= most, `${by} ${group}: ${median}, ${words}`);
      medians++;
    }
  }
  t.diagnostic(`${given} figures, ${medians} medians`);
  assert.ok(given > 50 && medians > 10);
});
