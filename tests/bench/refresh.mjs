// refresh.mjs -- a practice's changes of one day, and the correction of one person: how long until
// they are on a page.
//
// usage: node tests/bench/refresh.mjs TRELLIS PEOPLE DIR PORT [DAYS] [CORRECTIONS] [CHANGED]
// Makes the demonstration in DIR when it is not there; every run sends other facts to it. Prints
// `figure,value,unit` rows: median and worst, the program's own processor time beside them.
import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { cookiesSet } from '../lib/cookies.mjs';

// changed: people of one practice, of whom two facts come each.
const [, , trellis, people, dir, port, days = '5', corrections = '40', changed = '300'] =
  process.argv;
const COHORT = '/cohorts/housebound-alone';
const FACTS = [['160689007', 'Housebound'], ['105529008', 'Lives alone']];
const WAIT_MS_MAX = 300_000;
const BYTES_MAX = 64 * 1024 * 1024;
const YOUNG = 'bench-young'; // of whom a corrected day of birth makes one
const CORRECT_EVERY_MS = 200;
const ASK_EVERY_MS = 2; // while fewer than ASKED_MAX wait: so finely a delay is seen
const ASKED_MAX = 2; // more would slow down what they look at
const data = path.join(dir, people);
const base = `http://127.0.0.1:${port}`;
const row = (figure, value, unit) => console.log(`${figure},${value},${unit}`);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

mkdirSync(dir, { recursive: true });
if (!existsSync(data)) {
  rmSync(`${data}.new`, { recursive: true, force: true });
  const words = ['demo', '--data', `${data}.new`, '--people', people];
  writeFileSync(`${data}.txt`, execFileSync(trellis, words));
  renameSync(`${data}.new`, data);
}
const password = /password: (.+)/.exec(readFileSync(`${data}.txt`, 'utf8'))[1].trim();
const server = spawn(trellis, ['serve', '--data', data, '--listen', `127.0.0.1:${port}`], {
  stdio: ['ignore', 'ignore', 'ignore'],
});
process.on('exit', () => server.kill('SIGTERM'));
let gone = ''; // why no answer will come any more: another server has the folder or the port
server.on('exit', (code, signal) => {
  gone = `the server ended (${signal ?? code}): is another one on DIR or PORT?`;
});

// Milliseconds of all its threads, those that have ended among them.
const spent = new Map();
const cpu = () => {
  const tasks = `/proc/${server.pid}/task`;
  for (const thread of readdirSync(tasks)) {
    try {
      const text = readFileSync(`${tasks}/${thread}/schedstat`, 'utf8');
      spent.set(thread, Number(text.split(' ')[0]));
    } catch (error) {
      if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error;
    }
  }
  return [...spent.values()].reduce((sum, ns) => sum + ns, 0) / 1e6;
};

class Person {
  cookies = new Map();

  async ask(where, options = {}) {
    const cookie = [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ');
    const answer = await fetch(base + where, {
      redirect: 'manual', ...options,
      headers: { cookie, origin: base, 'sec-fetch-site': 'same-origin' },
    });
    for (const line of cookiesSet(answer.headers)) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.cookies.set(name, value);
    }
    return { status: answer.status, to: answer.headers.get('location'), text: await answer.text() };
  }

  async token(where) {
    return /name="csrf" value="([^"]*)"/.exec((await this.ask(where)).text)?.[1] ?? '';
  }

  async post(where, form) {
    const csrf = await this.token('/help');
    const body = new URLSearchParams([['csrf', csrf], ...form]);
    const answer = await this.ask(where, { method: 'POST', body });
    if (answer.status !== 303) throw Error(`${where} answered ${answer.status}: ${answer.text}`);
    return answer.to;
  }

  async signIn(username) {
    const body = new URLSearchParams({ csrf: await this.token('/sign-in'), username, password });
    const answer = await this.ask('/sign-in', { method: 'POST', body });
    if (answer.status !== 303) throw Error(`sign-in answered ${answer.status}`);
    return this;
  }
}

async function until(what) {
  for (const end = Date.now() + WAIT_MS_MAX; Date.now() < end; await sleep(4)) {
    try {
      const found = await what();
      if (found) return found;
    } catch (error) {
      if (gone !== '') throw Error(gone);
      if (error.cause?.code !== 'ECONNREFUSED') throw error;
    }
  }
  throw Error('it took too long');
}

// Asks again and again without waiting for an answer. When the first question was put whose answer
// is `shown`, and when that answer had come.
async function firstShown(ask, shown) {
  let found = null;
  let fault = null;
  let waiting = 0;
  const one = async () => {
    const asked = performance.now();
    waiting++;
    try {
      const text = await ask();
      if (shown(text) && (found === null || asked < found.asked)) {
        found = { asked, seen: performance.now() };
      }
    } catch (error) {
      fault = error;
    }
    waiting--;
  };
  const end = Date.now() + WAIT_MS_MAX;
  while ((found === null || waiting > 0) && fault === null && Date.now() < end) {
    if (found === null && waiting < ASKED_MAX) void one();
    await sleep(ASK_EVERY_MS);
  }
  if (found === null) throw fault ?? Error('it took too long');
  return found;
}

const day = (days1970) => new Date(days1970 * 86_400_000).toISOString().slice(0, 10);
const sql = (text) => JSON.parse(execFileSync('sqlite3',
  ['-readonly', '-json', path.join(data, 'trellis.db'), text],
  { encoding: 'utf8', maxBuffer: BYTES_MAX }));

// Somebody's own row, so that nobody's details change, with facts that are new.
function extract(practice) {
  const list = sql(`SELECT nhs_number AS n, family, given, born, registration_on AS since
    FROM person WHERE practice_id = ${practice} AND registration = 1 AND nhs_number IS NOT NULL
    ORDER BY random() LIMIT ${changed}`);
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const rows = ['NHS number,Surname,Forename,Date of birth,Registration status,' +
    'Registration date,Date,Code,Code term'];
  for (const p of list) {
    for (const [code, term] of FACTS) {
      rows.push(`${p.n},"${p.family}","${p.given}",${day(p.born)},Currently registered Regular,` +
        `${p.since === null ? '' : day(p.since)},${yesterday},${code},${term}`);
    }
  }
  return rows.join('\n');
}

async function sent(manager, practice) {
  const body = new FormData();
  body.append('csrf', await manager.token('/help'));
  body.append('practice', practice.ods);
  body.append('practice_name', practice.name);
  body.append('changes_only', '1');
  body.append('file', new Blob([extract(practice.id)]), 'day.csv');
  const answer = await manager.ask('/imports/send/extract', { method: 'POST', body });
  if (answer.status !== 303) throw Error(`the file was answered ${answer.status}: ${answer.text}`);
  const { text } = await manager.ask(answer.to);
  const form = [];
  const SELECT = /<select[^>]* name="(columns[^"]*)"[^>]*>([^]*?)<\/select>/g;
  for (const [, name, list] of text.matchAll(SELECT)) {
    form.push([name, /<option[^>]*value="([^"]*)"[^>]* selected/.exec(list)?.[1] ?? '-']);
  }
  await manager.post(`${answer.to}/look`, form);
  await until(async () => /Apply this import/.test((await manager.ask(answer.to)).text));
  return answer.to;
}

const count = (text) => Number(/app-bigcount">([\d,]+)</.exec(text)?.[1].replaceAll(',', ''));

async function oneDay(manager, coordinator, practice) {
  const before = count((await coordinator.ask(COHORT)).text);
  const file = await sent(manager, practice);
  const began = performance.now();
  const worked = cpu();
  await manager.post(`${file}/apply`, []);
  await until(async () => (await manager.ask(file)).status === 303);
  const applied = performance.now();
  const workedThen = cpu();
  await until(async () => {
    const now = count((await coordinator.ask(COHORT)).text);
    return now > before;
  });
  return {
    apply: applied - began, seen: performance.now() - applied,
    applyCpu: workedThen - worked, seenCpu: cpu() - workedThen,
  };
}

// ---- one person

async function keepYoung(coordinator) {
  if ((await coordinator.ask(`/cohorts/${YOUNG}`)).status === 200) return;
  const body = new FormData();
  body.append('csrf', await coordinator.token('/help'));
  body.append('key', YOUNG);
  body.append('text', [`cohort ${YOUNG}`, 'name Young and housebound', 'purpose Bench',
    'owner Bench', 'offer Bench', '', 'all', '  has housebound', '  age under 30', ''].join('\n'));
  const answer = await coordinator.ask('/cohorts/import', { method: 'POST', body });
  if (answer.status !== 303) throw Error(`the cohort was answered: ${answer.text}`);
}

const fieldsOf = (text) => {
  const form = [];
  const inputs = /<input[^>]* name="([^"]+)"[^>]*>/g;
  for (const [tag, name] of text.matchAll(inputs)) {
    if (name === 'q' || name === 'csrf' || /type="checkbox"(?!.* checked)/.test(tag)) continue;
    form.push([name, (/ value="([^"]*)"/.exec(tag)?.[1] ?? '').replaceAll('&#39;', "'")]);
  }
  const selects = /<select[^>]* name="([^"]+)"[^>]*>([^]*?)<\/select>/g;
  for (const [, name, list] of text.matchAll(selects)) {
    form.push([name, /<option[^>]*value="([^"]*)"[^>]* selected/.exec(list)?.[1] ?? '']);
  }
  return form;
};

// asked: how long after the answer to a correction the first page was asked that shows it; seen:
// when it was there.
async function correct(coordinator, doctor, person, born) {
  const where = `/people/${person}/details`;
  const form = fieldsOf((await doctor.ask(`${where}/edit`)).text);
  const before = count((await coordinator.ask(`/cohorts/${YOUNG}`)).text);
  const csrf = await doctor.token('/help');
  await sleep(CORRECT_EVERY_MS);
  const worked = cpu();
  const body = new URLSearchParams([['csrf', csrf],
    ...form.map(([name, value]) => [name, name === 'born' ? born : value])]);
  const answer = await doctor.ask(where, { method: 'POST', body });
  if (answer.status !== 303) throw Error(`the correction was answered: ${answer.text}`);
  const began = performance.now();
  const { asked, seen } = await firstShown(
    async () => count((await coordinator.ask(`/cohorts/${YOUNG}`)).text),
    (now) => now !== before);
  return { asked: asked - began, seen: seen - began, cpu: cpu() - worked };
}

async function oneByOne(coordinator, doctor) {
  await keepYoung(coordinator);
  const { text } = await doctor.ask(COHORT);
  const person = /\/cohorts\/[a-z-]+\/people\/([a-z0-9]{20})/.exec(text)[1];
  const born = fieldsOf((await doctor.ask(`/people/${person}/details/edit`)).text)
    .find(([name]) => name === 'born')[1];
  const all = [];
  for (let i = 0; i < Number(corrections); i++) {
    all.push(await correct(coordinator, doctor, person, i % 2 === 0 ? '1 May 2004' : born));
  }
  return all;
}

const spread = (all, key, digits) => {
  const sorted = all.map((one) => one[key]).sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  return `${middle.toFixed(digits)} / ${sorted.at(-1).toFixed(digits)}`;
};

await until(async () => {
  const { ok } = await fetch(`${base}/sign-in`);
  if (gone !== '') throw Error(gone); // somebody else answered
  return ok;
});
const manager = await new Person().signIn('sanjay.rao');
const coordinator = await new Person().signIn('priya.nair');
const began = performance.now();
await until(async () => count((await coordinator.ask(COHORT)).text) >= 0);
row(`columns of ${people} people are there`, Math.round(performance.now() - began), 'ms');
const [practice] = sql('SELECT id, ods_code AS ods, name FROM practice ORDER BY id LIMIT 1');
const all = [];
for (let i = 0; i < Number(days); i++) all.push(await oneDay(manager, coordinator, practice));
for (const [figure, key] of [
  ['from Apply to the end of the import', 'apply'], ['of it processor time', 'applyCpu'],
  ['from there to the number on the page', 'seen'], ['of it processor time', 'seenCpu'],
]) {
  row(`${figure}: median and worst of ${days} days of ${changed} people of ${people}`,
    spread(all, key, 0), 'ms');
}
const corrected = Number(corrections) === 0 ? []
  : await oneByOne(coordinator, await new Person().signIn('helen.marsh'));
const of = `of ${corrections} corrections of one person of ${people}`;
for (const [figure, key] of corrected.length === 0 ? [] : [
  ['from the answer to the asking for a page that shows it', 'asked'],
  ["from the answer to that page's end", 'seen'],
  ['processor time of the correction, the columns and the pages', 'cpu'],
]) {
  row(`${figure}: median and worst ${of}`, spread(corrected, key, 1), 'ms');
}
process.exit(0);
