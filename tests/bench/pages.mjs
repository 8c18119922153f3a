// pages.mjs -- the pages of the demonstration, measured from a client on this machine.
//
// usage: node tests/bench/pages.mjs TRELLIS DATA_DIR PORT USER PASSWORD [SOAK_REQUESTS]
// Prints `figure,value,unit` rows. Latency is wrk's: one connection for p50 and p99 of one page,
// 32 connections for requests a second; the load generator shares the machine. What the server
// itself took is told apart from it: its log's milliseconds from a request's head to its answer,
// and the processor time of all its threads, by request.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { cookiesSet } from '../lib/cookies.mjs';

const [, , trellis, data, port, user, password, soak = '200000'] = process.argv;
const base = `http://127.0.0.1:${port}`;
const row = (figure, value, unit) => console.log(`${figure},${value},${unit}`);

const began = performance.now();
const logs = mkdtempSync(path.join(os.tmpdir(), 'trellis-bench-'));
const log = path.join(logs, 'log');
const server = spawn(trellis, ['serve', '--data', data, '--listen', `127.0.0.1:${port}`], {
  stdio: ['ignore', 'ignore', openSync(log, 'w')],
});
const stop = () => {
  server.kill('SIGTERM');
  rmSync(logs, { recursive: true, force: true });
};
process.on('exit', stop);

async function firstPage() {
  for (;;) {
    try {
      const answer = await fetch(`${base}/sign-in`);
      if (answer.ok) return answer;
    } catch {
      await new Promise((r) => setTimeout(r, 2));
    }
    if (performance.now() - began > 30000) throw new Error('the server did not start in 30 s');
  }
}

const field = (html, name) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';
const cookies = new Map();
const keep = (answer) => {
  for (const c of cookiesSet(answer.headers)) {
    const [pair] = c.split(';');
    const at = pair.indexOf('=');
    cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }
  return answer;
};
const cookie = () => [...cookies].map(([k, v]) => `${k}=${v}`).join('; ');

async function signIn(page) {
  keep(page);
  const csrf = field(await page.text(), 'csrf');
  const body = new URLSearchParams({ csrf, username: user, password });
  const answer = keep(
    await fetch(`${base}/sign-in`, {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: { cookie: cookie(), origin: base, 'sec-fetch-site': 'same-origin' },
    }),
  );
  if (answer.status !== 303) throw new Error(`sign-in answered ${answer.status}`);
}

const get = async (path) => (await fetch(base + path, { headers: { cookie: cookie() } })).text();

function wrk(path, connections, seconds) {
  const out = spawnSync(
    'wrk',
    [
      '-t1',
      `-c${connections}`,
      `-d${seconds}s`,
      '--latency',
      '-H',
      `Cookie: ${cookie()}`,
      base + path,
    ],
    { encoding: 'utf8' },
  ).stdout;
  const ms = (label) => {
    const found = new RegExp(`${label}\\s+([\\d.]+)(us|ms|s)`).exec(out);
    return found ? Number(found[1]) * { us: 0.001, ms: 1, s: 1000 }[found[2]] : NaN;
  };
  const bad = /Non-2xx or 3xx responses: (\d+)/.exec(out);
  if (bad) throw new Error(`${path}: ${bad[1]} answers were not pages`);
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(out)?.[1]);
  return { p50: ms('50%'), p99: ms('99%'), rate };
}

const rss = () => {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024);
};

const TICK_MS = 10; // of /proc/PID/stat
const processor = () => {
  const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
};

// So many requests one after the other: what the server's log says of this route, and what its
// processors took for one.
async function serverTime(route, count, ask) {
  const from = statSync(log).size;
  const used = processor();
  for (let i = 0; i < count; i++) await ask();
  const cpu = (processor() - used) / count;
  const lines = readFileSync(log).subarray(from).toString().split('\n');
  const times = lines
    .filter((line) => line.includes(`"route":"${route}"`))
    .map((line) => JSON.parse(line))
    .filter(({ event }) => event === 'request')
    .map(({ ms, status }) => {
      if (status !== 200) throw new Error(`${route} answered ${status}`);
      return ms;
    })
    .sort((a, b) => a - b);
  if (times.length < count) throw new Error(`${route}: ${times.length} of ${count} are logged`);
  const at = (share) => times[Math.floor((times.length - 1) * share)];
  return { p50: at(0.5), p99: at(0.99), cpu };
}

function sayServer(name, { p50, p99, cpu }) {
  row(`${name}: server's own p50`, p50, 'ms');
  row(`${name}: server's own p99`, p99, 'ms');
  row(`${name}: processor`, cpu.toFixed(2), 'ms');
}

const page = await firstPage();
row('start to first page', Math.round(performance.now() - began), 'ms');
await signIn(page);
row('resident after start', rss(), 'MB');

const caseload = await get('/caseload');
const person = /href="(\/people\/[0-9a-z]{20})"/.exec(caseload)?.[1];
const subject = 'long-term-conditions-no-plan';
const cohort = `/cohorts/${subject}`;
for (let waited = 0; waited < 60; waited++) {
  // Until the columns are built there is no list.
  if ((await get(cohort)).includes(`${cohort}/people/`)) break;
  await new Promise((r) => setTimeout(r, 1000));
}
// Each page with words that it has only when it shows what it is for: an error is no figure.
const pages = {
  Today: ['/today', '/people/'],
  Caseload: ['/caseload', '/people/'],
  person: [person, 'NHS number'],
  timeline: [`${person}/timeline`, 'timeline'],
  plan: [`${person}/plan`, 'NHS number'],
  Cohorts: ['/cohorts', cohort],
  'cohort list': [cohort, `${cohort}/people/`],
  'cohort list by name': [`${cohort}?sort=name`, `${cohort}/people/`],
  builder: [`${cohort}/edit`, '<form'],
  runs: [`${cohort}/runs`, '<table'],
  Reports: ['/reports', '<table'],
  'coding gaps': ['/reports/gaps', '<table'],
  equity: [`/equity/${subject}`, '<table'],
  'code sets': ['/code-sets', '<table'],
};
for (const [name, [path, words]] of Object.entries(pages)) {
  const html = await get(path);
  if (!html.includes(words)) throw new Error(`${name}: ${path} does not show what it is for`);
  const one = wrk(path, 1, 5);
  row(`${name} p50`, one.p50.toFixed(2), 'ms');
  row(`${name} p99`, one.p99.toFixed(2), 'ms');
  row(`${name} page`, Buffer.byteLength(html), 'bytes');
}
// A count of the whole network: the fragment that the builder asks for after each key, with how
// each rule narrows the list, its charts and its draft kept; and a list of 50 with reasons.
const form = await get(`${cohort}/edit`);
const csrf = field(form, 'csrf');
const RULES = 'all\n  age at least 18\n  conditions at least 3\n  no plan in date\n';
const fields = new URLSearchParams({
  csrf,
  source: 'text',
  practice: field(form, 'practice'),
  'as-at': field(form, 'as-at'),
  version: field(form, 'version'),
  text: `cohort ${subject}\nname Bench\npurpose Bench\nowner Bench\noffer plan\n\n${RULES}`,
  at: '',
  act: 'update',
});
sayServer('count in the builder', await serverTime('/cohorts/:key/edit', 200, async () => {
  const answer = await fetch(`${base}${cohort}/edit`, {
    method: 'POST',
    headers: {
      cookie: cookie(), origin: base, 'sec-fetch-site': 'same-origin', 'x-fragment': 'builder',
    },
    body: fields,
  });
  if (!(await answer.text()).includes('b-count')) throw new Error('the builder does not count');
}));
sayServer('cohort list of 50', await serverTime('/cohorts/:key', 200, () => get(cohort)));
const byName = () => get(`${cohort}?sort=name`);
sayServer('cohort list of 50 by name', await serverTime('/cohorts/:key', 200, byName));

const many = wrk('/caseload', 32, 10);
row('Caseload at 32 connections', Math.round(many.rate), 'requests/s');
row('Caseload at 32 connections p99', many.p99.toFixed(1), 'ms');

let cold = gzipSync(caseload).length;
for (const [, path] of caseload.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)) {
  cold += gzipSync(Buffer.from(await (await fetch(base + path)).arrayBuffer())).length;
}
row('cold Caseload page, gzip', (cold / 1000).toFixed(1), 'kB');

let sent = 0;
let round = 0;
const before = rss();
while (sent < Number(soak)) {
  const path = ['/today', '/caseload', person, cohort][round++ % 4];
  const part = wrk(path, 32, 5);
  sent += Math.round(part.rate * 5);
}
row('soak', sent, 'requests');
row('resident before soak', before, 'MB');
row('resident after soak', rss(), 'MB');
row('program', Math.round(statSync(trellis).size / 1024), 'kB');

stop();
