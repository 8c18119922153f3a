// plan.test.mjs -- what is typed in a plan survives the server; two people lose nothing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { browser, folder, serve, trellis } from '../http/server.mjs';

const PASSWORD = 'otter willow teapot 27';
const REASON = 'Asked by her GP to help with the plan';
const home = folder();
let server;
let person;
let priya;

async function signedIn(username) {
  const client = browser(server.base);
  await client.signIn(username, PASSWORD);
  const token = await client.token('/help');
  const form = { csrf: token, kind: 'reason', reason: REASON };
  if (person) await client.ask(`/people/${person}/reason`, { method: 'POST', form });
  return client;
}

async function post(client, path, form) {
  const csrf = await client.token(`/people/${person}/plan/edit/goals`);
  return client.ask(`/people/${person}/plan${path}`, { method: 'POST', form: { csrf, ...form } });
}

const edit = async (client, section) =>
  (await client.ask(`/people/${person}/plan/edit/${section}`)).text;

before(async () => {
  trellis('demo', '--data', `${home.dir}/data`, '--people', '300');
  server = await serve(`${home.dir}/data`);
  const client = await signedIn('priya.nair');
  const csrf = await client.token('/help');
  const found = await client.ask('/people/find', { method: 'POST', form: { csrf, q: 'Okafor' } });
  const list = found.text || (await client.ask(found.headers.get('location'))).text;
  [, person] = /\/people\/([0-9a-z]{20})/.exec(list);
  priya = await signedIn('priya.nair');
});
after(async () => {
  server.child.kill('SIGKILL');
  await server.over;
  home.remove();
});

test('what was typed is there after kill -9', async () => {
  const typed = 'Half a sentence about her garden, <b>& not';
  const kept = await post(priya, '/edit/strengths/draft', { text: typed, version: '0', seen: '0' });
  assert.equal(kept.status, 200);
  assert.match(kept.text, /^\d\d:\d\d$/);
  server.child.kill('SIGKILL');
  await server.over;
  server = await serve(`${home.dir}/data`);
  priya = await signedIn('priya.nair');
  const page = await edit(priya, 'strengths');
  assert.ok(page.includes('Half a sentence about her garden, &lt;b&gt;&amp; not'));
  await post(priya, '/edit/strengths', { undo: 'yes' });
});

test('the second of two editors is shown both versions, and can keep both', async () => {
  const tom = await signedIn('tom.ashworth');
  const page = await edit(tom, 'about');
  const version = /name="version" value="(\d+)"/.exec(page)[1];
  const first = await post(priya, '/edit/about', { text: 'Words of Priya', version });
  assert.equal(first.status, 303);
  const second = await post(tom, '/edit/about', { text: 'Words of Tom', version });
  assert.equal(second.status, 409);
  assert.match(second.text, /Words of Priya/);
  assert.match(second.text, /Words of Tom/);
  const again = await edit(tom, 'about'); // the browser was closed: still both
  assert.match(again, /Two people changed this part/);
  const now = /name="version" value="(\d+)"/.exec(again)[1];
  const both = { text: 'Words of Tom', version: now, choose_text: 'both' };
  assert.equal((await post(tom, '/edit/about', both)).status, 303);
  assert.match(await edit(priya, 'about'), /Words of Priya\s+Words of Tom/);
});

test('text that is too long is refused, and stays on the page and in the typing', async () => {
  const text = 'z'.repeat(10_001);
  const page = await edit(priya, 'needs');
  const version = /name="version" value="(\d+)"/.exec(page)[1];
  const refused = await post(priya, '/edit/needs', { text, version });
  assert.equal(refused.status, 422);
  assert.match(refused.text, /must be 10,000 characters or fewer/);
  assert.ok(refused.text.includes(text));
  assert.ok((await edit(priya, 'needs')).includes(text));
  const version2 = /name="version" value="(\d+)"/.exec(await edit(priya, 'needs'))[1];
  assert.equal(version2, version, 'nothing was saved');
  await post(priya, '/edit/needs', { undo: 'yes' });
});

test('a PDF of the plan comes as a file whose name names nobody', async () => {
  const answer = await fetch(`${server.base}/people/${person}/plan/plan.pdf?size=large`, {
    headers: { cookie: [...priya.jar].map(([name, value]) => `${name}=${value}`).join('; ') },
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'application/pdf');
  assert.match(answer.headers.get('content-disposition'), /"care-plan-large-print\.pdf"/);
  assert.equal(bytes.subarray(0, 5).toString(), '%PDF-');
});
