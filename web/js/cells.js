// Cells of a table (a list of columns as analyzer/pack.py makes them): their values, how they read, their order, CSV.

export const isNumeric = (column) => column.kind === 'number' || column.kind === 'whole';

/** A cell's value: a number, a text, or null where it is empty. */
export function value(column, row) {
  const raw = column.cells[row];
  if (column.kind === 'category') return column.labels[raw] ?? null;
  if (column.kind === 'text') return raw ?? null;
  if (column.kind === 'time') return raw === 0 ? null : raw; // microseconds since 1970, 0 for none
  return raw === null || Number.isNaN(raw) ? null : raw;
}

/** A cell as it is read: six digits, times to the second. */
export function shown(column, row) {
  return spelled(column, value(column, row));
}

/** A value as a cell of this column shows it. */
export function spelled(column, cell) {
  if (cell === null) return '';
  if (column.kind === 'time') return new Date(cell / 1000).toISOString().slice(0, 19).replace('T', ' ');
  if (column.kind !== 'number') return String(cell);
  return Number.isFinite(cell) ? String(Number(cell.toPrecision(6))) : cell > 0 ? '∞' : '-∞';
}

/** Rows in the order of a column: numbers as numbers, text as text, empty cells last either way. */
export function ordered(rows, column, descending) {
  const sign = descending ? -1 : 1;
  const known = [], empty = [];
  for (const row of rows) (value(column, row) === null ? empty : known).push(row);
  if (column.kind === 'text') known.sort((a, b) => (column.cells[a] < column.cells[b] ? -sign : column.cells[a] > column.cells[b] ? sign : a - b));
  else known.sort((a, b) => sign * Math.sign(column.cells[a] - column.cells[b]) || a - b); // Math.sign: of infinities too
  return [...known, ...empty];
}

/** Rows as CSV, every digit kept; a text that a spreadsheet would run as a formula gets an apostrophe. */
export function csv(columns, rows = Array.from(columns[0]?.cells ?? [], (_cell, row) => row)) {
  const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const cell = (column, row) => {
    const one = value(column, row);
    if (one === null) return '';
    if (column.kind === 'time') return new Date(one / 1000).toISOString().slice(0, 19).replace('T', ' ') + `.${String(one % 1e6).padStart(6, '0')}`;
    return typeof one === 'number' ? String(one) : quoted(/^[=+@\t\r]/.test(one) ? `'${one}` : one);
  };
  const lines = [columns.map((column) => quoted(column.name)).join(',')];
  for (const row of rows) lines.push(columns.map((column) => cell(column, row)).join(','));
  return lines.join('\r\n') + '\r\n';
}

/** Hand a text over as a CSV file. */
export function saveCsv(name, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(['\ufeff', text], { type: 'text/csv;charset=utf-8' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** Put a text into the clipboard; the button that asked says so for a moment. */
export async function copyText(text, button, said) {
  try {
    await navigator.clipboard.writeText(text);
  } catch { // file:// pages and old browsers: the browser's own selection still works
    const area = Object.assign(document.createElement('textarea'), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  const label = button.textContent;
  button.textContent = said;
  setTimeout(() => { button.textContent = label; }, 1200);
}
