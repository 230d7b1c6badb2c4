// A table of any length: only the rows in sight are in the document. Sorting and filtering order row numbers, not rows.
//
// A table whose first column holds trial numbers knows the selection: it marks the selected rows, shows them alone on
// request, opens a trial ('trial' {number}), and selects what it shows ('selectrows' {criteria}).

import { csv, isNumeric, ordered, saveCsv, shown } from './cells.js';
import { make, reads, told } from './criteria.js';
import { columnMenu } from './rows-menu.js';
import { Arrangement, columnChooser, widths } from './rows-columns.js';
import { chosenRows, spansOf, TrialTable } from './selection.js';

const ROW_PX = 28, SPARE = 12, PAUSE_MS = 120;
const STATES = new Set(['COMPLETE', 'PRUNED', 'FAIL', 'RUNNING', 'WAITING']);
const shownIn = new WeakMap(); // element -> its Rows
const selectedIn = new WeakMap(); // an element around tables -> the numbers that are selected in it, null for no selection

/** Show a table (a list of columns as analyzer/pack.py makes them) in an element; `kept`: how another one stood. */
export function showRows(element, columns, words, kept = {}) {
  shownIn.set(element, new Rows(element, columns, words, kept));
}

/** Note how the tables below `root` are sorted, filtered and scrolled; returns what brings that back once they are new. */
export function keepRows(root) {
  const kept = [...root.querySelectorAll('.rows:not([hidden])')].map((each) => shownIn.get(each)?.state);
  return () => kept.forEach((state, at) => {
    if (!state) return;
    if (!root.querySelectorAll('.rows')[at]) root.querySelector('[data-show-rows]')?.click();
    const element = root.querySelectorAll('.rows')[at];
    const made = element && shownIn.get(element);
    if (made) showRows(element, made.columns, made.words, state);
  });
}

/** Mark the selected trials in the tables below `root`. */
export function markRows(root, selection) {
  const chosen = selection?.rows ? new Set(selection.numbers) : null;
  selectedIn.set(root, chosen);
  root.querySelectorAll('.rows').forEach((element) => shownIn.get(element)?.mark(chosen));
}

function selectedAround(element) {
  for (let root = element; root; root = root.parentElement) if (selectedIn.has(root)) return selectedIn.get(root);
  return null;
}

class Rows {
  #scroll;
  #head;
  #body;
  #said;
  #filters;
  #only;
  #frames;

  constructor(element, columns, words, kept) {
    [this.element, this.columns, this.words] = [element, columns, words];
    this.table = new TrialTable(columns, []);
    this.hasTrials = columns[0]?.name === 'number';
    this.state = { sorted: '', descending: false, text: '', filters: [], onlyChosen: false, top: 0, ...kept, chosen: selectedAround(element) };
    this.arrangement = new Arrangement(element, columns);
    this.widths = widths(columns);
    this.order = [];
    this.#build();
    this.#showHead();
    this.arrange();
    this.#scroll.scrollTop = this.state.top;
  }

  /** The selection has changed. */
  mark(chosen) {
    this.state.chosen = chosen;
    this.#only.parentElement.hidden = !chosen;
    if (this.state.onlyChosen) this.arrange();
    else this.#render();
  }

  #build() {
    const { words, state } = this;
    const search = make('input', { type: 'search', placeholder: words.filter, ariaLabel: words.filter, value: state.text });
    this.#said = make('span', { className: 'quiet' });
    this.#said.setAttribute('aria-live', 'polite');
    this.#filters = make('ul', { className: 'chips', ariaLabel: words.filters });
    this.#only = make('input', { type: 'checkbox', checked: state.onlyChosen });
    const tools = make('div', { className: 'tools' }, search, this.#said, this.#filters,
      make('label', { hidden: !state.chosen }, this.#only, make('span', { textContent: words.onlySelected })));
    this.#head = make('tr');
    this.#body = make('tbody');
    this.#frames = make('colgroup');
    this.#scroll = make('div', { className: 'scroll', tabIndex: 0, role: 'region', ariaLabel: this.element.getAttribute('aria-label') ?? '' },
      make('table', {}, this.#frames, make('thead', {}, this.#head), this.#body));
    if (this.columns.length > 2) tools.append(columnChooser(this.arrangement, words, () => { this.#showHead(); this.#render(); }));
    tools.append(this.#button(words.csvShown, () => saveCsv('rows.csv', csv(this.arrangement.shown(), this.order))));
    if (this.hasTrials) tools.append(this.#button(words.selectRows, () => this.#selectShown()));
    this.element.replaceChildren(tools, this.#scroll);
    let waiting = 0;
    search.addEventListener('input', () => {
      state.text = search.value;
      clearTimeout(waiting);
      waiting = setTimeout(() => this.arrange(), this.order.length > 5000 ? PAUSE_MS : 0);
    });
    this.#only.addEventListener('change', () => { state.onlyChosen = this.#only.checked; this.arrange(); });
    this.#scroll.addEventListener('scroll', () => this.#scrolled(), { passive: true });
    this.#body.addEventListener('click', (event) => this.#open(event));
  }

  #button(text, does) {
    const button = make('button', { type: 'button', textContent: text });
    button.addEventListener('click', does);
    return button;
  }

  #showHead() {
    const { state, arrangement, words } = this;
    const columns = arrangement.shown();
    this.#placeFrozen(columns);
    this.#head.replaceChildren(...columns.map((column, at) => {
      const name = make('button', { type: 'button', textContent: column.name, title: column.name });
      const cell = make('th', { scope: 'col', className: isNumeric(column) ? 'numeric' : '' }, name, columnMenu(column, {
        words,
        now: () => state.filters.find((each) => each.column === column.name || (column.name === 'number' && each.kind === 'numbers')),
        filter: (criterion) => this.#filter(column, criterion),
      }));
      if (column.name === state.sorted) cell.setAttribute('aria-sort', state.descending ? 'descending' : 'ascending');
      name.addEventListener('click', () => {
        state.descending = state.sorted === column.name ? !state.descending : false;
        state.sorted = column.name;
        this.#head.querySelector('[aria-sort]')?.removeAttribute('aria-sort');
        cell.setAttribute('aria-sort', state.descending ? 'descending' : 'ascending');
        this.arrange();
      });
      this.#freeze(cell, at);
      return cell;
    }));
    const wide = columns.map((column) => this.widths.get(column));
    this.#frames.replaceChildren(...wide.map((width) => { const one = make('col'); one.style.width = `${width}px`; return one; }));
    this.#frames.parentElement.style.width = `max(100%, ${wide.reduce((sum, width) => sum + width, 0)}px)`;
  }

  /** Frozen columns stay at the left edge; where they would take more than half of the table they do not. */
  #freeze(cell, at) {
    if (at >= this.lefts.length) return;
    cell.classList.add('frozen');
    cell.style.left = `${this.lefts[at]}px`;
  }

  /** Where each frozen column stands, in pixels. */
  #placeFrozen(columns) {
    let right = 0;
    this.lefts = columns.slice(0, this.arrangement.frozen).map((column) => (right += this.widths.get(column)) - this.widths.get(column));
    if (right > Math.max(160, 0.6 * (this.#scroll.clientWidth || 800))) this.lefts = [];
  }

  #filter(column, criterion) {
    const { state } = this;
    state.filters = state.filters.filter((each) => each.column !== column.name && !(column.name === 'number' && each.kind === 'numbers'));
    if (criterion) state.filters.push(criterion);
    this.arrange();
  }

  #criteria() {
    const { text, filters } = this.state;
    return text ? [...filters, { kind: 'text', text, column: '' }] : filters;
  }

  arrange() {
    const { state, columns, words, table } = this;
    const count = columns[0]?.cells.length ?? 0;
    const holds = chosenRows([{ not: false, criteria: this.#criteria() }], this.hasTrials ? table : Object.assign(table, { numbers: { length: count } }));
    const { cells } = columns[0] ?? {};
    let order = [];
    for (let row = 0; row < count; row++) if (holds[row] && (!state.onlyChosen || !state.chosen || state.chosen.has(cells[row]))) order.push(row);
    const sorted = table.column(state.sorted);
    if (sorted) order = ordered(order, sorted, state.descending);
    this.order = order;
    this.#said.textContent = told(words.rows, { count: order.length.toLocaleString('en'), all: count.toLocaleString('en') });
    this.#filters.replaceChildren(...state.filters.map((criterion) => this.#chip(criterion)));
    this.#scroll.scrollTop = 0;
    this.#render();
  }

  #chip(criterion) {
    const text = reads(criterion, this.table, this.words);
    const cross = this.#button('×', () => {
      this.state.filters = this.state.filters.filter((each) => each !== criterion);
      this.arrange();
    });
    cross.ariaLabel = told(this.words.remove, { what: text });
    return make('li', { title: text }, make('span', { textContent: text }), cross);
  }

  #isAsked = false;

  #scrolled() {
    this.state.top = this.#scroll.scrollTop;
    if (this.#isAsked) return;
    this.#isAsked = true;
    requestAnimationFrame(() => { this.#isAsked = false; this.#render(); });
  }

  #render() {
    const { order } = this;
    const columns = this.arrangement.shown();
    const first = Math.max(0, Math.floor(this.#scroll.scrollTop / ROW_PX) - SPARE);
    const last = Math.min(order.length, first + Math.ceil((this.#scroll.clientHeight || 420) / ROW_PX) + 2 * SPARE);
    const lines = order.slice(first, last).map((row) => this.#line(row, columns));
    this.#body.replaceChildren(gap(first), ...lines, gap(order.length - last));
  }

  #line(row, columns) {
    const tr = make('tr');
    const number = this.hasTrials ? this.columns[0].cells[row] : null;
    if (number !== null && this.state.chosen) tr.className = this.state.chosen.has(number) ? 'chosen' : 'pale';
    columns.forEach((column, at) => {
      const text = shown(column, row);
      const cell = make('td', { className: isNumeric(column) ? 'numeric' : '' });
      if (column.kind === 'text') cell.title = text;
      if (STATES.has(text)) cell.append(make('i', { className: text.toLowerCase() }));
      const opens = number !== null && column === this.columns[0];
      cell.append(opens ? make('button', { type: 'button', className: 'opens', textContent: text, ariaLabel: told(this.words.openTrial, { number: text }) }) : text);
      this.#freeze(cell, at);
      tr.append(cell);
    });
    if (number !== null) tr.dataset.trial = number;
    return tr;
  }

  #open({ target }) {
    const row = target.closest('tr[data-trial]');
    if (!row || String(getSelection())) return; // the reader marks text
    this.element.dispatchEvent(new CustomEvent('trial', { bubbles: true, detail: { number: Number(row.dataset.trial) } }));
  }

  /** In the table of all trials what the filters say, in any other the rows that are shown, becomes the selection. */
  #selectShown() {
    const isWhole = this.element.closest('.view')?.dataset.view === 'trials';
    const { cells } = this.columns[0];
    const numbers = () => [...new Set(this.order.map((row) => cells[row]))].sort((a, b) => a - b);
    const criteria = isWhole ? this.#criteria() : [{ kind: 'numbers', spans: spansOf(numbers()) }];
    if (criteria.length) this.element.dispatchEvent(new CustomEvent('selectrows', { bubbles: true, detail: { criteria } }));
  }
}

function gap(rows) {
  const tr = make('tr', { ariaHidden: 'true' });
  tr.style.height = `${rows * ROW_PX}px`;
  return tr;
}
