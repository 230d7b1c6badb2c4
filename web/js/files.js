// Dropped files as files of Python's file system, without copying them.
//
// Pyodide's WORKERFS asks the browser anew for every page of 4 kB that SQLite reads: 22 s for a scan of 184 MB. Here reads go
// through blocks of megabytes (0.13 s), of which a bounded number is kept, so a file may be larger than memory.

import { isArtifact } from './artifacts.js';

const BLOCK_BYTES = 4 * 1024 * 1024;
const MAX_BLOCKS = 32; // over all files: 128 MB
const SIBLING = /-(wal|shm|journal)$/;
const SQLITE_MAGIC = 'SQLite format 3\0';
const WRITE_AHEAD = 2, ROLLBACK = 1; // the two bytes of the header that say how a database is written
const HEADER_FIELD = [18, 19];
const EIO = 29;

/** Mounts files for Python. onRead(read, total): distinct bytes read of a file, and its size. */
export class DroppedFiles {
  #python;
  #blocks = new Map(); // "file id:block number" -> bytes, the least recently used first
  #reader = new FileReaderSync();
  #onRead;
  #mounts = 0;
  /** What the browser said when it could no longer read a file, such as one that has changed on disk. The caller clears it. */
  failure = '';

  constructor(python, onRead) {
    this.#python = python;
    this.#onRead = onRead;
    const { stream_ops } = python._module.FS.filesystems.WORKERFS;
    stream_ops.read = (stream, buffer, offset, length, position) =>
      this.#read(stream.node.contents, buffer, offset, length, position);
  }

  /**
   * Mount a set of files; siblings such as x.db-wal lie beside their database, artifacts in a folder of their own.
   * Resolves to what Python is told of them.
   */
  async mount(files) {
    const { FS } = this.#python;
    const artifacts = files.filter(isArtifact);
    const databases = files.filter((file) => !isArtifact(file) && (!SIBLING.test(file.name) || !hasDatabase(file, files)));
    const described = [];
    for (const [k, file] of databases.entries()) {
      const folder = `/files/${++this.#mounts}-${k}`;
      const siblings = files.filter((other) => SIBLING.test(other.name) && other.name.replace(SIBLING, '') === file.name);
      const { wal, data } = await asMounted(file, siblings);
      const group = [{ name: file.name, data }, ...siblings.map((other) => ({ name: other.name, data: counted(other) }))];
      FS.mkdirTree(folder);
      FS.mount(FS.filesystems.WORKERFS, { blobs: group }, folder);
      const { name, size, lastModified: modified_ms } = file;
      described.push({ name, path: `${folder}/${name}`, folder, size, modified_ms, wal });
    }
    if (artifacts.length) {
      const folder = `/files/${++this.#mounts}-artifacts`;
      FS.mkdirTree(folder);
      FS.mount(FS.filesystems.WORKERFS, { blobs: artifacts.map((file) => ({ name: file.name, data: counted(file) })) }, folder);
      described.push({ name: 'artifacts', path: folder, folder, artifacts: true });
    }
    return described;
  }

  /** Let go of files that Python has closed. */
  unmount(described) {
    for (const { folder } of described) this.#python.FS.unmount(folder);
    if (described.length) this.#blocks.clear();
  }

  #read(source, buffer, offset, length, position) {
    const end = Math.min(position + length, source.size);
    for (let at = position; at < end; ) {
      const number = Math.floor(at / BLOCK_BYTES);
      const block = this.#block(source, number);
      const part = block.subarray(at - number * BLOCK_BYTES, end - number * BLOCK_BYTES);
      buffer.set(part, offset + at - position);
      at += part.length;
    }
    return Math.max(0, end - position);
  }

  #block(source, number) {
    const key = `${source.id}:${number}`;
    let block = this.#blocks.get(key);
    this.#blocks.delete(key);
    if (!block) {
      block = this.#fetch(source, number);
      if (this.#blocks.size >= MAX_BLOCKS) this.#blocks.delete(this.#blocks.keys().next().value);
    }
    this.#blocks.set(key, block); // now the most recently used
    return block;
  }

  #fetch(source, number) {
    const start = number * BLOCK_BYTES;
    let block;
    try {
      block = new Uint8Array(this.#reader.readAsArrayBuffer(source.file.slice(start, start + BLOCK_BYTES)));
    } catch (error) {
      this.failure = error.name;
      throw new this.#python.FS.ErrnoError(EIO);
    }
    if (number === 0 && source.withoutLog) for (const field of HEADER_FIELD) block[field] = ROLLBACK;
    if (!source.seen.has(number)) {
      source.seen.add(number);
      this.#onRead(Math.min(source.seen.size * BLOCK_BYTES, source.size), source.size);
    }
    return block;
  }
}

let ids = 0;

function counted(file, withoutLog = false) {
  return { file, size: file.size, id: ++ids, seen: new Set(), withoutLog };
}

function hasDatabase(sibling, files) {
  return files.some((file) => file.name === sibling.name.replace(SIBLING, ''));
}

/**
 * A database in write-ahead mode cannot be opened here without its log, because that takes memory shared between
 * processes. Where the log was not dropped (or is empty), what the file itself holds is complete: it is shown as a database
 * of the ordinary kind. With a log, the database is shown as it is, and Python lets SQLite recover a copy.
 * `wal` tells Python: 'none', 'applied' or 'missing' (newer trials may lie in a log that was not dropped).
 */
async function asMounted(file, siblings) {
  const header = new Uint8Array(await file.slice(0, 20).arrayBuffer());
  const isSqlite = new TextDecoder('latin1').decode(header.subarray(0, 16)) === SQLITE_MAGIC;
  if (!isSqlite || header[HEADER_FIELD[0]] !== WRITE_AHEAD) return { wal: 'none', data: counted(file) };
  const log = siblings.find((other) => other.name.endsWith('-wal'));
  if (log?.size) return { wal: 'applied', data: counted(file) };
  return { wal: log ? 'none' : 'missing', data: counted(file, true) };
}
