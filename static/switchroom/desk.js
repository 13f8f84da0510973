/* The desk's own script. The page works without it; with it the page stays true by itself: an event says that something
   changed, the parts concerned are fetched as they are now, and htmx swaps them by id. What is being typed is never
   replaced, and is kept in this browser until it has been saved. */
(() => {
"use strict";

const page = document.body.dataset;
const el = (id) => document.getElementById(id);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const opened = () => el("work").dataset.work;
const token = () => document.cookie.match(/csrftoken=(\w+)/)?.[1] ?? "";
const timeOfDay = (at) => new Date(at).toLocaleTimeString(document.documentElement.lang, { timeZone: page.zone, hourCycle: "h23" });
const told = (name) => el("said").content.querySelector(`[data-name=${name}]`);
const say = (name, filled) => told(name).textContent.replace(/\{(\w+)\}/g, (_, each) => filled[each]);

/* ---- one clock: the server sends moments, the page counts ---- */

let ahead = 0; // how far the server's clock is ahead of this computer's, ms
const setClock = () => { ahead = Number(el("statebar").dataset.now) - Date.now(); };
const now = () => Date.now() + ahead;

function span(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (n) => String(n).padStart(2, "0");
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return seconds < 3600 ? rest : `${Math.floor(seconds / 3600)}:${rest}`;
}

function paint() {
  const at = now();
  for (const it of all("[data-since]")) it.textContent = span(at - it.dataset.since);
  for (const it of all("[data-until]")) it.textContent = span(Number(it.dataset.until) + 999 - at);
  for (const it of all("[data-to]")) {
    const { from, to } = it.dataset;
    it.style.width = `${Math.max(0, Math.min(100, (100 * (to - at)) / (to - from)))}%`;
    if (at > Number(to) + 1500) want("offers", "statebar"); // it has run out, and no event has said so
  }
}

/* ---- fetching parts ---- */

const asked = { want: new Set(), here: new Set(), beside: new Set() }; // parts; events of what is open; other events
const postponed = new Set(); // parts that have changed under somebody's hands
let fetching = null; // the answer under way, or the moment to ask
let panel = null; // the panel to open, as its link says
let opening = null; // the contact to open, while its parts are on their way

const want = (...parts) => ask("want", ...parts);
const everything = () => ask("beside", "everything");

/* One answer brings whatever has changed; what happens meanwhile waits for the next. */
function ask(kind, ...names) {
  names.forEach((name) => asked[kind].add(name));
  fetching ??= document.hidden ? fetchParts() : setTimeout(fetchParts, 5); // hidden pages' clocks are slow
}

async function fetchParts() {
  const query = Object.entries(asked).map(([kind, names]) => `${kind}=${[...names].join("+")}`);
  query.push(panel ?? "");
  const isAll = asked.beside.has("everything");
  Object.values(asked).forEach((names) => names.clear());
  panel = null;
  try {
    await htmx.ajax("GET", `${page.parts}?${query.join("&")}`, { source: el("live-parts"), swap: "none" });
    if (isAll) stepIn();
  } catch { /* said by htmx:sendError below */ }
  fetching = null;
  if (Object.values(asked).some((names) => names.size)) ask("want");
}

function openWork(address) {
  opening = address.match(/work\/([-0-9a-f]+)/)?.[1] ?? "";
  want("work", "context", "my-work");
}

document.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.headers["X-Desk-Work"] = opening ?? opened();
  if (location.pathname.includes("/at/")) detail.headers["X-Desk-Place"] = location.pathname + location.search;
  detail.headers["X-Desk-Offers"] = all("[data-offer]").map((it) => it.dataset.offer).join(" ");
  detail.headers["X-Desk-Line"] = Math.max(...all("#lines [data-n]").map((it) => it.dataset.n), -1);
  if (detail.verb === "post") detail.parameters.csrfmiddlewaretoken = token(); // signing in anew changes it
});

/* ---- never under somebody's hands ---- */

let submitted = null; // the form whose answer is being put in place

const isText = (it) => it?.matches("input:not([type=hidden]), textarea, select");

function isBusy(part) {
  if (submitted && part.contains(submitted)) return false;
  return (part.contains(document.activeElement) && isText(document.activeElement))
    || part.querySelector("details[open], .sw-panel") || all("form[data-keep]", part).some(isDirty);
}

/* Each part as it came, without what differs every time: what is the same again is left alone, and not read out twice. */
const came = new Map();
const plain = (it) => it.outerHTML.replace(/ value="\w{64}"| hx-swap-oob="\w+"| data-(now|by)="[^"]*"/g, "").replace(/( data-(since|until)="\d+">)[^<]*/g, "$1");
const remember = (root) => [root, ...all(":is(main, aside, section, header, div)[id]:not(.sw-line)", root)].forEach((it) => came.set(it.id, plain(it)));
const isOther = (it) => { for (; it; it = it.parentElement) came.delete(it.id); }; // not what came any more, nor what it is in

document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  const { target, fragment } = detail;
  const fresh = fragment.querySelector?.(`#${target.id}`) ?? fragment;
  const whole = ["work", "context"].includes(target.id);
  if (target.id === "lines") {
    all(".sw-line", fragment).forEach((it) => el(it.id)?.remove()); // two answers may bring the same
    isOther(target);
    return;
  }
  const leads = whole && (opening !== null || submitted);
  const answers = leads || (submitted && (target.id === "notices" || target.contains(submitted)));
  if (!answers && came.get(target.id) === plain(fresh)) detail.shouldSwap = false;
  else if (!leads && isBusy(target)) {
    detail.shouldSwap = false;
    postponed.add(target.id);
    if (!whole && came.has(target.id) && all("form[data-keep]", target).some(isDirty)) clash(target, fresh.dataset.by);
  } else {
    isOther(target.parentElement);
    remember(fresh);
  }
});

function clash(part, by = "") {
  if (part.querySelector("[data-clash]")) return;
  const note = told(by ? "clash-by" : "clash").cloneNode(true);
  if (by) note.querySelector("bdi").textContent = by;
  part.querySelector("form[data-keep]").before(note);
}

function catchUp() {
  const free = [...postponed].filter((id) => el(id) && !isBusy(el(id)));
  free.forEach((id) => postponed.delete(id));
  if (free.length) want(...free);
}
document.addEventListener("focusout", () => setTimeout(catchUp));
document.addEventListener("toggle", catchUp, true);

/* ---- drafts: kept by this browser until saved, through reloads and signing in again ---- */

const fields = (form) => [...form.elements].filter(isText);
const isTick = (it) => it.type === "checkbox" || it.type === "radio";
const draft = (it) => `draft ${page.user} ${it.form.dataset.keep} ${it.form.id} ${it.name}${isTick(it) ? ` ${it.value}` : ""}`;
const value = (it) => (isTick(it) ? `${it.checked}` : it.value);
const saved = (it) => (isTick(it) ? `${it.defaultChecked}` : it.options ? [...it.options].find((o) => o.defaultSelected)?.value ?? "" : it.defaultValue);
const isDirty = (form) => fields(form).some((it) => value(it) !== saved(it));

document.addEventListener("input", ({ target }) => {
  if (!target.form?.dataset.keep) return;
  const likewise = target.type === "radio" ? fields(target.form).filter((it) => it.name === target.name) : [target];
  for (const it of likewise) {
    if (value(it) === saved(it)) localStorage.removeItem(draft(it));
    else localStorage.setItem(draft(it), JSON.stringify([Date.now(), value(it)]));
  }
  const kept = target.form.closest(".sw-card")?.querySelector("[data-kept]");
  if (kept) kept.textContent = say("kept", { at: timeOfDay(Date.now()) });
});

function put(it, text) {
  if (isTick(it)) it.checked = text === "true";
  else it.value = text;
}

function restore(root = document) {
  for (const it of all("form[data-keep]", root).flatMap(fields)) {
    const kept = localStorage.getItem(draft(it));
    if (kept !== null && (it !== document.activeElement || value(it) === saved(it))) put(it, JSON.parse(kept)[1]);
  }
}

/* Another window of the same agent types, or has saved. */
addEventListener("storage", ({ key, newValue }) => {
  if (!key?.startsWith("draft ")) return;
  for (const it of all("form[data-keep]").flatMap(fields)) {
    if (draft(it) === key && it !== document.activeElement) put(it, newValue === null ? saved(it) : JSON.parse(newValue)[1]);
  }
});

const forget = (form) => fields(form).forEach((it) => localStorage.removeItem(draft(it)));

document.addEventListener("htmx:beforeOnLoad", ({ detail }) => {
  const form = detail.elt.closest?.("form");
  if (!form || detail.xhr.status === 204) return;
  submitted = form;
  form.closest("details[open]")?.removeAttribute("open");
  if (detail.xhr.status >= 400) return;
  const act = detail.requestConfig.parameters.act;
  if (form.dataset.keep) forget(form);
  if (act === "complete") all("#work form[data-keep]").forEach(forget); // which have come along
  if (act === "say") form.reset();
});

document.addEventListener("htmx:afterOnLoad", ({ detail }) => {
  const address = detail.xhr.getResponseHeader("HX-Push-Url");
  if (address) history.pushState(null, "", address);
  const act = submitted && new FormData(submitted).get("act");
  if (submitted && detail.xhr.status === 422) document.querySelector("[aria-invalid=true]")?.focus();
  else if (act === "attach") el("pair-key")?.focus();
  if (submitted) queueMicrotask(() => { leaving = null; });
  submitted = null;
});

/* An event may outrun the answer to the act that caused it, and take the act's own form away before that arrives. */
let leaving = null; // what was open when an act was sent
document.addEventListener("htmx:beforeRequest", ({ detail }) => { if (detail.elt.closest("form")) leaving = opened(); });

let settling = false;
document.addEventListener("htmx:oobAfterSwap", ({ detail }) => {
  if (detail.target.id === "work") opening = null;
  if (detail.target.id === "panel") { // opened: to its first field; closed: back to the work
    const first = el("panel").querySelector("input:not([type=hidden]), select, textarea");
    (first ?? el("work-title")).focus();
  }
  if (detail.target.id === "lines") { // a late one stands where it was said
    for (const it of all(".sw-line", detail.target)) {
      let next = it;
      while (next.previousElementSibling?.dataset.at > it.dataset.at) next = next.previousElementSibling;
      if (next !== it) next.before(it);
    }
  }
  if (!settling) queueMicrotask(settle);
  settling = true;
});

/* ---- after every change ---- */

let known = new Set(all(".sw-offer").map((it) => it.id));

function settle() {
  settling = false;
  if (leaving !== null && leaving !== opened()) {
    leaving = null;
    el("work-title").focus();
  }
  setClock();
  restore();
  paint();
  showLive();
  const offers = all(".sw-offer");
  const fresh = offers.filter((it) => !known.has(it.id));
  known = new Set(offers.map((it) => it.id));
  const what = offers[0]?.querySelector(".sw-offer__head").firstChild.nextSibling.textContent.trim();
  const head = el("work-title").textContent.trim();
  document.title = `${offers.length ? `(${offers.length}) ${what}` : head} · ${told("desk").textContent} · Switchroom`;
  if (!fresh.length) return;
  const who = say("by", { what, who: fresh[0].querySelector("h3").textContent.trim() });
  el("announce").textContent = `${who}. ${all("button", fresh[0]).map((it) => it.textContent.trim()).join(", ")}.`;
  dispatchEvent(new CustomEvent("desk:offer", { detail: who }));
}

/* ---- live or not ---- */

let source = null;
let isInStep = false;
let lostAt = 0;
let retry = 0;
let retryAfter = 1000;

function showLive() {
  const live = el("live");
  const state = isInStep ? "on" : lostAt ? "lost" : "off";
  if (live.dataset.live !== state) {
    live.dataset.live = document.body.dataset.live = state;
    live.lastElementChild.textContent = told(state === "lost" ? "gone" : state).textContent;
  }
}

function banner(name, times = {}) {
  el("connection")?.remove();
  if (!name) return;
  const box = document.createElement("div");
  box.id = "connection";
  box.className = "sw-notices";
  box.innerHTML = told(name).outerHTML.replace(/\{(\w+)\}/g, (_, each) => timeOfDay(times[each]));
  el("notices").before(box);
}

/* Whichever part of the connection fails: all of it is begun anew, and the page is in step when it shows what is true then. */
function lose() {
  isInStep = false;
  source.close();
  clearTimeout(retry);
  retry = setTimeout(connect, retryAfter * (0.5 + Math.random()));
  retryAfter = Math.min(retryAfter * 2, 15000);
  if (lostAt) return;
  lostAt = Date.now();
  showLive();
  setTimeout(() => {
    if (lostAt) banner("lost", { lost: lostAt });
  }, 2000);
}

function connect() {
  clearTimeout(retry);
  source?.close();
  source = new EventSource(page.stream);
  source.addEventListener("in-step", everything);
  source.addEventListener("resync", everything); // too much was missed to be told one by one
  source.addEventListener("error", lose);
  for (const name of ["chat.typing", "chat.said"]) source.addEventListener(name, ({ data }) => dispatchEvent(new CustomEvent("desk:chat", { detail: data })));
  for (const name of page.events.split(" ")) source.addEventListener(name, (event) => happened(name, event));
}

function stepIn() {
  if (source.readyState !== EventSource.OPEN) return;
  if (lostAt && Date.now() - lostAt > 2000) {
    banner("back", { lost: lostAt, back: Date.now() });
  } else if (lostAt) banner();
  isInStep = true;
  lostAt = 0;
  retryAfter = 1000;
  showLive();
}

function happened(name, event) {
  const { parts = [], agent, interaction, changes } = JSON.parse(event.data);
  const isHere = !!interaction && interaction.uuid === opened();
  const isMine = [...parts, agent].some((each) => each?.user_id === Number(page.user)); // supervisors hear of everybody
  if (isHere ? !isFelt(changes) : isMine && !page.eventsHere.includes(name)) ask(isHere ? "here" : "beside", name);
}

/* How the customer feels may be told only here. Lines that were put right are all fetched anew. */
function isFelt({ corrected, signals = [] }) {
  if (corrected) {
    isOther(el("lines"));
    el("lines")?.replaceChildren();
  }
  const felt = signals.filter((it) => it.type.endsWith("__Sentiment") && it.participant === "CUSTOMER").pop()?.value;
  if (felt) el("mood").textContent = told(felt >= 200 ? "glad" : felt <= -200 ? "sad" : "even").textContent;
  return signals.length > 0;
}

const beat = () => htmx.ajax("POST", page.heartbeat, { source: document.body, swap: "none" }).catch(() => {});

addEventListener("offline", lose);
addEventListener("online", connect);
for (const name of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(name, lose);
document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.xhr.status === 401) return; // on the way to sign in
  if (!detail.elt.closest("form")) return lose(); // no act of anybody's
  banner("failed");
});

/* ---- keys, menus, small acts ---- */

const DO = {
  keys: () => el("keys").showModal(),
  retry: connect,
  dismiss: (button) => {
    const notice = button.closest(".sw-notice");
    isOther(notice);
    (notice.parentElement.childElementCount === 1 && notice.closest(".sw-notices")) ? notice.closest(".sw-notices").remove() : notice.remove();
    if (!el("offers").querySelector("article, .sw-notice, h2")) want("offers");
  },
  take: (button) => {
    const part = button.closest("[id]");
    isOther(part);
    const form = part.querySelector("form[data-keep]");
    forget(form);
    form.reset();
    want(part.id);
  },
};

function step(by) {
  const links = all(".sw-work");
  const here = links.findIndex((link) => link.getAttribute("aria-current"));
  links[(here + by + links.length) % links.length]?.click();
}

const press = (selector) => document.querySelector(selector)?.click();

const KEYS = {
  next: () => step(1),
  previous: () => step(-1),
  state: () => { const menu = el("state-menu"); menu.open = !menu.open; menu.querySelector("summary").focus(); },
  find: () => { dispatchEvent(new Event("desk:find")); },
};
const keys = JSON.parse(page.keys); // what each presses, or does

function use(act) {
  const it = KEYS[act] ? KEYS[act]() : document.querySelector(act);
  if (isText(it)) it.focus();
  else it?.click();
}

document.addEventListener("keydown", (event) => {
  if (event.metaKey || event.repeat) return;
  const name = event.key.toLowerCase();
  const act = keys[["ctrl", "alt", "shift"].map((it) => (event[`${it}Key`] ? `${it}+` : "")).join("") + name];
  if (act) {
    event.preventDefault();
    use(act);
  } else if (event.altKey) return;
  else if (event.key === "?" && !isText(document.activeElement)) DO.keys();
  else if (event.key === "Enter" && event.ctrlKey) {
    const form = document.activeElement?.closest?.("main form, aside form") ?? el("wrapup-form");
    const button = form?.querySelector("button[value=complete], button");
    if (button) { event.preventDefault(); button.click(); }
  } else if (event.key === "Escape") {
    const menu = document.querySelector("details.sw-menu[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); } else press("#panel [aria-label=Close]");
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button) DO[button.dataset.do]?.(button);
  for (const menu of all("details.sw-menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  const link = event.target.closest("a.sw-work, a[data-panel], #find");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.id === "find") dispatchEvent(new Event("desk:find"));
  else if ("panel" in link.dataset) {
    panel = link.search.slice(1);
    all("#panel form[data-keep]").forEach(forget); // closing gives up what was typed
    isOther(el("panel"));
    el("panel").replaceChildren();
    want("panel");
  } else {
    history.pushState(null, "", link.href);
    openWork(link.href);
  }
});
addEventListener("popstate", () => openWork(location.pathname));

remember(document.body);
setClock();
restore();
paint();
setInterval(paint, 1000);
let ticks = 0;
setInterval(() => {
  if (el("my-queues") && !document.hidden) want("my-queues"); // which is a sign of life, too
  else if (++ticks % 2) beat();
}, 10000);
connect();

/* What the first look does not need comes with the first touch, the first offer, or when nothing else is to do. */
window.desk = { all, el, press, isText };
let more = null;
const fetchMore = () => more ??= new Promise((done) => {
  if (!document.querySelector(`link[href="${page.moreStyle}"]`)) document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: page.moreStyle }));
  document.head.append(Object.assign(document.createElement("script"), { src: page.more, onload: done }));
});
for (const name of ["pointermove", "pointerdown", "keydown"]) addEventListener(name, fetchMore, { once: true });
for (const name of ["desk:offer", "desk:find"]) {
  addEventListener(name, ({ detail }) => { if (!("ready" in page)) fetchMore().then(() => dispatchEvent(new CustomEvent(name, { detail }))); });
}
setTimeout(fetchMore, 4000);
})();
