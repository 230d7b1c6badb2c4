// Figures: drawn when they come into sight, redrawn when the theme or the selection changes, taken out as pictures.
//
// Events on a figure's element, bubbling: 'brush' {figure, range, points} and 'brushaxis' {figure, at, constraint}: the reader
// has selected with the pointer; 'trial' {number}: the reader has clicked a trial's mark; 'zoomed' {figure, window}: it was drawn,
// or the reader has changed its axes. window: {x: [low, high]}, the ranges of the axes that are not as the figure came.

import { isDotted, markDots, marked } from './marking.js';
import { coloured, onTheme } from './theme.js';

const narrow = matchMedia('(max-width: 640px)'); // the same width as in the style sheet
const BUTTONS = [['zoom2d', 'pan2d', 'select2d', 'lasso2d', 'resetScale2d']];
const MODEBAR = { bgcolor: 'rgba(0,0,0,0)', color: '#94a0ae', activecolor: '#2f6fde' };
const DOUBLE_CLICK_MS = 300; // plotly.js's own
const CONFIG = { displaylogo: false, responsive: true, modeBarButtons: BUTTONS, doubleClick: 'reset+autosize' };

const waiting = new Map(), drawn = new Map(); // element -> its figure as it came
const drawing = new Set(); // promises of those under way
const chosenIn = new WeakMap(); // an element around figures -> the trials that are selected in it
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

/** Mark the selected trials in the figures below `root`: in those in sight at once, in the others when they come into sight. */
export function showChosen(root, chosen) {
  chosenIn.set(root, chosen);
  const done = [];
  for (const [element, figure] of drawn) {
    const canvas = element.firstElementChild;
    if (!root.contains(element) || !canvas || waiting.has(element)) continue; // it is marked when it is drawn
    if (isDotted(figure) && isSeen(element)) markDots(canvas, chosen);
    else if (isDotted(figure)) setTimeout(() => canvas.isConnected && markDots(canvas, chosenIn.get(root)));
    else if (isSeen(element)) done.push(draw(element, figure));
    else watchFigure(element, figure);
  }
  return Promise.all(done);
}

function isSeen(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return element.offsetParent !== null && bottom > 0 && top < innerHeight;
}

function watchFigure(element, figure) {
  waiting.set(element, figure);
  inSight.observe(element);
}

/** Draw the figures below `root` as they come into sight. */
export function watchFigures(root, figures) {
  root.querySelectorAll('.figure').forEach((element) => watchFigure(element, figures[Number(element.dataset.figure)]));
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
  const { data, layout } = coloured(isDotted(figure) ? figure : marked(figure, chosenAround(element)), dark);
  const fitted = { ...layout, ...(narrow.matches ? layout.meta?.narrow : {}), autosize: true, modebar: MODEBAR, uirevision: element.dataset.revision ?? 'as drawn' };
  delete fitted.height; // the element has it, and full screen changes it
  await Plotly.react(canvas, data, structuredClone(fitted), CONFIG);
  listenOn(canvas);
  remark(canvas);
  element.dataset.drawn = '';
  tellWindow(canvas);
}

/** Zooming and resizing draw the dots anew. */
function remark(canvas) {
  const figure = drawn.get(canvas.parentElement), chosen = chosenAround(canvas);
  if (chosen && figure && isDotted(figure)) markDots(canvas, chosen);
}

function chosenAround(element) {
  for (let root = element; root; root = root.parentElement) if (chosenIn.get(root)) return chosenIn.get(root);
  return null;
}

/** The ranges of the axes that are neither whole nor as the figure came. */
function windowOf(canvas, figure) {
  const found = {};
  for (const [key, { range, autorange } = {}] of Object.entries(canvas.layout)) {
    const [, letter, number] = /^([xy])axis(\d*)$/.exec(key) ?? [];
    if (letter && range && !autorange && !sameRange(range, figure.layout[key]?.range)) found[letter + number] = [...range];
  }
  return found;
}

const sameRange = (range, given) => Boolean(given) && range.every((end, at) => end === given[at]);

function tellWindow(canvas) {
  const element = canvas.parentElement, figure = drawn.get(element);
  if (figure) element.dispatchEvent(new CustomEvent('zoomed', { bubbles: true, detail: { figure, window: windowOf(canvas, figure) } }));
}

/** Tell what the reader does with a figure; the canvas may move to another element later. */
function listenOn(canvas) {
  if (canvas.dataset.listens) return;
  canvas.dataset.listens = 'yes';
  const tell = (type, detail) => {
    const element = canvas.parentElement;
    element?.dispatchEvent(new CustomEvent(type, { bubbles: true, detail: { figure: drawn.get(element), ...detail } }));
  };
  canvas.on('plotly_afterplot', () => remark(canvas));
  canvas.on('plotly_relayout', () => tellWindow(canvas));
  canvas.on('plotly_selected', (event) => { // a redraw tells too, of no range
    if (!event?.range && !event?.lassoPoints) return;
    const { range, points } = event;
    setTimeout(async () => { // once plotly.js has drawn the box: it would keep it, and go on selecting by it
      await Plotly.relayout(canvas, { selections: [] });
      tell('brush', { range, points });
    });
  });
  let clicked = 0; // a double-click shows the whole and asks for no trial; plotly.js tells of its two clicks too
  canvas.on('plotly_click', ({ points: [point], event }) => {
    clearTimeout(clicked);
    if (point?.customdata >= 0 && !(event?.detail > 1)) clicked = setTimeout(() => tell('trial', { number: point.customdata }), DOUBLE_CLICK_MS);
  });
  canvas.on('plotly_doubleclick', () => clearTimeout(clicked));
  canvas.on('plotly_restyle', ([changes]) => {
    for (const [key, to] of Object.entries(changes)) {
      const at = /^dimensions\[(\d+)\]\.constraintrange$/.exec(key)?.[1];
      if (at !== undefined) tell('brushaxis', { at: Number(at), constraint: to?.[0] });
    }
  });
}

/** Give the axes that leave outliers out their range, or all values. */
export function clip(element, isLeftOut) {
  const figure = drawn.get(element), canvas = element.firstElementChild;
  if (!figure || !canvas) return;
  const changes = figure.layout.meta.clipped.map((axis) => (isLeftOut
    ? { [`${axis}.range`]: [...figure.layout[axis].range], [`${axis}.autorange`]: false }
    : { [`${axis}.autorange`]: true }));
  Plotly.relayout(canvas, Object.assign({}, ...changes));
}

/** Download a figure as it is shown. */
export function saveImage(element, format, name) {
  const canvas = element.firstElementChild;
  const { width, height } = canvas.getBoundingClientRect();
  const { note } = canvas.layout.meta ?? {};
  const figure = { data: canvas.data, layout: canvas.layout };
  const { data } = isDotted(figure) ? marked(figure, chosenAround(element)) : figure;
  const annotations = note ? [{ text: note, showarrow: false, xref: 'paper', yref: 'paper', x: 1, y: 1, xanchor: 'right', yanchor: 'bottom' }] : [];
  return Plotly.downloadImage({ data, layout: { ...canvas.layout, annotations, width: undefined } }, { format, filename: name, width: Math.round(width), height: Math.round(height), scale: 2 });
}

/** Fit the figure of a view to the room it has now. */
export const refit = (view) => view.querySelectorAll('.figure > .canvas').forEach((canvas) => Plotly.Plots.resize(canvas));
