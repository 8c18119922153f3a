// import.test.mjs -- the real sets come in whole: every line is read, and taken or refused.
//
// Needs ../shared/data; each set that is not there is skipped and says so.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';

const PROGRAM = join(process.env.BUILD ?? 'build', process.env.PRESET ?? 'release', 'trellis');
const SHARED = '../shared/data';
const USED = ['Organization', 'Practitioner', 'PractitionerRole', 'Patient', 'Condition',
  'Observation', 'Procedure', 'Encounter', 'MedicationRequest', 'Immunization',
  'AllergyIntolerance', 'CarePlan'];
const absent = (path) => (existsSync(path) ? false : `${path} is not here`);
const COUNTS = /^(\w+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)$/;

function trellis(...args) {
  const run = spawnSync(PROGRAM, args, { encoding: 'utf8', timeout: 240000 });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

function report(out) {
  const kinds = {};
  for (const line of out.split('\n')) {
    const m = COUNTS.exec(line);
    if (m) kinds[m[1]] = { read: +m[2], taken: +m[3], refused: +m[4], unused: +m[5] };
  }
  return kinds;
}

function folder(t) {
  const dir = mkdtempSync(join(tmpdir(), 'trellis-import-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

function lines(file) {
  let count = 0;
  for (const byte of gunzipSync(readFileSync(file))) count += byte === 10;
  return count;
}

for (const set of ['dev-uk-pcn', 'dev-uk-full', 'dev-ma-615/ndjson']) {
  const path = join(SHARED, set);
  test(`${set}: as many of each type as there are lines`, { skip: absent(path) }, (t) => {
    const run = trellis('import', 'fhir', path, '--data', folder(t));
    assert.equal(run.code, 0, run.err);
    const kinds = report(run.out);
    const ndjson = existsSync(join(path, 'ndjson')) ? join(path, 'ndjson') : path;
    for (const name of readdirSync(ndjson)) {
      const type = name.split('.')[0];
      const got = kinds[type];
      assert.equal(got.read, lines(join(ndjson, name)), `${type} read`);
      assert.equal(got.read, got.taken + got.refused + got.unused, `${type} adds up`);
      assert.equal(got.taken, USED.includes(type) ? got.read : 0, `${type} taken`);
    }
  });
}

const bundles = join(SHARED, 'dev-ma-615', 'bundles.ndjson.gz');
test('transaction bundles: every entry is read', { skip: absent(bundles) }, (t) => {
  const want = {};
  for (const line of gunzipSync(readFileSync(bundles)).toString().split('\n')) {
    if (line === '') continue;
    for (const entry of JSON.parse(line).entry) {
      want[entry.resource.resourceType] = (want[entry.resource.resourceType] ?? 0) + 1;
    }
  }
  const run = trellis('import', 'fhir', bundles, '--data', folder(t));
  assert.equal(run.code, 0, run.err);
  const kinds = report(run.out);
  for (const [type, count] of Object.entries(want)) {
    assert.equal(kinds[type].read, count, `${type} read`);
    assert.equal(kinds[type].taken, USED.includes(type) ? count : 0, `${type} taken`);
  }
});

const pcn = join(SHARED, 'dev-uk-pcn', 'ndjson');
test('a file cut off half-way leaves nothing behind', { skip: absent(pcn) }, (t) => {
  const dir = folder(t);
  const files = join(dir, 'files');
  mkdirSync(files);
  for (const name of ['Organization', 'Patient', 'Condition']) {
    copyFileSync(join(pcn, `${name}.ndjson.gz`), join(files, `${name}.ndjson.gz`));
  }
  const cut = join(files, 'Condition.ndjson.gz');
  truncateSync(cut, Math.floor(statSync(cut).size / 2));
  const run = trellis('import', 'fhir', files, '--data', join(dir, 'data'));
  assert.equal(run.code, 1);
  assert.match(run.err, /ends in the middle/);
  const list = trellis('import', 'list', '--data', join(dir, 'data'));
  assert.match(list.out, /failed .* 0 events\s+0 people added/);
});

test('the samples of the guide do what the guide says; undo takes all of it back', (t) => {
  const data = join(folder(t), 'data');
  const sample = 'docs/guide/samples/extract-emis.csv';
  const dry = trellis('import', 'csv', sample, '--practice', 'X26101', '--data', data, '--dry-run');
  assert.equal(dry.code, 0, dry.err);
  assert.match(dry.out, /Nothing was written/);
  assert.match(dry.out, /People: 2 added, .* Events: 4\./);
  assert.equal(trellis('import', 'list', '--data', data).out, '');
  const run = trellis('import', 'csv', sample, '--practice', 'X26101', '--data', data);
  assert.equal(run.code, 0, run.err);
  assert.equal(trellis('import', 'csv', sample, '--practice', 'X26101', '--data', data).code, 1);
  const batch = /Batch (\w+)/.exec(run.out)[1];
  assert.equal(trellis('import', 'undo', batch, '--data', data).code, 0);
  assert.match(trellis('import', 'list', '--data', data).out, /undone/);
  const report = 'docs/guide/samples/extract-emis.html';
  const html = trellis('import', 'csv', report, '--practice', 'X26101', '--data', data);
  assert.equal(html.code, 0, html.err);
  assert.match(html.out, /People: 2 added, .* Events: 4\./);
});
