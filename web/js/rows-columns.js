// Which columns a table shows, how wide, and how many stay at the left edge; remembered for each study and view.

import { shown } from './cells.js';
import { make } from './criteria.js';

const STORED = 'hpo-analyze-columns', MOST_FROZEN = 4;
const SAMPLE = 200, LETTER_PX = 7.4, ROOM_PX = 22, HEAD_PX = 44, WIDEST_PX = 320;

export class Arrangement {
  constructor(element, columns) {
    this.columns = columns;
    const study = element.closest('.study')?.querySelector('h1')?.textContent ?? '';
    this.key = `${STORED} ${element.closest('.view')?.dataset.view ?? ''} ${study}`;
    const { hidden = [], frozen = 1 } = arranged(this.key);
    this.hidden = new Set(hidden);
    this.frozen = frozen;
  }

  shown() {
    const seen = this.columns.filter(({ name }) => !this.hidden.has(name));
    return seen.length ? seen : this.columns.slice(0, 1);
  }

  show(name, isShown) {
    if (isShown) this.hidden.delete(name);
    else this.hidden.add(name);
    this.#keep();
  }

  freeze(count) {
    this.frozen = count;
    this.#keep();
  }

  #keep() {
    try {
      localStorage.setItem(this.key, JSON.stringify({ hidden: [...this.hidden], frozen: this.frozen }));
    } catch { /* it holds for this visit */ }
  }
}

function arranged(key) {
  try { return JSON.parse(localStorage.getItem(key)) ?? {}; } catch { return {}; } // storage may be switched off
}

/** Pixels for each column, from its name and a sample of its cells: fixed, so that nothing moves while rows scroll by. */
export function widths(columns) {
  return new Map(columns.map((column) => {
    const count = column.cells.length;
    let letters = 0;
    for (let row = 0; row < count; row += Math.ceil(count / SAMPLE)) letters = Math.max(letters, shown(column, row).length);
    const wide = Math.max(letters * LETTER_PX + ROOM_PX, column.name.length * LETTER_PX + HEAD_PX);
    return [column, Math.round(Math.min(WIDEST_PX, wide))];
  }));
}

/** The list of columns to tick, and how many stay in place. */
export function columnChooser(arrangement, words, changed) {
  const boxes = arrangement.columns.map(({ name }) => {
    const box = make('input', { type: 'checkbox', checked: !arrangement.hidden.has(name) });
    box.addEventListener('change', () => { arrangement.show(name, box.checked); changed(); });
    return make('label', {}, box, make('span', { textContent: name }));
  });
  const frozen = make('select', {}, ...Array.from({ length: MOST_FROZEN + 1 }, (_each, count) => new Option(count, count, count === arrangement.frozen, count === arrangement.frozen)));
  frozen.addEventListener('change', () => { arrangement.freeze(Number(frozen.value)); changed(); });
  const list = make('div', { className: 'drop choices' }, make('label', {}, make('span', { textContent: words.frozen }), frozen), ...boxes);
  const chooser = make('details', { className: 'chooser' }, make('summary', { textContent: words.columns }), list);
  chooser.addEventListener('keydown', ({ key }) => {
    if (key !== 'Escape') return;
    chooser.open = false;
    chooser.querySelector('summary').focus();
  });
  return chooser;
}
