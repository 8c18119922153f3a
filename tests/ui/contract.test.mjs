// contract.test.mjs -- our parts of pages against nhsuk-frontend's own macros, for the same
// parameters: the same elements, attributes and words; white space does not count.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import test from 'node:test';

const require = createRequire(import.meta.url);
const home = dirname(process.env.TRELLIS ?? 'build/release/trellis');
const parts = Object.fromEntries(
  execFileSync(join(home, 'tests/ui/ui_parts'), { encoding: 'utf8' })
    .split(/^=== /m).slice(1)
    .map((text) => [text.slice(0, text.indexOf('\n')), text.slice(text.indexOf('\n') + 1)]),
);

const nunjucks = require('nunjucks');
const dist = join(dirname(require.resolve('nhsuk-frontend/package.json')), 'dist');
const env = nunjucks.configure(dist, { autoescape: true, trimBlocks: true, lstripBlocks: true });
const macro = (folder, name, params) =>
  env.renderString(
    `{% from "nhsuk/components/${folder}/macro.njk" import ${name} %}{{ ${name}(params) }}`,
    { params },
  );

const NAMED = { amp: '&', lt: '<', gt: '>', quot: '"', ctdot: '⋯' };
const decode = (text) =>
  text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (_, ten, hex, name) =>
    name ? NAMED[name] : String.fromCodePoint(parseInt(ten ?? hex, ten ? 10 : 16)));
const squeeze = (text) => decode(text).replace(/\s+/g, ' ').trim();

// The document as a list: "<tag a=1 b=2>", "words", "</tag>"; attributes in the order of names.
function flatten(html) {
  const out = [];
  const pattern = /<(\/?)([a-z0-9]+)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*\/?>|([^<]+)/gi;
  for (const [, close, tag, rest, words] of html.matchAll(pattern)) {
    if (words !== undefined) {
      if (squeeze(words)) out.push(squeeze(words));
    } else if (close) {
      out.push(`</${tag}>`);
    } else {
      const attributes = [...rest.matchAll(/([a-z-]+)(?:="([^"]*)")?/gi)]
        .map(([, name, value]) => `${name}=${squeeze(value ?? '')}`)
        .sort();
      out.push(`<${[tag, ...attributes].join(' ')}>`);
    }
  }
  return out;
}

const items = [
  { value: '1', text: 'Telephone', hint: { text: 'or text' } },
  { value: '2', text: 'Home "visit"' },
];
const plain = items.map(({ value, text }) => ({ value, text }));
const wrong = {
  id: 'mins', name: 'mins', hint: { text: 'Like 20' },
  errorMessage: { text: 'Enter how many minutes' },
};
const label = { text: 'Minutes & <more>', size: 's' };
const legend = { legend: label };

const cases = {
  input: ['input', 'input', { id: 'a', name: 'a', label: { text: 'Minutes' } }],
  password: ['password-input', 'passwordInput', { id: 'pw', name: 'pw',
    label: { text: 'Password' } }],
  'password-error': ['password-input', 'passwordInput', { ...wrong, label,
    classes: 'nhsuk-input--width-20', autocomplete: 'new-password' }],
  'input-error': ['input', 'input', { ...wrong, label, value: 'it\'s "20"', width: '3',
    inputmode: 'numeric', autocomplete: 'off' }],
  'input-heading': ['input', 'input', { id: 'a', name: 'a',
    label: { text: 'Title', size: 'l', isPageHeading: true } }],
  'textarea-error': ['textarea', 'textarea', { ...wrong, label, value: 'it\'s "20"', rows: 8 }],
  'character-count': ['character-count', 'characterCount', { id: 'n', name: 'n', maxlength: 200,
    label: { text: 'Note' } }],
  'select-error': ['select', 'select', { ...wrong, label, value: '2', items: plain }],
  'radios-error': ['radios', 'radios', { ...wrong, id: undefined, idPrefix: 'mins',
    fieldset: legend, value: '2', items }],
  'radios-small': ['radios', 'radios', { name: 'how', idPrefix: 'how', items,
    classes: 'nhsuk-radios--small nhsuk-radios--inline', fieldset: { legend: { text: 'How?' } } }],
  checkboxes: ['checkboxes', 'checkboxes', { name: 'how', items: [items[1]],
    fieldset: { legend: { text: 'How?', size: 'm' } } }],
  button: ['button', 'button', { text: 'Save' }],
  'button-secondary': ['button', 'button', { text: 'Save', variant: 'secondary', small: true,
    name: 'do', value: 'x' }],
  'button-link': ['button', 'button', { text: 'Go', href: '/x' }],
  tag: ['tag', 'tag', { text: 'New', colour: 'blue' }],
  'error-summary': ['error-summary', 'errorSummary', { heading: 'There is a problem',
    classes: 'app-error', errorList: [{ text: 'Enter <minutes>', href: '#mins' },
      { text: 'Try again' }] }],
  pagination: ['pagination', 'pagination', {
    previous: { href: '/list?page=4' }, next: { href: '/list?page=6' },
    items: [1, 0, 4, 5, 6, 0, 9].map((number) => number === 0 ? { ellipsis: true }
      : { number, href: `/list?page=${number}`, current: number === 5 }) }],
  notice: ['notification-banner', 'notificationBanner', { text: 'Saved.', type: 'success' }],
  summary: ['summary-list', 'summaryList', { rows: [
    { key: { text: 'Name' }, value: { text: 'Ana' }, actions: { items: [
      { href: '/x', text: 'Change', visuallyHiddenText: 'Name' }] } },
    { key: { text: 'Phone' }, value: { text: 'Not recorded' } }] }],
  details: ['details', 'details', { summaryText: 'More', text: 'Text' }],
};

for (const [name, [folder, macroName, params]] of Object.entries(cases)) {
  test(`${name} is what nhsuk-frontend writes`, () => {
    assert.deepEqual(flatten(parts[name]), flatten(macro(folder, macroName, params)));
  });
}

test('every part that is written is compared', () => {
  assert.deepEqual(Object.keys(parts).sort(), Object.keys(cases).sort());
});
