/*
 * Keeps the page's own files, so that it opens without a connection. Never data: whatever is not one
 * of these files goes to the network untouched. The build puts the list in place of the two names.
 */
const files = __FILES__;
const cacheName = `outcry-shell-${__VERSION__}`;

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(cacheName)
      .then((cache) => cache.addAll(files))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names
            .filter((name) => name.startsWith('outcry-shell-') && name !== cacheName)
            .map((name) => caches.delete(name)),
        ),
      )
      .then(() => self.clients.claim()),
  );
});

/** The page's own places: all show the same document. */
function isPage(url) {
  return /^\/(|send|logs(\/.*)?|bots\/.*|more)$/.test(url.pathname);
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate' && isPage(url)) {
    // The newest while there is a connection, the kept one without.
    event.respondWith(fetch(request).catch(() => caches.match('/', { cacheName })));
  } else if (url.pathname !== '/' && files.includes(url.pathname)) {
    event.respondWith(caches.match(request, { cacheName }).then((kept) => kept ?? fetch(request)));
  }
});
