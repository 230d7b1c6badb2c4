// Files opened lately, to be offered again: handles of the File System Access API, kept by the browser in IndexedDB. Where a
// browser has no handles nothing is kept. Contents are never stored.

const STORE = 'opened', KEPT = 6;

/** Remember what was opened: {name, handles}. */
export async function remember({ name, handles }) {
  const entries = (await recent()).filter((entry) => entry.name !== name);
  await transact('readwrite', (store) => {
    store.clear();
    [{ name, handles }, ...entries].slice(0, KEPT).forEach((entry) => store.add(entry));
  });
}

/** What was opened lately, the latest first. */
export async function recent() {
  try {
    return (await transact('readonly', (store) => store.getAll())) ?? [];
  } catch {
    return []; // private windows and switched-off storage
  }
}

/** The files behind handles, asking the reader where the browser wants that. Null where they cannot be had. */
export async function filesOf(handles, { ask }) {
  try {
    for (const handle of handles) {
      const state = await handle.queryPermission({ mode: 'read' });
      if (state !== 'granted' && !(ask && (await handle.requestPermission({ mode: 'read' })) === 'granted')) return null;
    }
    return await Promise.all(handles.map((handle) => handle.getFile()));
  } catch {
    return null;
  }
}

function transact(mode, action) {
  return new Promise((done, failed) => {
    const asked = indexedDB.open('hpo-analyze', 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { autoIncrement: true });
    asked.onerror = () => failed(asked.error);
    asked.onsuccess = () => {
      const transaction = asked.result.transaction(STORE, mode);
      const request = action(transaction.objectStore(STORE));
      transaction.oncomplete = () => { asked.result.close(); done(request?.result); };
      transaction.onerror = () => failed(transaction.error);
    };
  });
}
