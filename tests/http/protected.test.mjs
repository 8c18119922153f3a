// protected.test.mjs -- a protected address is not told by what a practice's extract says of it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accountOf, rowsOf, serve, signedIn, sleep, stopWell } from '../lib/server.mjs';

const JOB_MS_MAX = 60_000;
const ADDRESS = '7 Hidden Yard';

let server;
let client;
before(async () => {
  server = await serve();
  client = await signedIn(server, 'care_coordinator');
});
after(async () => {
  client.close();
  await stopWell(server);
});

async function send(text) {
  const mark = 'a-boundary';
  const form = await client.form('/imports/send/extract', '/imports/send/extract');
  const part = ([name, value]) =>
    `--${mark}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const fields = [['csrf', form.fields.find(([name]) => name === 'csrf')[1]],
    ['practice', 'X26901'], ['practice_name', 'Elsewhere'], ['extract', '']];
  const body = `${fields.map(part).join('')}--${mark}\r\nContent-Disposition: form-data; ` +
    `name="file"; filename="a.csv"\r\n\r\n${text}\r\n--${mark}--\r\n`;
  const answer = await client.post('/imports/send/extract', body, {
    'content-type': `multipart/form-data; boundary=${mark}`,
  });
  assert.equal(answer.status, 303, answer.text);
  return answer.location;
}

async function whenDone(where) {
  for (const end = Date.now() + JOB_MS_MAX; Date.now() < end; await sleep(50)) {
    const answer = await client.get(where);
    if (answer.status !== 200 || !answer.text.includes('You can close this page')) return;
  }
  assert.fail(`${where} is not done`);
}

// One of the client's own people, by place in the list; `hide` protects the address first.
async function somebody(place, hide) {
  const [{ ref, nhs }] = rowsOf(server.data, `SELECT p.ref, p.nhs_number AS nhs FROM person p
    JOIN care_case c ON c.person_id = p.id JOIN account a ON a.id = c.lead_account
    WHERE a.username = '${accountOf('care_coordinator').username}' AND c.state = 2
      AND p.nhs_number IS NOT NULL ORDER BY p.id LIMIT 1 OFFSET ${place}`);
  if (!hide) return nhs;
  const said = await client.submit(`/people/${ref}/details/edit`, `/people/${ref}/details`,
    { restricted: 'yes' });
  assert.equal(said.status, 303, said.text);
  return nhs;
}

test('a near match with somebody of a protected address shows no address', async () => {
  const row = (nhs, family, address) => `${nhs},${family},Sam,04-Feb-1901,${address},PE99 4QT`;
  const file = await send(['NHS Number,Family name,Given names,Date of birth,Address,Postcode',
    row(await somebody(0, true), 'Protected', ADDRESS),
    row(await somebody(1, false), 'Plain', '8 Open Road')].join('\r\n'));
  assert.equal((await client.submit(file, `${file}/look`)).status, 303);
  await whenDone(file);
  assert.equal((await client.submit(file, `${file}/apply`)).status, 303);
  await whenDone(file);
  const page = await client.page('/imports/near');
  assert.match(page, /PROTECTED, Sam/);
  assert.match(page, /8 Open Road/);
  assert.ok(!page.includes(ADDRESS), 'the address of somebody protected');
});
