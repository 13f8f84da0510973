/* The live board's script. The page works without it. With it a pulse says that something changed, the whole board is
   fetched as it is now, a few times a second at most however much happens, and put in place node by node: what has the focus,
   is open or is being chosen stays as it is. */
(() => {
"use strict";

const el = (id) => document.getElementById(id);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const board = el("board");
const page = board.dataset;
const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
const timeOfDay = (at, more) => new Date(at).toLocaleTimeString(document.documentElement.lang, { timeZone: page.zone, hourCycle: "h23", ...more });
const told = (name) => el("said").content.querySelector(`[data-name=${name}]`);
const say = (name, values) => told(name).textContent.replace(/\{(\w+)\}/g, (_, each) => values[each]);
let query = location.search;

/* ---- one clock: the server sends moments, the page counts ---- */

let ahead = 0; // how far the server's clock is ahead of this computer's, ms
const setClock = () => { ahead = Number(document.querySelector("[data-now]").dataset.now) - Date.now(); };
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
  for (const it of all("[data-clock]")) it.textContent = timeOfDay(at, { hour: "2-digit", minute: "2-digit" });
  if (all("[data-due]").some((it) => at > Number(it.dataset.due) && at < Number(it.dataset.due) + 5000)) want(); // the clock alone has made it worse
}

/* ---- fetching: one at a time, less often where the server is slow, once a second at the least that it is asked ---- */

const EVERY = 400; // milliseconds between the beginnings of two refreshes, at least
let every = EVERY;
const UNASKED = 30000; // without an event: what only the clock changes
let last = 0;
let timer = 0;
let fetching = false;
let dirty = false;

function want() {
  if (fetching) dirty = true;
  else timer ||= setTimeout(fetchBoard, Math.max(0, last + (document.hidden ? 10000 : every) - Date.now()));
}

async function fetchBoard() {
  timer = 0;
  last = Date.now();
  fetching = true;
  dirty = false;
  try {
    await htmx.ajax("GET", `${page.parts}${query}`, { source: el("live-parts"), swap: "none" });
  } catch { /* said by htmx:sendError below */ }
  fetching = false;
  every = Math.min(1000, Math.max(EVERY, 2 * (Date.now() - last)));
  if (dirty) want();
}

/* ---- putting in place ---- */

const KEPT = new Set(["open", "hidden", "aria-pressed"]); // what this page sets itself
let held = false;

function attributes(old, fresh) {
  for (const { name, value } of [...fresh.attributes]) if (!KEPT.has(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes]) if (!KEPT.has(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
}

const alike = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.id ?? "") === (b.id ?? "");

function morph(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeType !== Node.ELEMENT_NODE) { old.nodeValue = fresh.nodeValue; return; }
  if (old.matches(".sw-live, [data-since]") && fresh.matches(".sw-live, [data-since]")) {
    if (old.dataset.since !== fresh.dataset.since) old.dataset.since = fresh.dataset.since;
    return;
  }
  attributes(old, fresh);
  children(old, fresh);
}

function children(old, fresh) {
  const known = new Map([...old.children].filter((it) => it.id).map((it) => [it.id, it]));
  const list = held && old.matches("tbody, .sw-alerts") ? inPlace(old, known, [...fresh.childNodes]) : [...fresh.childNodes];
  let at = old.firstChild;
  for (const next of list) {
    const same = next.id ? known.get(next.id) : at && alike(at, next) ? at : null;
    if (!same) { old.insertBefore(next, at); continue; }
    morph(same, next);
    if (same === at) at = at.nextSibling;
    else old.insertBefore(same, at);
  }
  while (at) { const gone = at; at = at.nextSibling; gone.remove(); }
}

/* Rows that were there in their old order, each new one after the row that it follows. */
function inPlace(old, known, list) {
  const before = [...old.children];
  const kept = list.filter((it) => known.has(it.id)).sort((a, b) => before.indexOf(known.get(a.id)) - before.indexOf(known.get(b.id)));
  list.forEach((it, n) => { if (!known.has(it.id)) kept.splice(kept.indexOf(list[n - 1]) + 1, 0, it); });
  return kept;
}

document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  const fresh = detail.fragment.querySelector?.(`#${detail.target.id}`) ?? detail.fragment.firstElementChild;
  detail.shouldSwap = false;
  if (!fresh) return;
  fresh.removeAttribute("hx-swap-oob");
  morph(detail.target, fresh);
  htmx.process(detail.target);
  settling ||= setTimeout(settle);
});

/* While somebody points at a row or works in it, rows keep their places; figures go on. */
let free = false; // an order was asked for just now
const hold = () => { held = !free && Boolean(document.querySelector("#queues tbody:hover, #agents tbody:hover, #alerts ul:hover") || document.activeElement?.closest("tbody, .sw-alerts")); };
document.addEventListener("htmx:beforeOnLoad", ({ detail }) => {
  hold();
  free = false;
  if (detail.xhr.responseURL.includes(page.signIn)) location.assign(`${page.signIn}?next=${encodeURIComponent(location.pathname + location.search)}`);
});

/* ---- after every change ---- */

let settling = 0;
const seen = new Set(JSON.parse(sessionStorage.boardSeen ?? "[]"));
let heard = new Set(all("[data-alert]").map((it) => it.dataset.alert));

function settle() {
  settling = 0;
  setClock();
  paint();
  showLive();
  const open = all("[data-alert]");
  const keys = new Set(open.map((it) => it.dataset.alert));
  for (const key of seen) if (!keys.has(key)) seen.delete(key); // over: the next one is a new one
  sessionStorage.boardSeen = JSON.stringify([...seen]);
  for (const it of open) {
    it.classList.toggle("sw-seen", seen.has(it.dataset.alert));
    const button = it.querySelector("[data-do=seen]");
    if (button) button.hidden = seen.has(it.dataset.alert);
  }
  const left = open.filter((it) => !seen.has(it.dataset.alert));
  if (el("alert-count")) el("alert-count").textContent = say(seen.size ? "open-seen" : "open", { open: left.length, seen: seen.size });
  document.title = `${left.length ? `(${left.length}) ` : ""}${document.title.replace(/^\(\d+\) /, "")}`;
  const fresh = left.filter((it) => !heard.has(it.dataset.alert));
  heard = keys;
  if (!fresh.length) return;
  el("announce").textContent = say("alert", { text: (fresh[0].querySelector("p") ?? fresh[0]).textContent.trim() });
  ring();
}

/* Wanted or not is remembered; a browser lets a page be heard only once somebody has touched it. */
let audio = null;

function sound(on) {
  localStorage.boardSound = on ? "on" : "off";
  audio?.close();
  audio = on ? new AudioContext() : null;
  audio?.addEventListener("statechange", showSound);
  showSound();
}

function showSound() {
  const button = el("sound");
  button.setAttribute("aria-pressed", Boolean(audio));
  button.classList.toggle("sw-btn--on", Boolean(audio));
  button.lastElementChild.textContent = say(!audio ? "sound-off" : audio.state === "running" ? "sound-on" : "sound-waits");
}

for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => { if (audio?.state === "suspended") audio.resume(); });

function ring() {
  if (audio?.state !== "running") return;
  for (const [hertz, after] of [[880, 0], [660, 0.18], [880, 0.36]]) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    volume.gain.setValueAtTime(0.12, audio.currentTime + after);
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + after + 0.3);
    tone.frequency.value = hertz;
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + after);
    tone.stop(audio.currentTime + after + 0.3);
  }
}

/* ---- live or not ---- */

let source = null;
let lostAt = 0;
let inStep = false;
let retry = 0;
let retryAfter = 1000;

function showLive() {
  const live = el("live");
  const state = inStep ? "on" : lostAt ? "lost" : "off";
  const says = say(state === "lost" ? "gone" : state, { time: timeOfDay(last ? last + ahead : now()) });
  live.dataset.live = state;
  live.lastElementChild.setAttribute("aria-hidden", state === "on"); // not read out every second
  if (live.lastElementChild.textContent !== says) live.lastElementChild.textContent = says;
}

function banner(name, times = {}) {
  el("connection").hidden = !name;
  el("connection").innerHTML = name ? told(name).outerHTML.replace(/\{(\w+)\}/g, (_, each) => timeOfDay(times[each])) : "";
}

function lose() {
  if (!inStep && lostAt) return;
  inStep = false;
  lostAt ||= Date.now();
  showLive();
  setTimeout(() => {
    if (!inStep) banner("lost", { lost: lostAt + ahead });
  }, 2000);
}

function connect() {
  clearTimeout(retry);
  source?.close();
  source = new EventSource(page.stream);
  const begin = () => {
    const away = lostAt && Date.now() - lostAt > 2000 ? lostAt : 0;
    inStep = true;
    lostAt = 0;
    retryAfter = 1000;
    showLive();
    if (away) banner("back", { lost: away + ahead, back: now() });
    else banner();
    want();
  };
  source.addEventListener("in-step", begin);
  source.addEventListener("pulse", want);
  source.addEventListener("error", () => {
    lose();
    if (source.readyState === EventSource.CLOSED) {
      retry = setTimeout(connect, retryAfter);
      retryAfter = Math.min(retryAfter * 2, 15000);
    }
  });
}

addEventListener("offline", lose);
addEventListener("online", connect);
htmx.config.timeout = 30000; // a request that hangs would be waited for by all that follow
for (const gone of ["htmx:sendError", "htmx:timeout"]) document.addEventListener(gone, lose);
document.addEventListener("htmx:responseError", () => {
  banner("failed");
});

/* ---- sheets, sorting, small acts ---- */

async function openSheet(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } });
  if (answer.redirected) { location.assign(address); return; }
  el("sheet-body").innerHTML = answer.ok ? await answer.text() : told("missing").outerHTML;
  htmx.process(el("sheet-body"));
  paint();
  if (!el("sheet").open) el("sheet").showModal();
}

function wallOf(asked) {
  const wall = new URLSearchParams(asked);
  wall.delete("open");
  wall.set("wall", "1");
  return `?${wall}`;
}

/* Told by the answer to an act: its sheet has done its work, another that was opened meanwhile stays. */
document.addEventListener("acted", ({ target }) => { if (el("sheet")?.contains(target)) el("sheet").close(); });
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb === "post" && !detail.parameters.csrfmiddlewaretoken) detail.parameters.csrfmiddlewaretoken = token();
});

const DO = {
  retry: connect,
  close: () => el("sheet").close(),
  dismiss: (button) => button.closest(".sw-notice").remove(),
  seen: (button) => { seen.add(button.closest("[data-alert]").dataset.alert); settle(); },
  fullscreen: () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()),
  sound: () => { sound(!audio); audio?.resume().then(ring); }, // so that one knows it
};

document.addEventListener("click", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
  const button = event.target.closest("[data-do]");
  if (button) DO[button.dataset.do](button);
  const sheet = event.target.closest("a[data-sheet]");
  if (sheet && plain) { event.preventDefault(); openSheet(sheet.href); }
  const stay = event.target.closest("a[data-stay]");
  if (stay && plain) {
    event.preventDefault();
    query = new URL(stay.href).search;
    history.replaceState(null, "", stay.href);
    if (el("to-wall")) el("to-wall").href = wallOf(query);
    last = 0;
    free = true;
    want();
  }
  if (event.target === el("sheet")) el("sheet").close(); // beside it
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && el("leave-wall") && !document.fullscreenElement) el("leave-wall").click();
});

for (const it of all("[data-do][hidden]")) it.hidden = false;
sound(localStorage.boardSound === "on");
setClock();
settle();
setInterval(paint, 1000);
setInterval(() => { if (inStep || !lostAt) want(); else if (!document.hidden) fetchBoard(); }, UNASKED);
document.addEventListener("visibilitychange", () => { if (!document.hidden) want(); });
connect();
})();
