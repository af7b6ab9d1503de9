// Keys and small comforts of every page. Everything works without this script.

const first = (selector, within = document) => within.querySelector(selector);
const all = (selector) => document.querySelectorAll(selector);
const shut = (menu) => (menu.open = false);

(first("#problems") ?? first("[data-focus] :checked"))?.focus();

let escaped = 0;

/** Blanks the page at once, ends the session, and leaves no page to go back to. */
function vanish() {
  document.title = "";
  document.body.replaceChildren();
  const leave = () => location.replace("/sign-in");
  // Nothing is asked now: drafts that are kept on the device stay there, sealed.
  fetch("/sign-out", { method: "POST", body: new URLSearchParams({ drafts: "keep" }), keepalive: true }).then(leave, leave);
}

function escape(event) {
  const menu = first("details.menu[open]");
  // The picker closes its list, the browser a dialog: that Esc is not meant for us.
  const meant = !event.defaultPrevented && !menu && !first(".picker-list:not([hidden]), dialog[open]");
  if (menu) {
    shut(menu);
    first("summary", menu).focus();
  }
  if (meant && event.timeStamp - escaped < 600) vanish();
  escaped = meant ? event.timeStamp : 0;
}

/** Words that are selected in a paragraph go to the page that marks them; they are posted, so that no address holds them. */
function markUp(event) {
  const words = getSelection();
  const at = words.rangeCount && words.getRangeAt(0).commonAncestorContainer;
  const paragraph = (at?.closest ? at : at?.parentElement)?.closest("[data-mark] > .para");
  if (!paragraph || words.isCollapsed) return;
  event.preventDefault();
  const form = Object.assign(document.createElement("form"), { method: "post", action: `${paragraph.parentElement.dataset.mark}?p=${paragraph.id.slice(1)}` });
  for (const [name, value] of [["p", paragraph.id.slice(1)], ["words", words.toString()], ["do", "begin"]])
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  document.body.append(form);
  form.submit();
}

addEventListener("keydown", (event) => {
  const { target, key, code } = event;
  if (event.isComposing || event.repeat) return;
  if (key === "Escape") return escape(event);
  // By place as well as by letter: on an Arabic keyboard S writes س.
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
    const button = key === "Enter" ? "button[name=do]:is([value=next], [value=read_back], [value=file])" : code === "KeyS" || key === "s" ? "button[name=do][value=save], .button--main:not(a)" : "";
    if (!button) return;
    event.preventDefault();
    ((target.form && first(button, target.form)) ?? first("main " + button))?.click();
  } else if (!event.altKey && !target.isContentEditable && !/^(input|textarea|select)$/.test(target.localName)) {
    const search = first("#q");
    if (key === "/" && search) {
      event.preventDefault();
      search.focus();
    } else if (key === "?" || key === "؟") location.assign("/keys");
    else if (code === "KeyM" || key === "m") markUp(event);
  }
});

addEventListener("click", ({ target }) => {
  for (const menu of all("details.menu[open]")) if (!menu.contains(target)) shut(menu);
});

if (!CSS.supports("field-sizing", "content")) {
  const grow = (area) => {
    area.style.blockSize = "auto";
    area.style.blockSize = area.scrollHeight + 2 + "px";
  };
  const fits = ".grow-text, .para-text";
  for (const area of all("textarea:is(" + fits + ")")) grow(area);
  addEventListener("input", ({ target }) => target.matches(fits) && grow(target));
}

addEventListener("change", ({ target }) => {
  const { max, message } = target.dataset ?? {};
  if (target.type !== "file" || !max) return;
  target.setCustomValidity([...target.files].some((file) => file.size > max) ? message : "");
  target.reportValidity();
});
