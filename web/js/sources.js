// Databases that come by address: the bundled examples, and ?url=. Everything is fetched by the page, into a File.

import { RELEASE } from './release.js';

/** Why an address gives no file; `word` names the sentence, the rest fills it. */
export class Unavailable extends Error {
  constructor(word, parts) {
    super(word);
    this.word = word;
    this.parts = parts;
  }
}

/** Fetch what a source names as one File. onShare(share): how much has arrived, where the host says how much there is. */
export async function fetchSource({ kind, name }, onShare) {
  return kind === 'example' ? fetchExample(name, onShare) : fetchUrl(name, onShare);
}

/** A short name of a source, for the reader. */
export const sourceName = ({ kind, name }) => (kind === 'example' ? name : fileName(name));

async function fetchExample(name, onShare) {
  const example = RELEASE.examples.find((each) => each.name === name);
  if (!example) throw new Unavailable('example', { name });
  return download(new URL(example.url), name, onShare);
}

async function fetchUrl(text, onShare) {
  let url;
  try {
    url = new URL(text, document.baseURI);
  } catch {
    throw new Unavailable('address', { url: text });
  }
  if (!/^https?:$/.test(url.protocol)) throw new Unavailable('address', { url: text });
  return download(url, fileName(text), onShare);
}

async function download(url, name, onShare) {
  let reply;
  try {
    reply = await fetch(url, { credentials: 'omit', referrerPolicy: 'no-referrer' });
  } catch {
    throw new Unavailable('unreachable', { host: url.host });
  }
  if (!reply.ok) throw new Unavailable('status', { host: url.host, status: reply.status, name });
  try {
    return new File(await chunksOf(reply, onShare), name, { lastModified: 0 });
  } catch {
    throw new Unavailable('unreachable', { host: url.host });
  }
}

async function chunksOf(reply, onShare) {
  const total = Number(reply.headers.get('content-length')) || 0;
  const chunks = [];
  let arrived = 0;
  for (const reader = reply.body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) return chunks;
    chunks.push(value);
    arrived += value.byteLength;
    if (total) onShare(Math.min(1, arrived / total));
  }
}

function fileName(text) {
  const last = text.split(/[?#]/)[0].split('/').pop();
  try { return decodeURIComponent(last) || 'database'; } catch { return last; }
}
