// app_js.test.mjs -- the script of the pages, in a real browser, under the pages' own policy.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import { chromium } from 'playwright-core';

const page = (body) => `<!doctype html><html lang="en"><head><title>t</title></head><body>${body}
<script type="module" src="/assets/app.js"></script></body></html>`;
const pages = {
  '/form': page(`<form method="post" action="/done" data-autosave="/draft">
    <span class="app-save" role="status"></span><input type="hidden" name="csrf" value="t">
    <textarea id="note" name="note"></textarea>
    <div data-module="app-addrow" data-next="1" data-max="3">
      <div data-row="0"><input id="a-0" name="a[0].what">
        <button data-remove="1">Remove</button></div>
      <template><div data-row="__i__"><label for="a-__i__">What</label>
        <input id="a-__i__" name="a[__i__].what">
        <button data-remove="1">Remove</button></div></template>
      <button data-add="1">Add</button></div>
    <button id="go">Save</button></form>
    <details data-fold="narrow" open><summary>Filters</summary>x</details>`),
  '/list': page(`<form action="/list" data-module="app-live" data-region="found">
    <input id="q" name="q"></form><div id="found">all</div>`),
  '/late': page(`<dialog data-module="app-timeout" data-seconds="2" data-back="/list?q=a b">
    <span data-left="1"></span>
    <form method="post" action="/session/keep"><button>Stay</button></form></dialog>`),
  '/time': page(`<dialog data-module="app-timeout" data-seconds="122"><span data-left="1"></span>
    <form method="post" action="/session/keep"><button>Stay signed in</button></form></dialog>`),
};
const posts = [];
let answer = 'ok';
let root;
let browser;
let context;
let tab;

function takePost(request, response, url) {
  let body = '';
  request.on('data', (part) => (body += part));
  request.on('end', () => {
    posts.push({ path: url.pathname, body: decodeURIComponent(body) });
    if (answer === 'fault') response.writeHead(500);
    if (answer === 'signed out') response.writeHead(303, { location: '/sign-in' });
    response.end('ok');
  });
}

const server = http.createServer((request, response) => {
  const url = new URL(request.url, 'http://x');
  if (request.method === 'POST') return takePost(request, response, url);
  if (url.pathname.startsWith('/assets/')) {
    const type = url.pathname.endsWith('.js') ? 'text/javascript' : 'text/css';
    const file = `build/assets/${url.pathname.slice(8).replace(/-[0-9a-f]{12}/, '')}`;
    response.writeHead(200, { 'content-type': type });
    return response.end(fs.readFileSync(file));
  }
  response.writeHead(200, {
    'content-type': 'text/html', 'content-security-policy': "default-src 'self'",
  });
  if (request.headers['x-fragment'] === 'found') {
    return response.end(`<div id="found">only ${url.searchParams.get('q')}</div>`);
  }
  return response.end(pages[url.pathname] ?? page('other'));
});

before(async () => {
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  root = `http://127.0.0.1:${server.address().port}`;
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});
after(async () => {
  await browser?.close();
  server.close();
});
beforeEach(async () => {
  await context?.close();
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  tab = await context.newPage();
  posts.length = 0;
  answer = 'ok';
});

const state = () => tab.textContent('.app-save');
const isOpen = (where, what) => where.evaluate((name) => document.querySelector(name).open, what);

test('the NHS components start', async () => {
  await tab.goto(`${root}/form`);
  await tab.waitForFunction(() => document.body.classList.contains('nhsuk-frontend-supported'));
});

test('a form saves itself after a pause and while typing goes on, and says so', async () => {
  await tab.goto(`${root}/form`);
  await tab.type('#note', 'hello');
  await tab.waitForTimeout(2000);
  assert.equal(posts.length, 1);
  assert.match(posts[0].body, /csrf=t&note=hello/);
  assert.match(await state(), /^Saved \d\d:\d\d$/);
  for (const end = Date.now() + 5000; Date.now() < end;) {
    await tab.type('#note', 'x', { delay: 150 });
  }
  assert.ok(posts.length >= 2, 'saved before typing stopped');
});

test('a failed save says so, keeps trying, and can be tried again', async () => {
  await tab.goto(`${root}/form`);
  answer = 'fault';
  await tab.type('#note', 'a');
  await tab.waitForTimeout(2300);
  assert.equal(await state(), 'Not saved. Keep this page open. Try again');
  answer = 'signed out';
  await tab.click('.app-save button');
  await tab.waitForTimeout(600);
  assert.match(await state(), /Sign in again in another tab/);
  answer = 'ok';
  await tab.waitForTimeout(5500);
  assert.match(await state(), /^Saved/);
});

test('what was typed is sent when the page is left', async () => {
  await tab.goto(`${root}/form`);
  await tab.type('#note', 'leaving');
  await tab.goto(`${root}/other`);
  await tab.waitForTimeout(300);
  assert.deepEqual(posts.map((post) => post.path), ['/draft']);
  assert.match(posts[0].body, /note=leaving/);
});

test('a form that is sent is not overtaken by its own draft', async () => {
  await tab.goto(`${root}/form`);
  await tab.type('#note', 'done');
  await tab.click('#go');
  await tab.waitForTimeout(2000);
  assert.deepEqual(posts.map((post) => post.path), ['/done']);
});

test('a second press of the same button within moments is not sent, a later one is', async () => {
  await tab.goto(`${root}/form`);
  await tab.evaluate(() => {
    document.querySelector('form').removeAttribute('data-autosave');
    addEventListener('submit', (event) => { // as a slow server: the page stays meanwhile
      if (!event.defaultPrevented) window.sent = (window.sent ?? 0) + 1;
      event.preventDefault();
    });
  });
  const sent = () => tab.evaluate(() => window.sent);
  await tab.dblclick('#go');
  assert.equal(await sent(), 1);
  await tab.waitForTimeout(2200);
  await tab.click('#go');
  assert.equal(await sent(), 2);
});

test('rows are added up to the most, removed, and saved with the form', async () => {
  await tab.goto(`${root}/form`);
  await tab.click('[data-add]');
  assert.equal(await tab.evaluate(() => document.activeElement.id), 'a-1');
  assert.equal(await tab.getAttribute('[data-row="1"] label', 'for'), 'a-1');
  await tab.keyboard.type('walk');
  await tab.click('[data-add]');
  assert.ok(await tab.isHidden('[data-add]'));
  await tab.click('[data-row="2"] [data-remove]');
  assert.ok(await tab.isVisible('[data-add]'));
  assert.ok(await tab.evaluate(() => document.activeElement.matches('[data-add]')));
  await tab.waitForTimeout(2000);
  assert.match(posts.at(-1).body, /a\[1\]\.what=walk/);
});

test('a list follows its filter without a new page', async () => {
  await tab.goto(`${root}/list`);
  await tab.type('#q', 'fen');
  await tab.waitForTimeout(900);
  assert.equal(await tab.textContent('#found'), 'only fen');
  assert.match(tab.url(), /q=fen/);
});

test('the time-out dialog opens in every tab and closes in every tab', async () => {
  await tab.goto(`${root}/time`);
  const other = await context.newPage();
  await other.goto(`${root}/time`);
  await other.waitForTimeout(3500);
  assert.ok((await isOpen(tab, 'dialog')) && (await isOpen(other, 'dialog')));
  assert.match(await tab.textContent('[data-left]'), /2 minutes/);
  await other.click('dialog button');
  await other.waitForTimeout(400);
  assert.equal(posts.at(-1).path, '/session/keep');
  assert.ok(!(await isOpen(tab, 'dialog')) && !(await isOpen(other, 'dialog')));
});

test('Escape in the time-out dialog stays signed in, and it does not come back', async () => {
  await tab.goto(`${root}/time`);
  await tab.waitForTimeout(3500);
  assert.ok(await isOpen(tab, 'dialog'));
  await tab.keyboard.press('Escape');
  await tab.waitForTimeout(1500);
  assert.equal(posts.at(-1)?.path, '/session/keep');
  assert.ok(!(await isOpen(tab, 'dialog')));
});

test('when time is over the sign-in page knows where to come back to', async () => {
  await tab.goto(`${root}/late`);
  await tab.waitForURL(`${root}/sign-in?back=%2Flist%3Fq%3Da%20b`);
});

test('filters close on phones and open when there is room', async () => {
  await tab.setViewportSize({ width: 390, height: 800 });
  await tab.goto(`${root}/form`);
  await tab.waitForFunction(() => !document.querySelector('details').open);
  await tab.setViewportSize({ width: 1280, height: 800 });
  await tab.waitForFunction(() => document.querySelector('details').open);
});
