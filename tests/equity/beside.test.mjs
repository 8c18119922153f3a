// beside.test.mjs -- a campaign beside the cohort whose people it asks. Who says yes, no or not
// now, and who never answered, is among those whom the cohort counts as offered support, and who
// says yes among those who accepted: so the two together could tell a number that is not given.
//
// What is known, beside both pages: how many were asked in all, and of the cohort exactly how many
// were offered support, and accepted it, otherwise than by being asked in the campaign. Each attack
// is made twice: on what each of the two would show alone, where it finds such numbers, and on what
// the release shows, where it finds none.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Sums } from '../lib/linear.mjs';
import {
  addFile, attack, cohortOf, everybodyOf, FEW, FEW_END, HELD, publish, readFile, rounded,
  rowsOfPage, spanOf, systemOf, toldBy,
} from '../lib/release.mjs';
import { Client, rowsOf, scratch, Server, stopWell, trellis } from '../lib/server.mjs';

const MADE_ON = '2026-11-24';
const NEXT_MONTH = '2026-12-02';
const STATES = [3, 4, 5, 6, 7, 8]; // of a campaign's people, as its columns stand
const YES = 1;
const ANSWERED = [YES, 2, 3, 4]; // of the columns: no, not now, no answer
const DECLINED = 3; // a case
const OPEN = 2;
const MADE = 48;
const data = path.join(scratch(), 'demo');
const made = []; // { key, counts, offered, accepted, stages }: how many were in all, and who
let server;
let manager;

let seed = 3; // of a campaign that is told by the sums of all groups only too
function die(sides) {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return Math.floor((seed / 2147483648) * sides);
}

// The first two are told by hand: 8 + n + 8 of 17 at most is one no; 12 + n + 7, which are all that
// were offered support and 23 at least, are four.
function countsOf(i) {
  if (i === 0) return { counts: [33, 8, 1, 8, 0, 0], offeredElse: 0, acceptedElse: 0 };
  if (i === 1) return { counts: [27, 12, 4, 7, 0, 0], offeredElse: 0, acceptedElse: 0 };
  const counts = STATES.map(() => (die(4) === 0 ? 0 : die(die(2) === 0 ? 6 : 16)));
  const offeredElse = die(2) * die(8);
  return { counts, offeredElse, acceptedElse: offeredElse === 0 ? 0 : die(offeredElse + 1) };
}

const sum = (counts) => counts.reduce((a, b) => a + b, 0);
const copyOf = (table, where, own) => {
  const columns = rowsOf(data, `SELECT * FROM pragma_table_info('${table}')`)
    .map(({ name }) => name).filter((name) => name !== 'id');
  return (values) => `INSERT INTO ${table} (${columns.join(', ')}) SELECT ${columns.map((c) => (
    values[c] ?? own[c] ?? c)).join(', ')} FROM ${table} ${where} LIMIT 1;`;
};

// Each campaign has a cohort of its own, by a code that nobody else has.
function giveNetwork() {
  const withCase = new Set(rowsOf(data, 'SELECT person_id id FROM care_case').map(({ id }) => id));
  const free = everybodyOf(data, NEXT_MONTH).filter(({ id }) => !withCase.has(id));
  const about = new Map(rowsOf(data, `SELECT p.id, p.nhs_number nhs, p.family, r.ods_code ods,
      date(p.born * 86400, 'unixepoch') bornOn FROM person p JOIN practice r
      ON r.id = p.practice_id`).map((row) => [row.id, row]));
  const asked = copyOf('campaign_person', '', { standing: 0 });
  const offer = copyOf('care_case', '', { closed_at: 'offered_at' });
  const codes = ['set\tsystem\tcode\tterm'];
  const lines = new Map(); // of the files, by practice
  const sql = [];
  for (let i = 0; i < MADE; i++) {
    const { counts, offeredElse, acceptedElse } = countsOf(i);
    const key = `asked-${String(i).padStart(2, '0')}`;
    const code = `${9800 + i}007`; // the form of a concept
    codes.push(`${key}\tsnomed\t${code}\t${key}`);
    const people = free.splice(0, sum(counts) + offeredElse + 12);
    assert.equal(people.length, sum(counts) + offeredElse + 12, 'people enough');
    for (const { id } of people) {
      const { nhs, family, bornOn, ods } = about.get(id);
      lines.set(ods, [...lines.get(ods) ?? [],
        [nhs, family, bornOn, '2026-11-02', code, key].join(',')]);
    }
    sql.push(`CREATE TEMP TABLE k AS SELECT * FROM campaign LIMIT 1;
      UPDATE k SET id = ${100 + i}, ref = '${key}', name = '${key}', cohort = '${key}',
        cohort_name = '${key}';
      INSERT INTO campaign SELECT * FROM k; DROP TABLE k;`);
    const stand = ({ id }, n, accepted) => offer({ ref: `'case-${key}-${n}'`, person_id: id,
      state: accepted ? OPEN : DECLINED, cohort: `'${key}'`,
      accepted_at: accepted ? 'offered_at' : 'NULL' });
    const stages = { identified: people, offered: [], accepted: [] };
    const take = (who, accepted) => {
      stages.offered.push(who);
      if (accepted) stages.accepted.push(who);
    };
    let n = 0;
    counts.forEach((count, at) => {
      for (let left = count; left > 0; left--, n++) {
        sql.push(asked({ ref: `'${key}-${n}'`, campaign_id: 100 + i, person_id: people[n].id,
          state: STATES[at] }));
        if (!ANSWERED.includes(at)) continue;
        sql.push(stand(people[n], n, at === YES));
        take(people[n], at === YES);
      }
    });
    for (let k = 0; k < offeredElse; k++, n++) {
      sql.push(stand(people[n], n, k < acceptedElse));
      take(people[n], k < acceptedElse);
    }
    made.push({ key, counts, stages, offered: stages.offered.length,
      accepted: stages.accepted.length });
  }
  execFileSync('sqlite3', [path.join(data, 'trellis.db')], { input: sql.join('\n') });
  const table = path.join(scratch(), 'asked.tsv');
  fs.writeFileSync(table, `${codes.join('\n')}\n`);
  trellis('codes', 'load', table, '--version', '1', '--data', data);
  for (const [ods, own] of lines) {
    const file = path.join(scratch(), `${ods}.csv`);
    fs.writeFileSync(file, ['NHS Number,Surname,Date of Birth,Date,Code,Code Term', ...own, '']
      .join('\r\n'));
    trellis('import', 'csv', file, '--practice', ods, '--changes-only', '--data', data);
  }
}

before(async () => {
  const said = trellis('demo', '--data', data, '--people', '3500', '--seed', '2',
    '--today', MADE_ON);
  const password = /password: (.+)/.exec(said)[1].trim();
  giveNetwork();
  server = await new Server(data).start('--today', NEXT_MONTH);
  const priya = await new Client(server).signIn({ username: 'priya.nair', password });
  for (const { key } of made) await publish(priya, cohortOf(key, `has ${key}`));
  priya.close();
  manager = await new Client(server).signIn({ username: 'sanjay.rao', password });
  assert.equal((await manager.submit('/equity', '/equity/releases', {})).status, 303);
});
after(async () => {
  manager?.close();
  if (server) await stopWell(server);
});

// What a reader may know of who was offered support: nothing; how many were in all; how many were
// otherwise than by being asked. Who knows nothing is asked for the cohort's numbers as well: of
// who knows one exactly, and the answers, it is no figure that tells the other. So is who knows
// that nobody was offered support otherwise.
const KNOWING = {
  nothing: ({ s, at }, one, numbers, answered) => {
    s.least([[at('accepted'), 1], [numbers[YES], -1]]);
    s.least([[at('offered'), 1], ...answered.map((k) => [k, -1])]);
    return true;
  },
  inAll: (system, one, numbers, answered) => {
    KNOWING.nothing(system, one, numbers, answered);
    system.s.equal([[system.at('accepted'), 1]], one.accepted);
    system.s.equal([[system.at('offered'), 1]], one.offered);
    return false;
  },
  otherwise: ({ s, at }, one, numbers, answered) => {
    const accepted = one.accepted - one.counts[YES];
    const offered = one.offered - sum(ANSWERED.map((i) => one.counts[i]));
    s.equal([[at('accepted'), 1], [numbers[YES], -1]], accepted);
    s.equal([[at('offered'), 1], ...answered.map((k) => [k, -1])], offered);
    return offered === 0;
  },
};

// Of the cohort's own numbers those from 1 to 4: who is of which group is known here of three ways
// to tell people apart, and of the others what the figures say themselves.
function smallOf(system, one) {
  return system.asked.slice(0, system.own).filter(([, what, figure]) => {
    if (figure === FEW) return true;
    const [, key, by, group] = /^(\S+): ([^,]+), (.*)$/.exec(what) ?? [];
    const n = one.stages[key]?.filter((who) => who[by] === group).length ?? 0;
    return n > 0 && n < FEW_END;
  });
}

// The campaign's numbers beside those of its cohort. What is not given of either is asked.
function attackBeside(system, one, figures, know) {
  if (figures.every((figure) => figure === HELD)) return 0; // the campaign says nothing
  const { s } = system;
  const numbers = figures.map((figure) => s.number(...spanOf(figure)));
  s.equal(numbers.map((k) => [k, 1]), sum(one.counts));
  const cohort = know(system, one, numbers, ANSWERED.map((i) => numbers[i]));
  const isFew = (k, i) => one.counts[i] > 0 && one.counts[i] < FEW_END;
  const asked = numbers.map((k, i) => [k, `column ${i}`, figures[i]])
    .filter(([k], i) => isFew(k, i));
  return attack({ s, asked: [...asked, ...cohort ? smallOf(system, one) : []] }, one.key);
}

test('a small answer is not told by how many were offered support', async (t) => {
  const shown = new Map(rowsOfPage(await manager.page('/campaign-figures'))
    .map(({ name, figures }) => [name.slice(0, 'asked-00'.length), figures]));
  const files = new Map();
  for (const key of ['caseload', ...made.map((one) => one.key)]) {
    files.set(key, readFile((await manager.get(`/equity/${key}/figures.csv`)).text));
  }
  const systemWith = (key) => {
    const own = [];
    addFile(new Sums(), files.get(key), own);
    return { ...systemOf(files.get(key), null, files.get('caseload')), own: own.length };
  };
  const attacks = (one, figures) => Object.values(KNOWING).map((know) => () =>
    attackBeside(systemWith(one.key), one, figures, know));
  let tried = 0;
  let given = 0;
  for (const one of made) {
    const file = files.get(one.key);
    for (const key of ['offered', 'accepted']) {
      const { people } = file.stages.find((stage) => stage.key === key);
      assert.equal(people, rounded(one[key]), `${one.key} ${key}`);
    }
    const figures = shown.get(one.key);
    figures.forEach((figure, i) => {
      if (figure !== HELD) assert.equal(figure, rounded(one.counts[i]), one.key);
      given += figure !== HELD;
    });
    tried += sum(attacks(one, figures).map((attacking) => attacking()));
  }
  const told = toldBy(made.flatMap((one) => attacks(one, one.counts.map(rounded))));
  t.diagnostic(`${told} attacks of ${3 * MADE} tell one by rounding alone; ${tried} tried, ` +
    `${given} of ${STATES.length * MADE} given`);
  assert.ok(told >= 10 && tried >= 50 && given >= MADE * 3, `${told} ${tried} ${given}`);
});
