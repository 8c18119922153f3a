// campaign_days.test.mjs -- one person of a campaign over half a year: tried on three days, given
// up, on no list until the day to ask again, and then asked again. The server's clock goes on.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  copyOfNetwork, filled, rowsOf, Server, signedIn, signIns, stopWell,
} from '../lib/server.mjs';

const COHORT = 'carers';
const DAY_MS = 86_400_000;
const begun = Date.now();
const dayAfter = (days) => new Date(begun + days * DAY_MS).toISOString().slice(0, 10);
let server;
let priya;
before(async () => {
  server = new Server(copyOfNetwork());
  await onDay(0);
});
after(async () => {
  priya?.close();
  if (server?.child) await stopWell(server);
});

// The same folder with the same people, so many days later.
async function onDay(days) {
  priya?.close();
  if (server.child) await stopWell(server);
  await server.start('--today', dayAfter(days));
  priya = await signedIn(server, 'care_coordinator');
}

// A campaign of one person, whom Priya asks.
async function runCampaign(name) {
  const made = await priya.submit(`/campaigns/new?cohort=${COHORT}`, '/campaigns', {
    name, people: '1', contact_days: '0',
  });
  assert.equal(made.status, 303);
  const where = made.location.split('?')[0];
  const [{ own }] = rowsOf(server.data, `SELECT ref AS own FROM account
    WHERE username = '${signIns().roles.care_coordinator[0]}'`);
  const share = await priya.form(where, `${where}/share`);
  const mine = share.fields.find(([, value]) => value === own)[0].replace('.ref', '.a_week');
  assert.equal((await priya.post(share.action, filled(share, { [mine]: '5' }))).status, 303);
  assert.equal((await priya.submit(where, `${where}/start`)).status, 303);
  return where;
}

const asked = async () => [...new Set((await priya.page('/outreach'))
  .match(/\/people\/[0-9a-z]{20}\/outreach/g) ?? [])];
const listed = async (ref) =>
  (await priya.get(`/cohorts/${COHORT}/people/${ref}`)).status === 200;

test('three attempts on three days end in giving up, and the day to ask again brings them back',
  async () => {
    await runCampaign('Over the days');
    const [ask] = await asked();
    const person = ask.split('/')[2];
    assert.equal(await listed(person), true);
    const tryBy = async (how) => {
      const form = await priya.form(ask, ask);
      const answer = await priya.post(ask, filled(form, { answer: 'no-answer', mode: how }));
      assert.equal(answer.status, 303);
      return priya.page(ask);
    };
    const [, choices] =
      /<select[^>]* name="mode"[^>]*>([^]*?)<\/select>/.exec(await priya.page(ask));
    const mode = (label) =>
      new RegExp(`<option value="([^"]*)"[^>]*>${label}`).exec(choices)?.[1];
    const [phone, letter] = [mode('Telephone call'), mode('Letter or message')];

    let page = await tryBy(phone);
    assert.match(page, /Before giving up: /);
    page = await tryBy(phone); // the same day is no second day
    assert.match(page, /Before giving up: /);
    await onDay(1);
    page = await tryBy(phone);
    assert.match(page, /Before giving up: /);
    await onDay(2);
    page = await tryBy(phone);
    assert.match(page, /Before giving up: [^<]*way/, 'three days by telephone alone');
    page = await tryBy(letter);
    assert.match(page, /Enough was tried/);
    assert.equal((await priya.submit(ask, `${ask}/stop`)).status, 303);
    assert.deepEqual(await asked(), []);
    assert.equal(await listed(person), false, 'given up: on no list');
    const why = `/cohorts/${COHORT}/why-not/${person}`;
    assert.match(await priya.page(why), /[Dd]id not answer/);
    assert.ok(!(await priya.page('/caseload/again?when=now')).includes(person));

    await onDay(150);
    assert.equal(await listed(person), false, 'five months later');
    await onDay(190);
    assert.equal(await listed(person), true, 'seven months later');
    assert.ok((await priya.page('/caseload/again?when=now')).includes(person));
  });
