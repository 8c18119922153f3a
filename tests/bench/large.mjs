// large.mjs -- what the pages of a large network cost:
// `trellis demo --data DATA_DIR --people 1000000 --practices 250`.
//
// usage: node tests/bench/large.mjs TRELLIS DATA_DIR PORT PASSWORD [TIMES]
// Prints `figure,value,unit` rows: start to first page and to the first list, memory, every
// definition of the program as a list and as a count in the builder, each page asked so many times
// one after the other. Beside what a client waits stands what the program took of a processor.
// Nothing here passes or fails.
import os from 'node:os';
import { Served, field, row } from './served.mjs';

const [, , trellis, data, port, password, times = '30'] = process.argv;
const COHORT = 'long-term-conditions-no-plan';
const LIBRARY_TIMES = 5;
const served = new Served(trellis, data, port, password);

const PAGES = {
  'priya.nair': ['/today', '/caseload', '/people?q=smith', '/cohorts', `/cohorts/${COHORT}`,
    `/cohorts/${COHORT}?sort=name`, `/cohorts/${COHORT}/edit`, `/cohorts/${COHORT}/runs`,
    `/cohorts/${COHORT}/newly`, '/equity', `/equity/${COHORT}`, `/breakdown?of=${COHORT}`,
    '/campaigns', '/reports', '/reports/gaps', '/code-sets', '/imports'],
  'sanjay.rao': ['/overview', '/cohort-figures', `/cohort-figures/${COHORT}`, '/campaign-figures',
    '/gap-figures', '/equity', `/equity/${COHORT}`, '/reports', '/reports/impact'],
  'alex.morgan': ['/admin', '/admin/users', '/code-sets', '/imports'],
  'janet.cole': ['/practice'],
};

// The first time, the median, the longest but of one in a hundred; and a processor's part.
async function measure(name, count, ask) {
  const took = [];
  const used = [];
  let bytes = 0;
  for (let i = 0; i < count; i++) {
    const from = performance.now();
    const before = served.processor();
    const { status, text } = await ask();
    if (status !== 200) {
      row(name, `answered ${status}`, '');
      return;
    }
    took.push(performance.now() - from);
    used.push((served.processor() - before) / 1000);
    bytes = Buffer.byteLength(text);
  }
  const at = (list, share) => [...list].sort((a, b) => a - b)[Math.floor((count - 1) * share)];
  const show = (ms) => ms.toFixed(1);
  row(`${name}: first / p50 / p99`,
    `${show(took[0])} / ${show(at(took, 0.5))} / ${show(at(took, 0.99))}`, 'ms');
  row(`${name}: processor first / p50; page`,
    `${show(used[0])} / ${show(at(used, 0.5))}; ${(bytes / 1000).toFixed(0)}`, 'ms; kB');
}

async function starts() {
  for (const what of ['first', 'again']) {
    const began = performance.now();
    served.start();
    await served.firstPage();
    row(`start to first page (${what})`, Math.round(performance.now() - began), 'ms');
    served.sayMemory('after the first page');
    await served.signIn('priya.nair');
    await served.listed(COHORT);
    row(`start to a cohort's list (${what})`, Math.round(performance.now() - began), 'ms');
    served.sayMemory('after the first list');
    if (what === 'first') await served.stop();
  }
}

// The fragment that the builder asks for after each key, of the definition's own text.
async function counts(key) {
  const { text: form } = await served.ask(`/cohorts/${key}/edit`);
  const text = /<textarea[^>]*name="text"[^>]*>([^<]*)</.exec(form)?.[1];
  if (!text) return;
  const plain = text.replace(/&(lt|gt|amp|quot|#39);/g, (all, name) => (
    { lt: '<', gt: '>', amp: '&', quot: '"', '#39': "'" }[name]));
  const body = new URLSearchParams({
    csrf: field(form, 'csrf'), source: 'text', practice: field(form, 'practice'),
    'as-at': field(form, 'as-at'), version: field(form, 'version'), text: plain, at: '',
    act: 'update',
  });
  const headers = { 'x-fragment': 'builder' };
  await measure(`count of ${key}`, LIBRARY_TIMES, () => (
    served.ask(`/cohorts/${key}/edit`, { method: 'POST', headers, body })));
}

async function library() {
  const { text } = await served.ask('/cohorts');
  const keys = [...new Set(text.match(/\/cohorts\/[a-z0-9-]+(?=")/g))]
    .map((href) => href.slice('/cohorts/'.length))
    .filter((key) => !/^(compare|import|new)$/.test(key));
  for (const key of keys) {
    await measure(`list of ${key}`, LIBRARY_TIMES, () => served.ask(`/cohorts/${key}`));
    await counts(key);
  }
}

await starts();
await library();
served.sayMemory('after every definition');
for (const [user, pages] of Object.entries(PAGES)) {
  await served.signIn(user);
  for (const where of pages) {
    await measure(`${user} ${where}`, Number(times), () => served.ask(where));
  }
}
served.sayMemory('after all of it');
row('load average / processors', `${os.loadavg()[0].toFixed(1)} / ${os.cpus().length}`, '');
process.exit(0);
