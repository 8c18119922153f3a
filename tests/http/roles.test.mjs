// roles.test.mjs -- every route, asked by every role.
//
// What the program's own table of routes and the capabilities of access.csv say must be what the
// running server does: 0 let through, 0 wrongly refused.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { PASSWORD, browser, choosePassword, folder, invite, serve, trellis } from './server.mjs';

const csv = readFileSync('src/app/access.csv', 'utf8')
  .split('\n')
  .map((line) => line.trim().split(','));
// No account gets these until they have a page to come home to: tried below.
const HOMELESS = ['mdt_member', 'icb_analyst', 'vcse_provider'];
const ROLES = csv
  .filter(([word, role]) => word === 'role' && !HOMELESS.includes(role))
  .map(([, role]) => role);
const pairsOf = (kind) =>
  new Set(csv.filter(([word]) => word === kind).map(([, role, what]) => `${role} ${what}`));
const CAN = pairsOf('can');
const TOUCHES = pairsOf('may');
const { routes } = JSON.parse(trellis('routes', '--json'));

let home;
let server;
const users = new Map();
const refusals = []; // what the command line said to a role without a page
before(async () => {
  home = folder();
  const codes = ROLES.map((role) => [
    role,
    invite(home.dir, `a.${role.replaceAll('_', '-')}`, role),
  ]);
  for (const role of HOMELESS) {
    try {
      invite(home.dir, `b.${role.replaceAll('_', '-')}`, role);
    } catch (error) {
      refusals.push(error.message);
    }
  }
  server = await serve(home.dir);
  for (const [role, code] of codes) {
    await choosePassword(server.base, code);
    const user = browser(server.base);
    const answer = await user.signIn(`a.${role.replaceAll('_', '-')}`, PASSWORD);
    assert.equal(answer.status, 303, `${role} signs in`);
    users.set(role, { user, token: await user.token() });
  }
});
after(async () => {
  await server.stop();
  home.remove();
});

// A path of the row: ids that no record has. What a handler says to those (404, 422 ...) is told
// from "not for this role" by the access log's reason, which is also the refusal's line.
const pathOf = (route) => route.path.replace(/:\w+/g, 'zzzzzzzzzzzzzzzzzzzz');
const isPublic = (route) => route.flags.includes('public');
const permitted = (role, route) =>
  isPublic(route) ||
  (CAN.has(`${role} ${route.capability}`) &&
    (route.class === 'none' || TOUCHES.has(`${role} ${route.class}`)));

test('there are routes and roles to try', () => {
  assert.ok(routes.length > 10 && ROLES.length >= 8);
});

test('no account is made with a role that has no page of its own', () => {
  assert.equal(refusals.length, HOMELESS.length);
  for (const said of refusals) assert.match(said, /--role is one of/);
});

for (const route of routes.filter((r) => r.path !== '/sign-out')) {
  const name = `${route.method} ${route.path}`;
  const form = route.method === 'GET' ? undefined : {};

  test(`without a session: ${name}`, async () => {
    const answer = await browser(server.base).ask(pathOf(route), { method: route.method, form });
    if (isPublic(route)) assert.notEqual(answer.status, 401);
    else assert.equal(answer.status, 401);
  });

  test(`by every role: ${name}`, async () => {
    for (const [role, { user, token }] of users) {
      const before = server.lines.length;
      const answer = await user.ask(pathOf(route), {
        method: route.method, form: form && { csrf: token },
      });
      const line = await server.logged(answer.headers.get('x-request-id'), before);
      const refused = line?.refused === 'role';
      assert.ok(line, `${role}: a line in the log`);
      assert.equal(refused, !permitted(role, route), `${role}: answered ${answer.status}`);
      if (refused) assert.equal(answer.status, 404, `${role}: refused as if it did not exist`);
      assert.ok(answer.status < 500 || answer.status === 501, `${role}: ${answer.status}`);
    }
  });
}
