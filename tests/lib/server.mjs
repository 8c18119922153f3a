// server.mjs -- the running product for tests: a demonstration network made once, a server on a
// copy of it, and a plain HTTP client that knows sessions and forms.
//
// Everything started here ends with the test: servers by their process id, folders by their name.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';

const BUILD = process.env.BUILD ?? 'build';
export const TRELLIS = path.resolve(process.env.TRELLIS ?? `${BUILD}/asan/trellis`);
export const PEOPLE = Number(process.env.DEMO_PEOPLE ?? 600);
const START_MS_MAX = 60_000;
const READ_MS_MAX = 20_000;
const COMMAND_MS_MAX = 300_000;
const NO_LEAKS = `${process.env.ASAN_OPTIONS ?? ''}:detect_leaks=0`.replace(/^:/, '');
const STOP_MS_MAX = 30_000;
const folders = [];
const running = new Set();

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// A folder of the test's own, gone when it ends.
export function scratch() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'trellis-test-'));
  folders.push(folder);
  return folder;
}

// Runs `trellis ...`; throws with what it said when it fails. Gives standard output.
export function trellis(...words) {
  return execFileSync(TRELLIS, words, {
    encoding: 'utf8', timeout: COMMAND_MS_MAX, stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 << 20,
  });
}

// The same, for a command that may fail: { code, out, err }.
export function tryTrellis(...words) {
  try {
    return { code: 0, out: trellis(...words), err: '' };
  } catch (error) {
    return { code: error.status ?? -1, out: String(error.stdout), err: String(error.stderr) };
  }
}

// ---- the demonstration network, made once for a binary and a day

function stamp() {
  const about = fs.statSync(TRELLIS);
  return `${Math.round(about.mtimeMs)}-${about.size}-${new Date().toISOString().slice(0, 10)}`;
}

// The folder of the network as `trellis demo` made it. Never serve it: take a copy.
export function network() {
  const home = path.resolve(BUILD, `test-network-${PEOPLE}`);
  const mark = path.join(home, '.stamp');
  if (fs.existsSync(mark) && fs.readFileSync(mark, 'utf8') === stamp()) return home;
  fs.rmSync(home, { recursive: true, force: true });
  const fresh = `${home}.new-${process.pid}`;
  fs.rmSync(fresh, { recursive: true, force: true });
  const said = trellis('demo', '--data', fresh, '--people', String(PEOPLE), '--seed', '7');
  fs.writeFileSync(path.join(fresh, 'sign-ins.txt'), said);
  // Asked here, once: of a folder that all share only one program at a time may ask.
  fs.writeFileSync(path.join(fresh, 'accounts.txt'), trellis('user', 'list', '--data', fresh));
  fs.writeFileSync(path.join(fresh, '.stamp'), stamp());
  try {
    fs.renameSync(fresh, home);
  } catch (e) { // another file of tests made it meanwhile: the same people
    if (e.code !== 'ENOTEMPTY' && e.code !== 'EEXIST') throw e;
    fs.rmSync(fresh, { recursive: true, force: true });
  }
  return home;
}

export function copyOfNetwork() {
  const folder = path.join(scratch(), 'data');
  fs.cpSync(network(), folder, { recursive: true });
  for (const extra of ['sign-ins.txt', 'accounts.txt', '.stamp']) {
    fs.rmSync(path.join(folder, extra));
  }
  fs.chmodSync(folder, 0o700);
  return folder;
}

// Who can sign in, as `trellis demo` told: "  username  Name  Role" in its order, and one password.
let known;
export function signIns() {
  if (known) return known;
  const said = fs.readFileSync(path.join(network(), 'sign-ins.txt'), 'utf8');
  const password = /password: (.+)/.exec(said)?.[1].trim();
  assert.ok(password, `trellis demo tells the password:\n${said}`);
  const roles = {};
  const names = {};
  const listed = fs.readFileSync(path.join(network(), 'accounts.txt'), 'utf8');
  const order = (line) => said.indexOf(`  ${line.split(/\s/)[0]} `);
  for (const line of listed.trim().split('\n').sort((a, b) => order(a) - order(b))) {
    const [username, role, state] = line.trim().split(/\s+/);
    if (state !== 'active') continue;
    (roles[role] ??= []).push(username);
    names[username] = new RegExp(`  ${username} +(.+?)  `).exec(said)?.[1];
  }
  return (known = { roles, names, password });
}

export const ROLES = [
  'care_coordinator', 'link_worker', 'health_coach', 'gp_supervisor', 'pcn_manager',
  'practice_staff', 'administrator', 'privacy_officer',
];

// The first account of a role, or the nth.
export function accountOf(role, nth = 0) {
  const username = signIns().roles[role]?.[nth];
  assert.ok(username, `the network has ${nth + 1} of ${role}`);
  return { username, password: signIns().password };
}

// ---- a server

export class Server {
  constructor(data) {
    this.data = data;
    this.logFile = path.join(path.dirname(data), `server-${folders.length}-${Date.now()}.log`);
    this.address = '';
  }

  // Starts on a free port of the loopback, the same one again after a kill.
  async start(...extra) {
    const log = fs.openSync(this.logFile, 'a');
    const from = fs.fstatSync(log).size;
    const listen = this.address || '127.0.0.1:0';
    this.child = spawn(
      TRELLIS, ['serve', '--data', this.data, '--listen', listen, '--insecure-http', ...extra],
      // The look for leaks at the end needs ptrace, which the server's own sandbox forbids.
      { stdio: ['ignore', 'ignore', log], env: { ...process.env, ASAN_OPTIONS: NO_LEAKS } },
    );
    fs.closeSync(log);
    running.add(this.child);
    const child = this.child;
    this.ended = new Promise((done) => {
      child.on('exit', (code, signal) => {
        running.delete(child);
        done({ code, signal });
      });
    });
    for (const end = Date.now() + START_MS_MAX; ;) {
      const said = fs.readFileSync(this.logFile, 'utf8').slice(from);
      const port = /"listening".*?"port":(\d+)/.exec(said)?.[1];
      if (port) {
        this.address = `127.0.0.1:${port}`;
        this.url = `http://${this.address}`;
        child.unref(); // a test that fails must not wait for its server
        await this.#populationRead(from);
        return this;
      }
      if (child.exitCode !== null || Date.now() > end) {
        child.kill('SIGKILL');
        throw Error(`the server did not start:\n${said}`);
      }
      await sleep(5);
    }
  }

  // Pages of cohorts and reports say "being read" until then. A store that cannot be read, which
  // some tests are about, is not waited for longer.
  async #populationRead(from) {
    for (const end = Date.now() + READ_MS_MAX; Date.now() < end; await sleep(5)) {
      if (/"population-read"/.test(fs.readFileSync(this.logFile, 'utf8').slice(from))) return;
      if (this.child.exitCode !== null) return;
    }
  }

  log() {
    return fs.readFileSync(this.logFile, 'utf8');
  }

  async kill() {
    this.child.ref();
    this.child.kill('SIGKILL');
    return this.ended;
  }

  // Asks it to stop, as the operator does; gives { code, signal }.
  async stop(signal = 'SIGTERM') {
    this.child.ref();
    this.child.kill(signal);
    const late = setTimeout(() => this.child.kill('SIGKILL'), STOP_MS_MAX);
    const how = await this.ended;
    clearTimeout(late);
    return how;
  }
}

export const serve = (data = copyOfNetwork(), ...extra) => new Server(data).start(...extra);

// The end of every test file: the server stops cleanly, and no sanitizer said anything.
export async function stopWell(server) {
  const how = await server.stop();
  assert.deepEqual(how, { code: 0, signal: null }, server.log().slice(-2000));
  assert.doesNotMatch(server.log(), /Sanitizer|runtime error/);
}

// ---- HTML, as far as a form goes

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'", '#34': '"' };
export const unescapeHtml = (text) =>
  text.replace(/&(#?\w+);/g, (whole, name) => ENTITIES[name.toLowerCase()] ?? whole);

function attributes(tag) {
  const found = {};
  for (const [, name, , value] of tag.matchAll(/([\w-]+)(="([^"]*)")?/g)) {
    found[name] = unescapeHtml(value ?? '');
  }
  return found;
}

// The sentences of a page that say what is wrong, for a test that did not expect any.
export const errorsOf = (html) =>
  [...html.matchAll(/nhsuk-error-message"[^>]*>([\s\S]*?)<\/(?:span|p|div)>\s*[^<]*</g)]
    .map(([whole]) => whole.replace(/<[^>]*>|^.*?>/g, ' ').trim());

// A box; a text area and its text; a list and its options.
const FORM_PARTS = new RegExp(
  [
    /<input\b([^>]*)>/,
    /<textarea\b([^>]*)>([\s\S]*?)<\/textarea>/,
    /<select\b([^>]*)>([\s\S]*?)<\/select>/,
  ]
    .map((part) => part.source)
    .join('|'),
  'g',
);

// Every form of a page with what it would send: [{ action, method, fields: [[name, value]] }].
// Checked boxes and radios only; buttons are left out, templates too.
export function formsOf(html) {
  const body = html.replace(/<template[\s\S]*?<\/template>/g, '');
  return [...body.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head, inside]) => {
    const fields = [];
    for (const [, input, area, text, select, options] of inside.matchAll(FORM_PARTS)) {
      if (input !== undefined) {
        const a = attributes(input);
        const ticks = a.type === 'checkbox' || a.type === 'radio';
        if (!a.name || (ticks && !('checked' in a))) continue;
        fields.push([a.name, a.value ?? (ticks ? 'on' : '')]);
      } else if (area !== undefined) {
        // The first line break after the tag is not part of the text.
        fields.push([attributes(area).name, unescapeHtml(text.replace(/^\r?\n/, ''))]);
      } else {
        const all = [...options.matchAll(/<option\b([^>]*)>/g)].map(([, o]) => attributes(o));
        const chosen = all.find((o) => 'selected' in o) ?? all[0];
        if (chosen) fields.push([attributes(select).name, chosen.value ?? '']);
      }
    }
    const a = attributes(head);
    return { action: a.action ?? '', method: (a.method ?? 'get').toLowerCase(), fields };
  });
}

// ---- a client with a session and no script

export class Client {
  constructor(server) {
    this.server = server;
    this.cookie = '';
    this.agent = new http.Agent({ keepAlive: true });
  }

  // One request as it is; no redirect is followed. Body: string or [[name, value]].
  send(method, where, body, headers = {}) {
    const form = Array.isArray(body);
    const text = form ? new URLSearchParams(body).toString() : body;
    const { hostname, port } = new URL(this.server.url);
    return new Promise((done, fail) => {
      const request = http.request({
        hostname, port, method, path: where, agent: this.agent,
        headers: {
          accept: 'text/html',
          ...(this.cookie && { cookie: this.cookie }),
          ...(text !== undefined && {
            'content-type': 'application/x-www-form-urlencoded',
            'content-length': Buffer.byteLength(text),
          }),
          ...(method === 'POST' && { 'sec-fetch-site': 'same-origin' }),
          ...headers,
        },
      }, (response) => {
        const parts = [];
        response.on('data', (part) => parts.push(part));
        response.on('error', fail);
        response.on('aborted', () => fail(Error('aborted')));
        response.on('end', () => {
          for (const set of response.headers['set-cookie'] ?? []) this.cookie = set.split(';')[0];
          done({
            status: response.statusCode, headers: response.headers,
            location: response.headers.location, raw: Buffer.concat(parts),
            get text() {
              return this.raw.toString('utf8');
            },
          });
        });
      });
      request.on('error', (e) => {
        // A kept connection that the server closed for idleness: what only reads is asked anew.
        const idle = method === 'GET' && request.reusedSocket && e.code === 'ECONNRESET';
        if (idle) this.send(method, where, body, headers).then(done, fail);
        else fail(e);
      });
      request.end(text);
    });
  }

  get(where, headers) {
    return this.send('GET', where, undefined, headers);
  }

  post(where, fields, headers) {
    return this.send('POST', where, fields, headers);
  }

  // A page that must be there.
  async page(where) {
    const answer = await this.get(where);
    assert.equal(answer.status, 200, `GET ${where}: ${answer.status}`);
    return answer.text;
  }

  // The form of a page whose action ends so, with changes: fills and sends it as a browser would.
  async submit(where, action, changes = {}) {
    const form = await this.form(where, action);
    return this.post(form.action, filled(form, changes));
  }

  async form(where, action) {
    const html = await this.page(where);
    const fits = (f) => (action instanceof RegExp ? action.test(f.action) : f.action === action);
    const form = formsOf(html).find(fits);
    assert.ok(form, `${where} has a form for ${action}`);
    return form;
  }

  async signIn(account) {
    const form = (await this.form('/sign-in', '/sign-in'));
    const answer = await this.post('/sign-in', filled(form, account));
    assert.equal(answer.status, 303, `sign in as ${account.username}: ${answer.status}`);
    this.home = answer.location;
    return this;
  }

  close() {
    this.agent.destroy();
  }
}

// A form's fields with changes: { name: value }, undefined takes one away.
export function filled(form, changes) {
  const fields = form.fields.filter(([name]) => !(name in changes));
  for (const [name, value] of Object.entries(changes)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) fields.push([name, one]);
    }
  }
  return fields;
}

export const signedIn = (server, role, nth = 0) =>
  new Client(server).signIn(accountOf(role, nth));

// ---- the store, looked at from outside

// Rows of a query on a store of the folder, as objects. Reads only.
export function rowsOf(data, sql, store = 'trellis.db') {
  const out = execFileSync(
    'sqlite3', ['-readonly', '-json', path.join(data, store), sql],
    { encoding: 'utf8', maxBuffer: 512 << 20, timeout: COMMAND_MS_MAX },
  );
  return out.trim() === '' ? [] : JSON.parse(out);
}

// Rows with a string as the whole text of a row: for text with any character in it.
export const valueOf = (data, sql) => Object.values(rowsOf(data, sql)[0] ?? {})[0];
