// The report: one file, opened from disk. Unpacks a study when it is first shown, and plotly.js when a figure needs it.

import { startFigures, watchFigures } from './figures.js';
import { inflate, unpack } from './payload.js';
import { startTheme } from './theme.js';
import { startViews } from './views.js';

const settings = JSON.parse(document.getElementById('settings').textContent);
const opened = new Set();

startTheme(document.getElementById('theme'));
startFigures(settings.dark, once(loadPlotly));
const picker = document.getElementById('picker');
picker?.addEventListener('change', () => { location.hash = picker.value; });
addEventListener('hashchange', follow);
follow();

/** Show the study that the address names (#2 or #2-history), else the first one. */
function follow() {
  const studies = [...document.querySelectorAll('.study')];
  const wanted = location.hash.slice(1).split('-')[0];
  const study = studies.find((each) => each.dataset.study === wanted) ?? studies.find((each) => !each.hidden) ?? studies[0];
  if (!study) return;
  studies.forEach((each) => { each.hidden = each !== study; });
  if (picker) picker.value = study.dataset.study;
  document.getElementById(location.hash.slice(1))?.scrollIntoView();
  open(study);
}

async function open(study) {
  if (opened.has(study)) return;
  opened.add(study);
  const text = document.querySelector(`[data-payload="${study.dataset.study}"]`).textContent;
  const { figures, tables } = await unpack(text);
  startViews(study, tables, settings.words);
  watchFigures(study, figures);
}

/** plotly.js travels inside the report, compressed; or lies beside it, loaded by its own tag. */
async function loadPlotly() {
  const packed = document.getElementById('plotly');
  if (!packed) return;
  const source = new Blob([await inflate(packed.textContent)], { type: 'text/javascript' });
  const script = Object.assign(document.createElement('script'), { src: URL.createObjectURL(source) });
  await new Promise((done, failed) => {
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  });
}

function once(action) {
  let running;
  return () => (running ??= action());
}
