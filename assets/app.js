// app.js -- what the page can do by itself where there is script. Each works without it too.
// Markup that each part expects: docs/TEMPLATES.md.

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const on = (target, what, run) => target.addEventListener(what, run);
const two = (n) => String(n).padStart(2, '0');
const fields = (form) =>
  new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === 'string'));
const tell = (what) => document.dispatchEvent(new Event(what));

// Posts a form; false when the answer is a refusal or the way to the sign-in page.
const post = (url, form, options) =>
  fetch(url, { method: 'POST', body: fields(form), ...options }).then((answer) => {
    const out = answer.status === 401 || answer.url.includes('/sign-in');
    return { ok: answer.ok && !out, out, old: answer.status === 403 };
  });

// After signing in again in another tab the forms of this page hold the token of the session that
// ended. Takes the new one, if it is the same person who signed in.
const who = (page) => page.querySelector('.nhsuk-header__account-item')?.textContent;
async function renew() {
  const text = await (await fetch(location.href)).text();
  const page = new DOMParser().parseFromString(text, 'text/html');
  const token = page.querySelector('[name=csrf]')?.value;
  if (!token || who(page) !== who(document)) return false;
  for (const field of all('[name=csrf]')) field.value = token;
  return true;
}

// A GET form whose change replaces one region: the server answers X-Fragment with that region.
function live(form) {
  let running;
  const load = async () => {
    const id = form.dataset.region;
    const url = new URL(form.action);
    url.search = fields(form);
    running?.abort();
    const mine = (running = new AbortController());
    try {
      const answer = await fetch(url, { headers: { 'X-Fragment': id }, signal: mine.signal });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const part = page.getElementById(id);
      if (!answer.ok || !part) throw Error();
      document.getElementById(id).replaceWith(part);
      history.replaceState(null, '', url);
      start(part);
      tell('app:active');
    } catch (error) {
      if (error.name !== 'AbortError') location.assign(url); // the whole page then
    }
  };
  let timer;
  const soon = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(load, ms);
  };
  on(form, 'input', () => soon(400));
  on(form, 'submit', (event) => {
    event.preventDefault();
    soon(0);
  });
}

// A region that is being worked on asks for itself again, until the server says it is done. What
// it has to say goes to the status line outside it, once.
function watch(region) {
  const every = +region.dataset.every;
  const load = async () => {
    try {
      const answer = await fetch(location, { headers: { 'X-Fragment': region.id } });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      if (new URL(answer.url).pathname !== location.pathname) return location.assign(answer.url);
      const part = page.getElementById(region.id);
      if (part) {
        const held = region.contains(document.activeElement);
        const said = document.getElementById(`${region.id}-said`);
        region.replaceWith(part);
        if (said.textContent !== part.dataset.say) said.textContent = part.dataset.say;
        if (held) part.querySelector('a,button')?.focus();
        start(part);
        return watch(part);
      }
      if (answer.status < 500) return location.reload();
    } catch {
      // Tried again below: the server may come back.
    }
    setTimeout(load, 5000);
  };
  if (every) setTimeout(load, every);
}

// Sends a form as a draft 1.5 s after typing stops, at least every 4 s while it goes on, and when
// the page is left. Says what is true: Saved hh:mm, Saving, Not saved.
function autosave(form) {
  const state = form.querySelector('.app-save') ?? document.querySelector('.app-save');
  let changed = 0; // when the oldest unsent change was made
  let timer;
  let running;
  let left = false; // the form itself is on its way: a draft must not overtake it
  let failed = false;
  let savedAt = /\d\d:\d\d/.exec(state?.textContent)?.[0];

  const show = (kind, text) => {
    if (!state || state.dataset.text === text) return; // each state is announced once
    state.dataset.text = text;
    state.className = `app-save${kind && ` app-save--${kind}`}`;
    state.textContent = text;
    if (kind !== 'fail') return;
    const again = document.createElement('button');
    again.type = 'button';
    again.className = 'app-link-btn';
    again.textContent = 'Try again';
    on(again, 'click', () => send());
    state.append(' ', again);
  };
  const fail = (why) => {
    failed = true;
    changed ||= Date.now();
    const since = savedAt ? ` since ${savedAt}` : '';
    show('fail', `Not saved${since}. Keep this page open.${why}`);
    timer = setTimeout(send, 5000);
  };
  async function send(options = {}) {
    clearTimeout(timer);
    if (left || (running && !options.keepalive)) return;
    changed = 0;
    running = new AbortController();
    const late = setTimeout(() => running?.abort(), 8000);
    const slow = setTimeout(() => failed || show('busy', 'Saving…'), 400);
    try {
      const save = () => post(form.dataset.autosave, form, { signal: running.signal, ...options });
      let { ok, out, old } = await save();
      if (old && (await renew())) ({ ok, out } = await save());
      if (!ok) return fail(out ? ' Sign in again in another tab.' : '');
      const now = new Date();
      savedAt = `${two(now.getHours())}:${two(now.getMinutes())}`;
      failed = false;
      show('', `Saved ${savedAt}`);
      tell('app:active');
    } catch {
      if (!left) fail('');
    } finally {
      clearTimeout(late);
      clearTimeout(slow);
      running = undefined;
      if (changed && !failed) plan();
    }
  }
  function plan() {
    changed ||= Date.now();
    clearTimeout(timer);
    timer = setTimeout(send, Math.max(0, Math.min(1500, changed + 4000 - Date.now())));
  }
  on(form, 'input', plan);
  on(form, 'submit', () => {
    left = true;
    clearTimeout(timer);
    running?.abort();
  });
  const flush = () => changed && send({ keepalive: true });
  on(window, 'pagehide', flush);
  on(window, 'pageshow', () => (left = false));
  on(document, 'app:flush', flush);
  on(window, 'online', () => failed && send());
  on(window, 'beforeunload', (event) => failed && !left && event.preventDefault());
}

// Two minutes before the session ends a dialog offers to stay, in every tab of the browser.
function timeout(dialog) {
  const seconds = +dialog.dataset.seconds;
  const shown = dialog.querySelector('[data-left]');
  const tabs = new BroadcastChannel('session');
  let end;
  const extend = (until) => {
    end = until;
    if (dialog.open) dialog.close();
  };
  const active = () => {
    extend(Date.now() + seconds * 1000);
    tabs.postMessage(end);
  };
  tabs.onmessage = ({ data }) => data > end && extend(data);
  on(document, 'app:active', active);
  const form = dialog.querySelector('form');
  // Escape says that somebody is there; closing only the dialog would open it again in a second.
  on(dialog, 'cancel', (event) => {
    event.preventDefault();
    form.requestSubmit();
  });
  on(form, 'submit', async (event) => {
    event.preventDefault();
    const answer = await post(form.action, form).catch(() => {});
    if (answer?.ok) active();
    else shown.textContent = 'a moment: no connection';
  });
  setInterval(() => {
    const rest = Math.round((end - Date.now()) / 1000);
    if (rest > 120) return;
    if (!dialog.open) {
      tell('app:flush');
      dialog.showModal();
    }
    const n = rest > 60 ? Math.ceil(rest / 60) : Math.max(0, rest);
    shown.textContent = `${n} ${rest > 60 ? 'minute' : 'second'}${n === 1 ? '' : 's'}`;
    if (rest <= 0) location.assign(`/sign-in?back=${encodeURIComponent(dialog.dataset.back)}`);
  }, 1000);
  active();
}

// Filters and details are open in the page; on phones (data-fold="wide": tablets too) they close.
function fold(details) {
  const small = matchMedia(`(max-width:${details.dataset.fold === 'wide' ? '61.87' : '48'}em)`);
  const set = () => (details.open = !small.matches);
  on(small, 'change', set);
  set();
}

// Adds a row from the <template>, with __i__ in its names and ids made the next number.
function addrow(box) {
  const pattern = box.querySelector('template');
  let next = +box.dataset.next;
  const changed = () => box.dispatchEvent(new Event('input', { bubbles: true }));
  on(box, 'click', (event) => {
    const button = event.target.closest('[data-add],[data-remove]');
    if (!button) return;
    event.preventDefault();
    if (button.matches('[data-remove]')) {
      button.closest('[data-row]').remove();
      box.querySelector('[data-add]').hidden = false; // what is hidden takes no focus
      box.querySelector('[data-add]').focus();
    } else {
      const row = pattern.content.cloneNode(true);
      for (const part of all('*', row)) {
        for (const { name, value } of part.attributes) {
          if (value.includes('__i__')) part.setAttribute(name, value.replaceAll('__i__', next));
        }
      }
      const first = row.querySelector('input,select,textarea');
      pattern.before(row);
      next += 1;
      first?.focus();
    }
    const rows = all('[data-row]', box).length;
    box.querySelector('[data-add]').hidden = rows >= (box.dataset.max || 20);
    changed();
  });
}

// A form that is on its way is not sent again by a second press: a double click saves once.
const TWICE_MS = 2000;
const pressed = new WeakMap(); // button or form: when
on(window, 'submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute('method') !== 'post') return;
  const by = event.submitter ?? form;
  if (event.timeStamp - pressed.get(by) < TWICE_MS) event.preventDefault();
  else pressed.set(by, event.timeStamp);
});

const parts = {
  '[data-module=app-live]': live,
  '[data-every]': watch,
  'form[data-autosave]': autosave,
  '[data-module=app-timeout]': timeout,
  'details[data-fold]': fold,
  '[data-module=app-addrow]': addrow,
};
function start(root) {
  for (const selector in parts) all(selector, root).forEach(parts[selector]);
}

document.body.classList.add('js-enabled', 'nhsuk-frontend-supported');
start(document);
import("/assets/nhsuk.js").then(({ initAll }) => initAll()).catch(() => {});
