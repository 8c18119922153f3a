// golden.test.mjs -- the HTML of each page of the demonstration, compared with what was approved.
//
// A page that changes on purpose: UPDATE=1 node --test tests/pages/golden.test.mjs; read the diff.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { folder, serve, trellis } from '../http/server.mjs';

const TODAY = '2026-11-24';
const PEOPLE = '400';
const golden = new URL('./golden/', import.meta.url);
const place = folder();
const data = `${place.dir}/demo`;
let server;
let password;

before(async () => {
  const said = trellis('demo', '--data', data, '--people', PEOPLE, '--seed', '7', '--today', TODAY);
  password = /password: (.+)/.exec(said)[1].trim();
  server = await serve(data, '--today', TODAY);
});
after(async () => {
  await server?.stop();
  place.remove();
});

// What differs from run to run and means nothing: tokens, references, hashes, the time of day.
const normal = (html) =>
  html
    .replace(/(name="csrf" value=")[^"]*/g, '$1TOKEN')
    .replace(/(Page reference <span class="app-nowrap">)[0-9A-Z-]+/g, '$1REFERENCE')
    .replace(/[0-9A-Z]{4}-[0-9A-Z]{4}(?=[.<])/g, 'REFERENCE')
    .replace(/(\/assets\/[a-z/-]+)-[0-9a-f]{12}\./g, '$1-HASH.')
    .replace(/(data-seconds=")\d+/g, '$1SECONDS')
    .replace(/(24 November 2026, )\d\d:\d\d/g, '$1TIME')
    .replace(/(name="time"[^>]*value=")\d\d:\d\d/g, '$1TIME')
    .replace(/\b[0-9a-z]{20}\b/g, 'REF')
    .replace(/[ \t]+$/gm, '');

const field = (html, name) =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';

class Visitor {
  cookies = new Map();
  keep(answer) {
    for (const line of answer.headers.getSetCookie()) {
      const [pair] = line.split(';');
      const at = pair.indexOf('=');
      this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return answer;
  }
  headers() {
    const cookie = [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ');
    return { cookie, origin: server.base };
  }
  async get(path) {
    const headers = this.headers();
    return this.keep(await fetch(server.base + path, { headers, redirect: 'manual' }));
  }
  async signIn(username) {
    const form = await (await this.get('/sign-in')).text();
    const body = new URLSearchParams({ csrf: field(form, 'csrf'), username, password });
    const headers = { ...this.headers(), 'sec-fetch-site': 'same-origin' };
    const post = { method: 'POST', body, headers, redirect: 'manual' };
    const answer = await fetch(`${server.base}/sign-in`, post);
    assert.equal(this.keep(answer).status, 303);
    return this;
  }
}

async function compare(name, visitor, path, status = 200) {
  const answer = await visitor.get(path);
  assert.equal(answer.status, status, path);
  const html = normal(await answer.text());
  const file = new URL(`${name}.html`, golden);
  if (process.env.UPDATE) {
    mkdirSync(golden, { recursive: true });
    writeFileSync(file, html);
    return;
  }
  assert.equal(html, readFileSync(file, 'utf8'));
}

const PUBLIC = {
  'sign-in': '/sign-in',
  help: '/help',
  accessibility: '/accessibility',
  privacy: '/privacy',
};
const COORDINATOR = {
  today: '/today',
  'today-week': '/today?list=week',
  'today-waiting': '/today?list=waiting',
  'today-team': '/today?list=team',
  'today-print': '/today/print',
  caseload: '/caseload',
  'caseload-high': '/caseload?priority=high&sort=name',
  'caseload-review': '/caseload?view=review',
  'contact-pick': '/contacts/new',
  cohorts: '/cohorts',
  'cohort-frailty': '/cohorts/frailty-repeat-admissions',
  'cohort-carers': '/cohorts/carers',
};
const OF_PERSON = {
  person: '',
  timeline: '/timeline',
  tasks: '/tasks',
  'task-new': '/tasks/new',
  'contact-new': '/contacts/new',
  support: '/case',
  plan: '/plan',
  details: '/details',
  'details-edit': '/details/edit',
};
const HOMES = {
  'helen.marsh': '/clinical',
  'sanjay.rao': '/overview',
  'janet.cole': '/practice',
  'alex.morgan': '/admin',
};

for (const [name, path] of Object.entries(PUBLIC)) {
  test(`page ${name}`, () => compare(name, new Visitor(), path));
}
test('the pages of a coordinator', async (t) => {
  const visitor = await new Visitor().signIn('priya.nair');
  for (const [name, path] of Object.entries(COORDINATOR)) {
    await t.test(`page ${name}`, () => compare(name, visitor, path));
  }
  const list = await (await visitor.get('/caseload')).text();
  const grace = /href="(\/people\/[0-9a-z]{20})"[^>]*>\s*OKAFOR, Grace/.exec(list)?.[1];
  assert.ok(grace, 'Grace Okafor is on the caseload');
  for (const [name, path] of Object.entries(OF_PERSON)) {
    await t.test(`page ${name}`, () => compare(name, visitor, grace + path));
  }
  await t.test('page not-found', () => compare('not-found', visitor, '/nowhere', 404));
});
for (const [username, path] of Object.entries(HOMES)) {
  test(`home of ${username}`, async () => {
    await compare(`home-${path.slice(1)}`, await new Visitor().signIn(username), path);
  });
}
