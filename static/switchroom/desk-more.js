/* What the desk's first look does not need: sound and notification of offers, the palette, canned texts, lookups. */
(() => {
"use strict";

const { all, el, press, isText } = window.desk;
const page = document.body.dataset;
const told = (name, text = "") => el("said").content.querySelector(`[data-name=${name}]`).textContent.replace("{text}", () => text);
const sign = (name) => `<svg class="sw-ic" aria-hidden="true"><use href="${page.icons}#i-${name}"/></svg>`;
const made = (tag, values = {}, ...children) => {
  const it = Object.assign(document.createElement(tag), values);
  it.append(...children);
  return it;
};

/* ---- an offer is heard, and told outside the window ---- */

let audio = null;
function ring() {
  try {
    audio ??= new AudioContext();
    for (const [hertz, after] of [[660, 0], [880, 0.16]]) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      volume.gain.setValueAtTime(0.12, audio.currentTime + after);
      volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + after + 0.3);
      tone.frequency.value = hertz;
      tone.connect(volume).connect(audio.destination);
      tone.start(audio.currentTime + after);
      tone.stop(audio.currentTime + after + 0.3);
    }
  } catch { /* no sound here; the page says it too */ }
}

addEventListener("desk:offer", ({ detail }) => {
  ring();
  if (!document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
  const note = new Notification(detail, { body: told("offer"), tag: "desk-offer", requireInteraction: true });
  note.onclick = () => { focus(); note.close(); };
});

/* Asked for in the moment that somebody gets ready, which is when it is of use. */
document.addEventListener("click", ({ target }) => {
  if (target.closest("button[name=to][value=ready]") && window.Notification?.permission === "default") Notification.requestPermission();
});

/* What nobody has come back to for three days is given up. */
for (const key of Object.keys(localStorage)) {
  if (key.startsWith("draft ") && !(JSON.parse(localStorage[key])[0] > Date.now() - 2592e5)) localStorage.removeItem(key);
}

document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-do=theme]")) return;
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.adminTheme = JSON.stringify(root.dataset.theme);
});

/* ---- a list to pick from, by arrows and Enter ---- */

function mark(list, at) {
  const options = all("[role=option]", list);
  options.forEach((it, n) => it.setAttribute("aria-selected", n === at));
  options[at]?.scrollIntoView({ block: "nearest" });
}
const marked = (list) => all("[role=option]", list).findIndex((it) => it.getAttribute("aria-selected") === "true");

function steer(list, event) {
  const count = all("[role=option]", list).length;
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by || !count) return false;
  event.preventDefault();
  mark(list, (marked(list) + by + count) % count);
  return true;
}

function option(icon, text, sub, act) {
  const it = made("li", { onclick: act }, made("span", {}, made("b", { textContent: text })));
  it.setAttribute("role", "option");
  it.insertAdjacentHTML("afterbegin", sign(icon));
  if (sub) it.lastElementChild.append(made("span", { className: "sw-sub", textContent: sub }));
  return it;
}

/* ---- the palette: find or do ---- */

const palette = made("dialog", { className: "sw-palette" });
palette.setAttribute("aria-label", told("find-or-do"));
palette.innerHTML = `<div class="sw-palette__in"><div class="sw-row">${sign("search")}<input role="combobox" aria-expanded="true" aria-controls="palette-list" aria-label="${told("find-or-do")}" autocomplete="off"><kbd>Esc</kbd></div><ul class="sw-pick" role="listbox" id="palette-list" aria-label="${told("found")}"></ul></div>`;
document.body.append(palette);
page.ready = "";
const asked = palette.querySelector("input");
const list = palette.querySelector("ul");
const said = (it) => (it.getAttribute("aria-label") ?? it.textContent).replace(/\s+/g, " ").trim();

function commands() {
  const press = (it) => () => { palette.close(); it.click(); };
  return [
    ...all(".sw-work").map((it) => ["task", said(it.querySelector("b")), said(it.querySelector(".sw-meta")), press(it)]),
    ...all("#state-menu button").map((it) => ["s-ready", it.value === "ready" || !it.value ? said(it) : told("not-ready", said(it)), told("state"), press(it)]),
    ...all("#work-acts :is(a, button), #work-head .sw-notice button, #start, #add-person, #add-topic, #complete").map((it) => ["right", said(it).replace(/ (F\d|Ctrl Enter)$/, ""), told("contact"), press(it)]),
    ...all("#workbins a").map((it) => ["bin", said(it.querySelector(".sw-cut")), told("lists"), press(it)]),
    ["moon", told("theme"), "", () => { palette.close(); press("[data-do=theme]"); }],
    ["help", told("keys"), "", () => { palette.close(); document.querySelector("[data-do=keys]").click(); }],
  ];
}

function look() {
  const text = asked.value.trim();
  const words = text.toLowerCase().split(/\s+/);
  const fits = commands().filter(([, name]) => words.every((word) => name.toLowerCase().includes(word)));
  const options = fits.slice(0, 12).map((each) => option(...each));
  if (text) {
    options.push(option("search", told("find", text), told("find-what"), () => location.assign(`${el("find").href}?of=${encodeURIComponent(text)}`)));
    if (/^[+\d][\d\s()/.-]{3,}$/.test(text)) options.push(option("phone", told("call", text), told("call-what"), () => location.assign(`${page.desk}?panel=start&channel=voice&customer=${encodeURIComponent(text)}`)));
  }
  list.replaceChildren(...options);
  mark(list, 0);
}

asked.addEventListener("input", look);
asked.addEventListener("keydown", (event) => {
  event.stopPropagation();
  if (steer(list, event) || event.key !== "Enter") return;
  event.preventDefault();
  all("[role=option]", list)[marked(list)]?.click();
});
palette.addEventListener("click", (event) => { if (event.target === palette) palette.close(); });
addEventListener("desk:find", () => {
  if (palette.open) return;
  asked.value = "";
  look();
  palette.showModal();
});

/* ---- canned texts: a stroke in a text, then a word of what is wanted ---- */

let texts = null;
const offered = made("ul", { className: "sw-pick sw-canned" });
offered.setAttribute("role", "listbox");
offered.setAttribute("aria-label", told("canned"));
const written = (area) => area.value.slice(0, area.selectionStart).match(/(^|\s)\/([^\s/]*)$/);

async function suggest(area) {
  if (!written(area)) return offered.remove();
  texts ??= await fetch(page.canned).then((answer) => (answer.ok ? answer.json() : [])).catch(() => []);
  const word = written(area)?.[2].toLowerCase();
  if (word === undefined) return offered.remove();
  const fits = texts.filter((each) => `${each.name} ${each.text}`.toLowerCase().includes(word)).slice(0, 6);
  offered.replaceChildren(...fits.map((each) => option("note", each.name, each.text.slice(0, 120), () => insert(area, each.text))));
  mark(offered, 0);
  if (fits.length) area.before(offered);
  else offered.remove();
}

function insert(area, text) {
  const at = area.selectionStart - written(area)[2].length - 1;
  area.setRangeText(text, at, area.selectionStart, "end");
  offered.remove();
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("input", ({ target }) => { if ("canned" in target.dataset) suggest(target); });
document.addEventListener("keydown", (event) => {
  if (!offered.isConnected || !("canned" in event.target.dataset) || steer(offered, event)) return;
  if (event.key === "Escape") { event.stopPropagation(); offered.remove(); }
  if (!["Tab", "Enter"].includes(event.key) || event.ctrlKey) return;
  event.preventDefault();
  all("[role=option]", offered)[marked(offered)]?.click();
}, true);
document.addEventListener("focusout", ({ target }) => { if (target.dataset && "canned" in target.dataset) setTimeout(() => offered.remove(), 200); });

/* ---- who is writing: the others are told, and tell ---- */

const PAUSE = 4000; // ms without a key, and nobody writes any more
let toldOf = ""; // the chat in which the others know that this agent writes
let pausing = 0;

function tellTyping(address, stopped) {
  toldOf = stopped ? "" : address;
  const token = document.cookie.match(/csrftoken=(\w+)/)?.[1] ?? "";
  fetch(address, { method: "POST", headers: { "HX-Request": "true", "X-CSRFToken": token }, body: new URLSearchParams(stopped ? { stopped: "" } : {}) }).catch(() => {});
}

document.addEventListener("input", ({ target }) => {
  const address = target.form?.dataset.typing;
  if (!address || target.name !== "text") return;
  clearTimeout(pausing);
  const colleagues = target.form.elements.to_agents.checked; // the customer is not told of what is not for them
  const writes = target.value.trim() && !colleagues;
  if (writes && toldOf !== address) tellTyping(address, false);
  else if (!writes && toldOf) tellTyping(toldOf, true);
  pausing = setTimeout(() => toldOf && tellTyping(toldOf, true), PAUSE);
});
document.addEventListener("htmx:beforeRequest", ({ detail }) => { if (detail.elt.id === "write") toldOf = ""; }); // the line says it

const writers = new Map(); // by contact and name: until when it is believed
function showTyping() {
  const line = el("typing");
  if (!line) return;
  const here = `${el("work").dataset.work} `;
  const names = [...writers.keys()].filter((key) => key.startsWith(here)).map((key) => key.slice(here.length));
  line.textContent = names.length ? `${names.join(", ")} ${line.dataset.says}` : "";
}
function writes(key, so) {
  clearTimeout(writers.get(key));
  if (so) writers.set(key, setTimeout(writes, 3 * PAUSE, key, false));
  else writers.delete(key);
  showTyping();
}
addEventListener("desk:chat", ({ detail }) => {
  const { interaction, parts, changes } = JSON.parse(detail);
  const me = parts.find((each) => each.user_id === Number(page.user))?.agent_id;
  for (const { from } of changes.lines ?? [changes]) {
    if (from && from.agent_id !== me) writes(`${interaction.uuid} ${from.nickname}`, changes.started === true);
  }
});

/* ---- a key is chosen by pressing it ---- */

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (!("chord" in target.dataset) || /^(Tab|Enter|Escape|Control|Shift|Alt|AltGraph|Meta)$/.test(key)) return;
  event.preventDefault();
  event.stopPropagation();
  const held = [event.ctrlKey && "Ctrl", event.altKey && "Alt", event.shiftKey && "Shift"].filter(Boolean);
  target.value = /^(Backspace|Delete)$/.test(key) ? "" : [...held, key.length > 1 ? key : key.toUpperCase()].join("+");
  target.dispatchEvent(new Event("input", { bubbles: true }));
}, true);

/* ---- names of the directory below an input that holds an id ---- */

let asking = 0;
document.addEventListener("input", ({ target }) => {
  const from = target.closest?.("[data-lookups]")?.dataset.lookups;
  if (!from || !target.dataset.lookup || !isText(target)) return;
  clearTimeout(asking);
  asking = setTimeout(async () => {
    const answer = await fetch(`${from}?${new URLSearchParams({ typed: target.value })}`).catch(() => null);
    if (answer?.ok && target.list) target.list.innerHTML = await answer.text();
  }, 200);
});
})();
