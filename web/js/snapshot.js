// Pyodide can save and restore the memory of pure Python, but not of C extensions such as numpy (pyodide issue 4720): their
// code lies in WebAssembly modules of their own, whose functions sit in one table at places that depend on the order of
// loading. We replay that: before the memory is put back, every module is instantiated again, in the same order, at the same
// places of memory and table as when the snapshot was made. Any difference is a Misfit, and the caller starts the stock way.
//
// The build (build/in_browser/) makes a snapshot with recordingModule; the page restores it with restoringModule.

/** The snapshot does not fit this browser, or was made by another release. */
export class Misfit extends Error {}

// Where the loader keeps its notes on one module: a struct of the dynamic linker, offsets in bytes.
const HANDLE_BYTES = 64;
const ALLOCATED = 8, MEMORY_BASE = 12, MEMORY_SIZE = 16, TABLE_BASE = 20, TABLE_SIZE = 24;
const PLACES = { memoryBase: MEMORY_BASE, memorySize: MEMORY_SIZE, tableBase: TABLE_BASE, tableSize: TABLE_SIZE };
const FLAGS = { loadAsync: false, nodelete: true, allowUndefined: true, global: false };

/** Build side: wrap Pyodide's module factory so that the extensions are loaded first and their places noted in `record`. */
export function recordingModule(create, record, extensions) {
  return async (settings) => {
    const Module = await create(settings);
    Object.assign(record, { tableStart: Module.wasmTable.length, libraries: [] });
    for (const { path, module } of await extensions) {
      const handle = Module._calloc(HANDLE_BYTES, 1);
      instantiate(Module, module, path, handle);
      const library = { path, tableAfter: Module.wasmTable.length };
      for (const [name, offset] of Object.entries(PLACES)) library[name] = Module.HEAPU32[(handle + offset) >> 2];
      record.libraries.push(library);
    }
    return Module;
  };
}

/** Build side: what is known only when everything is imported. Call it right before the memory is saved. */
export function finishRecord(Module, record) {
  record.scratch = Module._calloc(HANDLE_BYTES, 1);
  record.tableEnd = Module.wasmTable.length;
  record.handles = Object.entries(Module.LDSO.loadedLibsByHandle).map(([handle, library]) => [+handle, library.name]);
}

/** Page side: wrap Pyodide's module factory so that all lies where the memory, restored next, expects it. */
export function restoringModule(create, record, extensions, memory) {
  return async (settings) => {
    const Module = await placed(await create(settings), record, await extensions);
    expect(exchangeBase(Module, record.base.ranges, await memory), record.base.sum, 'constants in memory');
    return Module;
  };
}

/** Build side: take out of the memory what every page will have anyway; notes in record.base what that was. */
export function rebasingModule(create, record, extensions, memory) {
  return async (settings) => {
    const Module = await placed(await create(settings), record, extensions);
    const constants = [0, Module._emscripten_stack_get_end()];
    const ranges = [constants, ...record.libraries.map(({ memoryBase, memorySize }) => [memoryBase, memoryBase + memorySize])];
    record.base = { ranges, sum: exchangeBase(Module, ranges, memory) };
    return Module;
  };
}

/** Bring the extensions to the places where they lay when the snapshot was made. */
async function placed(Module, record, modules) {
  expect(Module.wasmTable.length, record.tableStart, 'function table of Pyodide');
  expect(modules.length, record.libraries.length, 'number of extensions');
  record.libraries.forEach((library, k) => replay(Module, modules[k], library, record.scratch));
  Module.wasmTable.grow(record.tableEnd - Module.wasmTable.length);
  relinkHandles(Module, record.handles);
  return Module;
}

/**
 * The constants of WebAssembly modules lie in memory before Python starts, so the snapshot need not bring them (2 MB of its
 * download): there it holds the difference (exclusive or) only. Doing it again undoes it. Returns a checksum of the constants.
 */
function exchangeBase(Module, ranges, memory) {
  const offset = new Uint32Array(memory.buffer, memory.byteOffset, 2)[1]; // of Python's memory in Pyodide's file format
  const saved = new Uint32Array(memory.buffer, memory.byteOffset + offset);
  let sum = 0;
  for (const [start, end] of ranges) {
    for (let word = start >> 2; word < end >> 2; word++) {
      const constant = Module.HEAPU32[word];
      saved[word] ^= constant;
      sum = (Math.imul(sum, 31) + constant) | 0;
    }
  }
  return sum;
}

function replay(Module, { path, module }, library, scratch) {
  expect(path, library.path, 'order of extensions');
  Module.HEAP8[scratch + ALLOCATED] = 1; // "has its memory already", so that the loader takes the places as they are
  for (const [name, offset] of Object.entries(PLACES)) Module.HEAPU32[(scratch + offset) >> 2] = library[name];
  instantiate(Module, module, path, scratch);
  expect(Module.wasmTable.length, library.tableAfter, `function table after ${path}`);
}

function instantiate(Module, module, path, handle) {
  Module.preloadedWasm[path] = Module.loadWebAssemblyModule(module, FLAGS, path, {}, handle);
}

/** Python holds handles of the libraries that it opened; the loader has to know them again. */
function relinkHandles(Module, handles) {
  const { loadedLibsByName, loadedLibsByHandle } = Module.LDSO;
  for (const [handle, name] of handles) {
    const exports = Module.preloadedWasm[name];
    if (!exports) continue; // the main module
    loadedLibsByName[name] ??= { refcount: Infinity, name, exports, global: false };
    loadedLibsByHandle[handle] = loadedLibsByName[name];
  }
}

function expect(found, recorded, what) {
  if (found !== recorded) throw new Misfit(`${what}: ${found} here, ${recorded} in the snapshot`);
}
