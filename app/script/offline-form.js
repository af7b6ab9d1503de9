// The form of a testimony on the shell: reads and fills it, moves paragraphs, and names what differs between two texts.

const byId = (id) => document.getElementById(id);
const list = byId("statement");
const fields = [...document.querySelectorAll("[data-field]")];
const LIVE = "li.para:not([hidden], [data-gone])";
const live = () => [...list.querySelectorAll(LIVE)];
const part = (item, name) => item.querySelector(`[data-part=${name}]`);
const word = (name) => document.querySelector(`[data-word=${name}]`).textContent;

export const isBlank = ({ fields, paragraphs }) =>
  Object.values(fields).every((text) => !text.trim()) && paragraphs.every(({ text }) => !text.trim());

/** What stands in the form now. */
export function read() {
  const paragraphs = live().map((item) => ({ text: part(item, "text").value, language: part(item, "language").value, basis: part(item, "basis").value }));
  return { fields: Object.fromEntries(fields.map((field) => [field.dataset.field, field.value])), paragraphs };
}

export function fill(content) {
  for (const field of fields) field.value = content?.fields[field.dataset.field] ?? "";
  list.replaceChildren();
  for (const paragraph of content?.paragraphs ?? []) add(paragraph);
  number();
}

/** Leaves nothing of a draft in the page. */
export const empty = () => fill(null);

function add(paragraph) {
  const item = byId("paragraph").content.firstElementChild.cloneNode(true);
  for (const [name, value] of Object.entries(paragraph ?? {})) {
    const field = part(item, name);
    if (field) field.value = value ?? "";
  }
  list.append(item);
  return item;
}

export function another() {
  const last = live().at(-1);
  const item = add({ language: last ? part(last, "language").value : "" });
  number();
  part(item, "text").focus();
}

function number() {
  live().forEach((item, at) => {
    item.querySelector(".para-n").textContent = at + 1;
    for (const named of item.querySelectorAll("[data-label]")) named.setAttribute("aria-label", named.dataset.label.replace("{n}", at + 1));
  });
}

/** Does what a paragraph's button says; whether anything changed. */
export function move(item, what) {
  const items = live();
  const other = items[items.indexOf(item) + (what === "up" ? -1 : 1)];
  const focused = document.activeElement;
  if (what === "remove") remove(item);
  else if (!other) return false;
  else if (what === "up") other.before(item);
  else other.after(item);
  number();
  if (item.contains(focused) && !item.hidden) focused.focus();
  return true;
}

function remove(item) {
  const gone = document.createElement("li");
  gone.className = "para";
  gone.dataset.gone = "";
  const said = document.createElement("p");
  said.className = "row muted";
  const undo = document.createElement("button");
  undo.className = "button button--small";
  undo.type = "button";
  undo.dataset.undo = "";
  undo.textContent = word("undo");
  said.append(word("removed"), " ", undo);
  gone.append(said);
  item.hidden = true;
  item.after(gone);
  undo.focus();
}

/** Puts a removed paragraph back: it stands hidden before what says that it is gone. */
export function undo(button) {
  const gone = button.closest("[data-gone]");
  const item = gone.previousElementSibling;
  gone.remove();
  item.hidden = false;
  number();
  part(item, "text").focus();
}

export const itemOf = (element) => element.closest?.(LIVE);

// ---- two texts side by side

const chosen = (select, code) => [...select.options].find(({ value }) => value === code)?.textContent ?? code;
const shown = (field, text) => (text && field.localName === "select" ? chosen(field, text) : text ?? "");

function told(paragraph) {
  if (!paragraph) return "";
  const { content } = byId("paragraph");
  const facts = ["basis", "language"].filter((name) => paragraph[name]).map((name) => chosen(content.querySelector(`[data-part=${name}]`), paragraph[name]));
  return facts.length ? `${paragraph.text} (${facts.join(" · ")})` : paragraph.text;
}

/** What differs: label, mine, theirs. Paragraphs that both begin or end with are passed over. */
export function differences(mine, theirs) {
  const pairs = fields.map((field) => [
    document.querySelector(`label[for=${field.id}]`).textContent,
    shown(field, mine.fields[field.dataset.field]),
    shown(field, theirs.fields[field.dataset.field]),
  ]);
  const [here, there] = [mine.paragraphs.filter(({ text }) => text.trim()).map(told), theirs.paragraphs.map(told)];
  let start = 0;
  while (start < here.length && here[start] === there[start]) start += 1;
  while (here.length > start && there.length > start && here.at(-1) === there.at(-1)) {
    here.pop();
    there.pop();
  }
  for (let at = start; at < Math.max(here.length, there.length); at += 1)
    pairs.push([word("paragraph").replace("{n}", at + 1), here[at] ?? "", there[at] ?? ""]);
  return pairs.filter(([, one, other]) => one.trim() !== other.trim());
}
