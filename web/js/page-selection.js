// The selection on the page: follows the study on screen and its address, and has the views computed for some trials alone.

import { Selection } from './choosing.js';
import { showChosen } from './figures.js';
import { markRows } from './rows.js';
import { startSelecting } from './selecting.js';
import { formatSelection, numbersText, parseSelection, TrialTable } from './selection.js';
import { SelectionBar } from './selection-bar.js';
import { SelectionPanel } from './selection-panel.js';
import { TrialPanel } from './trial-panel.js';

export class PageSelection {
  #analyzer;
  #article;
  #go;
  #parts = null; // bar, panel, trial: made once the words are there
  #tables = new Map(); // study -> a promise of its table
  #study = '';
  #selection = null;
  #stop = () => {};

  /** go: {select(text), only(text), trial(number) -> whether there is a view for it}: what the address is to say. */
  constructor(analyzer, article, button, go) {
    [this.#analyzer, this.#article, this.button, this.#go] = [analyzer, article, button, go];
    article.addEventListener('click', ({ target }) => { if ('allTrials' in target.dataset) go.only(''); });
    article.addEventListener('trial', ({ detail: { number } }) => this.#open(number));
  }

  /** Files were opened or read again: what was known of their trials is void. */
  forget() {
    this.#tables.clear();
  }

  /** The place of a study with the numbers of the trials that an address restricts it to: what the worker is asked for. */
  async placeFor({ database, study }, { only }) {
    if (!only) return { database, study };
    const selection = new Selection(() => this.#tableOf({ database, study }));
    await selection.ready();
    selection.only = parseSelection(only);
    return { database, study, only: numbersText(selection.numbersOf(selection.onlyRows)) };
  }

  /** A study is on screen: select in it what the address says. */
  async arrive(place, { select = '', only = '' }, words) {
    this.#parts ??= this.#made(words);
    const key = JSON.stringify([place.database, place.study]);
    if (key !== this.#study) this.#begin(key, place);
    this.button.hidden = false;
    const selection = this.#selection;
    if (selection.table && !this.#tables.has(key)) await selection.renew();
    await selection.show(select, only);
  }

  /** The words have changed: bar and panels are made anew. */
  respell() {
    if (this.#parts) document.querySelectorAll('.selection-bar, .select-panel, .trial-panel').forEach((part) => part.remove());
    this.leave();
    this.#parts = null;
  }

  /** No study is on screen any more. */
  leave() {
    this.button.hidden = true;
    this.#stop();
    [this.#study, this.#selection] = ['', null];
    this.#parts?.bar.show(null);
    this.#parts?.panel.follow(null);
  }

  #made(words) {
    const recompute = ({ only, groups }) => this.#go.only(formatSelection([...only, ...groups].filter(({ criteria }) => criteria.length)));
    return { bar: new SelectionBar(words, { recompute }), panel: new SelectionPanel(this.button, words), trial: new TrialPanel(words) };
  }

  #begin(key, place) {
    this.#stop();
    this.#study = key;
    const { bar, panel } = this.#parts;
    const selection = new Selection(() => this.#tableOf(place));
    this.#selection = selection;
    showChosen(this.#article, null);
    markRows(this.#article, null);
    this.#stop = startSelecting(this.#article, selection, () => bar.show(selection));
    selection.addEventListener('change', ({ detail: { by } }) => {
      if (by === 'reader' && selection === this.#selection) this.#go.select(selection.text);
    });
    bar.show(selection);
    panel.follow(selection);
  }

  #tableOf({ database, study }) {
    const key = JSON.stringify([database, study]);
    if (!this.#tables.has(key)) {
      const asked = this.#analyzer.call('trials', { database, study }).then(({ tables: [columns], objectives }) => new TrialTable(columns, objectives));
      asked.catch(() => this.#tables.delete(key));
      this.#tables.set(key, asked);
    }
    return this.#tables.get(key);
  }

  async #open(number) {
    if (this.#go.trial(number)) return;
    const table = await this.#selection.ready();
    this.#parts.trial.show(number, table, this.#selection.rows);
  }
}
