// The service worker of the shell: keeps the shell and what it loads, and answers for nothing else. Its scope is /offline, so it
// is never asked about another page; of the shell's own requests it lets everything pass that is not listed here. It
// never keeps an answer to anything that was asked later: what it keeps is fetched once, without cookies, as a stranger.

const CACHE = "sijill-offline-{version}";
const pages = ["{pages}"];
const files = ["{files}"].filter((path) => path);
const entrance = "/offline";

addEventListener("install", (event) => event.waitUntil(keep()));
addEventListener("activate", (event) => event.waitUntil(tidy()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || search) return;
  if (pathname === entrance || pages.includes(pathname) || files.includes(pathname)) event.respondWith(answer(request, pathname));
});

async function keep() {
  const cache = await caches.open(CACHE);
  await cache.addAll([...pages, ...files].map((path) => new Request(path, { credentials: "omit", cache: "reload" })));
  await skipWaiting();
}

async function tidy() {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  await clients.claim();
}

async function answer(request, path) {
  const cache = await caches.open(CACHE);
  // The entrance leads to the language that was used last.
  if (pages.includes(path) && request.mode === "navigate") await cache.put(entrance, Response.redirect(path, 303));
  return (await cache.match(path)) ?? (path === entrance ? Response.redirect(pages[0], 303) : fetch(request));
}
