// golden.test.mjs -- the HTML of each page of the demonstration, compared with what was approved;
// and a law: a page that a GET can reach has its file here, or a reason why not.
//
// A page that changes on purpose: UPDATE=1 node --test tests/pages/golden.test.mjs; read the diff.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { approved, approvedNames, normal } from '../lib/golden.mjs';
import {
  Client, filled, formsOf, rowsOf, scratch, Server, sleep, stopWell, trellis,
} from '../lib/server.mjs';

const TODAY = '2026-11-24';
const PEOPLE = '400';
const PRACTICE = 'X26901';
const LOCK_MS = 31 * 60_000; // a minute more than the session lasts without activity
const JOB_MS_MAX = 60_000;
const data = path.join(scratch(), 'demo');
const { routes } = JSON.parse(trellis('routes', '--json'));

// GET routes without a page of their own, each with the reason.
const NO_PAGE = {
  '/': 'goes to the home of the role',
  '/assets/:file': 'a file of the build',
  '/assets/:folder/:file': 'a file of the build',
  '/caseload.csv': 'rows for a spreadsheet; the journey compares them with the list',
  '/caseload/again.csv': 'rows for a spreadsheet; the journey compares them with the list',
  '/campaigns/:campaign/letters.csv': 'rows for letters; the journey reads them',
  '/fhir/metadata': 'FHIR; tests/fhir judges it',
  '/fhir/:type': 'FHIR; tests/fhir judges it',
  '/fhir/:type/:fact': 'FHIR; tests/fhir judges it',
  '/fhir/Patient/:person': 'FHIR; tests/fhir judges it',
  '/fhir/Patient/:person/$everything': 'FHIR; tests/fhir judges it',
  '/breakdown/figures.csv': 'figures for a spreadsheet; the journey of values reads them',
  '/cohorts/:key/people.csv': 'rows for a spreadsheet; the journey compares them with the list',
  '/cohorts/:key/definition.cohort': 'a file for another network; cohort-kept.test.mjs reads it',
  '/cohorts/:key/definition.json': 'a file for another network; cohort-kept.test.mjs reads it',
  '/cohorts/:key/definition.cql': 'a file for other programs; cohort-kept.test.mjs reads it',
  '/cohorts/:key/group.json': 'a file for other programs; cohort-kept.test.mjs reads it',
  '/reports/monthly.csv': 'numbers for a spreadsheet; tests/http/report compares them',
  '/reports/reported/:month/numbers.csv': 'numbers for a spreadsheet; tests/http/report reads them',
  '/reports/impact.csv': 'numbers for a spreadsheet; tests/http/report compares them',
  '/reports/gaps/people.csv': 'rows for a spreadsheet; tests/http/report compares them',
  '/reports/people.csv': 'rows for a spreadsheet; tests/http/report compares them',
  '/equity/:subject/figures.csv': 'figures for a spreadsheet; tests/equity attacks them',
  '/people/:person/plan/edit': 'goes to the first part that is not complete',
  '/people/:person/plan/plan.pdf': 'a PDF; tests/pdf reads it',
};

const ELSEWHERE = ['problem-503']; // compared by tests/http/busy.test.mjs

let server;
let password;
const shown = new Set(); // patterns of the GET routes whose page was compared
const kept = new Set(); // names of the files that were compared

before(async () => {
  const said = trellis('demo', '--data', data, '--people', PEOPLE, '--seed', '7', '--today', TODAY);
  password = /password: (.+)/.exec(said)[1].trim();
  server = await new Server(data).start('--today', TODAY);
});
after(async () => {
  if (server) await stopWell(server);
});

const signedIn = (username) => new Client(server).signIn({ username, password });

const pattern = (route) => new RegExp(`^${route.path.replace(/:\w+/g, '[^/]+')}$`);
const names = (route) => route.path.split('/').filter((part) => part.startsWith(':')).length;
// The row that answers an address: the one with the fewest names for a part.
const routeOf = (where) => routes
  .filter((route) => route.method === 'GET' && pattern(route).test(where.split('?')[0]))
  .sort((a, b) => names(a) - names(b))[0]?.path;

function same(name, answer, status) {
  assert.ok(!kept.has(name), `${name} is compared once`);
  kept.add(name);
  approved(name, answer, status);
}

// A page that a GET gave, when it counts as that route's page: with 200.
async function compare(name, client, where, status = 200) {
  const answer = await client.get(where);
  same(name, answer, status);
  if (status === 200) shown.add(routeOf(where));
}

// The answer to a form of a page, filled in by name.
async function compareForm(name, client, [page, action, changes], status) {
  same(name, await client.submit(page, action, changes), status);
}

const PUBLIC = {
  'sign-in': '/sign-in',
  help: '/help',
  'help-first-day': '/help/first-day',
  'help-contact': '/help/contact',
  'help-campaign': '/help/campaign',
  'help-plan': '/help/plan',
  'help-reasons': '/help/reasons',
  'help-problems': '/help/problems',
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
  'caseload-again': '/caseload/again?of=team',
  'contact-pick': '/contacts/new',
  'task-pick': '/tasks/new',
  cohorts: '/cohorts',
  'cohort-frailty': '/cohorts/frailty-repeat-admissions',
  'cohort-carers': '/cohorts/carers',
  'cohort-new': '/cohorts/new/edit',
  'cohort-definition': '/cohorts/carers/definition',
  'cohort-import': '/cohorts/import',
  'cohort-compare': '/cohorts/compare?a=carers&b=housebound-alone&show=a',
  'cohort-edit': '/cohorts/frailty-repeat-admissions/edit',
  breakdown: '/breakdown?value=hba1c&target=at-most&than=58&by=fifth&and=sex',
  'breakdown-people': '/breakdown/people?value=hba1c&target=at-most&than=58&by=fifth&who=missed',
  'code-sets': '/code-sets?q=falls',
  'code-set': '/code-sets/efi-falls',
  'code-sets-unknown': '/code-sets-unknown',
  reports: '/reports',
  'report-line': '/reports/line?line=active',
  'report-impact': '/reports/impact',
  'report-impact-people': '/reports/impact/people?line=admissions',
  'report-gaps': '/reports/gaps',
  'report-gap-people': '/reports/gaps/people?gap=frailty-not-coded',
  'report-people': '/reports/people?line=closed&month=2026-10',
  'find-empty': '/people',
};
const OF_PERSON = {
  seen: '/seen',
  person: '',
  timeline: '/timeline',
  tasks: '/tasks',
  'task-new': '/tasks/new',
  referrals: '/referrals',
  'referral-new': '/referrals/new',
  'contact-new': '/contacts/new',
  support: '/case',
  plan: '/plan',
  'plan-version': '/plan/versions/1',
  'plan-compare': '/plan/compare',
  'plan-print': '/plan/print',
  'plan-print-large': '/plan/print?size=large',
  'plan-edit-about': '/plan/edit/about',
  'plan-edit-goals': '/plan/edit/goals',
  'plan-edit-review': '/plan/edit/review',
  'plan-agree': '/plan/agree',
  details: '/details',
  'details-edit': '/details/edit',
};
const HOMES = {
  'helen.marsh': '/clinical',
  'sanjay.rao': '/overview',
  'janet.cole': '/practice',
  'alex.morgan': '/admin',
};

for (const [name, where] of Object.entries(PUBLIC)) {
  test(`page ${name}`, () => compare(name, new Client(server), where));
}

let priya;
let grace; // path of her record

test('the pages of a coordinator', async (t) => {
  priya = await signedIn('priya.nair');
  for (const [name, where] of Object.entries(COORDINATOR)) {
    await t.test(`page ${name}`, () => compare(name, priya, where));
  }
  await t.test('page breakdown-wrong', () => compare(
    'breakdown-wrong', priya, '/breakdown?target=at-most&than=many', 422));
  const list = await priya.page('/caseload');
  grace = /href="(\/people\/[0-9a-z]{20})"[^>]*>\s*OKAFOR, Grace/.exec(list)?.[1];
  assert.ok(grace, 'Grace Okafor is on the caseload');
  for (const [name, rest] of Object.entries(OF_PERSON)) {
    await t.test(`page ${name}`, () => compare(name, priya, grace + rest));
  }
});
for (const [username, where] of Object.entries(HOMES)) {
  test(`home of ${username}`, async () => {
    await compare(`home-${where.slice(1)}`, await signedIn(username), where);
  });
}

// ---- pages that come of something done

const refIn = (where) => where.split('/').pop();

test('found people; one contact and one task of a person', async () => {
  const found = await priya.submit('/people', '/people/find', { q: 'Begum' });
  assert.equal(found.status, 303);
  await compare('find', priya, found.location);
  const contact = rowsOf(data, `SELECT c.ref FROM contact c JOIN person p ON p.id = c.person_id
    WHERE p.ref = '${refIn(grace)}' ORDER BY c.id LIMIT 1`)[0].ref;
  await compare('contact', priya, `${grace}/contacts/${contact}`);
  const task = rowsOf(data, `SELECT t.ref FROM task t JOIN person p ON p.id = t.person_id
    WHERE p.ref = '${refIn(grace)}' AND t.state = 1 ORDER BY t.id LIMIT 1`)[0].ref;
  await compare('task', priya, `${grace}/tasks/${task}`);
  const referral = rowsOf(data, `SELECT r.ref FROM referral r JOIN person p ON p.id = r.person_id
    WHERE p.ref = '${refIn(grace)}' ORDER BY r.id LIMIT 1`)[0].ref;
  await compare('referral', priya, `${grace}/referrals/${referral}`);
});

test('why one person is on a list', async () => {
  const why = /href="(\/cohorts\/[a-z-]+\/people\/[0-9a-z]{20})"/
    .exec(await priya.page('/cohorts/frailty-repeat-admissions'))[1];
  await compare('cohort-why', priya, why);
  same('cohort-selected', await priya.get('/cohorts/frailty-repeat-admissions?select=page'), 200);
});

test('why one person is not on a list', async () => {
  const search = '/cohorts/carers/why-not';
  await compare('cohort-why-not', priya, search);
  const found = await priya.submit(search, search, { q: 'Okafor' });
  assert.equal(found.status, 303);
  same('cohort-why-not-found', await priya.get(found.location), 200);
  same('cohort-why-not-refused', await priya.submit(search, search, { q: '' }), 422);
  await compare('cohort-why-not-person', priya, `${search}/${refIn(grace)}`);
  await compare('cohorts-of-person', priya, `${grace}/cohorts`);
});

// A form with a file, on the page of the address that it is sent to.
async function sendTo(action, { client, name, text, fields }) {
  const [form] = formsOf(await client.page(action)).filter((f) => f.action === action);
  const mark = 'golden-boundary';
  const parts = filled(form, fields)
    .filter(([key]) => key !== 'file')
    .map(([key, value]) =>
      `--${mark}\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`);
  const file = `--${mark}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n` +
    `Content-Type: text/csv\r\n\r\n${text}\r\n--${mark}--\r\n`;
  const type = { 'content-type': `multipart/form-data; boundary=${mark}` };
  return client.post(action, parts.join('') + file, type);
}

const OWN = `cohort golden-carers
name Carers who are old
purpose Support carers who are old
owner Priya Nair
offer plan

all
  cohort carers
  age at least 65
`;

test('a definition from a file: refused, kept, withdrawn and found again', async () => {
  const send = (text) =>
    sendTo('/cohorts/import', { client: priya, name: 'one.cohort', text, fields: {} });
  same('cohort-import-refused', await send('nhs_number,name\n'), 422);
  assert.equal((await send(OWN)).status, 303);
  const mine = '/cohorts/golden-carers';
  await priya.get(`${mine}/definition`); // says that it was kept
  await compare('cohort-withdraw', priya, `${mine}/withdraw`);
  const gone = await priya.submit(`${mine}/withdraw`, `${mine}/definition`, { state: 'withdrawn' });
  assert.equal(gone.status, 303);
  same('cohort-withdrawn', await priya.get(`${mine}/definition`), 200);
  same('cohorts-withdrawn', await priya.get('/cohorts'), 200);
});

test('earlier runs of a cohort, one of them, and who came and went', async () => {
  const runs = '/cohorts/frailty-repeat-admissions/runs';
  await compare('cohort-runs', priya, runs);
  const [one] = /\/cohorts\/[a-z-]+\/runs\/[0-9a-z]{20}/.exec(await priya.page(runs));
  await compare('cohort-run', priya, one);
  await compare('cohort-run-compare', priya, `${one}/compare?with=today&list=left`);
});

test('a month is kept as reported', async () => {
  await compare('reported-none', priya, '/reports/reported');
  const at = '/reports/reported';
  assert.equal((await priya.submit(at, at, { month: '2026-03' })).status, 303);
  await priya.get(at); // says that it was done
  await compare('reported', priya, '/reports/reported');
  await compareForm('reported-refused', priya, [at, at, { month: '2026-03' }], 422);
  await compare('reported-month', priya, `${at}/2026-10`);
  const sanjay = await signedIn('sanjay.rao');
  await compare('reported-figures', sanjay, `${at}/2026-10`);
  await compare('reports-figures', sanjay, '/reports');
  await compare('report-line-figures', sanjay, '/reports/line?line=active');
  await compare('report-impact-figures', sanjay, '/reports/impact');
  await compare('reports-figures-none', sanjay, '/reports?month=2020-01');
});

test('following a cohort, who is newly listed, setting somebody aside', async () => {
  const cohort = '/cohorts/frailty-repeat-admissions';
  const since = { every: 'week', since: '84' };
  assert.equal((await priya.submit(cohort, `${cohort}/follow`, since)).status, 303);
  await priya.get(cohort); // says that it was done
  same('cohort-followed', await priya.get(cohort), 200);
  same('cohorts-followed', await priya.get('/cohorts'), 200);
  await compare('cohort-newly', priya, `${cohort}/newly`);
  const [aside] = /\/cohorts\/[a-z-]+\/newly\/[0-9a-z]{20}\/aside/
    .exec(await priya.page(`${cohort}/newly`));
  await compare('cohort-aside', priya, aside);
  await compareForm('cohort-aside-refused', priya, [aside, aside, { until: 'never' }], 422);
  const said = await priya.submit(aside, aside, { reason: 'In hospital', until: '1 March 2027' });
  assert.equal(said.status, 303);
  await priya.get(`${cohort}/newly`);
  same('cohort-newly-aside', await priya.get(`${cohort}/newly?list=aside`), 200);
  assert.equal((await priya.submit(cohort, `${cohort}/unfollow`)).status, 303);
  await priya.get(cohort);
});

test('the self-check of cohorts, before and after it ran', async () => {
  const alex = await signedIn('alex.morgan');
  same('cohort-checks-none', await alex.get('/cohort-checks'), 200);
  assert.equal((await alex.submit('/cohort-checks', '/cohort-checks')).status, 303);
  await alex.get('/cohort-checks'); // says that it was started
  for (const end = Date.now() + JOB_MS_MAX; Date.now() < end; await sleep(100)) {
    if (!/A check/.test((await alex.get('/cohort-checks')).text)) break;
  }
  await compare('cohort-checks', alex, '/cohort-checks');
});

test('cohorts in figures, for the manager', async () => {
  const sanjay = await signedIn('sanjay.rao');
  await compare('cohort-figures', sanjay, '/cohort-figures');
  await compare('cohort-figure', sanjay, '/cohort-figures/frailty-repeat-admissions');
  await compare('gap-figures', sanjay, '/gap-figures');
  await compare('value-figures', sanjay, '/value-figures?of=values:systolic-bp');
  await compare('code-sets-figures', sanjay, '/code-sets?q=falls');
  await compare('code-set-figures', sanjay, '/code-sets/efi-falls');
});

test('who is reached, for the manager', async () => {
  const sanjay = await signedIn('sanjay.rao');
  await compare('cohort-edit-figures', sanjay, '/cohorts/long-term-conditions-no-plan/edit');
  await compare('equity', sanjay, '/equity');
  await compare('equity-caseload', sanjay, '/equity/caseload');
  await compare('equity-cohort', sanjay,
    '/equity/long-term-conditions-no-plan?stage=identified&compare=frail');
  await compare('equity-stages', sanjay, '/equity/long-term-conditions-no-plan/deprivation');
});

test('support: checked before it is offered, offered, declined', async () => {
  const list = '/cohorts/carers';
  const form = formsOf(await priya.page(list)).find((f) => f.action === `${list}/review`);
  const only = /name="only" value="([0-9a-z]{20})"/.exec(await priya.page(list))[1];
  const review = await priya.post(form.action, filled(form, { only }));
  same('cohort-review', review, 200);
  const offer = formsOf(review.text).find((f) => f.action === `${list}/offer`);
  same('cohort-review-nobody', await priya.post(form.action, filled(form, {})), 200);
  assert.equal((await priya.post(offer.action, filled(offer, {}))).status, 303);
  const support = `/people/${only}/case`;
  await compare('support-offered', priya, support);
  await compareForm('support-decline-refused', priya, [support, `${support}/decline`, {}], 422);
  await priya.submit(support, `${support}/decline`, { reason: 'Not at the moment' });
});

// Makes a campaign by its form; gives its address.
async function makeCampaign(changes) {
  const made = await priya.submit('/campaigns/new', '/campaigns', changes);
  assert.equal(made.status, 303, made.text);
  return made.location;
}

test('a campaign: made, shared out, asked, closed', async () => {
  await compareAgain('campaigns-first', priya, '/campaigns');
  await compare('campaign-new', priya, '/campaigns/new?cohort=carers');
  await compareForm('campaign-refused', priya, ['/campaigns/new', '/campaigns', {
    cohort: 'carers', name: '', people: 'many',
  }], 422);
  const made = await makeCampaign({ cohort: 'carers', name: 'Carers in winter', people: '12' });
  await compareAgain('campaign-made', priya, made);
  await compareForm('campaign-share-refused', priya, [made, `${made}/share`, {}], 422);
  const { fields } = await priya.form(made, `${made}/share`);
  const weekly = fields.filter(([name]) => name.endsWith('a_week')).map(([name]) => [name, '2']);
  const shared = await priya.submit(made, `${made}/share`, Object.fromEntries(weekly));
  assert.equal(shared.status, 303, shared.text);
  assert.equal((await priya.submit(made, `${made}/start`)).status, 303);
  await compare('campaign-letters', priya, `${made}/letters`);
  await compareForm('campaign-letters-refused', priya, [`${made}/letters`, `${made}/letters`, {
    letter: 'Dear {name}, ring {phone}',
  }], 422);
  await compareForm('campaign-letters-print', priya, [`${made}/letters`, `${made}/letters`, {
    letter: 'Dear {name}\n\nWe offer you: {offer}.\n\n{sender}',
  }], 200);
  await compareForm('campaign-sent-refused', priya, [`${made}/letters`, `${made}/letters/sent`, {
    on: 'tomorrow',
  }], 422);
  const sent = { who: 'all', on: 'today' };
  assert.equal((await priya.submit(`${made}/letters`, `${made}/letters/sent`, sent)).status, 303);
  await compareAgain('campaign-letters-sent', priya, `${made}/letters`);
  await compare('outreach', priya, '/outreach');
  const [ask] = /\/people\/[0-9a-z]{20}\/outreach/.exec(await priya.page('/outreach'));
  await compare('ask', priya, ask);
  const form = await priya.form(ask, ask);
  same('ask-refused', await priya.post(ask, filled(form, { answer: 'no' })), 422);
  const nobody = filled(form, { answer: 'no-answer' });
  assert.equal((await priya.post(ask, nobody)).status, 303);
  const late = { answer: 'yes', minutes: '5', words: 'Yes, please' };
  same('ask-clash', await priya.post(ask, filled(form, late)), 409);
  const answered = await priya.submit(ask, ask, late);
  assert.equal(answered.status, 303, answered.text);
  await compareAgain('ask-answered', priya, ask);
  await compare('campaign', priya, made);
  await priya.submit(made, `${made}/close`, { note: 'Evenings reach more carers' });
  await compareAgain('campaign-closed', priya, made);
  await compare('campaigns', priya, '/campaigns');
});

test('campaigns in figures, for the manager', async () => {
  await compare('campaign-figures', await signedIn('sanjay.rao'), '/campaign-figures');
});

test('a campaign that a GP confirms', async () => {
  const made = await makeCampaign({
    cohort: 'long-term-conditions-no-plan', name: 'Plans', people: '12', confirm: 'yes',
  });
  await compareAgain('campaign-to-confirm', priya, made);
  const saira = await signedIn('saira.iqbal');
  await compareAgain('campaigns-gp', saira, '/campaigns');
  await compareAgain('campaign-gp', saira, made);
  assert.equal((await saira.submit(made, `${made}/confirm`)).status, 303);
  await compareAgain('campaign-confirmed', saira, made);
});

test('forms that are refused say why beside the field', async (t) => {
  const forms = {
    'contact-refused': [`${grace}/contacts/new`, `${grace}/contacts`, { minutes: 'ten' }],
    'referral-refused': [`${grace}/referrals/new`, `${grace}/referrals`,
      { service: '', reason: '', sent_on: '31 Feb', chase_on: '' }],
    'task-refused': [`${grace}/tasks/new`, `${grace}/tasks`, { what: '', due: '31 Feb' }],
    'details-refused': [`${grace}/details/edit`, `${grace}/details`, {
      family: '', nhs_number: '999 123 4560', born: '03/04',
    }],
    'plan-agree-refused': [`${grace}/plan/agree`, `${grace}/plan/agree`, {}],
  };
  for (const [name, form] of Object.entries(forms)) {
    await t.test(name, () => compareForm(name, priya, form, 422));
  }
});

test('a plan that two people changed shows both, with a choice', async () => {
  const page = `${grace}/plan/edit/matters`;
  const tom = await signedIn('tom.ashworth');
  const closed = await tom.get(page);
  same('reason', closed, 403);
  const ask = formsOf(closed.text).find((f) => f.action.endsWith('/reason'));
  same('reason-refused', await tom.post(ask.action, filled(ask, { reason: 'x' })), 422);
  const said = await tom.post(ask.action, filled(ask, { reason: 'Covering while Priya is away' }));
  assert.equal(said.status, 303);
  const form = await tom.form(page, page);
  const first = { text: 'Her garden, and <b>her</b> choir', save: 'done' };
  assert.equal((await priya.submit(page, page, first)).status, 303);
  const second = await tom.post(page, filled(form, { text: 'Her sister', save: 'done' }));
  same('plan-clash', second, 409);
  await compare('plan-clash-again', tom, page);
  await compare('plan-unsaved', tom, `${grace}/plan`);
});

test('a stated reason is told and reviewed; a protected address', async () => {
  same('today-opened', await priya.get('/today'), 200);
  same('seen-reason', await priya.get(`${grace}/seen`), 200);
  const helen = await signedIn('helen.marsh');
  same('clinical-opened', await helen.get('/clinical'), 200);
  const ruth = await signedIn('ruth.penn');
  await compare('reasons', ruth, '/reasons');
  const [one] = /\/reasons\/[0-9a-z]{20}/.exec(await ruth.page('/reasons'));
  await compare('reason-review', ruth, one);
  await compareForm('reason-review-refused', ruth, [one, one, { outcome: 'asked' }], 422);
  const found = await ruth.submit(one, one, { outcome: 'in-order' });
  assert.equal(found.status, 303);
  await compareAgain('reasons-reviewed', ruth, '/reasons?list=settled');
  const list = await priya.page('/caseload?sort=-name');
  const [last] = /\/people\/[0-9a-z]{20}/.exec(list);
  await priya.submit(`${last}/details/edit`, `${last}/details`, { restricted: 'yes' });
  same('details-protected', await priya.get(`${last}/details`), 200);
  const asked = await priya.get(`${last}/address`);
  same('reason-address', asked, 403);
  const why = formsOf(asked.text).find((f) => f.action.endsWith('/reason'));
  await priya.post(why.action, filled(why, { reason: 'A home visit on Thursday' }));
  await compare('address', priya, `${last}/address`);
});

test('users: the list, one, adding, a code shown once, refusals', async () => {
  const admin = await signedIn('alex.morgan');
  await compare('users', admin, '/admin/users');
  await compare('user-new', admin, '/admin/users/new');
  const [{ ref }] = rowsOf(data, "SELECT ref FROM account WHERE username = 'beth.lowe'");
  const user = `/admin/users/${ref}`;
  await compare('user', admin, user);
  const add = (changes) => ['/admin/users/new', '/admin/users', changes];
  await compareForm('user-refused', admin, add({ name: '', username: 'no spaces' }), 422);
  const boxes = await admin.page('/admin/users/new');
  const [, orgs] = /name="orgs" type="checkbox" value="([0-9a-z]{20})"/.exec(boxes);
  const robin = { name: 'Robin Hart', username: 'robin.hart', role: 'link_worker' };
  const added = await admin.submit(...add({ ...robin, orgs }));
  same('user-code', added, 200);
  const [code] = /\/set-password\/[0-9A-Za-z_-]+/.exec(added.text);
  const fresh = new Client(server);
  await compare('set-password', fresh, code);
  const twice = await fresh.submit(code, code, { password: 'one thing', again: 'another' });
  same('set-password-refused', twice, 422);
  await compare('set-password-over', fresh, '/set-password/abcdefghijklmnopqrstuvwx', 404);
  const chosen = { password: 'seven purple kettles', again: 'seven purple kettles' };
  same('sign-in-chosen', await fresh.submit(code, code, chosen), 200);
  await compareForm('user-reset', admin, [user, `${user}/reset`, {}], 200);
  await admin.submit(user, `${user}/suspend`);
  same('user-suspended', await admin.get(user), 200);
});

// ---- imports

async function sendFile(client, name, text, fields = {}) {
  const more = { practice: PRACTICE, practice_name: 'Fenside', ...fields };
  return sendTo('/imports/send/extract', { client, name, text, fields: more });
}

// The address a form's answer leads to, when the work behind it is done.
async function whenDone(client, where) {
  for (const end = Date.now() + JOB_MS_MAX; Date.now() < end; await sleep(50)) {
    const answer = await client.get(where);
    if (answer.status !== 200 || !answer.text.includes('You can close this page')) {
      return answer.location ?? where;
    }
  }
  throw Error(`${where} is not done`);
}

const HEAD = 'NHS Number,Full Name,Date of Birth,Usual GP\'s Full Name,Registration Status,' +
  'Date Status Added,Date,Code Term,Code,Value,Unit\n';

test('imports: sent, refused, columns asked, looked at, applied, near, undone', async () => {
  const admin = await signedIn('sanjay.rao');
  await compare('imports', admin, '/imports');
  await compare('imports-send', admin, '/imports/send/extract');
  await compareAgain('imports-send-deprivation', admin, '/imports/send/deprivation');
  same('imports-refused', await sendFile(admin, '', '', { extract: '31 Feb' }), 422);
  const [{ nhs }] = rowsOf(data, `SELECT nhs_number AS nhs FROM person
    WHERE ref = '${refIn(grace)}'`);
  const rows = [ // of somebody known with another date of birth, somebody new, a wrong number
    `${nhs},"OKAFOR, Grace (Mrs)",04-Feb-1948,Dr Ann Fenn,Currently registered Regular,` +
      '01-Apr-1990,12-Mar-2025,Heart failure,84114007,,',
    '999 000 0026,"HALE, Ada (Ms)",05-May-1950,Dr Ann Fenn,Currently registered Regular,' +
      '01-Apr-1990,02-Apr-2025,Lives alone,105529008,,',
    '999 000 0027,"WRONG, Digit (Ms)",05-May-1950,Dr Ann Fenn,Currently registered Regular,' +
      '01-Apr-1990,02-Apr-2025,Lives alone,105529008,,',
  ];
  const sent = await sendFile(admin, 'fenside.csv', `${HEAD}${rows.join('\n')}\n`);
  assert.equal(sent.status, 303, sent.text);
  const file = sent.location;
  await compare('import-file', admin, file);
  const look = await admin.form(file, `${file}/look`);
  const nothing = look.fields.map(([name, value]) => [name, name === 'csrf' ? value : 'skip']);
  const mapping = await admin.post(`${file}/look`, nothing);
  same('import-columns-refused', mapping, 422);
  assert.equal((await admin.post(`${file}/look`, look.fields)).status, 303);
  await whenDone(admin, file);
  same('import-looked', await admin.get(file), 200);
  await compareAgain('imports-waiting', admin, '/imports');
  assert.equal((await admin.submit(file, `${file}/apply`)).status, 303);
  const batch = await whenDone(admin, file);
  assert.match(batch, /^\/imports\/batches\//);
  await compare('import-batch', admin, batch);
  await compareAgain('import-batch-near', priya, batch);
  await compare('imports-near', priya, '/imports/near');
  const decision = async (answer) => {
    const list = answer === 'reopen' ? '/imports/near?list=decided' : '/imports/near';
    const form = await priya.form(list, /^\/imports\/near\/./);
    assert.equal((await priya.post(form.action, filled(form, { answer }))).status, 303);
  };
  await decision('same');
  await priya.get('/imports/near'); // says that it was kept
  await compareAgain('imports-near-decided', priya, '/imports/near?list=decided');
  await decision('reopen');
  await compareAgain('imports-done', admin, '/imports');
  assert.equal((await admin.submit(batch, `${batch}/undo`)).status, 303);
  await whenDone(admin, batch);
  await compareAgain('import-undone', admin, batch);
});

// A page of a kind that was compared before, in another state.
async function compareAgain(name, client, where) {
  same(name, await client.get(where), 200);
}

// ---- when it cannot be given

const problem = async (name, answer, status) => {
  same(name, answer, status);
  assert.match(normal(answer.text), /REFERENCE/, `${name}: with a reference`);
  assert.ok(answer.headers['x-request-id'], name);
};

test('a page for each thing that can be wrong with a request', async () => {
  const form = await priya.form(`${grace}/tasks/new`, `${grace}/tasks`);
  const task = filled(form, { what: 'Ring', due: 'today' });
  const send = (headers, fields = task) => priya.post(`${grace}/tasks`, fields, headers);
  await problem('problem-400', await send({}, [...task, ['what', 'twice']]), 400);
  await problem('problem-401', await new Client(server).get(`${grace}/tasks`), 401);
  await problem('problem-403', await send({ 'sec-fetch-site': 'cross-site' }), 403);
  await problem('not-found', await priya.get('/nowhere'), 404);
  await problem('problem-404-signed-out', await new Client(server).get('/nowhere'), 404);
  await problem('problem-405', await priya.get(`${grace}/plan/goals`), 405);
  await problem('problem-413', await send({ 'content-length': '10000000' }), 413);
  await problem('problem-415', await send({ 'content-type': 'text/plain' }, 'what=Ring'), 415);
  await problem('problem-415-encoded', await send({ 'content-encoding': 'gzip' }), 415);
  const admin = await signedIn('sanjay.rao');
  const [{ ref }] = rowsOf(data, 'SELECT ref FROM batch WHERE state = 3 ORDER BY id DESC LIMIT 1');
  const [, token] = /name="csrf" value="([^"]*)"/.exec(await admin.page('/imports/send/extract'));
  const undo = [['csrf', token], ['version', '1']];
  await problem('problem-409', await admin.post(`/imports/batches/${ref}/undo`, undo), 409);
});

test('guessing a password gets a page that says to wait', async () => {
  const stranger = new Client(server);
  const guess = () => stranger.submit('/sign-in', '/sign-in', { username: 'jo', password: 'no' });
  await problem('sign-in-wrong', await guess(), 422);
  let answer;
  for (let i = 0; i < 5; i++) answer = await guess();
  await problem('problem-429', answer, 429);
  assert.ok(Number(answer.headers['retry-after']) > 0, 'and for how long');
});

test('after half an hour the page asks to sign in, and says what was kept', async () => {
  const form = await priya.form(`${grace}/contacts/new`, `${grace}/contacts`);
  await server.kill();
  execFileSync('sqlite3', [path.join(data, 'trellis.db'),
    `UPDATE session SET seen_at = seen_at - ${LOCK_MS} WHERE ended_at IS NULL`]);
  await server.start('--today', TODAY);
  await problem('locked', await priya.get('/today'), 401);
  const typed = filled(form, { done: 'Typed before the lock' });
  await problem('locked-draft', await priya.post(`${grace}/contacts`, typed), 401);
  const task = [form.fields.find(([name]) => name === 'csrf'), ['what', 'Ring "Al"'],
    ['due', 'today']];
  assert.equal((await priya.post(`${grace}/tasks`, task)).status, 401);
  await priya.signIn({ username: 'priya.nair', password });
  assert.equal(priya.home, '/unsent');
  await compare('form-unsent', priya, '/unsent');
  await compareAgain('contact-draft', priya, `${grace}/contacts/new`);
  await compareAgain('today-unsaved', priya, '/today');
});

// ---- the law

test('every page that a GET reaches is compared, or has a reason not to be', () => {
  const pages = routes.filter((route) => route.method === 'GET').map((route) => route.path);
  const missing = pages.filter((route) => !shown.has(route) && !(route in NO_PAGE));
  assert.deepEqual(missing, [], 'pages without a golden file');
  const stale = Object.keys(NO_PAGE).filter((route) => !pages.includes(route) || shown.has(route));
  assert.deepEqual(stale, [], 'reasons for routes that are not there, or have a page');
  const unused = approvedNames().filter((name) => !kept.has(name) && !ELSEWHERE.includes(name));
  assert.deepEqual(unused, [], 'golden files that no test compares');
});
