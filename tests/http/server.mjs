// server.mjs -- starts a real `trellis serve` on a free port and a folder of its own, and stops it.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cookiesSet } from '../lib/cookies.mjs';

export const TRELLIS = process.env.TRELLIS ?? 'build/release/trellis';
const LIFE_MS = 240_000; // a forgotten server ends by itself

export function trellis(...args) {
  return execFileSync(TRELLIS, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

export function folder() {
  const dir = mkdtempSync(join(tmpdir(), 'trellis-http-'));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

export async function serve(dir, ...args) {
  const words = ['serve', '--data', dir, '--listen', '127.0.0.1:0', '--insecure-http', ...args];
  const child = spawn(TRELLIS, words, {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines = [];
  let rest = '';
  let port;
  const life = setTimeout(() => child.kill('SIGKILL'), LIFE_MS).unref();
  const over = new Promise((done) => child.on('exit', (code, signal) => done({ code, signal })));
  const ready = new Promise((done, fail) => {
    child.stderr.setEncoding('utf8').on('data', (data) => {
      rest += data;
      const parts = rest.split('\n');
      rest = parts.pop();
      for (const part of parts) {
        lines.push(part);
        if (part.includes('"event":"listening"')) {
          port = JSON.parse(part).port;
          done();
        }
      }
    });
    child.on('exit', () => fail(new Error(`the server did not start: ${lines.join('\n')}${rest}`)));
  });
  await ready;
  return {
    port,
    base: `http://127.0.0.1:${port}`,
    child,
    lines,
    over,
    // The line of one request, by its reference; it is written when the answer has left.
    async logged(reference, from = 0) {
      for (let i = 0; i < 400; i++) {
        const text = lines.slice(from).find((line) => line.includes(`"request":"${reference}"`) &&
          line.includes('"event":"request"'));
        if (text) return JSON.parse(text);
        await new Promise((done) => setTimeout(done, 5));
      }
      return undefined;
    },
    async stop() {
      child.kill('SIGTERM');
      const end = await over;
      clearTimeout(life);
      return end;
    },
  };
}

// Sends bytes as they are; resolves with everything that came back until the peer closed, or `ms`.
export function raw(port, bytes, { ms = 2500, from } = {}) {
  return new Promise((done) => {
    const socket = net.connect({ port, host: '127.0.0.1', localAddress: from });
    const parts = [];
    const end = (why) => {
      clearTimeout(timer);
      socket.destroy();
      done({ text: Buffer.concat(parts).toString('latin1'), why });
    };
    const timer = setTimeout(() => end('time'), ms);
    socket.on('connect', () => socket.write(bytes));
    socket.on('data', (data) => parts.push(data));
    socket.on('end', () => end('closed'));
    socket.on('error', () => end('reset'));
  });
}

export const status = (text) => Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);

// A browser of the simplest kind: keeps cookies, follows nothing, finds the token of a page.
export function browser(base) {
  const jar = new Map();
  return {
    jar,
    async ask(path, { method = 'GET', form, headers = {}, body } = {}) {
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await fetch(base + path, {
        method,
        redirect: 'manual',
        headers: { ...(cookie && { cookie }), ...headers },
        body: form ? new URLSearchParams(form) : body,
      });
      for (const line of cookiesSet(answer.headers)) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
        if (value) jar.set(name, value);
        else jar.delete(name);
      }
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, text };
    },
    async token(path = '/help') {
      const { text } = await this.ask(path);
      return /name="csrf" value="([^"]+)"/.exec(text)?.[1];
    },
    async signIn(username, password) {
      return this.ask('/sign-in', { method: 'POST', form: { username, password } });
    },
  };
}

export const PASSWORD = 'violet-anchor-teapot';

// An account made on the command line, with its password chosen by the one-time code.
export function invite(dir, username, role) {
  const out = trellis('user', 'add', '--data', dir, '--username', username, '--name',
    'Robin Example', '--role', role, '--org', '1');
  return /\/set-password\/(\S+)/.exec(out)[1];
}

export async function choosePassword(base, code, password = PASSWORD) {
  return browser(base).ask(`/set-password/${code}`, {
    method: 'POST', form: { password, again: password },
  });
}
