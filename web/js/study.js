// One study on screen: its head at once, then its views one by one, those in sight first. Knows no files and no addresses.
//
//   const screen = new StudyScreen(analyzer, article, { words, explain });
//   await screen.show({ database, study }, { history: { objective: 'loss' } });
//   screen.addEventListener('options', ({ detail }) => …);   // {slug, options}: the reader has changed a control
//   screen.addEventListener('working', ({ detail }) => …);   // the title of the view that is worked on, or ''
//
// An answer is put on the page only while its question still stands: the same study, the same options.

import { dropFigures, watchFigures, whenDrawn } from './figures.js';
import { keepRows } from './rows.js';
import { putFiner, Stages } from './streaming.js';
import { startViews } from './views.js';
import { startZooming } from './zooming.js';

const MOVES = ['wheel', 'touchmove', 'pointerdown', 'keydown'];

export class StudyScreen extends EventTarget {
  #analyzer;
  #article;
  #words;
  #explain;
  #place = null;
  #options = {};
  #turn = 0; // of studies: answers to an earlier one are dropped
  #wanted = new Set(); // slugs of the views to be worked on
  #stages = new Stages(); // those of the others that are to become finer
  #isWorking = false;
  #release = () => {}; // lets go of the view that is kept in sight

  /** explain(failure): what the reader is told. */
  constructor(analyzer, article, { words, explain }) {
    super();
    [this.#analyzer, this.#article, this.#words, this.#explain] = [analyzer, article, words, explain];
    article.addEventListener('change', ({ target }) => this.#changed(target));
    article.addEventListener('submit', (event) => event.preventDefault());
    startZooming(article, (figure, window) => this.#zoom(figure.closest('.view').dataset.view, window));
    article.addEventListener('click', ({ target }) => {
      if ('retry' in target.dataset) this.#want(target.closest('.view').dataset.view);
      if ('move' in target.dataset) this.#move(target);
    });
  }

  /** The study on screen: {database, study}, or null. */
  get place() {
    return this.#place;
  }

  /** Ask for a study and show it. Resolves to false where another one was asked for meanwhile. */
  async show(place, options) {
    const turn = this.#begin(place, options);
    this.#article.inert = true; // it is no longer the study that the controls speak of
    const page = await this.#analyzer.call('page', { ...place, options });
    if (turn !== this.#turn) return false;
    if (page.error) throw new Error(page.error);
    this.display(place, options, page);
    return true;
  }

  /** Put a study on screen: what analyzer.browser.page answers. */
  display(place, options, page) {
    this.#begin(place, options);
    this.#release();
    dropFigures(this.#article);
    this.#article.replaceChildren(parsed(page.html));
    this.#article.inert = false;
    for (const part of this.#article.querySelectorAll('.answers, .contents')) startViews(part, [], this.#words);
    for (const section of this.#sections()) {
      if (section.classList.contains('pending')) this.#wanted.add(section.dataset.view);
      else this.#start(section, page);
    }
    this.#work();
  }

  /** The study on screen has grown: bring everything up to date, in its place. */
  update(page) {
    this.#begin(this.#place, this.#options);
    const fresh = parsed(page.html);
    this.#steadily(() => ['.study-head', '.answers', '.advice'].forEach((part) => {
      const [old, now] = [this.#article.querySelector(part), fresh.querySelector(part)];
      if (old && now) old.replaceWith(now);
      else if (now) this.#article.querySelector('.answers').after(now);
      else old?.remove();
    }));
    startViews(this.#article.querySelector('.answers'), [], this.#words);
    for (const section of this.#sections()) {
      const now = fresh.querySelector(`[data-view="${section.dataset.view}"]:not(.pending)`);
      if (now) this.#fill(section, now, page);
      else this.#wanted.add(section.dataset.view);
    }
    this.#work();
  }

  /** Show other options: the views whose options differ are worked on again. */
  choose(options) {
    const slugs = new Set([...Object.keys(options), ...Object.keys(this.#options)]);
    const different = [...slugs].filter((slug) => !sameOptions(options[slug], this.#options[slug]) && this.section(slug));
    this.#options = options;
    different.forEach((slug) => this.#want(slug));
  }

  section(slug) {
    return this.#sections().find((section) => section.dataset.view === slug);
  }

  /** The view that the reader is at; '' above the first one. */
  inSight() {
    const reached = this.#sections().filter((section) => section.getBoundingClientRect().top < innerHeight / 3);
    return reached.at(-1)?.dataset.view ?? '';
  }

  /** Bring a view into sight, and keep it there while those around it are filled, until the reader moves. */
  aim(slug) {
    const scroll = ({ detail } = {}) => {
      this.section(slug)?.scrollIntoView({ behavior: 'instant' });
      if (detail === '') release(); // all are filled
    };
    const release = () => {
      ['filled', 'working'].forEach((type) => this.removeEventListener(type, scroll));
      MOVES.forEach((type) => removeEventListener(type, release, true));
    };
    this.#release();
    this.#release = release;
    ['filled', 'working'].forEach((type) => this.addEventListener(type, scroll));
    MOVES.forEach((type) => addEventListener(type, release, { capture: true, passive: true }));
    scroll();
  }

  /** Nothing is on screen any more. */
  clear() {
    this.#begin(null, {});
    dropFigures(this.#article);
    this.#article.replaceChildren();
  }

  #begin(place, options) {
    [this.#place, this.#options] = [place, options];
    this.#wanted.clear();
    this.#stages.clear();
    return ++this.#turn;
  }

  #sections() {
    return [...this.#article.querySelectorAll('.view')];
  }

  #changed({ form }) {
    if (!form || !('options' in form.dataset)) return;
    const slug = form.closest('.view').dataset.view;
    const chosen = [...form.elements].filter((control) => control.name && control.value !== control.dataset.default);
    const options = Object.fromEntries(chosen.map((control) => [control.name, control.value]));
    this.dispatchEvent(new CustomEvent('options', { detail: { slug, options } }));
  }

  /** A step to other options, which Python has named; those that it does not name stay. */
  #move(button) {
    const slug = button.closest('.view').dataset.view;
    const options = { ...this.#options[slug], ...JSON.parse(button.dataset.move) };
    this.dispatchEvent(new CustomEvent('options', { detail: { slug, options } }));
  }

  #want(slug) {
    this.#stages.stop(slug);
    this.#wanted.add(slug);
    this.section(slug).ariaBusy = 'true';
    this.#work();
  }

  async #work() {
    if (this.#isWorking) return;
    this.#isWorking = true;
    while (this.#next()) {
      if (distance(this.#next()) > 0) await whenDrawn(); // first the figures in sight
      if (this.#next()) await this.#workOn(this.#next());
    }
    this.#isWorking = false;
    this.#tell('');
  }

  /** The section in sight, or else the one that is reached first by scrolling; null where nothing is left to do. */
  #next() {
    const sections = [...this.#wanted, ...this.#stages.slugs].map((slug) => this.section(slug));
    return sections.reduce((best, each) => (best && distance(best) <= distance(each) ? best : each), null);
  }

  async #workOn(section) {
    const slug = section.dataset.view;
    const [turn, options] = [this.#turn, this.#options[slug]];
    const stands = () => turn === this.#turn && sameOptions(options, this.#options[slug]);
    this.#wanted.delete(slug);
    const call = this.#stages.call(slug);
    section.ariaBusy = 'true'; // until its answer is there
    this.#tell(section.querySelector('h3').textContent);
    try {
      const answer = await this.#analyzer.call(call, { ...this.#place, slug, options: options ?? {}, staged: true });
      if (!stands()) return;
      if (answer.error) this.#refuse(section, answer.error);
      else this.#fill(section, parsed(answer.html).querySelector('.view'), answer, call === 'finer');
      this.#stages.note(section, answer);
    } catch (failure) {
      if (stands() && call === 'view') this.#refuse(section, this.#explain(failure), this.#words.again);
      if (stands()) this.#stages.note(section, {}); // what is on screen says of how much it is
    } finally {
      if (!this.#wanted.has(slug) && !this.#stages.slugs.includes(slug)) section.removeAttribute('aria-busy');
    }
  }

  /** The figure of a view with the points of a window; null where its question does not stand any more. */
  async #zoom(slug, window) {
    const [turn, options] = [this.#turn, this.#options[slug]];
    const { figures } = await this.#analyzer.call('zoom', { ...this.#place, slug, options: options ?? {}, window });
    return turn === this.#turn && sameOptions(options, this.#options[slug]) ? figures?.[0] ?? null : null;
  }

  #tell(title) {
    this.dispatchEvent(new CustomEvent('working', { detail: title }));
  }

  /** Change something without moving what the reader looks at: the first thing in sight stays where it is. */
  #steadily(change) {
    const parts = [this.#article.querySelector('.study-head'), ...this.#sections()];
    const [seen] = parts.filter((part) => part.getBoundingClientRect().bottom > 0);
    const before = seen?.getBoundingClientRect().top;
    change();
    if (seen?.isConnected) scrollBy({ top: seen.getBoundingClientRect().top - before, behavior: 'instant' });
  }

  /** Give a section new content; what the reader has set up in it (focus, rows, full screen, zoom) stays. */
  #fill(section, fresh, answer, isFiner = false) {
    const revision = JSON.stringify(this.#options[section.dataset.view] ?? {});
    const focused = section.contains(document.activeElement) ? document.activeElement.name : '';
    const restoreRows = keepRows(section);
    const [drawn, next] = [section.querySelector('.figure'), fresh.querySelector('.figure')];
    const canvas = drawn?.firstElementChild;
    if (canvas && next) next.append(canvas); // drawn over, so that nothing flickers
    dropFigures(section);
    this.#steadily(() => {
      for (const { name, value } of fresh.attributes) section.setAttribute(name, value);
      if (isFiner) putFiner(section, fresh);
      else section.replaceChildren(...fresh.childNodes);
      section.querySelectorAll('.figure').forEach((figure) => { figure.dataset.revision = revision; });
      this.#start(section, answer);
      restoreRows();
    });
    if (focused) section.querySelector(`:is(form, .moves) [name="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    this.dispatchEvent(new CustomEvent('filled', { detail: section }));
  }

  #start(section, { figures, tables }) {
    startViews(section, tables, this.#words);
    watchFigures(section, figures);
  }

  /** Say in its place why a view cannot be shown; its controls stay. */
  #refuse(section, sentence, again) {
    section.querySelectorAll('.variant, .refusal').forEach((part) => { dropFigures(part); part.remove(); });
    section.classList.remove('pending');
    const refusal = Object.assign(document.createElement('div'), { className: 'refusal' });
    refusal.append(Object.assign(document.createElement('p'), { className: 'reason', textContent: sentence, role: 'alert' }));
    if (again) {
      const button = Object.assign(document.createElement('button'), { type: 'button', textContent: again });
      button.dataset.retry = '';
      refusal.append(button);
    }
    section.append(refusal);
  }
}

/** HTML that Python's templates made, with every name in it escaped. */
function parsed(html) {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content;
}

/** How far a section is from sight, 0 within; above counts twice. */
function distance(section) {
  const { top, bottom } = section.getBoundingClientRect();
  return bottom < 0 ? -2 * bottom : Math.max(0, top - innerHeight);
}

function sameOptions(a = {}, b = {}) {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
