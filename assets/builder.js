// builder.js -- a definition is counted while it is changed. Without it a button does the same.

const REGIONS = ['b-saved', 'b-clash', 'b-rules', 'b-count', 'b-stands-0', 'b-stands-1',
  'b-stands-2', 'b-stands-3', 'b-stands-4', 'b-words', 'b-text', 'b-answer'];
const QUIET_MS = 80; // after the last key
const KEYS_MS = 600; // after a key that chose from a list
const SAY_MS = 700; // after the last answer: a count is read out once
const AGAIN_MS = 5000;
const byId = (id) => document.getElementById(id);
let waiting; // the form to send when the running request has been answered
let running = false;
let timer;
let saying;

const html = async (answer) => new DOMParser().parseFromString(await answer.text(), 'text/html');

// After signing in again in another tab the form's token is an old one; of the same person only.
const who = (page) => page.querySelector('.nhsuk-header__account-item')?.textContent;
async function renew() {
  const page = await html(await fetch(location.href));
  const token = page.querySelector('[name=csrf]')?.value;
  if (!token || who(page) !== who(document)) return false;
  for (const field of document.querySelectorAll('[name=csrf]')) field.value = token;
  return true;
}

async function ask({ form, at = '', act }) {
  const body = () => {
    const fields = new URLSearchParams(new FormData(form));
    fields.set('at', at);
    fields.set('act', act ?? 'update');
    return fields;
  };
  const post = () =>
    fetch(form.action, { method: 'POST', body: body(), headers: { 'X-Fragment': 'builder' } });
  let answer = await post();
  if (answer.status === 403 && (await renew())) answer = await post();
  const out = answer.status === 401 || answer.url.includes('/sign-in');
  const large = answer.status === 413;
  const why = out ? ' Sign in again in another tab.' : large ? ' It is too much to send.' : '';
  if (!answer.ok || out) throw Error(why);
  return html(answer);
}

function say(text) {
  clearTimeout(saying);
  saying = setTimeout(() => {
    if (byId('b-said').textContent !== text) byId('b-said').textContent = text;
  }, SAY_MS);
}

// What was opened stays open.
function replace(old, fresh) {
  const open = [...old.querySelectorAll('details')].map((details) => details.open);
  const details = [...fresh.querySelectorAll('details')];
  if (open.length === details.length) details.forEach((one, i) => (one.open = open[i]));
  old.replaceWith(fresh);
}

// The control that had the focus, the one that was added, or the row that moved.
function focusOn(id, act, caret) {
  const row = byId('b-rules')?.dataset.focus;
  const word = act?.split(' ')[0];
  const moved = row > 0 && (byId(`${word}-${row}`) ?? byId(`rows[${row}].what`));
  const target = moved || (row > 0 && byId(`rows[${row}].group`)) || byId(id) || byId('update');
  target.focus();
  if (caret !== null && target.id === id && target.type === 'text') {
    target.setSelectionRange(caret, caret);
  }
}

// Where somebody types nothing is redrawn, but what a field says of an error is so or is gone. New
// ones are not said of the field that is being typed in.
function tellErrors(old, fresh, active) {
  for (const field of old.querySelectorAll('input, select, textarea')) {
    const now = field.id && fresh.querySelector(`#${CSS.escape(field.id)}`);
    const group = field.closest('.nhsuk-form-group');
    const said = now && now.closest('.nhsuk-form-group')?.querySelector('.nhsuk-error-message');
    if (!now || !group || (said && field === active)) continue;
    group.querySelector('.nhsuk-error-message')?.remove();
    if (said) field.before(document.adoptNode(said));
    group.className = now.closest('.nhsuk-form-group').className;
    field.className = now.className;
    const about = now.getAttribute('aria-describedby');
    if (about) field.setAttribute('aria-describedby', about);
    else field.removeAttribute('aria-describedby');
  }
  if (document.querySelector('.nhsuk-error-message')) return;
  document.querySelector('.nhsuk-error-summary')?.remove();
  document.title = document.title.replace(/^Error: /, '');
}

function show(page, { redraw, act }) {
  const active = document.activeElement;
  const { id } = active;
  const caret = active.type === 'text' ? active.selectionStart : null;
  const held = active.closest('[data-builder]') !== null;
  for (const region of REGIONS) {
    const old = byId(region);
    const fresh = page.getElementById(region);
    if (!old || !fresh) continue;
    const typing = !redraw && old.contains(active) && region !== 'b-answer';
    if (typing) tellErrors(old, fresh, active);
    else replace(old, fresh);
  }
  if (redraw && held) focusOn(id, act, caret);
  else if (redraw && id === 'suggest') byId('suggest')?.focus();
  else if (redraw && act?.startsWith('use ')) byId('undo')?.focus();
  const wrong = document.querySelector('.app-builder-wrong')?.dataset.say;
  say(wrong ?? byId('b-answer').dataset.say);
  document.dispatchEvent(new Event('app:active'));
}

function fail(why) {
  const saved = byId('b-saved');
  saved.className = 'app-save app-save--fail';
  saved.textContent = `Not saved and not counted. Keep this page open.${why}`;
}

async function send(change) {
  clearTimeout(timer);
  if (running) {
    waiting = { ...change, redraw: change.redraw || waiting?.redraw };
    return;
  }
  running = true;
  try {
    const page = await ask(change);
    // What was typed meanwhile is sent next; its answer is drawn then.
    if (!waiting) show(page, change);
  } catch (error) {
    fail(error.message.startsWith(' ') ? error.message : '');
    timer = setTimeout(() => send({ ...change, act: undefined }), AGAIN_MS);
  }
  running = false;
  const next = waiting;
  waiting = undefined;
  if (next) send(next);
}

const formOf = (target) => target.closest?.('form[data-builder]');

document.addEventListener('input', (event) => {
  const form = formOf(event.target);
  if (!form) return;
  clearTimeout(timer);
  timer = setTimeout(() => send({ form, at: event.target.name }), QUIET_MS);
});
// A choice made by keys may go on: letters are put together by the browser for a while.
let key = 0;
document.addEventListener('keydown', () => (key = performance.now()));
document.addEventListener('change', (event) => {
  const form = formOf(event.target);
  if (!form || !event.target.dataset.redraws) return;
  clearTimeout(timer);
  const typed = event.target.tagName === 'SELECT' && performance.now() - key < KEYS_MS;
  timer = setTimeout(() => send({ form, redraw: true }), typed ? KEYS_MS : 0);
});
document.addEventListener('submit', (event) => {
  const form = formOf(event.target);
  const button = event.submitter;
  if (!form || button?.formAction !== form.action || button.value === 'discard') return;
  event.preventDefault();
  send({ form, act: button.value, redraw: true });
});
