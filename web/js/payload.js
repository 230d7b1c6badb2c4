// Figures and tables as they travel: JSON whose arrays were taken out (analyzer/pack.py), each standing as {"$": index}.

const TYPES = { i1: Int8Array, i2: Int16Array, i4: Int32Array, f4: Float32Array, f8: Float64Array };

/** Base64 text of deflated bytes -> the bytes. */
export async function inflate(text) {
  const packed = Uint8Array.from(atob(text.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The payload of a study -> its content, with every array in its place. */
export async function unpack(text) {
  const bytes = await inflate(text);
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const { content, arrays } = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  let at = 4 + length;
  const decoded = arrays.map(([type, count, stored]) => {
    const size = TYPES[type].BYTES_PER_ELEMENT;
    const array = restored(bytes.subarray(at, (at += size * count)), type, count);
    if (stored === 'differences') for (let k = 1; k < count; k++) array[k] += array[k - 1];
    return array;
  });
  return placed(content, decoded);
}

/** Undo the grouping of bytes by significance. */
function restored(grouped, type, count) {
  const array = new TYPES[type](count);
  const bytes = new Uint8Array(array.buffer);
  const size = TYPES[type].BYTES_PER_ELEMENT;
  for (let part = 0, from = 0; part < size; part++) {
    for (let to = part; to < bytes.length; to += size) bytes[to] = grouped[from++];
  }
  return array;
}

/** The same content with {"$": index, over?, at?} replaced by the arrays themselves, divided, or some of their rows. */
export function placed(item, arrays) {
  if (Array.isArray(item)) return item.map((each) => placed(each, arrays));
  if (item === null || typeof item !== 'object') return item;
  if ('$' in item) return picked(arrays[item.$], item.over, item.at && arrays[item.at.$]);
  return Object.fromEntries(Object.entries(item).map(([key, value]) => [key, placed(value, arrays)]));
}

function picked(array, over, rows) {
  if (!over && !rows) return array;
  const count = rows ? rows.length : array.length;
  const chosen = new (over ? Float64Array : array.constructor)(count);
  for (let k = 0; k < count; k++) chosen[k] = array[rows ? rows[k] : k] / (over ?? 1);
  return chosen;
}
