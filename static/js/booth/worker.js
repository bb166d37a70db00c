// Lets the booth page be opened while the server is away, where browsers allow it (https, localhost). It keeps the page and
// the files that it used; the server's answer goes first whenever there is one. Calls of the API pass it by.

const KEPT = "laojiefang-booth";
const PAGE = "/booth";
const PATIENCE = 3000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => event.waitUntil(keep(event.data.keep)));
self.addEventListener("fetch", (event) => {
  if (isKept(event.request)) event.respondWith(answer(event.request));
});

function isKept({ method, url }) {
  const { origin, pathname } = new URL(url);
  return method === "GET" && origin === self.location.origin && (pathname === PAGE || pathname.startsWith("/static/"));
}

async function answer(request) {
  const cache = await caches.open(KEPT);
  try {
    const reply = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (reply.status < 500) {
      if (reply.ok) await cache.put(request.url, reply.clone());
      return reply;
    }
  } catch {
    // Away, or too slow: what is kept is as good.
  }
  return (await cache.match(request.url, { ignoreVary: true })) ?? Response.error();
}

/** Keep what the page says that it used, and nothing else: files of earlier versions go. @param {string[]} urls */
async function keep(urls) {
  const cache = await caches.open(KEPT);
  const wanted = new Set(urls);
  const has = new Set((await cache.keys()).map(({ url }) => url));
  for (const url of has) if (!wanted.has(url)) await cache.delete(url, { ignoreVary: true });
  const missing = urls.filter((url) => !has.has(url));
  await Promise.allSettled(missing.map((url) => cache.add(url)));
}
