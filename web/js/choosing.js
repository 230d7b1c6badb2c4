// What the reader has selected in one study: the groups, the rows they select, and the way back. Knows no document.
//
//   const selection = new Selection(loadTable);        // loadTable() -> a promise of a TrialTable
//   selection.addEventListener('change', ({ detail }) => …);   // detail.by: 'reader' or 'address'

import { chosenRows, closed, formatSelection, isEmpty, parseSelection, withCriteria, withoutCriterion } from './selection.js';

export class Selection extends EventTarget {
  #load;
  #past = [];
  #revision = 0;

  constructor(load) {
    super();
    this.#load = load;
    this.table = null; // until it is needed
    this.only = []; // groups that say which trials the views were computed for; empty for all
    this.groups = parseSelection('');
    this.rows = null; // (n,) 1 where a row is selected
    [this.count, this.among] = [0, 0]; // selected trials, of how many
  }

  get isEmpty() {
    return isEmpty(this.groups);
  }

  get text() {
    return formatSelection(this.groups);
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  /** The table of all trials, once it is there. */
  async ready() {
    this.table ??= await this.#load();
    return this.table;
  }

  /** The trials behind the table have changed. */
  async renew() {
    const was = this.table;
    this.table = null;
    if (was && (!this.isEmpty || this.only.length)) await this.#apply('address');
  }

  /** As an address says. */
  async show(text, only = '') {
    this.only = isEmpty(parseSelection(only)) ? [] : parseSelection(only);
    if (text === this.text && this.rows === null && this.isEmpty && !only) return;
    this.groups = parseSelection(text);
    await this.#apply('address');
  }

  add(criteria, without = '') {
    const last = this.groups.at(-1);
    const cleared = without ? { ...last, criteria: last.criteria.filter(({ column }) => column !== without) } : last;
    return this.#change(withCriteria([...this.groups.slice(0, -1), cleared], criteria));
  }

  remove(group, at) {
    return this.#change(withoutCriterion(this.groups, group, at));
  }

  /** What is selected stays, or goes; what follows selects within the rest. */
  close(not) {
    return this.#change(closed(this.groups, not));
  }

  /** Nothing is selected; and where nothing was, the way back is forgotten. */
  clear() {
    if (this.isEmpty) {
      this.#past = [];
      return this.#apply('reader');
    }
    return this.#change(parseSelection(''));
  }

  undo() {
    const before = this.#past.pop();
    if (before === undefined) return undefined;
    this.groups = before;
    return this.#apply('reader');
  }

  /** Trial numbers of the selected rows, ascending. */
  get numbers() {
    return this.numbersOf(this.rows);
  }

  numbersOf(rows) {
    const numbers = [];
    rows?.forEach((one, row) => { if (one) numbers.push(this.table.numbers[row]); });
    return numbers;
  }

  /** Which rows the views were computed for. */
  get onlyRows() {
    return chosenRows(this.only, this.table);
  }

  #change(groups) {
    if (formatSelection(groups) === this.text && groups.length === this.groups.length) return undefined;
    this.#past.push(this.groups);
    this.groups = groups;
    return this.#apply('reader');
  }

  async #apply(by) {
    const turn = ++this.#revision;
    const table = await this.ready();
    if (turn !== this.#revision) return;
    this.among = this.only.length ? count(this.onlyRows) : table.length;
    this.rows = this.isEmpty ? null : chosenRows([...this.only, ...this.groups], table);
    this.count = this.rows ? count(this.rows) : 0;
    this.dispatchEvent(new CustomEvent('change', { detail: { by } }));
  }

  /** What figures need to mark the selected trials; null where none are. */
  get chosen() {
    if (!this.rows) return null;
    return { numbers: new Set(this.numbers), groups: this.groups, table: this.table, revision: `selection ${this.#revision}` };
  }
}

const count = (rows) => rows.reduce((sum, one) => sum + one, 0);
