// The page's side of the worker: start it early, ask it, follow its progress, cancel it. Knows no views and no HTML.
//
//   const analyzer = new Analyzer();                     // starts Python at once, in a worker
//   analyzer.addEventListener('progress', ({ detail }) => bar(detail.stage, detail.fraction));
//   analyzer.addEventListener('ready', ({ detail }) => …);
//   const studies = await analyzer.open(files);          // a list of File
//   const view = await analyzer.call('view', { slug });  // whatever analyzer.browser.view returns, arrays in place
//   analyzer.cancel();                                   // what runs rejects with kind 'cancelled'; the files stay open

import { placed } from './payload.js';

/** Why a call has no answer. kind: 'boot', 'bug', 'memory', 'file-changed', 'cancelled', 'stopped' (the worker died). */
export class Failure extends Error {
  constructor({ kind, message }) {
    super(message);
    this.name = 'Failure';
    this.kind = kind;
  }
}

/** Events: 'progress' {stage, fraction}, 'ready' {how, why}, 'failed' {kind, message}. */
export class Analyzer extends EventTarget {
  #worker;
  #pending = new Map(); // id -> {resolve, reject}
  #next = 0;
  #failure = null; // why Python did not start; then no call is answered
  language = 'en'; // that Python answers in
  #open = null; // the last request that opened files, to be repeated in a new worker

  constructor() {
    super();
    this.#start();
  }

  /** Open files (and let go of those before, unless the answer is an error). Resolves to analyzer.browser.open_files. */
  async open(files, payload = {}) {
    const request = { name: 'open_files', payload, files: [...files] };
    const answer = await this.#ask(request);
    if (!('error' in answer)) this.#open = request;
    return answer;
  }

  /** Call analyzer.browser.<name>. assets: names of site files that Python needs for it, such as 'plotly.js'. */
  call(name, payload = {}, { assets = [] } = {}) {
    return this.#ask({ name, payload, assets });
  }

  /** Stop whatever runs: all calls reject as cancelled, Python starts anew and opens the same files again. */
  cancel() {
    this.#restart({ kind: 'cancelled', message: 'Cancelled.' });
  }

  #start() {
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'analyzer' });
    this.#worker.onmessage = ({ data }) => this.#receive(data);
    this.#worker.onerror = (event) => {
      event.preventDefault?.();
      this.#fail({ kind: 'boot', message: event.message ?? 'The worker could not be loaded.' });
    };
  }

  #restart(reason) {
    this.#worker.terminate();
    this.#rejectAll(reason);
    this.#start();
    if (this.#open) this.#ask(this.#open).catch(() => {}); // its outcome shows in the next call
  }

  #ask(request) {
    const id = ++this.#next;
    if (this.#failure) return Promise.reject(new Failure(this.#failure));
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#worker.postMessage({ id, ...request, payload: { ...request.payload, language: this.language } });
    });
  }

  #receive({ id, text, arrays, error, progress, ready, failed }) {
    if (progress) return this.#emit('progress', progress);
    if (ready) {
      performance.mark('python-ready', { detail: ready });
      return this.#emit('ready', ready);
    }
    if (failed) return this.#fail(failed);
    const { resolve, reject } = this.#pending.get(id);
    this.#pending.delete(id);
    if (!error) return resolve(placed(JSON.parse(text), arrays));
    reject(new Failure(error));
    if (error.kind === 'memory') this.#restart({ kind: 'stopped', message: error.message }); // memory never shrinks
  }

  #fail(failure) {
    this.#failure = failure;
    this.#rejectAll(failure);
    this.#emit('failed', failure);
  }

  #rejectAll(reason) {
    for (const { reject } of this.#pending.values()) reject(new Failure(reason));
    this.#pending.clear();
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** What this browser lacks to run the page; empty from Chromium 110, Firefox 115 and Safari 16.4 on. */
export function missingFeatures() {
  const needed = {
    WebAssembly: typeof WebAssembly === 'object',
    Workers: typeof Worker === 'function',
    DecompressionStream: typeof DecompressionStream === 'function',
    'Array.prototype.toSorted': typeof Array.prototype.toSorted === 'function', // younger than module workers everywhere
  };
  return Object.keys(needed).filter((name) => !needed[name]);
}
