// served.mjs -- the program, started on a data folder, somebody signed in to it, and what it uses.
import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cookiesSet } from '../lib/cookies.mjs';

const WAIT_MS_MAX = 120_000;
export const row = (figure, value, unit) => console.log(`${figure},${value},${unit}`);
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
export const field = (html, name) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';

export class Served {
  constructor(trellis, data, port, password) {
    Object.assign(this, { trellis, data, port, password });
    this.base = `http://127.0.0.1:${port}`;
    this.dir = mkdtempSync(path.join(os.tmpdir(), 'trellis-bench-'));
    this.log = path.join(this.dir, 'log');
    this.cookies = new Map();
    process.on('exit', () => {
      this.server?.kill('SIGTERM');
      rmSync(this.dir, { recursive: true, force: true });
    });
  }

  start() {
    const words = ['serve', '--data', this.data, '--listen', `127.0.0.1:${this.port}`];
    this.server = spawn(this.trellis, words, {
      stdio: ['ignore', 'ignore', openSync(this.log, 'a')],
    });
    this.server.on('exit', () => { this.ended = true; });
    this.ended = false;
  }

  stop() {
    const gone = new Promise((done) => this.server.on('exit', done));
    this.server.kill('SIGTERM');
    return gone;
  }

  // In megabytes.
  memory() {
    const status = readFileSync(`/proc/${this.server.pid}/status`, 'utf8');
    const kb = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]);
    return { all: kb('VmRSS') / 1024, own: kb('RssAnon') / 1024, mapped: kb('RssFile') / 1024 };
  }

  sayMemory(what) {
    const { all, own, mapped } = this.memory();
    row(`resident ${what}: all / own / mapped files`,
      `${all.toFixed(0)} / ${own.toFixed(0)} / ${mapped.toFixed(0)}`, 'MB');
  }

  // Of all its threads, in microseconds; threads that ended are missing.
  processor() {
    const tasks = `/proc/${this.server.pid}/task`;
    let ns = 0;
    for (const task of readdirSync(tasks)) {
      ns += Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ')[0]);
    }
    return ns / 1000;
  }

  cookie() {
    return [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ');
  }

  async ask(where, options = {}) {
    const answer = await fetch(this.base + where, {
      redirect: 'manual', ...options,
      headers: {
        cookie: this.cookie(), origin: this.base, 'sec-fetch-site': 'same-origin',
        ...options.headers,
      },
    });
    for (const line of cookiesSet(answer.headers)) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.cookies.set(name, value);
    }
    return { status: answer.status, text: await answer.text() };
  }

  async signIn(username) {
    this.cookies.clear();
    const csrf = field((await this.ask('/sign-in')).text, 'csrf');
    const body = new URLSearchParams({ csrf, username, password: this.password });
    const { status } = await this.ask('/sign-in', { method: 'POST', body });
    if (status !== 303) throw new Error(`sign-in answered ${status}`);
  }

  async firstPage() {
    for (const began = performance.now(); performance.now() - began < WAIT_MS_MAX; await sleep(1)) {
      try {
        if (this.ended) throw new Error(`the program ended:\n${readFileSync(this.log, 'utf8')}`);
        if ((await fetch(`${this.base}/sign-in`)).ok) return;
      } catch (error) {
        if (error.cause?.code !== 'ECONNREFUSED') throw error;
      }
    }
    throw new Error('the program did not start');
  }

  // Until the columns are there the page of a cohort has no list.
  async listed(key) {
    for (const began = performance.now(); performance.now() - began < WAIT_MS_MAX; await sleep(5)) {
      const { text } = await this.ask(`/cohorts/${key}`);
      if (text.includes(`/cohorts/${key}/people/`)) return text;
    }
    throw new Error('there is no list');
  }
}
