// Runs in the Chromium that build/snapshot.py starts; the results go back to it by POST. Three passes, each in a new worker:
// compile  turns the packages' sources into bytecode with the very Python that will run it, and tells which C extensions the
//          imports need
// record   starts with those extensions first, imports everything from the bytecode, saves the memory
// rebase   restores that memory, which proves that it can be, and takes out of it what every page has anyway
for (const pass of ['compile', 'record', 'rebase']) {
  await new Promise((done) => {
    const worker = new Worker('make_worker.js', { type: 'module' });
    const fail = (text) => fetch('failed', { method: 'POST', body: text });
    worker.onmessage = ({ data }) => (data.error ? fail(`${pass}: ${data.error}`) : done(worker.terminate()));
    worker.onerror = (event) => fail(`${pass}: ${event.message}`);
    worker.postMessage(pass);
  });
}
await fetch('finished', { method: 'POST' });
