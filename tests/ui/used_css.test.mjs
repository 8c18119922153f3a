// used_css.test.mjs -- what was left out of the NHS style sheet is nothing that a page shows.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

const ASSETS = path.join(process.env.BUILD ?? 'build', 'assets');
const GOLDEN = 'tests/pages/golden';
const OF_SCRIPT = ['js-enabled', 'nhsuk-frontend-supported'];
const GZIP_BYTES_MAX = 22_000; // a cold page stays under 60 kB

const whole = fs.readFileSync(path.join(ASSETS, 'nhsuk-whole.css'), 'utf8');
const used = fs.readFileSync(path.join(ASSETS, 'nhsuk.css'), 'utf8');
const classesOf = (selector) =>
  (selector.match(/\.-?[A-Za-z_][\w-]*/g) ?? []).map((c) => c.slice(1));
// Selectors without brackets: what stands before a { and is no rule of its own.
const selectorsIn = (css) => [...css.matchAll(/([^{}]+)\{/g)]
  .map(([, prelude]) => prelude)
  .filter((prelude) => !/[@(;]/.test(prelude))
  .flatMap((prelude) => prelude.split(','));

test('every selector that fits a page is there', () => {
  const shown = new Set(OF_SCRIPT);
  for (const file of fs.readdirSync(GOLDEN)) {
    const html = fs.readFileSync(path.join(GOLDEN, file), 'utf8');
    for (const [, names] of html.matchAll(/class="([^"]*)"/g)) {
      for (const name of names.split(/\s+/)) shown.add(name);
    }
  }
  const there = new Set(selectorsIn(used));
  const wanted = selectorsIn(whole).filter((one) => classesOf(one).every((c) => shown.has(c)));
  assert.ok(wanted.length > 500, `${wanted.length} selectors`);
  assert.deepEqual(wanted.filter((one) => !there.has(one)), []);
});

test('it is lighter than the whole', () => {
  assert.ok(used.length < whole.length);
  assert.ok(gzipSync(used, { level: 9 }).length < GZIP_BYTES_MAX);
});

test('a list of selectors, brackets, quotes and queries are read as a browser does', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'trellis-css-'));
  const file = (name, text) => {
    fs.writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  const sheet = file('a.css', '@charset "x;{";b{c:d}.kept,.gone-1>.kept{e:f}.gone{g:"}"}' +
    '.kept:not(.gone,.gone){h:url(data:a{b}c)}.made--small{i:j}@media x{.gone{k:l}.kept\\:x{m:n}}' +
    '@media y{.gone{o:p}}@keyframes q{from{r:s}}');
  const page = file('b.ht', '<p class="kept made--{{ size }}">');
  const left = execFileSync('node', ['tools/used_css.mjs', sheet, page], { encoding: 'utf8' });
  fs.rmSync(folder, { recursive: true });
  assert.equal(left, '@charset "x;{";b{c:d}.kept{e:f}.kept:not(.gone,.gone){h:url(data:a{b}c)}' +
    '.made--small{i:j}@media x{.kept\\:x{m:n}}@keyframes q{from{r:s}}');
});

// A definition was set in one wide line by the id of its box, and so was a plan, which has that id.
test('no rule of ours names an id: another page has a box of that name', () => {
  const own = 'assets/css';
  const named = fs.readdirSync(own).flatMap((file) => {
    const css = fs.readFileSync(path.join(own, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    return selectorsIn(css).filter((selector) => selector.includes('#'))
      .map((selector) => `${file}: ${selector.trim()}`);
  });
  assert.deepEqual(named, []);
});
