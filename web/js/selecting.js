// Ties a study's selection to what is on screen: brushes in, marks and rows out. The same on the page and in the report.

import { showChosen } from './figures.js';
import { brushed, brushedAxis } from './marking.js';
import { markRows } from './rows.js';

/** Let the figures and tables below `root` select, and show what is selected; show(): the rest of the screen follows. */
export function startSelecting(root, selection, show) {
  const listening = new AbortController();
  const { signal } = listening;
  root.addEventListener('brush', async ({ detail: { figure, range, points } }) => {
    const table = await selection.ready();
    const criteria = brushed(figure, { range, points }, table);
    if (criteria.length) selection.add(criteria);
  }, { signal });
  root.addEventListener('brushaxis', async ({ detail: { figure, at, constraint } }) => {
    const found = brushedAxis(figure, at, constraint, await selection.ready());
    if (found) selection.add(found.criteria, found.without);
  }, { signal });
  root.addEventListener('selectrows', ({ detail }) => {
    if (detail?.criteria) selection.ready().then(() => selection.add(detail.criteria));
  }, { signal });
  selection.addEventListener('change', () => {
    markRows(root, selection);
    show();
    performance.mark('selection-shown-start');
    showChosen(root, selection.chosen).then(() => performance.mark('selection-shown'));
  }, { signal });
  return () => listening.abort();
}
