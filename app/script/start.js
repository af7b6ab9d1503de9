// Wakes the islands of a page: loads the module, then calls for each <leptos-island> the function of its name, as
// leptos' own inline script does (the policy of our pages allows no inline script).

const { glue, wasm } = document.querySelector("script[data-glue]").dataset;
const module = await import(glue);
await module.default({ module_or_path: wasm });
module.hydrate();

/** What a waking island left for the islands among its children. */
const parents = [];

async function wake(node) {
  if (node.localName === "leptos-island") {
    parents.at(-1)?.();
    await module[node.dataset.component]?.(node);
  }
  const children = node.localName === "leptos-children";
  if (children) parents.push(node.$$on_hydrate);
  for (const child of [...node.children]) await wake(child);
  if (children) parents.pop();
}

await wake(document.body);
