// The page that asks about drafts at sign-out: says how many wait, asks nothing where none do, and erases where that was chosen.

const page = document.querySelector("#leave");
const own = page.dataset.devices.split(" ").filter((id) => id);

const opened = () =>
  new Promise((resolve, reject) => {
    const asked = indexedDB.open("sijill-offline");
    // There is none: nothing must be made by looking.
    asked.onupgradeneeded = () => asked.transaction.abort();
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

const done = (asked) =>
  new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });

async function waiting() {
  const base = await opened();
  const drafts = await done(base.transaction("draft").objectStore("draft").getAll());
  base.close();
  return drafts.filter(({ device, sent, revision }) => own.includes(device) && sent !== revision).length;
}

async function erase() {
  const base = await opened();
  const turn = base.transaction(["device", "draft"], "readwrite", { durability: "strict" });
  const drafts = turn.objectStore("draft");
  for (const { id, device } of await done(drafts.getAll())) if (own.includes(device)) drafts.delete(id);
  for (const id of own) turn.objectStore("device").delete(id);
  await new Promise((resolve) => (turn.oncomplete = turn.onabort = resolve));
  base.close();
}

page.addEventListener("submit", async (event) => {
  if (page.elements.drafts.value !== "delete" || event.submitter?.dataset.erased) return;
  event.preventDefault();
  await erase().catch(() => {});
  page.submit();
});

// The button was pressed already, and no draft waits: there is nothing to decide.
const count = await waiting().catch(() => 0);
document.querySelector("#waiting").textContent = page.dataset.count.replace("{n}", count);
if (count === 0 && new URLSearchParams(location.search).has("leave")) page.submit();
