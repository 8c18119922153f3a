// golden.mjs -- pages as they were approved: tests/pages/golden/NAME.html. UPDATE=1 approves what
// is there now; read the diff.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const folder = new URL('../pages/golden/', import.meta.url);

// What differs from run to run and means nothing: tokens, references, hashes, the time of day.
export const normal = (html) =>
  html
    .replace(/(name="csrf" value=")[^"]*/g, '$1TOKEN')
    .replace(/(Page reference <span class="app-nowrap">)[0-9A-Z-]+/g, '$1REFERENCE')
    .replace(/[0-9A-Z]{4}-[0-9A-Z]{4}(?=[.<])/g, 'REFERENCE')
    .replace(/(\/assets\/[a-z/-]+)-[0-9a-f]{12}\./g, '$1-HASH.')
    .replace(/(data-seconds=")\d+/g, '$1SECONDS')
    .replace(/(2[45] November 2026, )\d\d:\d\d/g, '$1TIME')
    .replace(/((?:Saved|Draft kept) )\d\d:\d\d/g, '$1TIME')
    .replace(/(name="time"[^>]*value=")\d\d:\d\d/g, '$1TIME')
    .replace(/(\/set-password\/)[0-9A-Za-z_-]{16,}/g, '$1CODE')
    .replace(/Wait \d+ seconds?/g, 'Wait SECONDS')
    .replace(/\b[0-9a-z]{20}\b/g, 'REF')
    .replace(/[ \t]+$/gm, '');

// An answer of Client must be this page with this status.
export function approved(name, answer, status) {
  assert.equal(answer.status, status, `${name}: ${answer.text.slice(0, 2000)}`);
  assert.match(answer.headers['content-type'], /^text\/html/, name);
  const html = normal(answer.text);
  const file = new URL(`${name}.html`, folder);
  if (process.env.UPDATE) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, html);
    return;
  }
  assert.ok(existsSync(file), `${name}.html is not approved yet: UPDATE=1, and read it`);
  assert.equal(html, readFileSync(file, 'utf8'));
}

export const approvedNames = () =>
  readdirSync(folder).map((file) => file.replace(/\.html$/, ''));
