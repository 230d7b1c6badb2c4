// Keeps one release of the site whole, so that the next visit needs no network. build/make_site.py writes RELEASE, with the
// sha256 of every file, above this text; so a new release is a new service worker, which the browser notices by itself.
//
// All but the page itself lies under names that change with the content. A new release is fetched whole in the background
// (what is unchanged is taken from the old one) and shown at the next load; the release before it is kept for tabs still open.

/* global RELEASE */
const PREFIX = `hpo-analyze ${self.registration.scope} `;
const CACHE = PREFIX + RELEASE.id;
const KEPT = 2; // this release, and the one that an open tab may still show
const PAGE = 'index.html';

self.addEventListener('install', (event) => event.waitUntil(keepAll().then(() => self.skipWaiting())));
self.addEventListener('activate', (event) => event.waitUntil(dropOld().then(() => self.clients.claim())));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method === 'GET' && request.url.startsWith(self.registration.scope)) event.respondWith(answer(request));
});

async function keepAll() {
  const cache = await caches.open(CACHE);
  await Promise.all(Object.entries(RELEASE.files).map(([name, integrity]) => keep(cache, name, integrity)));
}

async function keep(cache, name, integrity) {
  const url = new URL(name, self.registration.scope);
  const old = name === PAGE ? undefined : await caches.match(url);
  const reply = old ?? (await fetch(url, { integrity, cache: name === PAGE ? 'no-cache' : 'default' }));
  if (!reply.ok) throw new Error(`${url}: ${reply.status}`);
  await cache.put(url, reply);
}

async function dropOld() {
  const releases = (await caches.keys()).filter((name) => name.startsWith(PREFIX)); // in the order they were made
  const old = releases.filter((name) => name !== CACHE);
  await Promise.all(old.slice(0, Math.max(0, old.length - (KEPT - 1))).map((name) => caches.delete(name)));
}

async function answer(request) {
  const url = new URL(request.url);
  url.search = url.hash = '';
  const cache = await caches.open(CACHE);
  if (request.mode === 'navigate' && isPage(url)) return (await cache.match(new URL(PAGE, self.registration.scope))) ?? fetch(request);
  return (await cache.match(url)) ?? (await caches.match(url)) ?? fetch(request);
}

function isPage(url) {
  const scope = new URL(self.registration.scope);
  return url.pathname === scope.pathname || url.pathname === scope.pathname + PAGE;
}
