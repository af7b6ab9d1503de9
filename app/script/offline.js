// The shell for writing without a connection: what is open, what is kept, what goes to the server, and when.
//
// Views are the sections of the page; one is shown at a time. A draft is kept on the device soon after each change, as its
// next revision; it goes to the server when the line and a session of its owner are there. It is erased here once the
// server has its newest revision and nobody writes in it any more. No text of a draft is ever in an address, a name, the history
// or a cache; what is in the page goes with the page.

const { vault, line, form } = document.querySelector("script[data-vault]").dataset;
const [Vault, Line, Form] = await Promise.all([vault, line, form].map((path) => import(path)));

const byId = (id) => document.getElementById(id);
const all = (selector) => document.querySelectorAll(selector);
const one = (selector) => document.querySelector(selector);
const limits = Object.fromEntries(Object.entries(byId("offline").dataset).map(([name, value]) => [name, Number(value)]));
const arabic = document.documentElement.lang === "ar";
const MINUTE = 60_000;
/** Kept so long after the last key, at the latest so long after the first change; sent so long after the last key. */
const [QUIET, LATEST, SEND] = [700, 3_000, 3_000];
/** The line is looked for so often. */
const LOOK = 15_000;

/** The device that is open, its key, its drafts, and the one that is written. */
let [device, key, drafts, draft] = [null, null, [], null];
/** Whether the server answers; whether it is the device's owner who is signed in here. */
let [online, own] = [false, false];
/** What the server's clock is ahead by, as far as known. */
let skew;
let [changed, typed, kept, touched, sending, looked, view] = [null, 0, null, Date.now(), false, 0, "wait"];
let conflict = null;
/** The person is done with the draft: a conflict may be shown at once. */
let finishing = false;
/** That the clock is wrong is said once. */
let warned = false;

const now = () => Date.now() + (skew ?? device?.skew ?? 0);

function word(name, values = {}) {
  const text = one(`[data-word=${name}]`).textContent;
  return Object.entries(values).reduce((text, [name, value]) => text.replace(`{${name}}`, value), text);
}

const day = (at) => new Date(at).toLocaleDateString(arabic ? "ar-SY-u-nu-latn" : "en-GB", { day: "numeric", month: "long", year: "numeric" });

const clock = (at) => new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

function show(name) {
  view = name;
  for (const section of all("[data-view]")) section.hidden = section.dataset.view !== name;
  one(`[data-view=${name}] h1`).focus();
  status();
}

function notice(tone, text, link, href) {
  const box = document.createElement("div");
  box.className = "notice";
  box.dataset.tone = tone;
  const said = document.createElement("p");
  said.append(text);
  if (href) {
    const way = document.createElement("a");
    way.href = href;
    way.textContent = link;
    said.append(" ", way);
  }
  box.append(said);
  const same = [...byId("notices").children].some((other) => other.textContent === box.textContent);
  if (!same) byId("notices").append(box);
}

const quiet = () => byId("notices").replaceChildren();

/** Writes a text where it is not written yet, so that it is announced once. */
function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function status() {
  if (view === "gone") return;
  one(".saved").toggleAttribute("data-pending", changed !== null);
  const waiting = drafts.some((draft) => Vault.waits(draft)) || changed || (draft?.revision > 0 && Vault.waits(draft));
  const name = !online ? "offline" : key && !own ? "signed_out" : key && !waiting ? "synchronised" : "connected";
  put(byId("line"), word(name));
  byId("line").dataset.tone = online && name !== "signed_out" ? "accent" : "amber";
  for (const link of all("[data-needs-line]")) link.hidden = !online;
  for (const link of all("[data-signed-out]")) link.hidden = !(online && key && !own && waiting);
  one("[data-do=send]").hidden = !(online && own && waiting);
  if (view !== "write" || !draft || !kept || one("[data-saved=word]").dataset.stuck) return;
  const arrived = draft.code && !changed && !Vault.waits(draft);
  put(one("[data-saved=word]"), arrived ? word("arrived", { code: draft.code }) : word("kept"));
  const seconds = Math.max(0, Math.floor((Date.now() - kept) / 1_000));
  put(one("[data-saved=ago]"), seconds < 60 ? word("seconds", { n: seconds }) : word("minutes", { n: Math.floor(seconds / 60) }));
  const further = one("[data-online]");
  further.hidden = !arrived;
  if (arrived) further.href = draft.path;
}

/** A sentence in the place of "kept", until the next change. */
function stuck(text) {
  const place = one("[data-saved=word]");
  place.dataset.stuck = text ? "yes" : "";
  if (!text) return;
  put(place, text);
  put(one("[data-saved=ago]"), "");
}

// ---- opening and locking

/** Looks for the server; `known` if the session may be asked for too. */
async function look(known) {
  looked = Date.now();
  const devices = await Vault.devices();
  const { status: answered, told, skew: ahead } = await Line.contact(devices.map(({ id }) => id), known);
  const before = online;
  online = answered === 200;
  if (!online) {
    own = false;
    skew ??= devices[0]?.skew;
    return status();
  }
  skew = ahead ?? skew;
  if (Math.abs(skew) > limits.clock * MINUTE && !warned) notice("amber", word("clock", { n: Math.round(Math.abs(skew) / MINUTE) }));
  warned ||= Math.abs(skew) > limits.clock * MINUTE;
  for (const [id, standing] of Object.entries(told.standing)) if (standing !== "open") await end(id);
  if (known) {
    if (!told.signed_in) own = false;
    else if (key && !own) await take(device);
  } else if (!before) return look(true);
  status();
  return told;
}

/** Takes a device's key from the server, or confirms that the device is still this person's; the status of the answer. */
async function take(which) {
  const { status: answered, told, skew: ahead } = await Line.key(which.id);
  if (answered === 410) await end(which.id);
  if (answered === 403) notice("amber", word("role"));
  if (answered !== 200) return answered;
  device = { ...which, expires: Date.parse(told.expires), skew: ahead };
  await Vault.renew(which, device.expires, ahead);
  key = await Vault.usable(Vault.raw(told.key));
  own = true;
  return answered;
}

/** The device may keep nothing any more. */
async function end(id) {
  await Vault.erase(id);
  notice("red", word("ended"));
  if (device?.id !== id) return;
  close();
  show("apart");
}

function close() {
  [device, key, drafts, draft, changed, kept, own, conflict] = [null, null, [], null, null, null, false, null];
  Form.empty();
  for (const held of all("#drafts, #both")) held.replaceChildren();
  for (const field of all("input[type=password]")) field.value = "";
}

async function enter() {
  show("wait");
  const told = await look(true);
  const { lost } = await Vault.tidy(now(), limits.days);
  if (lost) notice("amber", word("expired", { n: lost, days: limits.days }));
  let others = Boolean(told?.signed_in);
  for (const which of told?.signed_in ? await Vault.devices() : []) {
    const answered = await take(which);
    if (answered === 200) return home();
    others &&= answered === 404 || answered === 410;
  }
  // Signed in, and no device here is this person's.
  if (others && told.may) return show("enrol");
  if (others) notice("amber", word("role"));
  show((await Vault.devices()).length ? "unlock" : "apart");
}

async function lock() {
  await keep();
  await drop();
  close();
  show((await Vault.devices()).length ? "unlock" : "apart");
}

/** The draft that was written needs no place here any more, once the server has all of it. */
async function drop() {
  await keeping;
  if (draft && !changed && !Vault.waits(draft)) await Vault.forget(draft.id);
  draft = null;
  kept = null;
}

// ---- passphrases

function problem(id, text) {
  const [field, place] = [byId(id), byId(`${id}-error`)];
  field.toggleAttribute("aria-invalid", Boolean(text));
  if (text) field.setAttribute("aria-invalid", "true");
  place.hidden = !text;
  place.textContent = text;
  if (text) field.focus();
}

/** A new passphrase out of two fields, if it is long enough and the same twice. */
function chosen(id) {
  const [text, again] = [byId(id).value, byId(`${id}_again`).value];
  const words = text.trim().split(/\s+/).filter((word) => word);
  problem(`${id}_again`, text === again ? "" : word("unequal"));
  problem(id, [...text.trim()].length < limits.least ? word("short") : words.length < limits.words ? word("words") : "");
  return byId(id).hasAttribute("aria-invalid") || byId(`${id}_again`).hasAttribute("aria-invalid") ? null : text;
}

async function wrap(told, ahead, passphrase) {
  const bytes = Vault.raw(told.key);
  device = await Vault.keepDevice({ id: told.device, key: bytes, expires: Date.parse(told.expires), passphrase, rounds: limits.rounds, skew: ahead });
  key = await Vault.usable(bytes);
  bytes.fill(0);
  own = true;
}

const forms = {
  async enrol() {
    const passphrase = chosen("passphrase");
    if (!passphrase) return;
    const { status: answered, told, skew: ahead } = await Line.key();
    if (answered === 401) return show("apart");
    if (answered !== 200) return problem("passphrase", word(answered === 422 ? "too_many" : answered === 403 ? "role" : "failed"));
    await wrap(told, ahead, passphrase);
    await navigator.storage?.persist?.();
    clearSecrets();
    await home();
  },
  async unlock() {
    const passphrase = byId("unlock_passphrase").value;
    problem("unlock_passphrase", "");
    for (const which of await Vault.devices()) {
      const opened = await Vault.unlock(which, passphrase);
      if (!opened) continue;
      [device, key] = [which, opened];
      clearSecrets();
      if (online) await look(true);
      if (key) await home();
      return;
    }
    problem("unlock_passphrase", word("wrong"));
  },
  async change() {
    const passphrase = chosen("change_passphrase");
    if (!passphrase) return;
    const { status: answered, told, skew: ahead } = await Line.key(device.id);
    if (answered === 410) return end(device.id);
    if (answered !== 200) return problem("change_passphrase", word("no_device"));
    await wrap(told, ahead, passphrase);
    clearSecrets();
    quiet();
    notice("accent", word("changed"));
  },
};

function clearSecrets() {
  for (const field of all("input[type=password]")) {
    field.value = "";
    problem(field.id, "");
  }
}

for (const [name, run] of Object.entries(forms))
  byId(name).addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.target.querySelector("button");
    if (button.getAttribute("aria-disabled") === "true") return;
    const label = button.textContent;
    button.setAttribute("aria-disabled", "true");
    button.textContent = word("deriving");
    try {
      await run();
    } finally {
      button.removeAttribute("aria-disabled");
      button.textContent = label;
    }
  });

// ---- drafts

async function home() {
  await drop();
  Form.empty();
  drafts = await Vault.openDrafts(key, device.id);
  list();
  show("drafts");
  if (online && own) await synchronise();
}

const titleOf = ({ content }) => content.fields.summary?.trim().split("\n")[0] || content.fields.witness?.trim() || word("untitled");

function list() {
  const items = drafts.map((draft) => {
    const item = byId("draft").content.firstElementChild.cloneNode(true);
    const part = (name) => item.querySelector(`[data-draft=${name}]`);
    part("title").textContent = titleOf(draft);
    part("facts").textContent = word("facts", { day: day(draft.written), until: day(draft.written + limits.days * 24 * 60 * MINUTE) });
    part("open").hidden = Boolean(draft.damaged);
    part("open").onclick = () => write(draft);
    part("delete").onclick = () => discard(draft);
    return item;
  });
  byId("drafts").replaceChildren(...items);
  byId("none").hidden = items.length > 0;
}

function write(which) {
  quiet();
  draft = which;
  [changed, kept] = [null, which.revision ? Date.now() - (now() - which.written) : null];
  stuck("");
  put(one("[data-saved=word]"), "");
  put(one("[data-saved=ago]"), "");
  Form.fill(which.content);
  show("write");
}

const blank = () => ({ id: crypto.randomUUID(), revision: 0, sent: -1, written: now(), content: { fields: {}, paragraphs: [{ text: "" }, { text: "" }] } });

let keeping = Promise.resolve();

/** Keeps what is written now, one after the other. What is read and sealed is settled before anything waits. */
function keep() {
  if (!draft || changed === null) return keeping;
  const [which, before, ready] = [draft, changed, [key, device.id]];
  changed = null;
  if (which.revision === 0 && Form.isBlank(Form.read())) return keeping;
  Object.assign(which, { content: Form.read(), revision: which.revision + 1, written: now() });
  const copy = { ...which };
  keeping = keeping
    .then(() => Vault.keepDraft(...ready, copy))
    .then(
      () => (kept = Date.now()),
      () => {
        changed ??= before;
        stuck(word("not_kept"));
      },
    )
    .then(status);
  return keeping;
}

async function discard(which) {
  if (!(await sure("delete"))) return show("drafts");
  await Vault.forget(which.id);
  await home();
}

async function erase() {
  const before = view;
  if (!(await sure("erase"))) return show(before);
  for (const { id } of device ? [device] : await Vault.devices()) await Vault.erase(id);
  close();
  await enter();
}

function sure(about) {
  one("[data-view=question] h1").textContent = word(about);
  one("[data-question=what]").textContent = word(`${about}_what`);
  one("[data-answer=yes]").textContent = word(`${about}_do`);
  show("question");
  return new Promise((resolve) => {
    for (const button of all("[data-answer]")) button.onclick = () => resolve(button.dataset.answer === "yes");
  });
}

// ---- to the server

/** Sends every draft that waits, but not one that is being written. */
async function synchronise() {
  for (const which of drafts.filter((draft) => Vault.waits(draft) && !draft.damaged)) {
    if (view !== "drafts" || !(await send(which))) break;
  }
  if (view === "drafts") {
    drafts = await Vault.openDrafts(key, device.id);
    list();
    status();
  }
}

/** Sends one draft as it is kept; whether the next may be sent. `decided`: another content, upon the version that was seen. */
async function send(which, decided) {
  if (sending) return false;
  sending = true;
  const sent = { ...which, ...decided };
  const answer = await Line.send(device.id, sent);
  sending = false;
  if (!key) return false;
  const { status: answered, told } = answer;
  const title = titleOf(which);
  switch (answered) {
    case 200:
      return arrived(which, sent.revision, told);
    case 401:
      own = false;
      break;
    case 403:
      if (told.purpose) notice("amber", word("purpose", { title }), word("purpose_link"), told.purpose);
      else notice("amber", word("role"));
      break;
    case 404:
      notice("amber", word("out_of_reach", { title }));
      break;
    case 409:
      return compare(which, told);
    case 410:
      await end(device.id);
      return false;
    case 422:
      notice("red", word("refused", { title, why: told.problems.map(({ text }) => text).join(" ") }));
      break;
    case 0:
      online = false;
      own = false;
      break;
    default:
      if (which === draft) stuck(word("failed"));
      else notice("amber", word("failed"));
  }
  which.again = Date.now() + LOOK;
  status();
  return answered === 403 || answered === 404 || answered === 422;
}

async function arrived(which, revision, { code, path }) {
  if (which === draft) {
    Object.assign(which, { sent: revision, code, path });
    const ready = [key, device.id];
    keeping = keeping.then(() => which.revision === revision && Vault.keepDraft(...ready, which));
    await keeping;
    kept = Date.now();
  } else {
    await Vault.forget(which.id);
    drafts = drafts.filter((other) => other !== which);
    notice("accent", word("sent", { code: "" }).trim(), code, path);
    list();
  }
  status();
  return true;
}

async function finish() {
  finishing = true;
  await keep();
  if (online && own && draft.revision && Vault.waits(draft)) await send(draft);
  finishing = false;
  if (view !== "write") return;
  const { path } = draft;
  const done = path && !Vault.waits(draft);
  await home();
  if (done && online) location.assign(path);
}

// ---- two texts

function compare(which, told) {
  if (which === draft && view === "write" && !finishing) {
    // Nobody is taken away from what they are writing.
    which.again = Infinity;
    stuck(one("[data-view=conflict] h1").textContent);
    return false;
  }
  conflict = { which, told };
  const pairs = Form.differences(which.content, told).map(([label, mine, theirs]) => {
    const pair = byId("pair").content.cloneNode(true);
    pair.querySelector("h2").textContent = label;
    pair.querySelector("[data-side=mine]").textContent = mine || "—";
    pair.querySelector("[data-side=theirs]").textContent = theirs || "—";
    return pair;
  });
  byId("both").replaceChildren(...pairs);
  one("[data-conflict=by]").textContent = word("by", { code: told.code, who: `\u2068${told.by}\u2069`, at: `${day(told.at)} ${clock(told.at)}` });
  one("[data-conflict=frozen]").hidden = told.open;
  for (const choice of all("[data-open]")) choice.hidden = !told.open;
  show("conflict");
  return false;
}

const decisions = {
  later: async () => {},
  theirs: async ({ which, told }) => {
    await Vault.forget(which.id);
    notice("accent", "", told.code, told.path);
  },
  apart: async ({ which }) => {
    const anew = { ...which, id: crypto.randomUUID(), sent: -1 };
    await Vault.keepDraft(key, device.id, anew);
    await Vault.forget(which.id);
    await send(anew);
  },
  replace: ({ which, told }) => decided(which, told, { fields: { ...told.fields, ...which.content.fields }, paragraphs: which.content.paragraphs }),
  append: ({ which, told }) =>
    decided(which, told, { fields: told.fields, paragraphs: [...told.paragraphs, ...which.content.paragraphs.filter(({ text }) => text.trim())] }),
};

/** What was decided is sent and not kept: if it does not arrive, both texts are shown again. */
const decided = (which, told, content) => send(which, { content, revision: which.revision + 1, seen: told.version });

async function decide(how) {
  const about = conflict;
  conflict = null;
  draft = null;
  byId("both").replaceChildren();
  await decisions[how](about);
  if (conflict || !key) return;
  drafts = await Vault.openDrafts(key, device.id);
  list();
  show("drafts");
}

// ---- what people do

const deeds = {
  again: () => location.reload(),
  new: () => write(blank()),
  add: () => {
    Form.another();
    touch();
  },
  send: () => {
    quiet();
    return synchronise();
  },
  lock,
  erase,
  finish,
};

function touch() {
  typed = touched = Date.now();
  changed ??= typed;
  one(".saved").toggleAttribute("data-pending", true);
  stuck("");
}

addEventListener("click", ({ target }) => {
  touched = Date.now();
  const button = target.closest("button");
  if (!button) return;
  const { do: what, decide: how, move, undo } = button.dataset;
  if (what) deeds[what]();
  if (how) decide(how);
  if (move && Form.move(Form.itemOf(button), move)) touch();
  if (undo !== undefined) {
    Form.undo(button);
    touch();
  }
});

for (const name of ["input", "change"]) byId("testimony").addEventListener(name, touch);
byId("testimony").addEventListener("submit", (event) => event.preventDefault());
one("[data-online]").addEventListener("click", async (event) => {
  event.preventDefault();
  await finish();
});

let escaped = 0;

/** Hides everything at once, ends the session, and leaves no page to go back to. What was written is kept, sealed. */
function vanish() {
  keep();
  close();
  view = "gone";
  document.body.replaceChildren();
  const leave = () => location.replace("/sign-in");
  fetch("/sign-out", { method: "POST", body: new URLSearchParams({ drafts: "keep" }), keepalive: true }).then(leave, leave);
}

addEventListener("keydown", (event) => {
  touched = Date.now();
  const { target, key: pressed, code, altKey, timeStamp } = event;
  if (event.isComposing || event.repeat) return;
  if (pressed === "Escape") {
    if (timeStamp - escaped < 600) return vanish();
    escaped = timeStamp;
  }
  if ((event.ctrlKey || event.metaKey) && (code === "KeyS" || pressed === "s")) {
    event.preventDefault();
    keep();
  }
  const item = altKey && Form.itemOf(target);
  if (item && (pressed === "ArrowUp" || pressed === "ArrowDown")) {
    event.preventDefault();
    if (Form.move(item, pressed === "ArrowUp" ? "up" : "down")) touch();
  }
});

setInterval(() => {
  if (view === "gone") return;
  const at = Date.now();
  if (changed !== null && (at - typed >= QUIET || at - changed >= LATEST)) keep();
  else if (view === "write" && online && own && draft.revision && Vault.waits(draft) && at - typed >= SEND && !(draft.again > at)) send(draft);
  if (key && at - touched > limits.idle * MINUTE) lock();
  if (at - looked > LOOK && !document.hidden && view !== "busy" && view !== "unable") lookOn();
  status();
}, 500);

/** The line may have come back: drafts that wait go off. */
async function lookOn(known) {
  const before = online && own;
  const told = await look(known);
  if (!before && online && own && view === "drafts") await synchronise();
  if (view === "apart" && told?.signed_in && told.may) await enter();
}

addEventListener("online", () => lookOn(true));
document.addEventListener("visibilitychange", () => (document.hidden ? keep() : lookOn(true)));
addEventListener("beforeunload", (event) => changed !== null && event.preventDefault());
// A page that goes, goes with all that is in it, also where the browser would keep it for coming back.
addEventListener("pagehide", () => {
  keep();
  close();
});
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());

// ---- the beginning

/** This window alone writes drafts, as long as it is there. Where another one does, `waiting` is called, and the answer comes when that one is gone. */
const alone = (waiting) =>
  new Promise((resolve) => {
    const take = (lock) => {
      if (!lock) {
        waiting();
        navigator.locks.request("sijill-offline", take);
        return undefined;
      }
      resolve();
      return new Promise(() => {});
    };
    navigator.locks.request("sijill-offline", { ifAvailable: true }, take);
  });

async function begin() {
  if (!isSecureContext || !crypto.subtle || !navigator.locks || !navigator.serviceWorker) return show("unable");
  try {
    await Vault.devices();
  } catch {
    return show("unable");
  }
  navigator.serviceWorker.register("/offline/worker.js", { scope: "/offline", updateViaCache: "none" }).catch(() => {});
  await alone(() => show("busy"));
  await enter();
}

await begin();
