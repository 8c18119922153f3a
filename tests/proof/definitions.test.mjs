// definitions.test.mjs -- thirty definitions over real-looking records: the program, fed with FHIR,
// counts the same people as SQL over the same files read apart (facts.mjs, definitions.sql).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { build, sqlite } from './facts.mjs';

const TODAY = '2026-11-22';
const DATA = process.env.SHARED_DATA ?? '../shared/data';
const TRELLIS = path.resolve(process.env.TRELLIS ?? 'build/release/trellis');
const COMMAND_MS_MAX = 900_000;
const here = (name) => new URL(name, import.meta.url);
const text = (name) => readFileSync(here(name), 'utf8');
const scratch = mkdtempSync(path.join(tmpdir(), 'trellis-proof-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

const definitions = text('definitions.txt').split(/^(?=cohort )/m)
  .map((one) => ({ key: /^cohort (\S+)/.exec(one)[1], text: one.trimEnd() + '\n' }));
const conditions = Object.fromEntries(text('definitions.sql').split(/^-- name: /m).slice(1)
  .map((one) => [one.split('\n', 1)[0].trim(), one.slice(one.indexOf('\n') + 1)]));

const days = (...mods) =>
  `CAST(julianday('${TODAY}'${mods.map((m) => `, '${m}'`).join('')}) - 2440587.5 AS INT)`;
const AGO = [6, 12, 24, 36, 60].map((n) => `${days(`-${n} months`)} AS m${n}`).join(', ');
const BEFORE = `CREATE TABLE today AS SELECT ${days()} AS day, ${days('-12 months')} AS year_ago;
CREATE TABLE ago AS SELECT ${AGO},
  CAST(julianday('2025-01-01') - 2440587.5 AS INT) AS start_of_2025;\n`;
// Whole years on the day; a birthday on 29 February is reached on 1 March of other years.
const YEARS = `CREATE VIEW registered_person AS
SELECT p.*, strftime('%Y', '${TODAY}') - strftime('%Y', born * 86400, 'unixepoch')
  - (strftime('%m-%d', '${TODAY}') < strftime('%m-%d', born * 86400, 'unixepoch')) AS years
  FROM p WHERE registered;\n`;

const trellis = (...words) =>
  execFileSync(TRELLIS, words, { encoding: 'utf8', timeout: COMMAND_MS_MAX, maxBuffer: 64 << 20 });

// What SQL says: { key: people }.
async function bySql(folder, set) {
  const file = path.join(scratch, `${set}.db`);
  await build(file, folder, 'assets/code-sets', text('schema.sql'));
  sqlite(file, BEFORE + text('derive.sql') + YEARS);
  const asked = definitions.map(({ key }) =>
    `SELECT '${key}', count(*) FROM registered_person p WHERE ${conditions[key]};`);
  const rows = sqlite(file, asked.join('\n')).trim().split('\n').map((row) => row.split('|'));
  const [registered] = sqlite(file, 'SELECT sum(registered) FROM p;').trim().split('\n');
  return { registered, counts: Object.fromEntries(rows) };
}

// What the program says.
function byProgram(folder, set) {
  const data = path.join(scratch, set);
  trellis('import', 'fhir', folder, '--data', data);
  const files = definitions.map(({ key, text: body }) => {
    const file = path.join(scratch, `${key}.cohort`);
    writeFileSync(file, body);
    return file;
  });
  const said = [];
  const MANY = 15; // arguments of one command
  for (let i = 0; i < files.length; i += MANY) {
    const part = files.slice(i, i + MANY);
    said.push(trellis('cohort', 'ask', ...part, '--data', data, '--today', TODAY));
  }
  const rows = [...said.join('').matchAll(/^(\S+): (\d+) of (\d+) registered/gm)];
  return {
    registered: rows[0][3], counts: Object.fromEntries(rows.map(([, key, count]) => [key, count])),
  };
}

test('there are thirty definitions, each with its SQL', () => {
  assert.equal(definitions.length, 30);
  assert.deepEqual(definitions.map(({ key }) => key).sort(), Object.keys(conditions).sort());
});

const SLOW = 'dev-uk-full'; // a million resources
for (const set of ['dev-uk-pcn', SLOW]) {
  const folder = path.join(DATA, set, 'ndjson');
  const skip = (!existsSync(folder) && `${folder} is not there`) ||
    (set === SLOW && process.env.PROOF !== 'full' && 'PROOF=full asks it too: minutes more');
  test(`${set}: the program and SQL count the same`, { skip }, async () => {
    const sql = await bySql(folder, set);
    const program = byProgram(folder, set);
    assert.equal(program.registered, sql.registered);
    assert.deepEqual(program.counts, sql.counts);
    const found = Object.values(sql.counts).filter((count) => count !== '0');
    assert.ok(found.length >= 25, `${found.length} of 30 find somebody`);
  });
}
