// What a reader can do with a view and a study's head: choices, tables, CSV, pictures, full screen, copying.

import { refit, saveImage } from './figures.js';
import { csv, showRows } from './rows.js';

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
    if (button.dataset.csv) save(`${button.dataset.name}.csv`, csv(tables[Number(button.dataset.csv)]));
    if (button.dataset.image) saveImage(button.closest('.variant').querySelector('.figure'), button.dataset.image, view.dataset.view);
    if ('fullScreen' in button.dataset) toggleFullScreen(view);
    if (button.dataset.showRows) toggleRows(button, tables, words);
    if ('copy' in button.dataset) copy(button, words);
  });
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

async function copy(button, words) {
  const text = button.closest('.copy').querySelector('select').value;
  try {
    await navigator.clipboard.writeText(text);
  } catch { // file:// pages and old browsers: the selection still works
    const area = Object.assign(document.createElement('textarea'), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  const said = button.textContent;
  button.textContent = words.copied;
  setTimeout(() => { button.textContent = said; }, 1200);
}

function save(name, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(['﻿', text], { type: 'text/csv;charset=utf-8' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
