// release.mjs -- a month's release as somebody reads it, and what its figures say of each other as
// sums: for the attacks of tests/equity.
import assert from 'node:assert/strict';
import { Sums } from './linear.mjs';
import { optedOut } from './opt_outs.mjs';
import { rowsOf } from './server.mjs';

export const VALUES_MIN = 3;
export const NEAR = 1e-4;
export const FEW_END = 5; // the first count that is given
export const REST = 'Not recorded, or a smaller group';
export const FEW = 'fewer than 5';
export const ASKED_FEW = 'fewer than 10';
export const HELD = 'not given';
const REST_MAX = 19;
// Of values: how many are between two numbers, and whether anybody is on this side of one.
const STEP = 'between';
const SOME = 'anybody';

export function spanOf(figure) {
  if (figure === HELD) return [0, Infinity];
  if (figure === FEW) return [1, 4];
  if (figure === ASKED_FEW) return [0, 9];
  const n = Number(figure);
  assert.ok(Number.isInteger(n) && n % 5 === 0, `a figure is rounded: ${figure}`);
  return n === 0 ? [0, 0] : [Math.max(5, n - 2), n + 2];
}

// What rounding alone would show.
export function rounded(n) {
  if (n === 0) return '0';
  return n < FEW_END ? FEW : String(Math.floor((n + 2) / 5) * 5);
}

// Of those under 10 none is given: what is given is 10 at least.
export const askedSpanOf = (figure) =>
  (figure === ASKED_FEW || figure === HELD ? spanOf(figure)
    : [Math.max(10, spanOf(figure)[0]), spanOf(figure)[1]]);

// None of what is not given comes out: of each number that may be one of 1 to 4 three values are
// left at least. Gives how many were tried. Each world that is come by shows a value that each
// number may have: one that is seen to have enough of them is not asked about.
export function attack({ s, asked }, name) {
  assert.ok(s.solve(), `${name}: the figures agree with each other`);
  const seen = asked.map(() => [Infinity, -Infinity]);
  const see = (i, now) => {
    seen[i] = [Math.min(seen[i][0], now), Math.max(seen[i][1], now)];
  };
  const look = () => asked.forEach(([k], i) => see(i, s.now(k)));
  const whole = ([least, most]) => [Math.ceil(least - NEAR), Math.floor(most + NEAR)];
  const isOpen = (figure, [least, most]) =>
    (figure === SOME ? most > 0 : most - least + 1 >= VALUES_MIN);
  look();
  let tried = 0;
  asked.forEach(([k, what, figure, of], i) => {
    tried++;
    for (const ask of [() => s.most_of(k), () => s.least_of(k)]) {
      if (isOpen(figure, whole(seen[i]))) return;
      see(i, ask());
      look();
    }
    const [least, most] = whole(seen[i]);
    if (isOpen(figure, [least, most])) return;
    tried--;
    if (figure === HELD && most === 0) return; // nobody, as the stage before it says
    // Not few, as those say that it holds; or nobody, or nobody perhaps.
    if (figure === ASKED_FEW && least >= FEW_END) return;
    if (figure === STEP && (least === 0 || least >= FEW_END)) return;
    if (figure === SOME && s.most_of(of) < 1 - NEAR) return; // nobody has a value
    assert.fail(`${name}, ${what} (${figure}): ${least} to ${most}`);
  });
  return tried;
}

export const plain = (html) => html.replace(/<[^>]+>/g, ' ').replace(/&#39;/g, "'")
  .replace(/&quot;/g, '"').replace(/&amp;/g, '&').replace(/\s+/g, ' ').trim();
export const FACT = /<dt[^>]*>([\s\S]*?)<\/dt>\s*<dd[^>]*>([\s\S]*?)<\/dd>/g;
export const numberless = (text) => text.replace(/(\d),(?=\d{3})/g, '$1');

export function fieldsOf(line) {
  return [...line.matchAll(/("([^"]|"")*"|[^,]*)(,|$)/g)].slice(0, -1)
    .map(([, field]) => (field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field));
}

// One subject's file: stages in order, and its figures by stage, dimension and group.
export function readFile(text) {
  const stages = [];
  const dimensions = new Map();
  const figures = new Map();
  const expectations = new Map();
  for (const line of text.trim().split('\r\n').slice(1)) {
    const [, , key, label, by, group, people, expected] = fieldsOf(line);
    if (stages.at(-1)?.key !== key) stages.push({ key, label, people });
    if (by === '') continue;
    if (!dimensions.has(by)) dimensions.set(by, []);
    if (!dimensions.get(by).includes(group)) dimensions.get(by).push(group);
    figures.set(`${key}|${by}|${group}`, people);
    if (expected) expectations.set(`${key}|${by}|${group}`, Number(expected));
  }
  return { stages, dimensions, figures, expectations };
}

// ---- what is known, as sums

// With `everybody` the reader also knows exactly how many are registered with each practice, live
// in areas of each fifth and are of each ethnic group: practice lists are published, and imports
// say how many people a file had.
export function systemOf(file, bridge, caseload = null, everybody = null) {
  const s = new Sums();
  const asked = []; // [number, name, figure] of what is not given
  const own = addFile(s, file, asked);
  if (file.stages[1]?.key === 'of') addSteps(s, own, file, asked);
  if (everybody) addSizes(s, own, file, everybody);
  if (bridge) addCohort(s, file, own, bridge, asked);
  if (caseload) addWhole(s, own, file, addFile(s, caseload, asked), caseload);
  const [totals] = own.get('');
  return { s, asked, at: (key) => totals[file.stages.findIndex((stage) => stage.key === key)] };
}

// Of values also who is at one step and not at the next: how many are between the two numbers. And
// of no group may it be known that nobody is at a step, or everybody who has a value.
function addSteps(s, own, file, asked) {
  const from = file.stages.findIndex(({ key }) => key === 'recorded');
  for (const [by, chains] of own) {
    chains.forEach((chain, g) => {
      for (let i = from; i + 1 < chain.length; i++) {
        const k = s.number();
        s.equal([[k, 1], [chain[i], -1], [chain[i + 1], 1]]);
        asked.push([k, `${file.stages[i].key} and no less: ${by}, group ${g}`, STEP]);
        const over = s.number();
        s.equal([[over, 1], [chain[from], -1], [chain[i + 1], 1]]);
        for (const one of [chain[i + 1], over]) {
          asked.push([one, `${file.stages[i + 1].key}: ${by}, group ${g}`, SOME, chain[from]]);
        }
      }
    });
  }
}

function addSizes(s, own, file, everybody) {
  assert.equal(file.stages[0].key, 'registered');
  s.equal([[own.get('')[0][0], 1]], everybody.length);
  for (const by of ['Practice', 'Deprivation fifth', 'Ethnic group']) {
    (file.dimensions.get(by) ?? []).forEach((group, g) => {
      if (group === REST) return;
      const size = everybody.filter((who) => who[by] === group).length;
      s.equal([[own.get(by)[g][0], 1]], size);
    });
  }
}

// Who was offered support from a cohort was offered it at all, and so on: group by group.
function addWhole(s, own, file, whole, caseload) {
  for (const [by, chains] of own) {
    chains.forEach((chain, g) => caseload.stages.forEach(({ key }, i) => {
      const here = chain[file.stages.findIndex((stage) => stage.key === key)];
      const there = whole.get(by)[g][i];
      if (key === 'registered') s.equal([[there, 1], [here, -1]]);
      else s.least([[there, 1], [here, -1]]);
    }));
  }
}

// Gives the numbers of each chain of stages, by dimension; of everybody under ''.
export function addFile(s, file, asked) {
  const chainsOf = new Map();
  const spanAt = (key) => (key.startsWith('at-most-') ? askedSpanOf : spanOf);
  const totals = file.stages.map(({ key, people }) => {
    const k = s.number(...spanAt(key)(people));
    if (people === FEW || people === ASKED_FEW) asked.push([k, `${key}: everybody`, people]);
    return k;
  });
  const follow = (chain) => chain.forEach((k, i) => {
    if (i === 0) return;
    if (file.stages[i].key === 'identified' && file.stages[i - 1].key.startsWith('rule-')) {
      s.least([[k, 1], [chain[i - 1], -1]]);
      s.least([[chain[0], 1], [k, -1]]);
    } else s.least([[chain[i - 1], 1], [k, -1]]);
  });
  follow(totals);
  for (const [by, groups] of file.dimensions) {
    const chains = groups.map((group) => file.stages.map(({ key }) => {
      const figure = file.figures.get(`${key}|${by}|${group}`);
      const k = s.number(...spanAt(key)(figure));
      if ([FEW, ASKED_FEW, HELD].includes(figure)) {
        asked.push([k, `${key}: ${by}, ${group}`, figure]);
      }
      return k;
    }));
    if (!groups.includes(REST)) {
      const most = groups.length === 1 ? Infinity : REST_MAX; // a trait: the rest is everybody else
      chains.push(file.stages.map(() => s.number(0, most)));
    }
    chains.forEach(follow);
    totals.forEach((total, i) =>
      s.equal([[total, -1], ...chains.map((chain) => [chain[i], 1])]));
    chainsOf.set(by, chains);
  }
  return chainsOf.set('', [totals]);
}

// Whom the last rule leaves are on the list or left out of it.
function addCohort(s, file, own, bridge, asked) {
  const [totals] = own.get('');
  const last = file.stages.findLastIndex(({ key }) => key.startsWith('rule-'));
  const number = (name, figure) => {
    const k = s.number(...spanOf(figure));
    if (figure === FEW) asked.push([k, `bridge: ${name}`, figure]);
    return k;
  };
  const offered = file.stages.findIndex(({ key }) => key === 'offered');
  if (bridge.size > 0) addBridge(s, totals, { last, offered }, number, bridge);
}

// The equity page's own words of who was found and who is listed.
function addBridge(s, totals, { last, offered }, number, bridge) {
  const part = (start) => {
    const name = [...bridge.keys()].find((key) => key.startsWith(start));
    return number(name, bridge.get(name));
  };
  const same = (a, b) => s.equal([[a, 1], [b, -1]]);
  const found = totals[last + 1];
  same(part('Meet the rules'), totals[last]);
  s.equal([[found, -1], [totals[last], 1], [part('Offered support'), 1]]);
  const parts = [part('On the cohort'), ...['Not on it: already', 'Not on it: said no',
    'Not on it: opted'].map(part)];
  s.least([[totals[offered], 1], [parts[1], -1], [parts[2], -1]]);
  s.equal([[totals[last], -1], ...parts.map((k) => [k, 1]), [part('Not on it: died'), 1]]);
}

// ---- everybody registered

const BANDS = [10, 18, 30, 40, 50, 60, 70, 80, 90];
const bandOf = (age) => BANDS.filter((from) => age >= from).length;
const ETHNIC = { A: 'White', B: 'White', C: 'White', D: 'Mixed or multiple',
  E: 'Mixed or multiple', F: 'Mixed or multiple', G: 'Mixed or multiple',
  H: 'Asian or Asian British', J: 'Asian or Asian British', K: 'Asian or Asian British',
  L: 'Asian or Asian British', M: 'Black or Black British', N: 'Black or Black British',
  P: 'Black or Black British', R: 'Asian or Asian British', S: 'Other' };

// Everybody registered, as stratum and group by dimension.
export function everybodyOf(data, today) {
  const ageOn = (born) => {
    const of = new Date(born * 86_400_000);
    const on = new Date(today);
    const dayOfYear = (date) => date.getUTCMonth() * 40 + date.getUTCDate();
    const years = on.getUTCFullYear() - of.getUTCFullYear();
    return dayOfYear(on) < dayOfYear(of) ? years - 1 : years;
  };
  const gone = optedOut(data);
  return rowsOf(data, `SELECT p.id, born, p.sex, ethnicity, imd_decile, r.name practice
      FROM person p LEFT JOIN practice r ON r.id = p.practice_id
     WHERE registration = (SELECT registration FROM person GROUP BY 1 ORDER BY count(*) DESC)
       AND died IS NULL`).filter(({ id }) => !gone.has(id)).map((row) => ({
    stratum: `${bandOf(ageOn(row.born))}|${row.sex}`,
    id: row.id,
    Practice: row.practice,
    'Ethnic group': ETHNIC[row.ethnicity],
    'Deprivation fifth': ['1, most deprived', '2', '3', '4', '5, least deprived'][
      Math.ceil(row.imd_decile / 2) - 1],
  }));
}

// ---- campaigns and sets of codes

const ROW = /<tr class="nhsuk-table__row"[\s\S]*?<\/tr>/g;
export const rowsOfPage = (html) => [...html.matchAll(ROW)].map(([row]) => ({
  row,
  name: plain(/<t[hd][^>]*>([\s\S]*?)<\/t[hd]>/.exec(row)[1]),
  figures: [...row.matchAll(/class="app-num">([^<]*)</g)].map(([, n]) => numberless(plain(n))),
}));

export async function codeSets(client) {
  const sets = new Map();
  for (let page = 1; ; page++) {
    const rows = rowsOfPage(await client.page(`/code-sets?page=${page}`))
      .filter(({ row }) => /\/code-sets\//.test(row));
    const known = sets.size;
    for (const { row, figures } of rows) {
      const [, key] = /href="\/code-sets\/([^"?]+)"/.exec(row);
      sets.set(key, { codes: Number(figures[0]), people: figures[1], takesIn: [] });
      assert.equal(figures.length, 2, 'codes and people, and nothing of events');
    }
    if (sets.size === known) break;
  }
  for (const [key, set] of sets) {
    const html = await client.page(`/code-sets/${key}`);
    const facts = new Map([...html.matchAll(FACT)]
      .map(([, name, value]) => [plain(name), numberless(plain(value))]));
    assert.equal(facts.get('People'), set.people, key);
    assert.doesNotMatch(html, />Events<|Never seen with us|By practice/, key);
    set.title = plain(/<h1[^>]*>([\s\S]*?)<\/h1>/.exec(html)[1]).replace(/^Code sets /, '');
    set.words = facts.get('Takes in') ?? '';
    set.empty = /It has no codes of its own/.test(html);
  }
  const byTitle = new Map([...sets].map(([key, { title }]) => [title, key]));
  for (const set of sets.values()) {
    set.takesIn = set.words.split(', ').filter((title) => byTitle.has(title))
      .map((title) => byTitle.get(title));
  }
  return sets;
}

export function attackSets(sets, span = askedSpanOf) {
  const s = new Sums();
  const asked = [];
  const numbers = new Map([...sets].map(([key, { people }]) => {
    const k = s.number(...span(people));
    if (people === ASKED_FEW || people === FEW) asked.push([k, key, people]);
    return [key, k];
  }));
  let unions = 0;
  for (const [key, { takesIn, empty }] of sets) {
    const parts = takesIn.map((part) => numbers.get(part));
    for (const part of parts) s.least([[numbers.get(key), 1], [part, -1]]);
    if (!empty || parts.length === 0) continue;
    s.least([...parts.map((part) => [part, 1]), [numbers.get(key), -1]]);
    unions++;
  }
  return { tried: attack({ s, asked }, 'code sets'), unions };
}

// Somebody who knows how many were asked in all, were they not so few that nothing is said of them.
export function attackCampaign(name, figures, total) {
  const s = new Sums();
  const asked = [];
  const numbers = figures.map((figure, i) => {
    const k = s.number(...spanOf(figure));
    if (figure === FEW || figure === HELD) asked.push([k, `column ${i}`, figure]);
    return k;
  });
  if (total >= FEW_END) s.equal(numbers.map((k) => [k, 1]), total);
  return attack({ s, asked }, name);
}

// How many of these attacks find what is not given, and how many there were.
export function toldBy(attacks) {
  return attacks.filter((one) => {
    try {
      one();
      return false;
    } catch (e) {
      assert.match(e.message, /: \d+ to \d+$/, 'the attack itself went well');
      return true;
    }
  }).length;
}

// ---- made networks

export async function publish(client, text) {
  const html = await client.page('/cohorts/new/edit');
  const csrf = /name="csrf" value="([^"]*)"/.exec(html)[1];
  const saved = await client.send('POST', '/cohorts/new/save',
    [['csrf', csrf], ['source', 'text'], ['text', text], ['act', 'publish']]);
  assert.equal(saved.status, 303, saved.text);
}

export const cohortOf = (key, ...rules) => `cohort ${key}
name ${key}
purpose Of few people
owner PCN
offer plan

all
${rules.map((rule) => `  ${rule}\n`).join('')}`;
