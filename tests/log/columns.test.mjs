// columns.test.mjs -- a damaged file of columns is refused, told to the operator, and built anew.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { copyOfNetwork, serve, signedIn, sleep, stopWell } from '../lib/server.mjs';

const MS_MAX = 60_000;
const REFUSED = /"event":"columns-file-refused"/;

async function figures(server) {
  const client = await signedIn(server, 'care_coordinator');
  for (const end = Date.now() + MS_MAX; ; await sleep(100)) {
    const page = await client.page('/cohorts/carers');
    const people = /app-bigcount">([\d,]+)</.exec(page)?.[1];
    if (people) {
      client.close();
      return people;
    }
    assert.ok(Date.now() < end, page);
  }
}

test('a damaged file is refused, said in the log, and built anew', async () => {
  const data = copyOfNetwork();
  let server = await serve(data);
  const before = await figures(server);
  await stopWell(server);
  const file = fs.readdirSync(data).map((name) => path.join(data, name))
    .find((name) => /columns/.test(name));
  assert.ok(file, fs.readdirSync(data).join(' '));
  server = await serve(data);
  assert.equal(await figures(server), before);
  assert.doesNotMatch(server.log(), REFUSED, 'a sound file is taken');
  await stopWell(server);

  fs.truncateSync(file, Math.floor(fs.statSync(file).size / 2));
  server = await serve(data);
  assert.equal(await figures(server), before);
  const line = server.log().split('\n').find((one) => REFUSED.test(one));
  assert.ok(line, server.log().slice(-1000));
  assert.deepEqual(Object.keys(JSON.parse(line)).filter((key) =>
    !['at', 'level', 'event', 'why', 'then'].includes(key)), [], 'nothing about anybody');
  await stopWell(server);
});
