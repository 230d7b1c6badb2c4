// The bar at the lower edge while something is selected: how many trials, by which criteria, and what can be done with them.

import { copyText, csv, saveCsv } from './cells.js';
import { make, reads, told } from './criteria.js';
import { numbersText } from './selection.js';

export class SelectionBar {
  #words;
  #bar;
  #said;
  #chips;
  #buttons;
  #selection = null;

  /** recompute(groups): on the page, the views for these trials alone; left out where there is no Python. */
  constructor(words, { recompute } = {}) {
    this.#words = words;
    this.#said = make('strong', { role: 'status' });
    this.#chips = make('ul', { className: 'chips', ariaLabel: words.criteria });
    this.#buttons = make('div', { className: 'does' });
    const add = (word, does, title = '') => {
      const button = make('button', { type: 'button', textContent: words[word], title });
      button.dataset.does = word;
      button.addEventListener('click', () => does(button));
      this.#buttons.append(button);
    };
    add('keep', () => this.#selection.close(false), words.keepHow);
    add('exclude', () => this.#selection.close(true), words.excludeHow);
    add('undo', () => this.#selection.undo());
    add('clear', () => this.#selection.clear());
    add('csv', () => saveCsv('trials.csv', csv(this.#selection.table.columns, this.#rows())));
    add('copyNumbers', (button) => copyText(numbersText(this.#selection.numbers), button, words.copied));
    if (recompute) add('recompute', () => recompute(this.#selection));
    this.#bar = make('section', { className: 'selection-bar', hidden: true, ariaLabel: words.selection }, this.#said, this.#chips, this.#buttons);
    document.body.append(this.#bar);
  }

  /** Show what is selected; null for no study. */
  show(selection) {
    this.#selection = selection;
    const isShown = Boolean(selection && (!selection.isEmpty || selection.canUndo) && selection.table);
    const hadFocus = this.#bar.contains(document.activeElement) ? document.activeElement.dataset.does : undefined;
    this.#bar.hidden = !isShown;
    document.body.classList.toggle('selecting', isShown);
    if (!isShown) return;
    const number = (count) => count.toLocaleString('en');
    const { length, whole } = selection.table; // a report's table leaves out trials of a very large study
    const parts = { count: number(selection.count), all: number(whole > length ? whole : selection.among), some: number(length) };
    const sentence = whole > length ? this.#words.chosenOfSome : this.#words.chosen;
    this.#said.textContent = selection.isEmpty ? this.#words.nothingSelected : told(sentence, parts);
    this.#chips.replaceChildren(...selection.groups.flatMap((group, at) => this.#chipsOf(group, at)));
    for (const button of this.#buttons.children) button.disabled = this.#isIdle(button.dataset.does);
    if (hadFocus) this.#buttons.querySelector(`[data-does=${hadFocus}]:not(:disabled)`)?.focus();
    else if (hadFocus === '') this.#chips.querySelector('button')?.focus();
  }

  #isIdle(what) {
    const { groups, isEmpty, canUndo, count } = this.#selection;
    if (what === 'undo') return !canUndo;
    if (what === 'clear') return false;
    if (what === 'keep' || what === 'exclude') return !groups.at(-1).criteria.length;
    return isEmpty || !count;
  }

  #chipsOf({ not, criteria }, group) {
    const isKept = group < this.#selection.groups.length - 1;
    const texts = criteria.map((criterion) => reads(criterion, this.#selection.table, this.#words));
    const said = not ? [told(this.#words.isNot, { what: texts.join(' + ') })] : texts; // excluded together, by all of them
    return said.map((text, at) => {
      const cross = make('button', { type: 'button', textContent: '×', ariaLabel: told(this.#words.remove, { what: text }) });
      cross.dataset.does = '';
      cross.addEventListener('click', () => this.#selection.remove(group, not ? undefined : at));
      return make('li', { className: isKept ? 'kept' : '', title: text }, make('span', { textContent: text }), cross);
    });
  }

  * #rows() {
    const { rows } = this.#selection;
    for (let row = 0; row < rows.length; row++) if (rows[row]) yield row;
  }
}
