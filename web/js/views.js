// What a reader can do with a view and a study's head: choices, tables, CSV, pictures, full screen, copying.

import { copyText, csv, saveCsv } from './cells.js';
import { clip, refit, saveImage } from './figures.js';
import { showRows } from './rows.js';

const tablesOf = new WeakMap(); // a started element -> the tables it shows now

/** Make the controls below `root` work; `tables` are those that it refers to. Again after its content has changed. */
export function startViews(root, tables, words) {
  const isNew = !tablesOf.has(root);
  tablesOf.set(root, tables);
  if (matchMedia('(max-width: 999px)').matches) root.querySelectorAll('details.menu').forEach((menu) => { menu.open = false; });
  root.querySelectorAll('.rows').forEach((element) => showRows(element, tables[Number(element.dataset.rows)], words));
  if (isNew) listen(root, words);
}

function listen(root, words) {
  root.addEventListener('change', ({ target }) => {
    if ('variants' in target.dataset) chooseVariant(target.closest('.view'), Number(target.value));
  });
  root.addEventListener('click', ({ target }) => {
    const button = target.closest('button');
    if (!button) return;
    const view = button.closest('.view');
    const tables = tablesOf.get(root);
    if (button.dataset.csv) saveCsv(`${button.dataset.name}.csv`, csv(tables[Number(button.dataset.csv)]));
    if (button.dataset.image) saveImage(button.closest('.variant').querySelector('.figure'), button.dataset.image, view.dataset.view);
    if ('clip' in button.dataset) toggleClip(button);
    if ('fullScreen' in button.dataset) toggleFullScreen(view);
    if (button.dataset.showRows) toggleRows(button, tables, words);
    if ('copy' in button.dataset) copyText(button.closest('.copy').querySelector('select').value, button, words.copied);
  });
}

/** Leave the outliers out, or show every value. */
function toggleClip(button) {
  const isLeftOut = button.getAttribute('aria-pressed') !== 'true';
  button.setAttribute('aria-pressed', String(isLeftOut));
  clip(button.closest('.variant').querySelector('.figure'), isLeftOut);
}

function chooseVariant(view, chosen) {
  view.querySelectorAll('.variant').forEach((variant, at) => { variant.hidden = at !== chosen; });
}

function toggleRows(button, tables, words) {
  const variant = button.closest('.variant');
  let rows = variant.querySelector('.rows');
  if (rows) {
    rows.hidden = !rows.hidden;
  } else {
    rows = Object.assign(document.createElement('div'), { className: 'rows' });
    rows.setAttribute('aria-label', words.table);
    variant.append(rows);
    showRows(rows, tables[Number(button.dataset.showRows)], words);
  }
  button.setAttribute('aria-expanded', String(!rows.hidden));
}

async function toggleFullScreen(view) {
  if (document.fullscreenElement) return document.exitFullscreen();
  view.addEventListener('fullscreenchange', () => refit(view));
  return view.requestFullscreen();
}
