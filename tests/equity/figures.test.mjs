// figures.test.mjs -- everything that somebody who reads figures may open belongs to one release:
// what happens afterwards changes none of it, and what is given of campaigns, coding gaps and sets
// of codes tells nothing that is not given.
//
// What is known of the sets: each holds whom the sets that it takes in hold, and without codes of
// its own nobody else. Of campaigns more than can be: how many are in each.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, test } from 'node:test';
import { optedOut } from '../lib/opt_outs.mjs';
import {
  ASKED_FEW, askedSpanOf, attackCampaign, attackSets, codeSets, FEW, plain, rowsOfPage, spanOf,
  VALUES_MIN,
} from '../lib/release.mjs';
import { Client, rowsOf, scratch, Server, sleep, stopWell, trellis } from '../lib/server.mjs';

const TODAY = '2026-11-24';
const PAGES_MAX = 600;
const NETWORKS = [{ people: '400', seed: '7' }, { people: '900', seed: '2' }];
// Of now, and said so: work is shared out by them (docs/adr/0015).
const LIVE = /^\/(overview|team)$/;
// Pages and files with figures; and ways to them that only choose what is compared or a next page.
const PARTS = /^\/(overview|cohorts|(cohort|campaign|gap|value)-figures|code-sets|equity|reports)/;
const AGAIN = /[?&](view|stage|compare|page|q)=/;
const servers = [];
after(async () => {
  for (const server of servers) await stopWell(server);
});

async function network({ people, seed }) {
  const data = path.join(scratch(), `demo-${people}`);
  const said = trellis('demo', '--data', data, '--people', people, '--seed', seed,
    '--today', TODAY);
  return { data, password: /password: (.+)/.exec(said)[1].trim() };
}

async function opened({ data, password }) {
  const server = await new Server(data).start('--today', TODAY);
  servers.push(server);
  return {
    server,
    as: (username) => new Client(server).signIn({ username, password }),
  };
}

// ---- nothing is of now

// What stands on a page, without what is of one answer.
const kept = (text) => plain(text.replace(/name="(csrf|version)" value="[^"]*"/g, '')
  .replace(/<script[\s\S]*?<\/script>/g, '')).replace(/Page reference [A-Z0-9-]+/g, '');

// Where two texts part, with some words before it.
function change(a, b) {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const from = Math.max(0, at - 60);
  return `"${a.slice(from, at + 60)}", then "${b.slice(from, at + 60)}"`;
}

async function everything(client) {
  const queue = ['/', '/overview', '/cohort-figures', '/campaign-figures', '/gap-figures',
    '/value-figures', '/value-figures?of=values:systolic-bp',
    '/code-sets', '/equity', '/reports', '/reports/gaps', '/cohorts/new/edit'];
  const pages = new Map();
  while (queue.length > 0 && pages.size < PAGES_MAX) {
    const at = queue.shift();
    if (pages.has(at)) continue;
    const { status, text, location } = await client.get(at);
    pages.set(at, `${status} ${location ?? ''} ${kept(text)}`);
    const links = [...text.matchAll(/href="(\/[^"#]*)"/g)].map(([, href]) =>
      href.replaceAll('&amp;', '&'));
    queue.push(...links.filter((href) => PARTS.test(href) && !AGAIN.test(href)));
  }
  assert.ok(pages.size < PAGES_MAX);
  return pages;
}

async function settled(client) {
  for (let waited = 0; waited < 100; waited++) {
    const page = await client.page('/cohorts');
    if (!/being read/.test(page)) return page;
    await sleep(200);
  }
  throw new Error('the population is still being read');
}

test('what happens after a release changes nothing that a reader of figures opens', async (t) => {
  const of = await network(NETWORKS[1]);
  let { server, as } = await opened(of);
  let manager = await as('sanjay.rao');
  let priya = await as('priya.nair');
  const seen = [await settled(priya), await priya.page('/reports/gaps'),
    await priya.page('/campaigns')];
  const before = await everything(manager);
  manager.close();
  priya.close();
  await stopWell(server);
  // Every fifth person dies; whoever is asked says yes, and all cases are closed.
  execFileSync('sqlite3', [path.join(of.data, 'trellis.db'),
    `UPDATE person SET died = 20400, registration = 3, version = version + 1 WHERE id % 5 = 0;
     UPDATE campaign_person SET state = 4;
     UPDATE care_case SET state = 3;`]);
  ({ server, as } = await opened(of));
  priya = await as('priya.nair');
  manager = await as('sanjay.rao');
  const now = [await settled(priya), await priya.page('/reports/gaps'),
    await priya.page('/campaigns')];
  now.forEach((page, i) => assert.notEqual(kept(page), kept(seen[i]), `${i}: others see it`));
  const later = await everything(manager);
  assert.deepEqual([...later.keys()].sort(), [...before.keys()].sort());
  for (const [at, text] of before) {
    if (!LIVE.test(at)) assert.equal(later.get(at), text, `${at}: ${change(text, later.get(at))}`);
  }
  t.diagnostic(`${before.size} pages and files were compared`);
  assert.ok(before.size > 100, `${before.size}`);
  for (const part of ['cohort-figures', 'campaign-figures', 'gap-figures', 'value-figures',
    'code-sets', 'equity', 'equity/values:hba1c/figures.csv']) {
    assert.ok([...before.keys()].some((at) => at.startsWith(`/${part}`)), part);
  }
  manager.close();
  priya.close();
});

test('a question of their own is not answered', async () => {
  const { as } = await opened(await network(NETWORKS[0]));
  const manager = await as('sanjay.rao');
  const html = await manager.page('/cohorts/new/edit');
  const csrf = /name="csrf" value="([^"]*)"/.exec(html)[1];
  const text = 'cohort mine\nname Mine\npurpose Mine\nowner Mine\noffer plan\n\nall\n' +
    '  age at least 18\n';
  const fields = [['csrf', csrf], ['source', 'text'], ['text', text], ['act', 'update']];
  for (const headers of [{}, { 'X-Fragment': 'b-answer' }]) {
    await manager.send('POST', '/cohorts/new/edit', fields, headers);
    const { text: page } = await manager.get('/cohorts/new/edit');
    assert.match(page, /age at least 18/);
    assert.match(page, /Counted once a month/);
    assert.doesNotMatch(page, /app-bigcount|People left|people match/);
  }
  // Kept and published it is counted by nobody's release as long as only they kept it.
  const saved = await manager.send('POST', '/cohorts/new/save',
    [...fields.slice(0, -1), ['act', 'publish']]);
  assert.equal(saved.status, 303, saved.text);
  assert.match(await manager.page('/cohort-figures/mine'), /by somebody who sees figures only/);
  for (const at of ['/cohorts', '/cohorts/mine', '/cohorts/compare?a=mine&b=carers',
    '/code-sets-unknown', '/reports/gaps/people?gap=care-home-coded', '/campaigns']) {
    assert.equal((await manager.get(at)).status, 404, at);
  }
  manager.close();
});

// ---- what is given

for (const of of NETWORKS) {
  test(`campaigns, gaps and sets tell nothing more: ${of.people} people`, async (t) => {
    const { data, password } = await network(of);
    const { as } = await opened({ data, password });
    const priya = await as('priya.nair');
    await settled(priya);
    priya.close();
    const manager = await as('sanjay.rao');
    const sets = await codeSets(manager);
    assert.ok(sets.size > 30, `${sets.size} sets`);
    const { tried, unions } = attackSets(sets);
    const gaps = rowsOfPage(await manager.page('/gap-figures')).filter((r) => r.figures.length > 0);
    assert.ok(gaps.length > 10);
    for (const { name, figures } of gaps) {
      assert.ok(spanOf(figures[0])[1] - spanOf(figures[0])[0] + 1 >= VALUES_MIN, name);
      assert.ok(figures[0] === ASKED_FEW || Number(figures[0]) >= 10, `${name}: ${figures[0]}`);
    }
    const gone = optedOut(data);
    const campaigns = rowsOfPage(await manager.page('/campaign-figures'))
      .filter((r) => r.figures.length > 0);
    let asks = 0;
    for (const { name, figures } of campaigns) {
      const people = rowsOf(data, `SELECT k.name, p.person_id, p.state FROM campaign_person p
        JOIN campaign k ON k.id = p.campaign_id WHERE p.state BETWEEN 3 AND 8`)
        .filter((row) => name.startsWith(row.name) && !gone.has(row.person_id));
      assert.equal(figures.length, 6);
      asks += attackCampaign(name, figures, people.length);
      assert.ok(people.length > 0, name);
    }
    t.diagnostic(`${tried} sets, ${unions} unions, ${gaps.length} gaps, ${campaigns.length} ` +
      `campaigns with ${asks} small figures`);
    assert.ok(campaigns.length > 0 && tried > 0);
    manager.close();
  });
}

test('the attack works where nothing is held back', () => {
  const sets = new Map([
    ['all', { people: '15', takesIn: ['a', 'b'], empty: true }],
    ['a', { people: '10', takesIn: [] }],
    ['b', { people: FEW, takesIn: [] }],
  ]);
  sets.get('all').people = '15';
  assert.doesNotThrow(() => attackSets(sets, spanOf));
  assert.throws(() => attackCampaign('control', ['10', FEW, '0', '0', '0', '0'], 16), /4 to 4/);
});
