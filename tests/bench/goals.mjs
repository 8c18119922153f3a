// goals.mjs -- the goals of speed that are about the running program (docs/assurance/goals.md).
//
// usage: node tests/bench/goals.mjs TRELLIS DATA_DIR PORT PASSWORD [SECONDS]
// DATA_DIR is a demonstration (`trellis demo`). Prints `figure,value,unit` rows. The load generator
// (wrk) shares the processors with the program, so each figure of requests has beside it what the
// program's own threads took of a processor for one. Nothing here passes or fails.
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Served, field, row } from './served.mjs';

const [, , trellis, data, port, password, seconds = '8'] = process.argv;
const COHORT = 'long-term-conditions-no-plan';
const CONNECTIONS = 64;
const WRITERS = 16;
const served = new Served(trellis, data, port, password);
const ask = (where) => served.ask(where);

// ---- many requests

const quoted = (list) => list.map((one) => `"${one}"`).join(', ');

// Paths in turn, over so many connections, as wrk sends them.
const load = (name, paths, connections, options) => send(name,
  `local p = {${quoted(paths)}}\nlocal i = 0\n` +
  'request = function()\n  i = i + 1\n  return wrk.format("GET", p[i % #p + 1])\nend\n',
  connections, options);

function send(name, lua, connections, { gzip = false, during = null } = {}) {
  const script = path.join(served.dir, 'paths.lua');
  writeFileSync(script, lua);
  const words = ['-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '-s', script,
    '-H', `Cookie: ${served.cookie()}`];
  if (gzip) words.push('-H', 'Accept-Encoding: gzip');
  const used = served.processor();
  const wrk = spawn('wrk', [...words, served.base]);
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
      row(`${name}: processor for one`, Math.round((served.processor() - used) / count), 'us');
      done();
    });
  });
}

// ---- what is measured

async function starts() {
  for (const what of ['cold', 'warm', 'again']) {
    const began = performance.now();
    served.start();
    await served.firstPage();
    row(`start to first page (${what})`, Math.round(performance.now() - began), 'ms');
    await served.signIn('priya.nair');
    await served.listed(COHORT);
    row(`start to a cohort's list (${what})`, Math.round(performance.now() - began), 'ms');
    if (what === 'again') break;
    await served.stop();
  }
  served.sayMemory('after the first list');
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

// What matters to somebody, saved again and again: each save names the version that it changes, so
// one that another overtook is refused and ends the measurement.
async function plans(list) {
  const paths = [];
  const versions = [];
  let csrf = '';
  for (const person of list) {
    const { status, text } = await ask(`${person}/plan/edit/matters`);
    if (status !== 200) continue;
    csrf = field(text, 'csrf');
    paths.push(`${person}/plan/edit/matters`);
    versions.push(field(text, 'version'));
  }
  const lua = `local p, v, i = {${quoted(paths)}}, {${versions.join(', ')}}, 0
local head = {["Content-Type"] = "application/x-www-form-urlencoded",
  ["Cookie"] = "${served.cookie()}", ["Sec-Fetch-Site"] = "same-origin"}
request = function()
  i = i + 1
  local at = i % #p + 1
  local body = "csrf=${csrf}&complete=yes&text=To+sing+on+Sundays+" .. i ..
    "&version=" .. v[at] .. "&seen=" .. v[at]
  if i > 1 then v[at] = v[at] + 1 end -- the first is made to be looked at, and not sent
  return wrk.format("POST", p[at], head, body)
end
`;
  await send(`a part of a plan of ${paths.length} people saved`, lua, WRITERS);
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
    const used = served.processor();
    for (let i = 0; i < 9; i++) {
      const from = performance.now();
      const { status } = await ask(key);
      if (status !== 200) throw new Error(`${key} answered ${status}`);
      times.push(performance.now() - from);
    }
    const cpu = (served.processor() - used) / 9000;
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
await plans(list);
served.sayMemory('after all of it');
const cores = spawnSync('nproc', { encoding: 'utf8' }).stdout.trim();
row('load average / processors', `${os.loadavg()[0].toFixed(1)} / ${cores}`, '');
process.exit(0);
