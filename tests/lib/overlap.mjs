// overlap.mjs -- what somebody reads out of several cohorts' figures side by side, who knows which
// of their people are part of which: for the attacks of tests/equity.
//
// Known is what the pages say: a stage is the people who meet the rules above it, word for word, so
// that one with the same rules is the same people and one with more of them is part of it; and what
// anybody knows of ages and frailty. All cohorts are read at once, one way to tell people apart
// after the other.
import assert from 'node:assert/strict';
import { Sums } from './linear.mjs';
import {
  ASKED_FEW, askedSpanOf, FEW, FEW_END, HELD, NEAR, REST, spanOf, VALUES_MIN,
} from './release.mjs';

const REST_MAX = 19;
const ADULT = 18;
const EVERYBODY = new Set(['Everybody registered', "Registered with the network's practices"]);
const REACH = ['offered', 'accepted', 'planned', 'reached'];

// The rules that a reader knows to hold of whoever meets these.
function closed(rules) {
  const all = new Set();
  for (const rule of rules) {
    if (EVERYBODY.has(rule)) continue;
    all.add(rule);
    const age = /^Aged (\d+) or over$/.exec(rule)?.[1];
    for (let least = 1; least < Number(age); least++) all.add(`Aged ${least} or over`);
    const frail = /^Adults with (.*) frailty$/.exec(rule)?.[1];
    if (rule === 'Adults' || frail) {
      for (let least = 1; least <= ADULT; least++) all.add(`Aged ${least} or over`);
      all.delete(rule);
    }
    const grade = frail ?? /^(.*) [Ff]railty$/.exec(rule)?.[1];
    if (grade) all.delete(rule);
    const grades = { any: 1, 'moderate or severe': 2, severe: 3 };
    for (let i = grades[grade?.toLowerCase()] ?? 0; i > 0; i--) all.add(`frailty ${i}`);
    if (grade && !grades[grade.toLowerCase()]) all.add(rule);
  }
  return all;
}

// Who is at each stage of a file, as a set of facts that hold of all of them and of nobody else.
export function factsOf(key, file) {
  const out = [];
  let rules = [];
  for (const stage of file.stages) {
    if (stage.key.startsWith('frail') || stage.key === 'adults') rules = [];
    if (stage.key === 'identified') {
      out.push({ names: [`found by ${key}`], holds: rules.slice() });
      rules = [`found by ${key}`];
    } else {
      rules = [...rules, REACH.includes(stage.key) ? stage.key : stage.label];
      if (stage.key.startsWith('at-most')) rules = [...rules, `${key} recorded`];
      out.push({ names: rules.slice() });
    }
  }
  return out.map(({ names, holds }) => {
    const facts = closed(names);
    return { id: [...facts].sort().join(' & '), facts, holds: holds && closed(holds) };
  });
}

const isPart = (a, b) => [...b.facts].every((fact) => a.facts.has(fact)) ||
  (b.holds !== undefined && [...b.holds].every((fact) => a.facts.has(fact)));

// Every set of people in these files once, with the figures that are given of it anywhere; `more`
// are pairs of ids, the first part of the second, that are known besides.
export function setsOf(files, more = []) {
  const sets = new Map();
  for (const [key, file] of files) {
    factsOf(key, file).forEach((about, i) => {
      if (!sets.has(about.id)) sets.set(about.id, { ...about, shown: [] });
      sets.get(about.id).shown.push({ key, file, stage: file.stages[i] });
    });
  }
  const all = [...sets.values()];
  for (const set of all) {
    set.under = all.filter((other) => other !== set && (isPart(set, other) ||
      more.some(([a, b]) => a === set.id && b === other.id)));
  }
  for (const set of all) { // the nearest alone: the others follow
    set.above = set.under.filter((other) => !set.under.some((between) =>
      between !== other && between.under.includes(other)));
  }
  return all;
}

const meet = (spans) => [Math.max(...spans.map(([a]) => a)), Math.min(...spans.map(([, b]) => b))];
const spanAt = (stage) => (stage.key.startsWith('at-most-') ? askedSpanOf : spanOf);
const HIDDEN = [FEW, ASKED_FEW, HELD];

// Each set's number in all and by group, as sums. `sizes`: how many are registered with each group.
function systemOf(sets, by, sizes) {
  const s = new Sums();
  const asked = [];
  const groups = [...new Set(sets.flatMap(({ shown }) =>
    shown.flatMap(({ file }) => file.dimensions.get(by) ?? [])))];
  const least = groups.length === 1 ? Infinity : REST_MAX;
  const columns = [...groups, ...(groups.includes(REST) ? [] : [null])];
  for (const set of sets) {
    const everybody = set.facts.size === 0;
    const number = (name, figures, size) => {
      const span = meet(figures.map(([stage, figure]) => spanAt(stage)(figure)));
      assert.ok(span[0] <= span[1], `${set.id}, ${name}: ${figures.map(([, figure]) => figure)}`);
      const k = size === undefined ? s.number(...span) : s.number(size, size);
      const hidden = figures.map(([, figure]) => figure).find((one) => HIDDEN.includes(one));
      if (hidden) asked.push([k, `${set.id}, ${name}`, hidden]);
      return k;
    };
    set.total = number('everybody', set.shown.map(({ stage }) => [stage, stage.people]));
    set.cells = columns.map((group) => {
      if (group === null) return s.number(0, least);
      return number(group, set.shown.map(({ file, stage }) =>
        [stage, file.figures.get(`${stage.key}|${by}|${group}`)]),
      everybody ? sizes?.get(group) : undefined);
    });
    s.equal([[set.total, -1], ...set.cells.map((k) => [k, 1])]);
  }
  for (const set of sets) {
    for (const above of set.above) {
      set.cells.forEach((k, i) => s.least([[above.cells[i], 1], [k, -1]]));
    }
  }
  return { s, asked };
}

// What is told: of every number that is not given and may be one of 1 to 4, which of them have
// fewer values than VALUES_MIN.
export function toldSideBySide(sets, by, sizes) {
  const { s, asked } = systemOf(sets, by, sizes);
  assert.ok(s.solve(), `${by}: the figures agree with each other`);
  const seen = asked.map(() => [Infinity, -Infinity]);
  const look = () => asked.forEach(([k], i) => {
    seen[i] = [Math.min(seen[i][0], s.now(k)), Math.max(seen[i][1], s.now(k))];
  });
  const whole = (i) => [Math.ceil(seen[i][0] - NEAR), Math.floor(seen[i][1] + NEAR)];
  const isOpen = (i) => whole(i)[1] - whole(i)[0] + 1 >= VALUES_MIN;
  const told = [];
  look();
  asked.forEach(([k, what, figure], i) => {
    for (const ask of [() => s.most_of(k), () => s.least_of(k)]) {
      if (isOpen(i)) return;
      ask();
      look();
    }
    if (isOpen(i)) return;
    const [least, most] = whole(i);
    if (most === 0 || least >= FEW_END) return; // nobody, or not few
    told.push(`${what} (${figure}): ${least} to ${most}`);
  });
  return { tried: asked.length, told };
}
