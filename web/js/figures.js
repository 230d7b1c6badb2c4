// Figures: drawn when they come into sight, redrawn when the theme changes, taken out as pictures.

import { coloured, onTheme } from './theme.js';

const narrow = matchMedia('(max-width: 640px)'); // the same width as in the style sheet
const BUTTONS = [['zoom2d', 'pan2d', 'resetScale2d']];
const CONFIG = { displaylogo: false, responsive: true, modeBarButtons: BUTTONS, doubleClick: 'reset+autosize' };

const drawn = new Map(); // element -> the figure as it came
let dark = {}, load = async () => {};

/** Say which colours dark paper takes, and how plotly.js is had when the first figure needs it. */
export function startFigures(colours, loadPlotly) {
  dark = colours;
  load = loadPlotly;
  onTheme(() => drawn.forEach((figure, element) => element.isConnected && draw(element, figure)));
}

/** Draw the figures below `root` as they come into sight. */
export function watchFigures(root, figures) {
  const observer = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      observer.unobserve(target);
      draw(target, figures[Number(target.dataset.figure)]);
    }
  }, { rootMargin: '500px' });
  root.querySelectorAll('.figure').forEach((element) => observer.observe(element));
  addEventListener('beforeprint', () => root.querySelectorAll('.figure').forEach((element) => {
    if (!drawn.has(element) && element.offsetParent) draw(element, figures[Number(element.dataset.figure)]);
  }));
}

/** Draw one figure, or draw it again. */
export async function draw(element, figure) {
  drawn.set(element, figure);
  await load();
  const canvas = element.firstElementChild ?? element.appendChild(Object.assign(document.createElement('div'), { className: 'canvas' }));
  const { data, layout } = coloured(figure, dark);
  const fitted = { ...layout, ...(narrow.matches ? layout.meta?.narrow : {}), autosize: true };
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
