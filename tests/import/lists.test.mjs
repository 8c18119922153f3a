// lists.test.mjs -- scores, opt-outs and a release of deprivation sent from the page of imports.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import {
  formsOf, rowsOf, scratch, serve, signedIn, sleep, stopWell, trellis,
} from '../lib/server.mjs';
import { optedOut } from '../lib/opt_outs.mjs';

const JOB_MS_MAX = 60_000;
// Names as published in File 7 of 2019, without the sub-domains and counts; 2025 says 2021.
const DOMAINS = ['Index of Multiple Deprivation (IMD)', 'Income', 'Employment',
  'Education, Skills and Training', 'Health Deprivation and Disability', 'Crime',
  'Barriers to Housing and Services', 'Living Environment'];
const FILE_7 = [
  'LSOA code (2011)', 'LSOA name (2011)',
  'Local Authority District code (2019)', 'Local Authority District name (2019)',
  ...DOMAINS.flatMap((name) => [`${name} Score`,
    `${name} Rank (where 1 is most deprived)`,
    `${name} Decile (where 1 is most deprived 10% of LSOAs)`]),
];
const quoted = (cells) => cells.map((c) => `"${String(c).replaceAll('"', '""')}"`).join(',');
const area = (code, decile) => quoted([code, `Somewhere ${code.slice(-3)}`, 'E09000001', 'Town',
  ...DOMAINS.flatMap((_, i) => ['12.3', '30000', i === 0 ? decile : 11 - decile])]);

let server;
let client;
let people;
before(async () => {
  server = await serve();
  client = await signedIn(server, 'pcn_manager');
  people = rowsOf(server.data, `SELECT id, ref, nhs_number AS nhs FROM person
    WHERE nhs_number IS NOT NULL AND registration = 1 ORDER BY id LIMIT 3`);
});
after(async () => {
  client.close();
  await stopWell(server);
  assert.match(trellis('verify', '--data', server.data), /0 differ/);
});

async function send(fields, name, text) {
  const { kind, ...more } = fields;
  const where = `/imports/send/${kind}`;
  const form = formsOf(await client.page(where)).find((f) => f.action === where);
  const token = form.fields.find(([key]) => key === 'csrf')[1];
  const parts = Object.entries({ csrf: token, ...more }).map(([key, value]) =>
    `--x\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`).join('');
  const body = `${parts}--x\r\n` +
    `Content-Disposition: form-data; name="file"; filename="${name}"\r\n` +
    `Content-Type: text/csv\r\n\r\n${text}\r\n--x--\r\n`;
  return client.send('POST', where, body,
    { 'content-type': 'multipart/form-data; boundary=x' });
}

async function done(where) {
  for (const end = Date.now() + JOB_MS_MAX; Date.now() < end; await sleep(50)) {
    const answer = await client.get(where);
    if (answer.status !== 200 || !answer.text.includes('You can close this page')) return answer;
  }
  throw Error(`${where} is not done`);
}

// Sends, looks and applies; gives what the dry run said and where the end led.
async function load(fields, name, text) {
  const sent = await send(fields, name, text);
  assert.equal(sent.status, 303, sent.text);
  const file = sent.location;
  assert.equal((await client.submit(file, `${file}/look`)).status, 303);
  const looked = await done(file);
  assert.match(looked.text, /What would happen/, looked.text);
  assert.equal((await client.submit(file, `${file}/apply`)).status, 303);
  const end = await done(file);
  assert.equal(end.status, 303, end.text);
  return { looked: looked.text, location: end.location };
}

test('before anything was sent the page says so', async () => {
  const page = await client.page('/imports');
  assert.match(page, /What have you got\?/);
  assert.match(page, /Deprivation of areas[\s\S]{0,600}?Never/);
  const own = await client.page('/imports/send/deprivation');
  assert.match(own, /Nothing of this kind was loaded yet/);
  assert.equal((await client.get('/imports/send/anything')).status, 404);
});

test('scores become values of people who are here', async () => {
  const { looked, location } = await load({ kind: 'scores' }, 'efi2.csv',
    `NHS Number,Score,Value,Date,Source\r\n${people[0].nhs},eFI2,0.21,01-Nov-2026,GP system\r\n` +
    `${people[1].nhs},eFI2,much,01-Nov-2026,GP system\r\n`);
  assert.match(looked, /The value is not a number/);
  assert.match(location, /^\/imports\/batches\//);
  const page = await client.page('/imports');
  assert.match(page, /Scores that others[\s\S]{0,600}?1 row in efi2\.csv/);
  assert.match(await client.page('/imports/send/scores'), /href="\/imports\/batches\/[^"]*">efi2/);
});

test('opt-outs are kept, and a month that has its figures keeps them', async () => {
  // Rounded to the nearest 5; some of the demonstration's people opted out before.
  const shown = (page) => Number(/are not in them: ([\d,]+)\./.exec(page)?.[1] ?? 0);
  const given = shown(await client.page('/cohort-figures'));
  assert.ok(given > 0);
  const more = rowsOf(server.data, `SELECT nhs_number AS nhs FROM person
    WHERE nhs_number IS NOT NULL AND registration = 1 ORDER BY id LIMIT 40`);
  const had = optedOut(server.data).size;
  await load({ kind: 'opt-outs' }, 'opt-outs.csv', 'NHS number,Opt-out,State,Date\r\n' +
    more.map((p) => `${p.nhs},National data,opted out,2026-01-05\r\n`).join(''));
  for (const end = Date.now() + JOB_MS_MAX; optedOut(server.data).size < had + 30;) {
    assert.ok(Date.now() < end, `${optedOut(server.data).size}`);
    await sleep(100);
  }
  assert.equal(shown(await client.page('/cohort-figures')), given);
});

test('a release in the layout of File 7 is looked at, loaded and named', async () => {
  const codes = ['E01000001', 'E01000002', 'E01000003'];
  const file = [quoted(FILE_7), ...codes.map((code, i) => area(code, 2 + i))].join('\r\n');
  const { looked, location } = await load({ kind: 'deprivation', release: '2019' }, 'File_7.csv',
    `${file}\r\n`);
  assert.match(looked, /A release of deprivation by area/);
  assert.match(looked, /Area[\s\S]*?>3</);
  assert.equal(location, '/imports/send/deprivation');
  assert.deepEqual(rowsOf(server.data, 'SELECT lsoa, decile FROM lsoa_decile ORDER BY lsoa'),
    codes.map((lsoa, i) => ({ lsoa, decile: 2 + i })));
  const page = await client.page(location);
  assert.match(page, /Indices of Deprivation 2019[\s\S]{0,300}?3 areas/);
});

test('what is wrong is said beside the field, and nothing is written', async () => {
  const year = await send({ kind: 'deprivation', release: 'last' }, 'a.csv', 'x');
  assert.equal(year.status, 422);
  assert.match(year.text, /id="release-error"[\s\S]*?Enter the year of the release/);
  const none = await send({ kind: 'scores' }, '', '');
  assert.equal(none.status, 422);
  assert.match(none.text, /id="file-error"/);
  const table = await send({ kind: 'fhir' }, 'a.csv', 'NHS number,Date\r\n');
  assert.equal(table.status, 422);
  assert.match(table.text, /This is not FHIR. Send it as a practice(&#39;|')s extract/);
  const json = await send({ kind: 'scores' }, 'a.json', '{"resourceType":"Bundle"}');
  assert.match(json.text, /This is FHIR or JSON/);
  const wrong = await send({ kind: 'deprivation', release: '2025' }, 'wrong.csv', 'a,b\r\n1,2\r\n');
  const file = wrong.location;
  await client.submit(file, `${file}/look`);
  assert.match((await done(file)).text, /No row names the columns/);
  const kept = rowsOf(server.data, 'SELECT 1 FROM lsoa_decile WHERE release_year = 2025');
  assert.equal(kept.length, 0);
});

test('FHIR tells how new a practice is, as its own extract does', async () => {
  const folder = scratch();
  const file = path.join(folder, 'a.ndjson');
  const patient = { resourceType: 'Patient', id: 'p', birthDate: '1950-04-02',
    name: [{ family: 'Newman' }], generalPractitioner: [{ reference: 'Organization/o' }] };
  fs.writeFileSync(file, [{ resourceType: 'Organization', id: 'o', name: 'New Practice',
    identifier: [{ system: 'https://fhir.nhs.uk/Id/ods-organization-code', value: 'Y99991' }] },
  patient].map((r) => `${JSON.stringify(r)}\n`).join(''));
  const data = path.join(folder, 'data');
  const extract = () => rowsOf(data, `SELECT extract_on FROM practice WHERE ods_code = 'Y99991'`);
  trellis('import', 'fhir', file, '--data', data, '--dry-run');
  assert.deepEqual(extract(), []);
  trellis('import', 'fhir', file, '--data', data);
  const today = Math.floor(Date.now() / 86_400_000);
  assert.ok(Math.abs(extract()[0].extract_on - today) <= 1, JSON.stringify(extract()));
  assert.match(trellis('verify', '--data', data), /0 differ/);
});
