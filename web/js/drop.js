// How files get in by hand: dropped anywhere on the window, or chosen. Gives files, and their handles where the browser has them.
// Of a dropped folder the artifacts are taken.

import { artifactsIn } from './artifacts.js';

/** zone: the label around a file input. onFiles({files, handles}); onRefused(word, name) where no file came. */
export function startDrop(zone, onFiles, onRefused) {
  const input = zone.querySelector('input');
  input.addEventListener('click', (event) => {
    if (!window.showOpenFilePicker) return;
    event.preventDefault();
    choose(onFiles);
  });
  input.addEventListener('change', () => {
    if (input.files.length) onFiles({ files: [...input.files], handles: [] });
    input.value = ''; // the same file may be chosen again
  });
  let depth = 0;
  const mark = (change) => {
    depth = Math.max(0, depth + change);
    document.body.classList.toggle('dragging', depth > 0);
  };
  addEventListener('dragenter', (event) => { if (hasFiles(event)) mark(+1); });
  addEventListener('dragleave', (event) => { if (hasFiles(event)) mark(-1); });
  addEventListener('dragover', (event) => { if (hasFiles(event)) event.preventDefault(); });
  addEventListener('drop', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    mark(-depth);
    take(event.dataTransfer, onFiles, onRefused);
  });
}

const hasFiles = ({ dataTransfer }) => [...(dataTransfer?.types ?? [])].includes('Files');

/** The browser's own dialog that gives handles: files chosen with it can be followed and opened again. */
async function choose(onFiles) {
  try {
    const handles = await window.showOpenFilePicker({ multiple: true, id: 'database' });
    onFiles({ files: await Promise.all(handles.map((handle) => handle.getFile())), handles });
  } catch (error) {
    if (error.name !== 'AbortError') throw error; // the reader closed the dialog
  }
}

async function take(transfer, onFiles, onRefused) {
  const items = [...transfer.items].filter((item) => item.kind === 'file');
  const folders = items.map((item) => item.webkitGetAsEntry?.()).filter((entry) => entry?.isDirectory);
  const files = items.filter((item) => !item.webkitGetAsEntry?.()?.isDirectory).map((item) => item.getAsFile());
  const asked = items.map((item) => item.getAsFileSystemHandle?.()); // all at once: the items are gone after the first wait
  const artifacts = (await Promise.all(folders.map(artifactsIn))).flat();
  if (folders.length && !artifacts.length) return onRefused('folder', folders[0].name);
  if (!files.length && !artifacts.length) return onRefused('nothing', '');
  const handles = await Promise.all(asked).catch(() => []);
  return onFiles({ files: [...files, ...artifacts], handles: handles.every((handle) => handle?.kind === 'file') ? handles : [] });
}
