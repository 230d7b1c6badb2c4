// The list of studies as Python's template made it: the links in it, finding one of many, which is on screen.

export class StudyList {
  #element;
  #hrefOf;

  /** hrefOf(index): the address of a study. onSaveAll(): the report of all is wanted; onCompare(indices): of these a comparison. */
  constructor(element, hrefOf, onSaveAll, onCompare) {
    [this.#element, this.#hrefOf] = [element, hrefOf];
    element.addEventListener('change', () => this.#count());
    element.addEventListener('click', ({ target }) => { if ('compare' in target.dataset) onCompare(this.#chosen()); });
    element.addEventListener('input', ({ target }) => { if ('findStudy' in target.dataset) this.#find(target.value); });
    element.addEventListener('click', ({ target }) => { if ('saveAll' in target.dataset) onSaveAll(); });
  }

  /** Show the list; a single study needs none. What was searched for stays. */
  show(html, count) {
    const wanted = this.#element.querySelector('[data-find-study]')?.value ?? '';
    const chosen = count === this.#boxes().length ? this.#chosen() : []; // the same files, read again
    this.#element.innerHTML = html;
    this.#element.hidden = count < 2;
    for (const link of this.#links()) link.setAttribute('href', this.#hrefOf(Number(link.dataset.study)));
    const search = this.#element.querySelector('[data-find-study]');
    if (search && wanted) this.#find((search.value = wanted));
    this.choose(chosen);
  }

  /** Tick the studies to be compared. */
  choose(indices) {
    for (const box of this.#boxes()) box.checked = indices.includes(Number(box.dataset.marks));
    this.#count();
  }

  #boxes() {
    return [...this.#element.querySelectorAll('[data-marks]')];
  }

  #chosen() {
    return this.#boxes().filter((box) => box.checked).map((box) => Number(box.dataset.marks));
  }

  #count() {
    const button = this.#element.querySelector('[data-compare]');
    if (button) button.disabled = this.#chosen().length < 2;
  }

  /** Mark the study on screen. */
  mark(index) {
    for (const link of this.#links()) {
      if (Number(link.dataset.study) === index) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
    const line = this.#links().find((link) => link.ariaCurrent)?.closest('li');
    if (!line) return;
    const { parentElement: all, offsetTop, offsetHeight } = line; // not scrollIntoView: the page itself stays where it is
    const top = offsetTop - all.offsetTop;
    if (top < all.scrollTop || top + offsetHeight > all.scrollTop + all.clientHeight) all.scrollTop = top - all.clientHeight / 2;
  }

  #links() {
    return [...this.#element.querySelectorAll('[data-study]')];
  }

  #find(text) {
    const wanted = text.toLowerCase();
    for (const item of this.#element.querySelectorAll('li')) item.hidden = !item.textContent.toLowerCase().includes(wanted);
  }
}
