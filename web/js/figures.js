// Figures: drawn when they come into sight, redrawn when the theme changes, taken out as pictures.

import { coloured, onTheme } from './theme.js';

const narrow = matchMedia('(max-width: 640px)'); // the same width as in the style sheet
const BUTTONS = [['zoom2d', 'pan2d', 'resetScale2d']];
const CONFIG = { displaylogo: false, responsive: true, modeBarButtons: BUTTONS, doubleClick: 'reset+autosize' };

const waiting = new Map(), drawn = new Map(); // element -> its figure as it came
const drawing = new Set(); // promises of those under way
let dark = {}, load = async () => {};

const inSight = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting && waiting.has(target)) draw(target, waiting.get(target));
}, { rootMargin: '500px' });

onTheme(() => drawn.forEach((figure, element) => element.isConnected && draw(element, figure)));
addEventListener('beforeprint', () => waiting.forEach((figure, element) => element.offsetParent && draw(element, figure)));

/** Say which colours dark paper takes, and how plotly.js is had when the first figure needs it. */
export function startFigures(colours, loadPlotly) {
  dark = colours;
  load = loadPlotly;
}

/** Draw the figures below `root` as they come into sight. */
export function watchFigures(root, figures) {
  root.querySelectorAll('.figure').forEach((element) => {
    waiting.set(element, figures[Number(element.dataset.figure)]);
    inSight.observe(element);
  });
}

/** Let go of the figures below `root`, before it leaves the page. */
export function dropFigures(root) {
  root.querySelectorAll('.figure').forEach((element) => {
    inSight.unobserve(element);
    waiting.delete(element);
    if (drawn.delete(element) && element.firstElementChild) Plotly.purge(element.firstElementChild);
  });
}

/** Resolves once the figures in sight are drawn. */
export async function whenDrawn() {
  await new Promise((done) => { setTimeout(done, 50); }); // the browser tells a moment later what is in sight
  await Promise.allSettled(drawing);
}

/** Draw one figure, or draw it again. */
export function draw(element, figure) {
  const done = drawOn(element, figure).finally(() => drawing.delete(done));
  drawing.add(done);
  return done;
}

async function drawOn(element, figure) {
  inSight.unobserve(element);
  waiting.delete(element);
  drawn.set(element, figure);
  await load();
  if (drawn.get(element) !== figure) return; // it left the page, or a newer one is drawn
  const canvas = element.firstElementChild ?? element.appendChild(Object.assign(document.createElement('div'), { className: 'canvas' }));
  const { data, layout } = coloured(figure, dark);
  const fitted = { ...layout, ...(narrow.matches ? layout.meta?.narrow : {}), autosize: true, uirevision: element.dataset.revision ?? 'as drawn' };
  delete fitted.height; // the element has it, and full screen changes it
  await Plotly.react(canvas, data, structuredClone(fitted), CONFIG);
  element.dataset.drawn = '';
}

/** Download a figure as it is shown. */
export function saveImage(element, format, name) {
  const canvas = element.firstElementChild;
  const { width, height } = canvas.getBoundingClientRect();
  const { note } = canvas.layout.meta ?? {};
  const annotations = note ? [{ text: note, showarrow: false, xref: 'paper', yref: 'paper', x: 1, y: 1, xanchor: 'right', yanchor: 'bottom' }] : [];
  return Plotly.downloadImage({ data: canvas.data, layout: { ...canvas.layout, annotations, width: undefined } }, { format, filename: name, width: Math.round(width), height: Math.round(height), scale: 2 });
}

/** Fit the figure of a view to the room it has now. */
export const refit = (view) => view.querySelectorAll('.figure > .canvas').forEach((canvas) => Plotly.Plots.resize(canvas));
