// safety.test.mjs -- two hazards looked for on every page: the address of a protected person is
// never shown, and what somebody needs in order to take part is never out of sight.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import {
  accountOf, copyOfNetwork, formsOf, ROLES, rowsOf, Server, signedIn, stopWell, unescapeHtml,
} from '../lib/server.mjs';

const PAGES_MAX = 80; // for a role
const SECRET = {
  address: '17 Hidden Lane, Fenside', postcode: 'ZZ99 9ZZ', phone: '01632 960 999',
  mobile: '07700 900 999', email: 'hidden@example.net',
};
const NEED = 'Face her and speak slowly';

let server;
let person;

before(async () => {
  const data = copyOfNetwork();
  const { username } = accountOf('care_coordinator');
  [person] = rowsOf(data, `SELECT p.* FROM person p JOIN care_case k ON k.person_id = p.id
    JOIN account a ON a.id = k.lead_account JOIN plan_version v ON v.person_id = p.id
    WHERE a.username = '${username}' AND k.state = 2 ORDER BY p.id LIMIT 1`);
  const set = Object.entries(SECRET).map(([key, value]) => `${key} = '${value}'`).join(', ');
  execFileSync('sqlite3', [path.join(data, 'trellis.db'),
    `UPDATE person SET restricted = 1, ${set}, postcode_key = 'zz999zz' WHERE id = ${person.id};
     DELETE FROM person_need WHERE person_id = ${person.id};
     INSERT INTO person_need (person_id, nr, kind, words)
       VALUES (${person.id}, 1, 1, '${NEED}');`]);
  server = await new Server(data).start();
});
after(async () => {
  if (server) await stopWell(server);
});

const plain = (text) => text.toLowerCase().replace(/[\s-]/g, '');
const told = (text) =>
  Object.entries(SECRET).filter(([, value]) => plain(text).includes(plain(value)));

// Everything that a role can open of the person, and every list: [{ at, answer }].
async function openAll(client) {
  const record = `/people/${person.ref}`;
  const plan = `${record}/plan`;
  const queue = [client.home, '/today', '/today/print', '/caseload', '/caseload.csv?view=all',
    '/caseload?view=all', '/practice', '/clinical', '/cohorts', '/cohorts/carers',
    '/cohorts/frailty-repeat-admissions', '/contacts/new', record, `${record}/details`,
    `${record}/details/edit`, `${plan}/print`, `${plan}/print?size=large`, `${plan}/plan.pdf`];
  const seen = new Set();
  const found = [];
  while (queue.length > 0 && seen.size < PAGES_MAX) {
    const at = queue.shift();
    if (seen.has(at)) continue;
    seen.add(at);
    const answer = await client.get(at);
    if (answer.status !== 200) continue;
    found.push({ at, answer });
    if (!/html/.test(answer.headers['content-type'])) continue;
    for (const [, link] of answer.text.matchAll(/href="([^"#]*)/g)) {
      if (unescapeHtml(link).startsWith(`${record}/`)) queue.push(unescapeHtml(link));
    }
  }
  return found;
}

const textOf = ({ answer }) => (/pdf/.test(answer.headers['content-type']) ?
  execFileSync('pdftotext', ['-', '-'], { input: answer.raw, encoding: 'utf8' }) :
  unescapeHtml(answer.text.replace(/<[^>]*>/g, ' ')) + answer.text);

test('a protected address is on no page for any role', async () => {
  let pages = 0;
  for (const role of ROLES) {
    const client = await signedIn(server, role);
    for (const page of await openAll(client)) {
      pages += page.at.includes(person.ref) ? 1 : 0;
      assert.deepEqual(told(textOf(page)), [], `${role} at ${page.at}`);
    }
    for (const q of [SECRET.postcode, SECRET.phone]) {
      const find = formsOf(await client.page(client.home)).find((f) => f.action === '/people/find');
      if (!find) continue;
      const csrf = find.fields.find(([name]) => name === 'csrf')[1];
      const answer = await client.post('/people/find', [['csrf', csrf], ['q', q]]);
      const text = answer.location ? (await client.get(answer.location)).text : answer.text;
      assert.ok(!text.includes(`/people/${person.ref}`), `${role} finds them by ${q}`);
    }
    client.close();
  }
  assert.ok(pages > 20, `${pages} pages of the person were looked at`);
});

test('needs stand on every page of the person', async () => {
  let pages = 0;
  for (const role of ['care_coordinator', 'link_worker', 'gp_supervisor', 'practice_staff']) {
    const client = await signedIn(server, role);
    for (const { at, answer } of await openAll(client)) {
      const own = at.startsWith(`/people/${person.ref}`) && !/print|pdf/.test(at);
      if (!own || !/html/.test(answer.headers['content-type'])) continue;
      pages++;
      assert.ok(answer.text.includes(NEED), `${role} at ${at}`);
    }
    client.close();
  }
  assert.ok(pages > 12, `${pages} pages of the person were looked at`);
});
