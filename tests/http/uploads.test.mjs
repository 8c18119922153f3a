// uploads.test.mjs -- files of practices wait where they can be seen and removed, all of them.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { PASSWORD, browser, choosePassword, folder, invite, serve } from './server.mjs';

const WAITING_MAX = 50; // UPLOADS_MAX of the list

let home;
let server;
before(async () => {
  home = folder();
  const code = invite(home.dir, 'a.manager', 'pcn_manager');
  server = await serve(home.dir);
  await choosePassword(server.base, code);
});
after(async () => {
  await server.stop();
  home.remove();
});

test('no file is taken past what the list of waiting files shows', async () => {
  const user = browser(server.base);
  await user.signIn('a.manager', PASSWORD);
  const csrf = await user.token();
  const send = async (name) => {
    const body = new FormData();
    body.append('csrf', csrf); // the token stands before the file
    body.append('practice', 'X26101');
    body.append('file', new Blob(['NHS number,Surname\r\n']), name);
    return user.ask('/imports/send/extract', { method: 'POST', body });
  };
  for (let i = 0; i < WAITING_MAX; i++) assert.equal((await send(`${i}.csv`)).status, 303);
  const over = await send('over.csv');
  assert.equal(over.status, 422);
  assert.match(over.text, /50 files are waiting/);
  assert.equal(readdirSync(`${home.dir}/imports`).length, WAITING_MAX);

  const list = (await user.ask('/imports')).text;
  const files = new Set(list.match(/\/imports\/files\/[a-z0-9]+/g));
  assert.equal(files.size, WAITING_MAX);
  const [first] = files;
  assert.equal((await user.ask(`${first}/drop`, { method: 'POST', form: { csrf } })).status, 303);
  assert.equal((await send('over.csv')).status, 303);
});
