// facts.mjs -- FHIR files and code sets as plain tables of SQLite, read apart from the program.
//
// Nothing here is shared with the program's reader: it follows docs/guide/import.md and
// docs/guide/cohorts.md only. Used by definitions.test.mjs.
import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, readdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

const DAY_MS = 86_400_000;
const SQL_MS_MAX = 600_000;
const SYSTEMS = {
  'http://snomed.info/sct': 'snomed',
  'http://loinc.org': 'loinc',
  'http://www.nlm.nih.gov/research/umls/rxnorm': 'rxnorm',
};
const DATES = {
  Condition: ['onsetDateTime', 'onsetPeriod', 'recordedDate'],
  Observation: ['effectiveDateTime', 'effectivePeriod', 'effectiveInstant'],
  Procedure: ['performedDateTime', 'performedPeriod'],
  Encounter: ['period'],
  MedicationRequest: ['authoredOn'],
  Immunization: ['occurrenceDateTime', 'recorded'],
  AllergyIntolerance: ['onsetDateTime', 'recordedDate', 'lastOccurrence'],
  CarePlan: ['period', 'created'],
};
const CODES = {
  Encounter: 'type', MedicationRequest: 'medicationCodeableConcept',
  Immunization: 'vaccineCode', CarePlan: 'category',
};
const LONDON = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' });

// Days since 1970 of the day in London; a year or a month alone is its first day.
export function londonDay(text) {
  const plain = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text);
  if (plain) return Date.UTC(plain[1], (plain[2] ?? 1) - 1, plain[3] ?? 1) / DAY_MS;
  const at = new Date(text);
  // London is never behind, and at most an hour ahead: only the last hour can be the next day.
  if (at.getUTCHours() < 23) return Math.floor(at.getTime() / DAY_MS);
  return Date.parse(LONDON.format(at)) / DAY_MS;
}

const codingOf = (concepts) => {
  const all = [concepts ?? []].flat().flatMap((concept) => concept.coding ?? []);
  return all.find((c) => SYSTEMS[c.system] === 'snomed' && c.code) ?? all.find((c) => c.code);
};
const statusOf = (concept) => (concept?.coding ?? []).map((c) => c.code);
const REFUSED = ['entered-in-error', 'cancelled', 'not-done'];

function counts(resource) {
  const verified = statusOf(resource.verificationStatus);
  return !REFUSED.includes(resource.status) && !verified.includes('entered-in-error') &&
    !verified.includes('refuted');
}

function dayOf(resource) {
  for (const key of DATES[resource.resourceType]) {
    const when = resource[key];
    if (when === undefined) continue;
    const text = typeof when === 'object' ? when.start : when;
    if (text) return londonDay(text);
  }
  return null;
}

function valueOf(from) {
  const quantity = from.valueQuantity;
  if (quantity) {
    if (quantity.comparator !== undefined) return [null, ''];
    return [quantity.value ?? null, quantity.unit ?? quantity.code ?? ''];
  }
  return [from.valueInteger ?? null, ''];
}

// Rows [person, day, kind, system, code, value, unit] of one resource.
export function* eventsOf(resource) {
  if (!counts(resource)) return;
  const person = (resource.subject ?? resource.patient).reference.split('/').pop();
  const day = dayOf(resource);
  const type = resource.resourceType;
  const needsDay = type === 'Observation' || type === 'Encounter';
  const coding = codingOf(resource[CODES[type] ?? 'code']);
  if (!coding || (day === null && needsDay)) return;
  const row = (code, [value, unit]) =>
    [person, day, type, SYSTEMS[code.system] ?? code.system, code.code, value, unit];
  yield row(coding, type === 'Observation' ? valueOf(resource) : [null, '']);
  if (type !== 'Observation') return;
  for (const part of resource.component ?? []) {
    const code = codingOf(part.code);
    if (code) yield row(code, valueOf(part));
  }
}

const extension = (resource, name) =>
  (resource.extension ?? []).find((e) => e.url.endsWith(name));
const SEX = { male: 1, M: 1, female: 2, F: 2 };

function personOf(p, odsOf) {
  const birth = extension(p, 'BirthSex')?.valueCodeableConcept?.coding?.[0]?.code ??
    extension(p, 'us-core-birthsex')?.valueCode;
  const letter = extension(p, 'EthnicCategory')?.valueCodeableConcept?.coding?.[0]?.code;
  const dead = p.deceasedDateTime !== undefined || p.deceasedBoolean === true;
  const practice = odsOf.get(p.managingOrganization?.reference.split('/').pop());
  const language = p.communication?.[0]?.language?.coding?.[0]?.display ?? null;
  return [p.id, p.birthDate?.length === 10 ? londonDay(p.birthDate) : null,
    SEX[birth] ?? SEX[p.gender] ?? null, /^[A-Z]$/.test(letter ?? '') ? letter : null,
    practice ?? null, !dead && p.active !== false && practice ? 1 : 0, language];
}

async function* resources(folder, type) {
  const file = createReadStream(path.join(folder, `${type}.ndjson.gz`)).pipe(createGunzip());
  for await (const line of createInterface({ input: file })) {
    if (line !== '') yield JSON.parse(line);
  }
}

const cell = (value) => (value === null ? '' : String(value).replace(/[\t\r\n]/g, ' '));

async function write(file, rows) {
  const out = createWriteStream(file);
  for await (const row of rows) {
    if (!out.write(`${row.map(cell).join('\t')}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

async function* people(folder) {
  const odsOf = new Map();
  for await (const o of resources(folder, 'Organization')) {
    const ods = (o.identifier ?? []).find((i) => i.system?.endsWith('/ods-organization-code'));
    odsOf.set(o.id, ods?.value ?? o.identifier?.[0]?.value ?? o.id);
  }
  for await (const p of resources(folder, 'Patient')) yield personOf(p, odsOf);
}

async function* events(folder) {
  for (const type of Object.keys(DATES)) {
    for await (const resource of resources(folder, type)) yield* eventsOf(resource);
  }
}

// Rows of a table of the project: tab-separated, a line of names first, '#' begins a note.
const rowsOf = (file) =>
  readFileSync(file, 'utf8').split('\n').slice(1).filter((line) => /^[^#]/.test(line.trim()))
    .map((line) => line.split('\t'));

// The codes of every set, those that it takes in included: [set, system, code].
function* codeSets(assets) {
  const own = new Map();
  for (const file of readdirSync(assets).filter((name) => name.endsWith('.tsv'))) {
    const [head] = readFileSync(path.join(assets, file), 'utf8').split('\n');
    if (!head.startsWith('set\tsystem\tcode\tterm')) continue;
    for (const [set, system, code] of rowsOf(path.join(assets, file))) {
      if (!own.has(set)) own.set(set, []);
      own.get(set).push([system, code]);
    }
  }
  const all = (set) => own.get(set).flatMap(([system, code]) =>
    (system === 'set' ? all(code) : [`${system}\t${code}`]));
  for (const set of own.keys()) {
    for (const one of new Set(all(set))) yield [set, ...one.split('\t')];
  }
}

export function sqlite(file, input) {
  const done = spawnSync('sqlite3', ['-batch', '-bail', file], {
    input, encoding: 'utf8', timeout: SQL_MS_MAX, maxBuffer: 64 << 20,
  });
  if (done.status !== 0) throw Error(done.stderr || `sqlite3 ended with ${done.status}`);
  return done.stdout;
}

// Fills FILE from a folder of FHIR files and a folder of code sets; `schema` makes the tables.
export async function build(file, folder, assets, schema) {
  const at = (name) => path.join(path.dirname(file), `${name}.tsv`);
  await write(at('person'), people(folder));
  await write(at('event'), events(folder));
  await write(at('code_set'), codeSets(assets));
  const project = (name, pick) =>
    write(at(name), rowsOf(path.join(assets, `${name}.tsv`)).map(pick));
  await project('measures', ([measure, system, code]) => [measure, system, code]);
  await project('units', (row, i) => [i, row[0], ...row.slice(2, 7)]);
  await project('efi-values', (row) => row.slice(0, 5));
  await project('scores', (row) => row.slice(0, 6));
  const tables = ['person', 'event', 'code_set', 'measures', 'units', 'efi-values', 'scores'];
  const load = tables.map((name) => `.import '${at(name)}' "${name}"`).join('\n');
  sqlite(file, `${schema}\n.mode ascii\n.separator "\\t" "\\n"\n${load}\n`);
}
