// From nothing to a Python that can answer: what the worker does first. Two ways, both with Pyodide's own unmodified files:
//
//   snapshot   The build started this same Python once, imported numpy, sqlite3, jinja2 and analyzer, and saved its memory.
//              We compile the same WebAssembly modules, put that memory back, and are where the build was. (snapshot.js)
//   stock      Where the memory does not fit this browser: Pyodide starts as usual and imports everything anew. Slower.
//
// What Python needs only later (its library and the packages as files, for tracebacks and late imports) arrives after that.

import { Misfit, restoringModule } from './snapshot.js';

const SITE_PACKAGES = '/lib/python3.12/site-packages/';
const STDLIB = '/lib/python312.zip';

/**
 * Start Python. release: what build/make_site.py wrote into release.js. report(share): how much of its download has arrived.
 * Resolves to {python, how: 'snapshot' | 'stock', why, finish}; finish() brings the rest, before any Python is called.
 */
export async function boot(release, report) {
  try {
    if (!release.snapshot) throw new Misfit('this site was built without a snapshot');
    return await bootFromSnapshot(release, report);
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    return await bootStock(release, report, error.message);
  }
}

async function bootFromSnapshot(release, report) {
  const { snapshot, runtime, packages } = release;
  const download = downloader([runtime.wasm, snapshot.memory, packages.extensions], report);
  const wasm = download(runtime.wasm).response('application/wasm');
  const memory = download(snapshot.memory).bytes();
  const extensions = download(packages.extensions).bytes().then(unpack).then(compileAll);
  extensions.catch(() => {}); // it is awaited below; a failed download must not be reported twice
  const python = await startPyodide(release, {
    answers: { 'pyodide.asm.wasm': wasm, 'python_stdlib.zip': new Response('') },
    options: { _loadSnapshot: memory },
    wrap: (create) => restoringModule(create, snapshot.record, extensions, memory),
  });
  freshenRandomness(python);
  return { python, how: 'snapshot', why: '', finish: () => addFiles(python, release) };
}

async function bootStock(release, report, why) {
  const { runtime, packages } = release;
  const download = downloader([runtime.wasm, runtime.stdlib, packages.code, packages.extensions], report);
  const parts = [packages.code, packages.extensions].map((file) => download(file).bytes().then(unpack));
  const python = await startPyodide(release, {
    answers: {
      'pyodide.asm.wasm': download(runtime.wasm).response('application/wasm'),
      'python_stdlib.zip': download(runtime.stdlib).response('application/zip'),
    },
    options: {},
    wrap: (create) => create,
  });
  for (const part of await Promise.all(parts)) writeFiles(python.FS, part);
  for (const name of release.imports) python.pyimport(name).destroy();
  return { python, how: 'stock', why, finish: async () => {} };
}

/** Run Pyodide's own loader. It asks for files by its own names; `answers` holds what we have fetched for it already. */
async function startPyodide(release, { answers, options, wrap }) {
  const indexURL = release.runtime.folder;
  const lock = { 'pyodide-lock.json': new Response(JSON.stringify(release.runtime.lock)) };
  const [{ loadPyodide }] = await Promise.all([import(indexURL + 'pyodide.mjs'), import(indexURL + 'pyodide.asm.js')]);
  const stockCreate = globalThis._createPyodideModule;
  const stockFetch = globalThis.fetch;
  globalThis._createPyodideModule = wrap(stockCreate);
  globalThis.fetch = (url, init) => ({ ...lock, ...answers })[String(url).split('/').pop()] ?? stockFetch(url, init);
  try {
    return await loadPyodide({ indexURL, env: { PYTHONHASHSEED: '0', HOME: '/home/pyodide' }, ...options });
  } finally {
    globalThis._createPyodideModule = stockCreate;
    globalThis.fetch = stockFetch;
  }
}

/** The build's memory holds the build's random state: every visitor would draw the same "random" numbers. */
function freshenRandomness(python) {
  for (const name of ['random', 'numpy.random']) {
    const module = python.pyimport(name);
    module.seed();
    module.destroy();
  }
}

/** The files behind what is in memory already. The loader's own list of packages is told too (it was empty). */
async function addFiles(python, release) {
  const { runtime, packages } = release;
  const download = downloader([runtime.stdlib, packages.code], () => {});
  const [stdlib, code] = await Promise.all([download(runtime.stdlib).bytes(), download(packages.code).bytes()]);
  python.FS.writeFile(STDLIB, stdlib, { canOwn: true });
  writeFiles(python.FS, unpack(code));
  for (const name of packages.names) python.loadedPackages[name] = 'default channel';
}

// ---- files -------------------------------------------------------------------------------------------------------------

/** Fetch files of known sizes, unpacked on the way, and report the share of all their bytes that has arrived. */
function downloader(files, report) {
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  let arrived = 0;
  return ({ url, bytes, gzip }) => {
    const counted = new TransformStream({
      transform(chunk, out) {
        arrived += chunk.byteLength;
        report(Math.min(1, arrived / total));
        out.enqueue(chunk);
      },
    });
    const stream = fetch(url).then((reply) => {
      if (!reply.ok) throw new Error(`${url} is missing on this site (${reply.status})`);
      const body = reply.body.pipeThrough(counted);
      return gzip ? body.pipeThrough(new DecompressionStream('gzip')) : body;
    });
    const response = (type) => stream.then((body) => new Response(body, { headers: { 'content-type': type } }));
    return { response, bytes: async () => new Uint8Array(await (await response('')).arrayBuffer()) };
  };
}

/** One blob of many files, as build/pack.py writes it: length of the list, the list as JSON, the bytes one after another. */
export function unpack(blob) {
  const headerLength = new DataView(blob.buffer, blob.byteOffset).getUint32(0, true);
  const list = JSON.parse(new TextDecoder().decode(blob.subarray(4, 4 + headerLength)));
  let offset = 4 + headerLength;
  return list.map(([path, length]) => ({ path: SITE_PACKAGES + path, bytes: blob.subarray(offset, (offset += length)) }));
}

export function writeFiles(FS, files) {
  const made = new Set();
  for (const { path, bytes } of files) {
    const folder = path.slice(0, path.lastIndexOf('/'));
    if (!made.has(folder)) FS.mkdirTree(folder);
    made.add(folder);
    FS.writeFile(path, bytes, { canOwn: true });
  }
}

export function compileAll(files) {
  return Promise.all(files.map(async ({ path, bytes }) => ({ path, module: await WebAssembly.compile(bytes) })));
}
