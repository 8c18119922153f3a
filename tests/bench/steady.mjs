// steady.mjs -- record pages asked at a fixed rate, whether or not those before were answered.
//
// usage: node tests/bench/steady.mjs TRELLIS DATA_DIR PORT PASSWORD [RATE [SECONDS]]
// DATA_DIR is a demonstration (`trellis demo`). wrk (goals.mjs) asks for the next page when one has
// come, so a slow program is asked less; people do not wait for each other. Here a page's time runs
// from the moment it was due, also while all connections are taken.
//
// Prints `figure,value,unit` rows; nothing passes or fails. The generator shares the processors
// with the program: how late it asked itself is a row.
import net from 'node:net';
import os from 'node:os';
import { Served, row } from './served.mjs';

const [, , trellis, data, port, password, rate = '3000', seconds = '8'] = process.argv;
const COHORT = 'long-term-conditions-no-plan';
const CONNECTIONS = 64;
const DRAIN_MS_MAX = 10_000;
const HEAD_END = Buffer.from('\r\n\r\n');

const served = new Served(trellis, data, port, password);
const free = [];
const due = []; // asked for by nobody yet: the moments
const took = [];
let bad = 0;

function ask(line, at) {
  line.at = at;
  line.write(line.requests[line.turn++ % line.requests.length]);
}

// Of an answer: its length stands in its head, which may come in parts.
function hear(line, part) {
  line.got = line.got.length === 0 ? part : Buffer.concat([line.got, part]);
  if (line.want === 0) {
    const end = line.got.indexOf(HEAD_END);
    if (end < 0) return;
    const head = line.got.toString('latin1', 0, end);
    if (!head.startsWith('HTTP/1.1 200 ')) bad++;
    line.want = end + HEAD_END.length + Number(/content-length: (\d+)/i.exec(head)[1]);
  }
  if (line.got.length < line.want) return;
  took.push(performance.now() - line.at);
  line.got = Buffer.alloc(0);
  line.want = 0;
  if (due.length > 0) ask(line, due.shift());
  else free.push(line);
}

function connect(requests, turn) {
  return new Promise((done, fail) => {
    const line = net.connect(Number(port), '127.0.0.1', () => done(line));
    Object.assign(line, { requests, turn, got: Buffer.alloc(0), want: 0 });
    line.setNoDelay(true);
    line.on('data', (part) => hear(line, part));
    line.on('error', fail);
  });
}

function percentile(list, part) {
  return list[Math.min(list.length - 1, Math.floor(list.length * part))].toFixed(1);
}

// Asks each millisecond for what is due: to look all the time would take a processor.
function run() {
  const late = [];
  const began = performance.now();
  const count = Number(rate) * Number(seconds);
  let asked = 0;
  return new Promise((done) => {
    const step = () => {
      const now = performance.now();
      for (; asked < count && began + asked * 1000 / rate <= now; asked++) {
        const at = began + asked * 1000 / rate;
        late.push(now - at);
        if (free.length > 0) ask(free.shift(), at);
        else due.push(at);
      }
      const over = now - began > Number(seconds) * 1000 + DRAIN_MS_MAX;
      if (took.length === count || over) done({ late, asked, ms: now - began });
      else setTimeout(step, 1);
    };
    step();
  });
}

served.start();
await served.firstPage();
await served.signIn('priya.nair');
await served.listed(COHORT);
const people = [...new Set((await served.ask('/caseload')).text.match(/\/people\/[0-9a-z]{20}/g))];
const requests = people.map((where) => Buffer.from(`GET ${where} HTTP/1.1\r\n` +
  `Host: 127.0.0.1:${port}\r\nCookie: ${served.cookie()}\r\nAccept-Encoding: gzip\r\n\r\n`));
for (let i = 0; i < CONNECTIONS; i++) free.push(await connect(requests, i));
const used = served.processor();
const { late, asked, ms } = await run();
const own = (served.processor() - used) / took.length;
took.sort((a, b) => a - b);
late.sort((a, b) => a - b);
const name = `record page with gzip, ${rate} due a second`;
row(`${name}: answered / asked / not a page`, `${took.length} / ${asked} / ${bad}`, '');
row(`${name}: answered a second`, Math.round(took.length * 1000 / ms), 'requests/s');
row(`${name}: p50 / p90 / p99 / worst`,
  [0.5, 0.9, 0.99, 1].map((part) => percentile(took, part)).join(' / '), 'ms');
row(`${name}: asked late by, p99`, percentile(late, 0.99), 'ms');
row(`${name}: processor for one`, Math.round(own), 'us');
row('load average / processors', `${os.loadavg()[0].toFixed(1)} / ${os.cpus().length}`, '');
process.exit(0);
