// One pass of the build inside Chromium; see make.js. Everything is fetched from the small server of build/snapshot.py.
import { compileAll, unpack, writeFiles } from './js/boot.js';
import { finishRecord, rebasingModule, recordingModule } from './js/snapshot.js';

const ENVIRONMENT = { PYTHONHASHSEED: '0', HOME: '/home/pyodide' };
const bytes = async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer());
const text = async (name) => (await fetch(name)).text();
const send = (name, body) => fetch(name, { method: 'POST', body });

async function start(options, wrap) {
  const indexURL = new URL('runtime/', location.href).href;
  await import(indexURL + 'pyodide.asm.js');
  const { loadPyodide } = await import(indexURL + 'pyodide.mjs');
  globalThis._createPyodideModule = wrap(globalThis._createPyodideModule);
  return loadPyodide({ indexURL, env: ENVIRONMENT, ...options });
}

async function run(python, script, ...names) {
  python.runPython(await text(script));
  return python.globals.get('main')(...names);
}

async function compile() {
  const python = await start({}, (create) => create);
  writeFiles(python.FS, unpack(await bytes('sources.bin')));
  await send('result/plan.json', await run(python, 'compile.py', await text('plan.json')));
  await send('result/code.bin', python.FS.readFile('/tmp/code.bin'));
}

async function record() {
  const notes = {};
  const extensions = compileAll(unpack(await bytes('extensions.bin')));
  const python = await start({ _makeSnapshot: true }, (create) => recordingModule(create, notes, extensions));
  writeFiles(python.FS, unpack(await bytes('result/code.bin')));
  writeFiles(python.FS, (await extensions).map(({ path }) => ({ path, bytes: new Uint8Array(0) })));
  await run(python, 'prepare.py', await text('plan.json'));
  clearFreeMemory(python._module);
  finishRecord(python._module, notes);
  await send('result/memory.bin', python.makeMemorySnapshot());
  await send('result/record.json', JSON.stringify(notes));
}

async function rebase() {
  const notes = JSON.parse(await text('result/record.json'));
  const memory = await bytes('result/memory.bin');
  const difference = memory.slice();
  const extensions = await compileAll(unpack(await bytes('extensions.bin')));
  const python = await start({ _loadSnapshot: memory }, (create) => rebasingModule(create, notes, extensions, difference));
  python.pyimport('numpy').arange(3).sum();
  await send('result/memory.bin', difference);
  await send('result/record.json', JSON.stringify(notes));
}

/** What was freed still holds its old bytes, which would travel with the snapshot: take all of it, clear it, give it back. */
function clearFreeMemory(Module) {
  const end = Module._sbrk(0);
  const taken = [];
  for (let size = 1 << 20; size >= 16; size >>= 1) {
    for (;;) {
      const place = Module._calloc(size, 1);
      taken.push(place);
      if (!place || place + size > end) break; // nothing of this size was free: this is new memory
    }
  }
  taken.forEach((place) => Module._free(place));
}

self.onmessage = async ({ data }) => {
  try {
    await { compile, record, rebase }[data]();
    self.postMessage({});
  } catch (error) {
    self.postMessage({ error: String(error.stack ?? error) });
  }
};
