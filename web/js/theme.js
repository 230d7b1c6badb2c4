// Light and dark: the reader's choice, else the system's. Figures come in light colours and are swapped by a table.

const KEY = 'hpo-analyze-theme';
const system = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set();

/** Set the page's theme and keep it up to date; `button` switches it. */
export function startTheme(button) {
  apply();
  system.addEventListener('change', apply);
  button.addEventListener('click', () => {
    remember(isDark() ? 'light' : 'dark');
    apply();
  });
}

export const isDark = () => document.documentElement.dataset.theme === 'dark';
export const onTheme = (listener) => listeners.add(listener);

/** A figure with its colours swapped where the page is dark. */
export function coloured(item, dark) {
  if (!isDark() || printing) return item;
  if (typeof item === 'string') return dark[item] ?? item;
  if (Array.isArray(item)) return item.map((each) => coloured(each, dark));
  if (item === null || typeof item !== 'object' || ArrayBuffer.isView(item)) return item;
  return Object.fromEntries(Object.entries(item).map(([key, value]) => [key, coloured(value, dark)]));
}

let printing = false;
addEventListener('beforeprint', () => { printing = true; listeners.forEach((listener) => listener()); });
addEventListener('afterprint', () => { printing = false; listeners.forEach((listener) => listener()); });

function apply() {
  document.documentElement.dataset.theme = remembered() ?? (system.matches ? 'dark' : 'light');
  listeners.forEach((listener) => listener());
}

function remembered() {
  try { return localStorage.getItem(KEY); } catch { return null; } // storage may be switched off
}

function remember(theme) {
  try { localStorage.setItem(KEY, theme); } catch { /* it holds for this visit */ }
  document.documentElement.dataset.theme = theme;
}
