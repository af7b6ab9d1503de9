// What a device keeps of drafts: IndexedDB, and in it only ciphertext, ids, counts and times.
//
// Three keys. The device's key seals drafts (AES-256-GCM, not extractable, in memory only, never stored). It comes from the
// server, to a session of its owner; or out of `wrapped`, which a key opens that PBKDF2 makes of the passphrase. Each
// ciphertext is bound to what it is: device, draft and revision, so that none can be put back or in another's place.

const NAME = "sijill-offline";
const DAY = 86_400_000;
/** Lengths tell little: texts are padded to multiples of so many bytes. */
const STEP = 4096;

const bytes = (text) => new TextEncoder().encode(text);
const random = (length) => crypto.getRandomValues(new Uint8Array(length));

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("device", { keyPath: "id" });
      asked.result.createObjectStore("draft", { keyPath: "id" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

/** One transaction; resolves when it is on disk. */
async function inside(store, mode, work) {
  const base = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const turn = base.transaction(store, mode, { durability: "strict" });
      const asked = work(turn.objectStore(store));
      turn.oncomplete = () => resolve(asked?.result);
      turn.onerror = turn.onabort = () => reject(turn.error);
    });
  } finally {
    base.close();
  }
}

export const devices = () => inside("device", "readonly", (store) => store.getAll());
export const drafts = () => inside("draft", "readonly", (store) => store.getAll());
export const forget = (id) => inside("draft", "readwrite", (store) => store.delete(id));

/** Whether a record of a draft says more than the server has. */
export const waits = ({ sent, revision }) => sent !== revision;

/** Erases a device with its drafts. */
export async function erase(device) {
  for (const draft of await drafts()) if (draft.device === device) await forget(draft.id);
  await inside("device", "readwrite", (store) => store.delete(device));
}

/** Erases what is too old or has arrived. `now` by the server's clock where it is known; tells how much was lost. */
export async function tidy(now, days) {
  let lost = 0;
  const gone = (await devices()).filter(({ expires }) => expires <= now).map(({ id }) => id);
  for (const draft of await drafts()) {
    const old = gone.includes(draft.device) || draft.written + days * DAY <= now;
    if (!old && waits(draft)) continue;
    await forget(draft.id);
    if (waits(draft)) lost += 1;
  }
  for (const device of gone) await erase(device);
  return { lost, devices: gone.length };
}

// ---- the device's key

export const raw = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));

export const usable = (key) => crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);

async function derived(passphrase, salt, rounds) {
  const typed = bytes(passphrase.normalize("NFKC").trim().replace(/\s+/g, " "));
  const base = await crypto.subtle.importKey("raw", typed, "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

const keyPlace = (device, rounds) => bytes(`sijill/offline/v1|key|${device}|${rounds}`);

/** Keeps a device: its key only as the passphrase wraps it. `skew` is what the server's clock is ahead by. */
export async function keepDevice({ id, key, expires, passphrase, rounds, skew }) {
  const [salt, iv] = [random(16), random(12)];
  const wrapping = await derived(passphrase, salt, rounds);
  const wrapped = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: keyPlace(id, rounds) }, wrapping, key);
  const device = { id, salt, iv, wrapped, rounds, expires, skew };
  await inside("device", "readwrite", (store) => store.put(device));
  return device;
}

/** Notes that a device had contact. */
export const renew = (device, expires, skew) => inside("device", "readwrite", (store) => store.put({ ...device, expires, skew }));

/** The device's key, by the passphrase; nothing if it is the wrong one. */
export async function unlock({ id, salt, iv, wrapped, rounds }, passphrase) {
  const wrapping = await derived(passphrase, salt, rounds);
  try {
    const key = new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: keyPlace(id, rounds) }, wrapping, wrapped));
    const ready = await usable(key);
    key.fill(0);
    return ready;
  } catch {
    return null;
  }
}

// ---- drafts

const draftPlace = (device, id, revision) => bytes(`sijill/offline/v1|draft|${device}|${id}|${revision}`);

/** Keeps a draft as its next revision, or only notes that this one was `sent`. */
export async function keepDraft(key, device, draft) {
  const { id, revision, sent, written, content } = draft;
  const text = bytes(JSON.stringify(content));
  const padded = new Uint8Array(Math.ceil((text.length + 4) / STEP) * STEP);
  new DataView(padded.buffer).setUint32(0, text.length);
  padded.set(text, 4);
  const iv = random(12);
  const body = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: draftPlace(device, id, revision) }, key, padded);
  padded.fill(0);
  await inside("draft", "readwrite", (store) => store.put({ id, device, revision, sent, written, iv, body }));
}

/** The drafts of a device, opened; the newest first. One that was tampered with stays closed. */
export async function openDrafts(key, device) {
  const found = [];
  for (const { body, iv, ...draft } of await drafts()) {
    if (draft.device !== device) continue;
    try {
      const additionalData = draftPlace(device, draft.id, draft.revision);
      const padded = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, body);
      const length = new DataView(padded).getUint32(0);
      found.push({ ...draft, content: JSON.parse(new TextDecoder().decode(new Uint8Array(padded, 4, length))) });
    } catch {
      found.push({ ...draft, damaged: true, content: { fields: {}, paragraphs: [] } });
    }
  }
  return found.sort((one, other) => other.written - one.written);
}
