// Zooming brings the points back: a figure that shows a summary is asked for again with the window that the reader looks at.
//
//   startZooming(article, async (element, window) => figure);   // null: there is nothing (any more) to be had
//
// The reader's ranges stay; a window that was left meanwhile is dropped; the whole comes back without asking.

import { draw } from './figures.js';

const PAUSE_MS = 180; // after the last change of a window

/** Listen to what the figures below `root` tell of their windows (see figures.js). */
export function startZooming(root, ask) {
  const states = new WeakMap(); // a figure's element -> {whole, text, timer, turn}
  root.addEventListener('zoomed', ({ target, detail: { figure, window } }) => {
    if (!states.has(target)) {
      if (!figure?.layout.meta?.summary) return;
      states.set(target, { whole: figure, text: '{}', timer: 0, turn: 0 });
    }
    const state = states.get(target), text = JSON.stringify(window);
    if (text === state.text) return;
    state.text = text;
    state.turn++;
    clearTimeout(state.timer);
    if (text === '{}') show(target, state.whole);
    else state.timer = setTimeout(() => look(target, state, window), PAUSE_MS);
  });

  async function look(element, state, window) {
    const { turn } = state;
    const figure = await ask(element, window).catch(() => null);
    if (turn !== state.turn || !element.isConnected) return;
    if (figure) show(element, figure);
    else state.text = ''; // the next change asks again
  }
}

function show(element, figure) {
  const note = element.parentElement.querySelector('[data-note]');
  if (note) note.textContent = figure.layout.meta?.note ?? '';
  draw(element, figure);
}
