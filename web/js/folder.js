// The index of a folder of reports: light and dark, and a field that leaves the studies whose line holds what was typed.

import { startTheme } from './theme.js';

startTheme(document.getElementById('theme'));
const lines = [...document.querySelectorAll('tbody tr')];
document.getElementById('find')?.addEventListener('input', ({ target }) => {
  const wanted = target.value.trim().toLowerCase();
  for (const line of lines) line.hidden = !line.textContent.toLowerCase().includes(wanted);
});
