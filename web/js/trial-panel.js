// One trial, taken from its row in the table of all trials: what is known of it, the trials before and after. Arranges only.

import { shown } from './cells.js';
import { make, told } from './criteria.js';

export class TrialPanel {
  #words;
  #dialog;
  #title;
  #list;
  #table;
  #row = 0;
  #rows = null; // to go through: those selected, or null for all

  constructor(words) {
    this.#words = words;
    this.#title = make('h2', { id: 'trial-title' });
    this.#list = make('dl');
    const step = (text, label, by) => {
      const button = make('button', { type: 'button', textContent: text, ariaLabel: label, title: label });
      button.addEventListener('click', () => this.#step(by));
      return button;
    };
    const close = make('button', { type: 'button', textContent: '×', ariaLabel: words.close });
    close.addEventListener('click', () => this.#dialog.close());
    const header = make('header', {}, this.#title, step('←', words.previous, -1), step('→', words.next, 1), close);
    this.#dialog = make('dialog', { className: 'trial-panel' }, header, this.#list);
    this.#dialog.setAttribute('aria-labelledby', 'trial-title');
    this.#dialog.addEventListener('keydown', ({ key }) => {
      if (key === 'ArrowLeft') this.#step(-1);
      if (key === 'ArrowRight') this.#step(1);
    });
    this.#dialog.addEventListener('click', ({ target }) => { if (target === this.#dialog) this.#dialog.close(); });
    document.body.append(this.#dialog);
  }

  /** Show a trial; with a selection (rows: 1 where selected) next and previous stay within it. */
  show(number, table, rows) {
    const row = table.rowOf(number);
    if (row < 0) return;
    [this.#table, this.#row] = [table, row];
    this.#rows = rows?.[row] ? rows : null;
    this.#fill();
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  #step(by) {
    let row = this.#row + by;
    while (this.#rows && row >= 0 && row < this.#table.length && !this.#rows[row]) row += by;
    if (row < 0 || row >= this.#table.length) return;
    this.#row = row;
    this.#fill();
  }

  #fill() {
    const { columns, numbers } = this.#table;
    this.#title.textContent = told(this.#words.trial, { number: numbers[this.#row] });
    const known = columns.slice(1).map((column) => [column.name, shown(column, this.#row)]).filter(([, text]) => text !== '');
    this.#list.replaceChildren(...known.flatMap(([name, text]) => [make('dt', { textContent: name }), make('dd', { textContent: text })]));
  }
}
