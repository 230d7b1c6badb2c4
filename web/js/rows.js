// A table of any length: only the rows in sight are in the document. Sorting and filtering order row numbers, not rows.

const ROW_PX = 28, SPARE = 12;
const STATES = new Set(['COMPLETE', 'PRUNED', 'FAIL', 'RUNNING', 'WAITING']);

/** Show a table (a list of columns as analyzer/pack.py makes them) in an element. */
export function showRows(element, columns, words) {
  const count = columns.length ? columns[0].cells.length : 0;
  const state = { order: Array.from({ length: count }, (_, row) => row), sorted: -1, descending: false, text: '' };
  element.innerHTML = '<div class="tools"><input type="search"><span class="quiet" aria-live="polite"></span></div>'
    + '<div class="scroll" tabindex="0" role="region"><table><thead><tr></tr></thead><tbody></tbody></table></div>';
  const [search, said, scroll, head, body] = ['input', 'span', '.scroll', 'thead tr', 'tbody'].map((each) => element.querySelector(each));
  search.placeholder = search.ariaLabel = words.filter;
  scroll.ariaLabel = element.getAttribute('aria-label') ?? '';

  columns.forEach((column, at) => {
    const button = Object.assign(document.createElement('button'), { type: 'button', textContent: column.name });
    const cell = Object.assign(document.createElement('th'), { scope: 'col', className: numeric(column) ? 'numeric' : '' });
    button.addEventListener('click', () => {
      state.descending = state.sorted === at ? !state.descending : false;
      state.sorted = at;
      [...head.children].forEach((each) => each.removeAttribute('aria-sort'));
      cell.setAttribute('aria-sort', state.descending ? 'descending' : 'ascending');
      arrange();
    });
    cell.append(button);
    head.append(cell);
  });

  function arrange() {
    const wanted = state.text.toLowerCase();
    state.order = Array.from({ length: count }, (_, row) => row);
    if (wanted) state.order = state.order.filter((row) => columns.some((column) => shown(column, row).toLowerCase().includes(wanted)));
    if (state.sorted >= 0) state.order.sort(comparison(columns[state.sorted], state.descending));
    said.textContent = words.rows.replace('{count}', state.order.length.toLocaleString('en')).replace('{all}', count.toLocaleString('en'));
    scroll.scrollTop = 0;
    render();
  }

  function render() {
    const first = Math.max(0, Math.floor(scroll.scrollTop / ROW_PX) - SPARE);
    const last = Math.min(state.order.length, first + Math.ceil((scroll.clientHeight || 420) / ROW_PX) + 2 * SPARE);
    body.replaceChildren(gap(first), ...state.order.slice(first, last).map(line), gap(state.order.length - last));
  }

  function line(row) {
    const tr = document.createElement('tr');
    for (const column of columns) {
      const cell = document.createElement('td');
      const text = shown(column, row);
      if (numeric(column)) cell.className = 'numeric';
      if (column.kind === 'text') cell.title = text;
      if (STATES.has(text)) cell.append(Object.assign(document.createElement('i'), { className: text.toLowerCase() }));
      cell.append(text);
      tr.append(cell);
    }
    return tr;
  }

  function gap(rows) {
    const tr = document.createElement('tr');
    tr.ariaHidden = 'true';
    tr.style.height = `${rows * ROW_PX}px`;
    return tr;
  }

  let asked = false;
  scroll.addEventListener('scroll', () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; render(); });
  }, { passive: true });
  search.addEventListener('input', () => { state.text = search.value; arrange(); });
  arrange();
}

/** Note how the tables below `root` are sorted, searched and scrolled; returns what brings that back once they are new. */
export function keepRows(root) {
  const kept = [...root.querySelectorAll('.rows:not([hidden])')].map((rows) => {
    const sorted = rows.querySelector('[aria-sort]');
    return {
      text: rows.querySelector('input').value,
      column: sorted ? [...sorted.parentElement.children].indexOf(sorted) : -1,
      clicks: sorted?.getAttribute('aria-sort') === 'descending' ? 2 : 1,
      top: rows.querySelector('.scroll').scrollTop,
    };
  });
  return () => kept.forEach(({ text, column, clicks, top }, at) => {
    if (!root.querySelectorAll('.rows')[at]) root.querySelector('[data-show-rows]')?.click();
    const rows = root.querySelectorAll('.rows')[at];
    if (!rows) return;
    const search = rows.querySelector('input');
    if (text) { search.value = text; search.dispatchEvent(new Event('input')); }
    const head = rows.querySelectorAll('th button')[column];
    for (let k = 0; head && k < clicks; k++) head.click();
    rows.querySelector('.scroll').scrollTop = top;
  });
}

const numeric = (column) => column.kind === 'number' || column.kind === 'whole';

/** A cell's value: a number, a text, or null where it is empty. */
export function value(column, row) {
  const raw = column.cells[row];
  if (column.kind === 'category') return column.labels[raw] ?? null;
  if (column.kind === 'text') return raw ?? null;
  if (column.kind === 'time') return raw === 0 ? null : raw; // microseconds since 1970, 0 for none
  return raw === null || Number.isNaN(raw) ? null : raw;
}

/** A cell as it is read: six digits, times to the second. */
function shown(column, row) {
  const cell = value(column, row);
  if (cell === null) return '';
  if (column.kind === 'time') return new Date(cell / 1000).toISOString().slice(0, 19).replace('T', ' ');
  if (column.kind !== 'number') return String(cell);
  return Number.isFinite(cell) ? String(Number(cell.toPrecision(6))) : cell > 0 ? '∞' : '-∞';
}

/** Numbers as numbers, text as text, empty cells last either way. */
function comparison(column, descending) {
  const sign = descending ? -1 : 1;
  const key = (row) => (column.kind === 'category' ? column.cells[row] : value(column, row));
  return (a, b) => {
    const [x, y] = [key(a), key(b)];
    if (x === null || y === null) return (x === null) - (y === null) || a - b;
    return (x < y ? -sign : x > y ? sign : 0) || a - b;
  };
}

/** The whole table as CSV, every digit kept; a text that a spreadsheet would run as a formula gets an apostrophe. */
export function csv(columns) {
  const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const cell = (column, row) => {
    const one = value(column, row);
    if (one === null) return '';
    if (column.kind === 'time') return new Date(one / 1000).toISOString().slice(0, 19).replace('T', ' ') + `.${String(one % 1e6).padStart(6, '0')}`;
    return typeof one === 'number' ? String(one) : quoted(/^[=+@\t\r]/.test(one) ? `'${one}` : one);
  };
  const lines = [columns.map((column) => quoted(column.name)).join(',')];
  for (let row = 0; row < (columns[0]?.cells.length ?? 0); row++) lines.push(columns.map((column) => cell(column, row)).join(','));
  return lines.join('\r\n') + '\r\n';
}
