// The filter of one column: a small button in its head, and the controls that fit the column's kind.

import { controlsFor, make, told } from './criteria.js';

let openMenu = null; // the menu that is open: one at a time

/** now(): the criterion that holds; filter(criterion or null): another one. */
export function columnMenu(column, { words, now, filter }) {
  const button = make('button', { type: 'button', className: 'menu', textContent: '▾', ariaLabel: told(words.filterColumn, { name: column.name }) });
  button.setAttribute('aria-expanded', 'false');
  button.addEventListener('click', () => (openMenu?.button === button ? shut() : showMenu(button, column, { words, now, filter })));
  return button;
}

function showMenu(button, column, { words, now, filter }) {
  shut();
  const { element, read } = controlsFor(column, words, now());
  const reset = make('button', { type: 'button', textContent: words.reset });
  const form = make('form', { className: 'drop column-menu', ariaLabel: button.ariaLabel }, element,
    make('div', { className: 'does' }, make('button', { type: 'submit', textContent: words.apply }), reset));
  form.setAttribute('role', 'dialog');
  const end = (criterion) => { shut(); filter(criterion); };
  form.addEventListener('submit', (event) => { event.preventDefault(); end(read()); });
  reset.addEventListener('click', () => end(null));
  form.addEventListener('keydown', ({ key }) => { if (key === 'Escape') shut(); });
  const rows = button.closest('.rows');
  const [around, at] = [rows.getBoundingClientRect(), button.getBoundingClientRect()];
  rows.append(form);
  form.style.top = `${at.bottom - around.top + 4}px`;
  form.style.left = `${Math.max(4, Math.min(at.right - around.left - form.offsetWidth, around.width - form.offsetWidth - 4))}px`;
  button.setAttribute('aria-expanded', 'true');
  openMenu = { button, form };
  form.querySelector('input, select, button').focus();
}

function shut() {
  if (!openMenu) return;
  const { button, form } = openMenu;
  const had = form.contains(document.activeElement);
  openMenu = null;
  form.remove();
  button.setAttribute('aria-expanded', 'false');
  if (had && button.isConnected) button.focus();
}
