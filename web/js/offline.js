// Register the service worker, after the page has what it needs, and tell when a newer release lies ready.

/** Resolves once the site is kept for offline use. onUpdate(): a newer release will be shown at the next load. */
export async function keepOffline(onUpdate = () => {}) {
  if (!navigator.serviceWorker) return; // not a secure context, or switched off: the page works, only not offline
  const hadOne = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener('controllerchange', () => hadOne && onUpdate());
  await navigator.serviceWorker.register(new URL('service-worker.js', document.baseURI), { updateViaCache: 'none' });
  await navigator.serviceWorker.ready;
}
