// The worker: the thread that Python lives in. It starts Python, mounts dropped files, and answers calls one after another.
//
// in   {id, name, payload, files?, assets?}      call analyzer.browser.<name>(JSON text); see client.js
// out  {ready: {how, why}}                       Python can be called
//      {progress: {stage, fraction}}             'download', 'start' (boot); 'read' (a file); or any stage Python reports
//      {id, text, arrays}                        the answer: JSON text, and the arrays that it refers to as {"$": k}
//      {id, error: {kind, message}}              kind: 'bug', 'memory', 'file-changed'
//      {failed: {kind: 'boot', message}}         Python did not start

import { boot } from './boot.js';
import { DroppedFiles } from './files.js';
import { RELEASE } from './release.js';

const PROGRESS_PAUSE_MS = 30;
const DOWNLOAD_SHARE = 0.8; // of the boot; the rest is compiling, and putting the memory back

let lastStage = '', lastTime = 0;

/** Tell the page how far a stage is; at most every 30 ms, but always its beginning and its end. */
function progress(stage, fraction) {
  const now = performance.now();
  if (stage === lastStage && fraction < 1 && now - lastTime < PROGRESS_PAUSE_MS) return;
  [lastStage, lastTime] = [stage, now];
  self.postMessage({ progress: { stage, fraction } });
}

const started = start();
let queue = started;
let mounted = [];

self.onmessage = ({ data }) => (queue = queue.then((page) => answer(page, data).then(() => page)));

async function start() {
  try {
    const report = (share) => progress(share < 1 ? 'download' : 'start', DOWNLOAD_SHARE * share);
    const { python, how, why, finish } = await boot(RELEASE, report);
    python.registerJsModule('hpo_page', { progress: (stage, done, total) => progress(stage, total ? done / total : 0) });
    const files = new DroppedFiles(python, (read, total) => progress('read', read / total));
    const browser = python.pyimport('analyzer.browser');
    self.postMessage({ ready: { how, why } });
    return { python, browser, files, rest: finish().catch(giveUp) };
  } catch (error) {
    return giveUp(error);
  }
}

/** Tell that Python cannot run. Nothing will be answered; the page lets go of its calls. */
function giveUp(error) {
  self.postMessage({ failed: { kind: 'boot', message: String(error?.message ?? error) } });
  return new Promise(() => {});
}

async function answer({ python, browser, files, rest }, { id, name, payload, files: dropped, assets = [] }) {
  let unused = []; // mounted files that Python does not read (any more)
  try {
    await rest;
    for (const asset of assets) await addAsset(python, asset);
    if (dropped) unused = await files.mount(dropped);
    files.failure = '';
    const { text, arrays } = call(browser, name, dropped ? { ...payload, files: unused } : payload);
    if (files.failure) throw new Error(files.failure); // whatever Python made of it
    // Python has moved to the new files, unless it answered with an error: then it still reads the old ones.
    if (dropped && !('error' in JSON.parse(text))) [mounted, unused] = [unused, mounted];
    self.postMessage({ id, text, arrays }, arrays.map((array) => array.buffer));
  } catch (error) {
    self.postMessage({ id, error: explain(error, files) });
  }
  files.unmount(unused);
}

/** Call a Python function with JSON text. It returns JSON text, or a pair of it and a list of arrays (any buffers). */
function call(browser, name, payload) {
  const result = browser[name](JSON.stringify(payload));
  if (typeof result === 'string') return { text: result, arrays: [] };
  const [text, list] = result;
  const arrays = Array.from(list, copied);
  for (const proxy of [list, result]) proxy.destroy();
  return { text, arrays };
}

/** The numbers of a numpy array (or of bytes) in a typed array of JavaScript's own: copied once, then handed over. */
function copied(array) {
  const view = array.getBuffer();
  try {
    if (!view.c_contiguous) throw new Error('an array for the page has to be contiguous');
    const isWide = view.data instanceof BigInt64Array || view.data instanceof BigUint64Array;
    return isWide ? Float64Array.from(view.data, Number) : view.data.slice();
  } finally {
    view.release();
    array.destroy();
  }
}

/** Put a file of the site where Python looks for it, for the few calls that need it (the report carries plotly.js). */
async function addAsset({ FS }, name) {
  const { url, path } = RELEASE.assets[name];
  if (FS.analyzePath(path).exists) return;
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
  FS.mkdirTree(path.slice(0, path.lastIndexOf('/')));
  FS.writeFile(path, bytes, { canOwn: true });
}

function explain(error, files) {
  const message = String(error?.message ?? error);
  if (files.failure) return { kind: 'file-changed', message: files.failure };
  const isMemory = /MemoryError$/.test(error?.type) || /out of memory|Array buffer allocation/i.test(message);
  return { kind: isMemory ? 'memory' : 'bug', message };
}
