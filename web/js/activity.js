// What goes on, in words, with a bar where its share is known and a button to stop it. One line; it never moves the page.

const SOON_MS = 300, LONG_MS = 1000; // what is done sooner is not mentioned; what takes longer can be stopped

/** A sentence with its {names} filled in. */
export const filled = (sentence, parts) => sentence.replace(/\{(\w+)\}/g, (whole, name) => parts[name] ?? whole);

export class Activity {
  #element;
  #words;
  #boots = true;
  #doing = new Map(); // what goes on now: key -> its sentence; the first one is told
  #timers = [];

  constructor(element, words, onCancel) {
    [this.#element, this.#words] = [element, words];
    element.querySelector('button').addEventListener('click', onCancel);
    this.#show(words.download, 0);
  }

  /** Progress of the worker. While it boots this is all there is to tell; later it is the share of what is told anyway. */
  progress({ stage, fraction }) {
    if (stage in this.#words && this.#boots) this.#show([...this.#doing.values()][0] ?? this.#words[stage], fraction);
    else if (this.#doing.size) this.share(fraction);
  }

  /** The worker is ready (or has failed): the boot is over. */
  ready() {
    this.#boots = false;
    this.#tell();
  }

  /** Something begins, or has another sentence now. */
  begin(key, sentence) {
    this.#doing.set(key, sentence);
    this.#tell();
  }

  end(key) {
    this.#doing.delete(key);
    this.#tell();
  }

  /** The view that is worked on; '' for none. */
  view(title) {
    if (title) this.begin('view', filled(this.#words.view, { name: title }));
    else this.end('view');
  }

  share(fraction) {
    this.#element.querySelector('progress').value = fraction;
  }

  #tell() {
    this.#timers.forEach(clearTimeout);
    const [sentence] = this.#doing.values();
    const button = this.#element.querySelector('button');
    if (this.#boots) return;
    if (!sentence) {
      this.#element.hidden = button.hidden = true;
      return;
    }
    const isShown = !this.#element.hidden;
    this.#timers = [setTimeout(() => this.#show(sentence), isShown ? 0 : SOON_MS), setTimeout(() => { button.hidden = false; }, LONG_MS)];
  }

  #show(sentence, fraction) {
    const bar = this.#element.querySelector('progress');
    this.#element.hidden = false;
    this.#element.querySelector('#doing').textContent = sentence;
    if (fraction === undefined) bar.removeAttribute('value');
    else bar.value = fraction;
  }
}
