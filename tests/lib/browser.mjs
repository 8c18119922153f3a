// browser.mjs -- Chromium for tests: a context for a role, with or without script, that remembers
// everything it should not have seen: dialogs, refusals of the policy, other hosts, script errors.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { Client, accountOf } from './server.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

export const openBrowser = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });

// Remembers what went wrong in a context: { list, none() }.
function watch(context, server) {
  const list = [];
  context.on('console', (message) => {
    if (message.type() !== 'error') return;
    const { url } = message.location();
    // A page that answers 404 or 422 on purpose is reported as a resource that failed to load.
    if (/^Failed to load resource/.test(message.text()) && url === message.page()?.url()) return;
    list.push(`console: ${message.text()} (${url})`);
  });
  context.on('weberror', (error) => list.push(`script: ${error.error().message}`));
  context.on('dialog', async (dialog) => {
    if (dialog.type() === 'beforeunload') return dialog.accept();
    list.push(`dialog: ${dialog.message()}`);
    await dialog.dismiss();
  });
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${server.url}/`) && !url.startsWith('data:')) list.push(`host: ${url}`);
  });
  return { list, none: () => assert.deepEqual(list, []) };
}

// A context signed in as a role (null: as nobody). Options: js, width, nth. A plain client makes
// the session unless `typed` asks for the sign-in page itself.
export async function contextOf(browser, server, role, options = {}) {
  const { js = true, width = 1280, nth = 0 } = options;
  const context = await browser.newContext({
    viewport: { width, height: 900 }, javaScriptEnabled: js, acceptDownloads: true,
  });
  context.setDefaultTimeout(15_000);
  context.seen = watch(context, server);
  askTwice(context.request);
  if (role) {
    const client = await new Client(server).signIn(accountOf(role, nth));
    const [name, value] = client.cookie.split(/=(.*)/s);
    await context.addCookies([{
      name, value, url: server.url, httpOnly: true, sameSite: 'Lax',
    }]);
    context.home = client.home;
    client.close();
  }
  return context;
}

// What a test asks for beside the pages. A kept connection ends after 30 seconds without a request,
// perhaps in the moment in which it is used again: who got no answer asks once more, as a browser.
function askTwice(request) {
  const get = request.get.bind(request);
  request.get = (url, how) => get(url, { maxRetries: 1, ...how });
}

// Signs in by the page, as people do. Gives the page, on its home.
export async function signInByPage(context, server, role, nth = 0) {
  const tab = await context.newPage();
  const { username, password } = accountOf(role, nth);
  await tab.goto(`${server.url}/sign-in`);
  await tab.fill('#username', username);
  await tab.fill('#password', password);
  await tab.click('main button[type=submit]');
  return tab;
}

const FOLD_MS_MAX = 1000; // until its script has run, the menu stands in one long row

// Looks at a page that is open: "" when it fits, else by how much it is too wide and through what.
export async function tooWide(tab) {
  await tab.waitForLoadState();
  for (const until = performance.now() + FOLD_MS_MAX; ;) {
    const wide = await tab.evaluate(() => {
      const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
      if (over <= 0) return '';
      const found = [...document.querySelectorAll('body *')]
        .filter((e) => e.getBoundingClientRect().right >
          document.documentElement.clientWidth + 0.5);
      return `${over} pixels too wide: ${found.at(-1)?.outerHTML.slice(0, 160)}`;
    });
    if (wide === '' || performance.now() > until) return wide;
    await new Promise((done) => setTimeout(done, 50));
  }
}

// The menu folds in the frame after a change of width, and looks again once its list has changed:
// who judges in between sees a link of the fold on the colour of the bar.
const FRAMES_TO_FOLD = 4;

const folded = (tab) => tab.evaluate(async (frames) => {
  for (let i = 0; i < frames; i++) await new Promise(requestAnimationFrame);
}, FRAMES_TO_FOLD);

const NODES_TOLD = 2; // of those with one fault

// What axe finds on the page as it stands, a line each; `where` is told with it.
export async function faultsOf(tab, where) {
  await folded(tab);
  // The policy of the page does not let scripts in; the browser's own tool does not ask it.
  await tab.evaluate(axe);
  const { violations } = await tab.evaluate(() => globalThis.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }));
  return violations.map(({ id, nodes }) => `${where}: ${id}: ` +
    nodes.slice(0, NODES_TOLD).map((node) => node.html.slice(0, 200)).join(' | '));
}

// axe finds nothing.
export const clean = async (tab, where) => assert.deepEqual(await faultsOf(tab, where), []);
