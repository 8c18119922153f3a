// pdf.test.mjs -- trellis-pdf: tagged, whole, on A4, and not broken by what people write.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';

const PROGRAM = join(dirname(process.env.TRELLIS ?? 'build/release/trellis'), 'trellis-pdf');
const dir = mkdtempSync(join(tmpdir(), 'trellis-pdf-'));
after(() => rmSync(dir, { recursive: true, force: true }));

const HEADER = 'OKAFOR, Grace (Mrs)    NHS number 999 878 7084    Born 3 February 1948';
const FOOTER = 'printed 24 November 2026, 10:12 by Priya Nair. Check this is the right person.';
const document = (blocks, more = {}) => JSON.stringify({
  title: 'Care and support plan', header: HEADER, footer: FOOTER, blocks, ...more,
});
const plan = [
  { h1: 'My care and support plan' },
  { h2: 'About me' },
  { p: 'I was a nurse.\n\nI like singing.' },
  { h3: 'Goal 1. Have a bath' },
  { table: {
    caption: 'Actions',
    head: ['Action', 'Who', 'By when', 'How it is going'],
    rows: [['Bath board fitted', 'Ngozi', '5 December 2026', 'Not started']],
  } },
  { list: ['Agreed by: Grace Okafor', 'How: In person'] },
];

function make(input) {
  const env = { LC_ALL: 'C.UTF-8' };
  return spawnSync(PROGRAM, { input, env, maxBuffer: 64 * 1024 * 1024, timeout: 60_000 });
}
let number = 0;
function pdf(input) {
  const made = make(input);
  assert.equal(made.status, 0, String(made.stderr));
  const path = join(dir, `${(number += 1)}.pdf`);
  writeFileSync(path, made.stdout);
  execFileSync('qpdf', ['--check', path]);
  const info = execFileSync('pdfinfo', [path], { encoding: 'utf8' });
  const run = (...args) => execFileSync(args[0], [...args.slice(1)], {
    encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 64 * 1024 * 1024,
  });
  return {
    path,
    info,
    pages: Number(/Pages:\s+(\d+)/.exec(info)[1]),
    structure: run('pdfinfo', '-struct-text', path),
    text: run('pdftotext', '-layout', path, '-'),
  };
}

test('a plan is tagged: headings, paragraphs, list, table with heads of columns', () => {
  const { info, structure } = pdf(document(plan));
  assert.match(info, /Tagged:\s+yes/);
  assert.match(info, /Page size:.*A4/);
  assert.match(info, /Title:\s+Care and support plan/);
  const tags = ['Document', 'H1', 'H2', 'H3', 'P', 'Table', 'TR', 'TH', 'TD', 'L', 'LI'];
  for (const tag of tags) {
    assert.match(structure, new RegExp(`^ *${tag}\\b`, 'm'), tag);
  }
  assert.equal(structure.match(/\/Scope \/Column/g).length, 4);
});

// The last line of each page's text, above what the foot of the page says.
const lastLines = (text) =>
  text.split('\f').filter((page) => page.trim()).map((page) =>
    page.split('\n').map((line) => line.trim())
      .filter((line) => line && !/^Page \d+ of|this is the right person/.test(line)).at(-1));

test('neither a heading nor the head of a table stands alone at the foot of a page', () => {
  const what = 'A bath board is fitted by the county council and tried together with Ngozi';
  const table = { ...plan[4].table, rows: [[what, 'Ngozi', '5 December 2026', 'Not started']] };
  for (const large of [false, true]) {
    for (let lines = 0; lines < 60; lines += 1) {
      const before = lines > 0 ? [{ p: Array(lines).fill('Line.').join('\n') }] : [];
      const { text } = pdf(document([...before, plan[3], { table }], { large }));
      for (const last of lastLines(text)) {
        assert.doesNotMatch(last, /^Goal 1\.|^Action\b/, `${lines} lines, large: ${large}`);
      }
    }
  }
});

test('the language is said, and the title is shown', () => {
  const { path } = pdf(document(plan));
  const out = join(dir, 'plain.pdf');
  execFileSync('qpdf', ['--qdf', '--object-streams=disable', path, out]);
  const raw = execFileSync('cat', [out], { encoding: 'latin1' });
  assert.match(raw, /\/Lang \(en-GB\)/);
  assert.match(raw, /\/DisplayDocTitle true/);
  assert.match(raw, /\/Marked true/);
});

test('every page says who, and page x of y, in standard and in large print', () => {
  const many = Array.from({ length: 12 }, () => plan).flat();
  const standard = pdf(document(many));
  const large = pdf(document(many, { large: true }));
  assert.ok(standard.pages > 1 && large.pages > standard.pages);
  for (const { pages, text } of [standard, large]) {
    const sheets = text.split('\f').slice(0, pages);
    sheets.forEach((sheet, i) => {
      assert.match(sheet, /OKAFOR, Grace.*999 878 7084/);
      assert.match(sheet, new RegExp(`Page ${i + 1} of ${pages}, printed 24 November 2026`));
    });
  }
});

const letter = (name, paragraphs = 3) => [
  { letter: {
    mark: name, to: [name, '12 Mill Lane', 'Fenside', 'PE99 1AA'],
    from: ['Fenside Primary Care Network', '24 November 2026'],
  } },
  ...Array.from({ length: paragraphs }, (_, i) => ({ p: `Dear ${name}, we offer you: ${i}.` })),
];
const letters = (blocks, more) => JSON.stringify({ title: 'Letters', blocks, ...more });

test('letters: each on its own pages, counted by itself, with its address and a bookmark', () => {
  const names = ['Grace Okafor', 'Wei Zhang', 'John Bull'];
  for (const large of [false, true]) {
    const blocks = [...letter(names[0]), ...letter(names[1], 80), ...letter(names[2])];
    const { path, info, text, structure, pages } = pdf(letters(blocks, { large }));
    assert.match(info, /Tagged:\s+yes/);
    assert.match(info, /Title:\s+Letters/);
    const sheets = text.split('\f').slice(0, pages);
    const of = names.map((name) => sheets.filter((sheet) => sheet.includes(`letter to ${name}`)));
    assert.equal(of.flat().length, pages, 'no page is without a name');
    assert.deepEqual([of[0].length, of[2].length], [1, 1]);
    assert.ok(of[1].length > 1);
    of.forEach((own, n) => own.forEach((sheet, i) => {
      assert.match(sheet, new RegExp(`Page ${i + 1} of ${own.length}, letter to ${names[n]}`));
      names.filter((name) => name !== names[n]).forEach((name) => assert.ok(!sheet.includes(name)));
      assert.equal(/12 Mill Lane/.test(sheet), i === 0, 'the address on the first page');
    }));
    assert.equal(structure.match(/^ *Sect\b/gm).length, 3);
    const out = join(dir, `letters-${large}.json`);
    execFileSync('qpdf', ['--json=2', '--json-key=outlines', path, out]);
    const { outlines } = JSON.parse(execFileSync('cat', [out], { encoding: 'utf8' }));
    assert.deepEqual(outlines.map(({ title }) => title), names);
    assert.deepEqual(outlines.map(({ destpageposfrom1 }) => destpageposfrom1),
      [1, 2, 2 + of[1].length]);
    // The address stands in the window of an envelope: 20 to 110 mm from the left, 45 to 97 down.
    const box = execFileSync('pdftotext', ['-bbox', '-l', '1', path, '-'], { encoding: 'utf8' });
    for (const word of ['Mill', 'PE99']) {
      const [, x, y] = new RegExp(`xMin="([\\d.]+)" yMin="([\\d.]+)"[^>]*>${word}<`).exec(box);
      assert.ok(x > 57 && x < 312 && y > 128 && y < 275, `${word} at ${x}, ${y}`);
    }
  }
});

test('a letter among other blocks, or to nobody, is refused', () => {
  for (const blocks of [
    [{ p: 'x' }, ...letter('Grace Okafor')],
    [{ letter: { mark: 'x', to: [], from: [] } }],
    [{ letter: { to: ['x'], from: [] } }],
    [{ letter: { mark: 'x', to: Array(40).fill('x'), from: [] } }],
  ]) assert.equal(make(letters(blocks)).status, 1, JSON.stringify(blocks).slice(0, 60));
});

test('one name without a sign that is drawn stops nobody else from being written to', () => {
  const { text, pages } = pdf(letters([...letter('\u202e'), ...letter('Grace Okafor')]));
  assert.equal(pages, 2);
  assert.match(text, /Page 1 of 1, letter to Grace Okafor/);
});

test('letters to more people than a document has pages', () => {
  const blocks = Array.from({ length: 501 }, (_, i) => letter(`Person ${i}`, 1)).flat();
  assert.equal(pdf(letters(blocks)).pages, 501);
});

test('text in any script, of any length, comes through whole', () => {
  const words = Array.from({ length: 1500 }, (_, i) => `word${i}`);
  const long = pdf(document([{ p: words.join(' ') }], { large: true }));
  for (const word of words) assert.ok(long.text.includes(word), word);
  const odd = pdf(document([
    { h1: 'x'.repeat(500) },
    { p: '\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627 \u{1f600}' },
    { p: '<script>alert(1)</script>' },
    { p: 'y'.repeat(10_000) },
    { p: 'a\u0007b\u202ec' },
    { list: [''] },
    { p: '' },
  ]));
  assert.match(odd.text, /<script>alert/);
  assert.match(odd.text, /\u05e9/);
  assert.match(odd.text, /\u0645/);
  assert.match(odd.text, /abc/);
});

test('a row that is higher than a page is written out, nothing cut off', () => {
  const cell = Array.from({ length: 90 }, (_, i) => `c${i}x`).join(' ');
  const table = { caption: 'c', head: ['Action', 'Who', 'By'], rows: [['a', cell, 'b']] };
  const { text } = pdf(document([{ table }], { large: true }));
  for (let i = 0; i < 90; i += 1) assert.ok(text.includes(`c${i}x`), `c${i}x`);
});

test('a very long name takes more lines and hides nothing', () => {
  const { text } = pdf(document(plan, { header: `${'Longname '.repeat(33)}END` }));
  assert.match(text, /END/);
  assert.match(text, /My care and support plan/);
});

test('what is no document, or is too large, gives nothing and a sentence', () => {
  for (const input of ['', 'nonsense', '[]', '{"blocks":[{"x":1}]}', '{"blocks":[{"table":{}}]}']) {
    const made = make(input);
    assert.equal(made.status, 1, input);
    assert.equal(made.stdout.length, 0);
    assert.match(String(made.stderr), /trellis-pdf: the document/);
  }
  const pages = Array.from({ length: 600 }, () => ({ p: 'long '.repeat(900) }));
  assert.notEqual(make(document(pages, { large: true })).status, 0);
});
