// The panel that selects trials without a figure: what to go by, its controls, one button. Stays open while figures change.

import { bestField, controlsFor, feasibility, make, numberList, textField } from './criteria.js';

const GROUPS = [ // of columns: words' key, what their names begin with
  ['ofValues', /^values?(_|$)/], ['ofParameters', /^params_/], ['ofAttributes', /^user_attrs_/], ['ofConstraints', /^constraint_/], ['ofTimes', /./],
];

export class SelectionPanel {
  #words;
  #button;
  #panel;
  #which;
  #place;
  #controls = null;
  #selection = null;

  /** `button` opens and closes it. */
  constructor(button, words) {
    [this.#words, this.#button] = [words, button];
    this.#which = make('select', { id: 'select-by', ariaLabel: words.selectBy });
    this.#place = make('div', { className: 'asked' });
    const close = make('button', { type: 'button', textContent: '×', ariaLabel: words.close });
    const form = make('form', {},
      make('label', {}, make('span', { textContent: words.selectBy }), this.#which), this.#place,
      make('button', { type: 'submit', textContent: words.selectThese }));
    const title = make('h2', { textContent: words.select, id: 'select-title' });
    this.#panel = make('section', { className: 'select-panel', hidden: true, role: 'dialog' }, make('header', {}, title, close),
      make('p', { className: 'quiet', textContent: words.selectHow }), form);
    this.#panel.setAttribute('aria-labelledby', 'select-title');
    document.body.append(this.#panel);
    button.onclick = () => (this.#panel.hidden ? this.open() : this.close()); // one panel at a time: another language has another
    close.addEventListener('click', () => this.close());
    this.#panel.addEventListener('keydown', ({ key }) => { if (key === 'Escape') this.close(); });
    this.#which.addEventListener('change', () => this.#ask());
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const criterion = this.#controls?.read();
      if (criterion) this.#selection.add([criterion]);
    });
  }

  /** The study that it selects in; null for none. */
  follow(selection) {
    this.#selection = selection;
    if (!this.#panel.hidden) this.close();
  }

  async open() {
    const table = await this.#selection.ready();
    this.#fill(table);
    this.#panel.hidden = false;
    this.#button.setAttribute('aria-expanded', 'true');
    this.#which.focus();
  }

  close() {
    this.#panel.hidden = true;
    this.#button.setAttribute('aria-expanded', 'false');
    this.#button.focus();
  }

  #fill(table) {
    const words = this.#words;
    const own = [['number', words.numbers], ['text', words.anyText]];
    if (table.constraints.length) own.unshift(['feasible', words.feasibility]);
    if (table.column('state')) own.unshift(['column:state', 'state']);
    if (table.objectives.length) own.unshift(['best', words.bestTrials]);
    const taken = new Set(['number', 'state']);
    const groups = GROUPS.map(([word, names]) => {
      const columns = table.columns.filter(({ name }) => !taken.has(name) && names.test(name));
      columns.forEach(({ name }) => taken.add(name));
      return make('optgroup', { label: words[word] }, ...columns.map(({ name }) => new Option(name, `column:${name}`)));
    });
    this.#which.replaceChildren(...own.map(([key, label]) => new Option(label, key)), ...groups.filter((each) => each.children.length));
    this.#ask();
  }

  #ask() {
    const { table } = this.#selection;
    const key = this.#which.value;
    const made = {
      best: () => bestField(table.objectives, this.#words),
      feasible: () => feasibility(this.#words),
      number: () => numberList(this.#words),
      text: () => textField(this.#words),
    }[key] ?? (() => this.#ofColumn(table, key.slice('column:'.length)));
    this.#controls = made();
    this.#place.replaceChildren(this.#controls.element);
  }

  #ofColumn(table, name) {
    const now = this.#selection.groups.at(-1).criteria.find(({ column }) => column === name);
    return controlsFor(table.column(name), this.#words, now);
  }
}
