// goals.mjs -- the goals of speed that are about the running program (docs/assurance/goals.md).
//
// usage: node tests/bench/goals.mjs TRELLIS DATA_DIR PORT PASSWORD [SECONDS]
// DATA_DIR is a demonstration (`trellis demo`). Prints `figure,value,unit` rows. The load generator
// (wrk) shares the processors with the program, so each figure of requests has beside it what the
// program's own threads took of a processor for one. Nothing here passes or fails.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cookiesSet } from '../lib/cookies.mjs';

const [, , trellis, data, port, password, seconds = '8'] = process.argv;
const base = `http://127.0.0.1:${port}`;
const COHORT = 'long-term-conditions-no-plan';
const CONNECTIONS = 64;
const WAIT_MS_MAX = 120_000;
const row = (figure, value, unit) => console.log(`${figure},${value},${unit}`);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const dir = mkdtempSync(path.join(os.tmpdir(), 'trellis-goals-'));
const log = path.join(dir, 'log');
let server = null;

function start() {
  server = spawn(trellis, ['serve', '--data', data, '--listen', `127.0.0.1:${port}`], {
    stdio: ['ignore', 'ignore', openSync(log, 'a')],
  });
}
const gone = (child) => new Promise((done) => child.on('exit', done));
process.on('exit', () => {
  server?.kill('SIGTERM');
  rmSync(dir, { recursive: true, force: true });
});

// ---- what the program uses

function memory() {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  const kb = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]);
  return { all: kb('VmRSS') / 1024, own: kb('RssAnon') / 1024, mapped: kb('RssFile') / 1024 };
}

// Of all its threads, in microseconds; threads that ended are missing.
function processor() {
  let ns = 0;
  for (const task of readdirSync(`/proc/${server.pid}/task`)) {
    ns += Number(readFileSync(`/proc/${server.pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
  }
  return ns / 1000;
}

function sayMemory(what) {
  const { all, own, mapped } = memory();
  row(`resident ${what}: all / own / mapped files`,
    `${all.toFixed(0)} / ${own.toFixed(0)} / ${mapped.toFixed(0)}`, 'MB');
}

// ---- somebody signed in

const field = (html, name) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';
const cookies = new Map();
const cookie = () => [...cookies].map(([k, v]) => `${k}=${v}`).join('; ');

async function ask(where, options = {}) {
  const answer = await fetch(base + where, {
    redirect: 'manual', ...options,
    headers: {
      cookie: cookie(), origin: base, 'sec-fetch-site': 'same-origin', ...options.headers,
    },
  });
  for (const line of cookiesSet(answer.headers)) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
    cookies.set(name, value);
  }
  return { status: answer.status, text: await answer.text() };
}

async function signIn(username) {
  cookies.clear();
  const csrf = field((await ask('/sign-in')).text, 'csrf');
  const body = new URLSearchParams({ csrf, username, password });
  const { status } = await ask('/sign-in', { method: 'POST', body });
  if (status !== 303) throw new Error(`sign-in answered ${status}`);
}

async function firstPage() {
  for (const began = performance.now(); performance.now() - began < WAIT_MS_MAX; await sleep(1)) {
    try {
      if ((await fetch(`${base}/sign-in`)).ok) return;
    } catch (error) {
      if (error.cause?.code !== 'ECONNREFUSED') throw error;
    }
  }
  throw new Error('the program did not start');
}

async function listed() {
  for (const began = performance.now(); performance.now() - began < WAIT_MS_MAX; await sleep(5)) {
    const { text } = await ask(`/cohorts/${COHORT}`);
    if (text.includes(`/cohorts/${COHORT}/people/`)) return text;
  }
  throw new Error('there is no list');
}

// ---- many requests

// Paths in turn, over so many connections, as wrk sends them.
function load(name, paths, connections, { gzip = false, during = null } = {}) {
  const script = path.join(dir, 'paths.lua');
  const list = paths.map((p) => `"${p}"`).join(', ');
  writeFileSync(script,
    `local p = {${list}}\nlocal i = 0\n` +
    'request = function()\n  i = i + 1\n  return wrk.format("GET", p[i % #p + 1])\nend\n');
  const words = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '-s', script,
    '-H', `Cookie: ${cookie()}`];
  if (gzip) words.push('-H', 'Accept-Encoding: gzip');
  const used = processor();
  const wrk = spawn('wrk', [...words, base]);
  let out = '';
  wrk.stdout.on('data', (part) => { out += part; });
  return new Promise((done, fail) => {
    let over = false;
    (async () => { while (during !== null && !over) await during(); })().catch(fail);
    wrk.on('exit', () => {
      over = true;
      const ms = (label) => {
        const found = new RegExp(`${label}\\s+([\\d.]+)(us|ms|s)`).exec(out);
        return found ? Number(found[1]) * { us: 0.001, ms: 1, s: 1000 }[found[2]] : NaN;
      };
      const count = Number(/(\d+) requests in/.exec(out)?.[1]);
      if (/Non-2xx/.test(out)) fail(new Error(`${name}: not every answer was a page`));
      const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(out)?.[1]);
      row(`${name} at ${connections} connections`, Math.round(rate), 'requests/s');
      row(`${name}: p50 / p99`, `${ms('50%').toFixed(2)} / ${ms('99%').toFixed(2)}`, 'ms');
      row(`${name}: processor for one`, Math.round((processor() - used) / count), 'us');
      done();
    });
  });
}

// ---- what is measured

async function starts() {
  for (const what of ['cold', 'warm', 'again']) {
    const began = performance.now();
    start();
    await firstPage();
    row(`start to first page (${what})`, Math.round(performance.now() - began), 'ms');
    await signIn('priya.nair');
    await listed();
    row(`start to a cohort's list (${what})`, Math.round(performance.now() - began), 'ms');
    if (what === 'again') break;
    server.kill('SIGTERM');
    await gone(server);
  }
  sayMemory('after the first list');
}

const people = async () =>
  [...new Set((await ask('/caseload')).text.match(/\/people\/[0-9a-z]{20}/g))];

async function records(list) {
  await load('record page with gzip', list, CONNECTIONS, { gzip: true });
  await load('record page without gzip', list, CONNECTIONS);
  await load('record page with gzip while a cohort runs', list, CONNECTIONS,
    { gzip: true, during: () => ask(`/cohorts/${COHORT}`) });
}

async function fhir(list) {
  const refs = list.map((p) => p.slice('/people/'.length));
  const facts = [];
  for (const ref of refs) {
    const { text } = await ask(`/fhir/Observation?patient=${ref}&_count=3`);
    for (const { resource } of JSON.parse(text).entry ?? []) {
      facts.push(`/fhir/Observation/${resource.id}`);
    }
  }
  await load('FHIR read of a Patient', refs.map((ref) => `/fhir/Patient/${ref}`), CONNECTIONS);
  await load('FHIR read of an Observation', facts, CONNECTIONS);
  await load('FHIR search of 20',
    refs.map((ref) => `/fhir/Observation?patient=${ref}&_count=20`), CONNECTIONS);
}

async function explain() {
  const { text } = await ask(`/cohorts/${COHORT}`);
  const why = [...new Set(text.match(/\/cohorts\/[a-z-]+\/people\/[0-9a-z]{20}/g))];
  await load('why one person is listed', why, 1);
}

// Every definition of the program, counted and listed: what its log says the answer took.
async function library() {
  const keys = [...new Set((await ask('/cohorts')).text.match(/\/cohorts\/[a-z-]+(?=")/g))]
    .filter((key) => !/\/(compare|import|new)$/.test(key));
  for (const key of keys) {
    const times = [];
    const used = processor();
    for (let i = 0; i < 9; i++) {
      const from = performance.now();
      const { status } = await ask(key);
      if (status !== 200) throw new Error(`${key} answered ${status}`);
      times.push(performance.now() - from);
    }
    const cpu = (processor() - used) / 9000;
    const first = times[0];
    times.sort((a, b) => a - b);
    row(`list of ${key}: first / median / processor`,
      `${first.toFixed(1)} / ${times[4].toFixed(1)} / ${cpu.toFixed(1)}`, 'ms');
  }
}

await starts();
const list = await people();
await explain();
await library();
await records(list);
await fhir(list);
sayMemory('after all of it');
const cores = spawnSync('nproc', { encoding: 'utf8' }).stdout.trim();
row('load average / processors', `${os.loadavg()[0].toFixed(1)} / ${cores}`, '');
process.exit(0);
