// Views that come in stages (importances: few trees first, then more): which have a finer answer to come, and how it takes the
// place of the one before. Each stage is a call of its own, so that the worker answers others between two of them.

export class Stages {
  #open = new Set(); // slugs of the views whose answer was not the last

  /** The call that works on a view next: its beginning, or a finer answer where there is one to come. */
  call(slug) {
    return this.#open.delete(slug) ? 'finer' : 'view';
  }

  /** An answer is on screen: is there more to come? Readers see it by the view's words; scripts and styles by data-more. */
  note(section, { more }) {
    if (more) this.#open.add(section.dataset.view);
    section.toggleAttribute('data-more', Boolean(more));
  }

  /** What is on screen stays as it is, or is begun again. */
  stop(slug) {
    this.#open.delete(slug);
  }

  clear() {
    this.#open.clear();
  }

  get slugs() {
    return [...this.#open];
  }
}

const CONTROLS = 'button, select, input, summary, a';

/** Put the content of a finer answer in the place of the one before: options stay untouched, and so does the focus. */
export function putFiner(section, fresh) {
  const [old, now] = [section, fresh].map((each) => each.querySelector('.variant'));
  const at = [...old.querySelectorAll(CONTROLS)].indexOf(document.activeElement);
  old.replaceWith(now);
  if (at >= 0) now.querySelectorAll(CONTROLS)[at]?.focus({ preventScroll: true });
}
