// Artifacts among dropped files: a folder of files that are named by ids, as Optuna keeps them. Their content is Python's part.

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const MOST = 20000; // files of one drop
const DEEPEST = 3; // folders within folders

/** Whether a file is an artifact, by its name alone. */
export const isArtifact = ({ name }) => ID.test(name);

/** The artifacts in a dropped folder (a FileSystemDirectoryEntry) and in those within it. */
export async function artifactsIn(folder) {
  const found = [];
  await collect(folder, found, DEEPEST);
  return found;
}

async function collect(folder, found, depth) {
  const reader = folder.createReader();
  for (;;) {
    const entries = await new Promise((done, failed) => { reader.readEntries(done, failed); }); // a hundred at a time
    if (!entries.length) return;
    for (const entry of entries) {
      if (found.length >= MOST) return;
      if (entry.isDirectory && depth > 1) await collect(entry, found, depth - 1);
      if (entry.isFile && isArtifact(entry)) found.push(await new Promise((done, failed) => { entry.file(done, failed); }));
    }
  }
}
