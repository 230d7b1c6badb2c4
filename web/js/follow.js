// Follow files that grow on disk: look at them every few seconds and say when one has changed. Reads nothing of them.

const PAUSE_MS = 3000, SHARE = 5; // a slow reading is not repeated before five times its own time has passed

export class Follower {
  #handles = [];
  #stamp = '';
  #timer = 0;
  #onChange;

  /** onChange(files): they are not what they were; may be a promise. */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  get isFollowing() {
    return this.#timer !== 0;
  }

  /** Follow these from the state that `files` are in. */
  start(handles, files) {
    this.stop();
    [this.#handles, this.#stamp] = [handles, stampOf(files)];
    this.#wait(PAUSE_MS);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  #wait(pause) {
    this.#timer = setTimeout(() => this.#look(), pause);
  }

  async #look() {
    const handles = this.#handles;
    const start = performance.now();
    try {
      const files = document.hidden ? null : await Promise.all(handles.map((handle) => handle.getFile()));
      if (files && stampOf(files) !== this.#stamp && (await this.#onChange(files))) this.#stamp = stampOf(files);
    } catch {
      // it is being replaced just now: the next look will see it
    }
    if (this.isFollowing && handles === this.#handles) this.#wait(Math.max(PAUSE_MS, SHARE * (performance.now() - start)));
  }
}

const stampOf = (files) => files.map(({ lastModified, size }) => `${lastModified}:${size}`).join();
