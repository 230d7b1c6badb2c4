// The report: one file, opened from disk. Unpacks a study when it is first shown, and plotly.js when a figure needs it.
//
// The address names a study, a view, and what is selected: #2-history?select=state:COMPLETE (see selection.js).

import { Selection } from './choosing.js';
import { startFigures, watchFigures } from './figures.js';
import { inflate, unpack } from './payload.js';
import { startSelecting } from './selecting.js';
import { TrialTable } from './selection.js';
import { SelectionBar } from './selection-bar.js';
import { SelectionPanel } from './selection-panel.js';
import { startTheme } from './theme.js';
import { TrialPanel } from './trial-panel.js';
import { startViews } from './views.js';

const settings = JSON.parse(document.getElementById('settings').textContent);
const opened = new Map(); // study -> a promise of its selection, null where it has no trials
const selectButton = document.getElementById('select');
const bar = new SelectionBar(settings.words);
const panel = new SelectionPanel(selectButton, settings.words);
const trialPanel = new TrialPanel(settings.words);
let place = ''; // study and view, as the address last named them
let latestStudy = null;

startTheme(document.getElementById('theme'));
startFigures(settings.dark, once(loadPlotly));
const picker = document.getElementById('picker');
picker?.addEventListener('change', () => { location.hash = picker.value; });
addEventListener('hashchange', follow);
follow();

/** Show the study and the view that the address names (#2, #2-history), else the first study; and mark what it selects. */
async function follow() {
  const [target, query = ''] = location.hash.slice(1).split('?');
  const studies = [...document.querySelectorAll('.study')];
  const wanted = target.split('-')[0];
  const study = studies.find((each) => each.dataset.study === wanted) ?? studies.find((each) => !each.hidden) ?? studies[0];
  if (!study) return;
  latestStudy = study;
  studies.forEach((each) => { each.hidden = each !== study; });
  if (picker) picker.value = study.dataset.study;
  if (target !== place) document.getElementById(target)?.scrollIntoView();
  place = target;
  if (!opened.has(study)) opened.set(study, open(study));
  const selection = await opened.get(study);
  if (study !== latestStudy) return;
  selectButton.hidden = !selection;
  panel.follow(selection);
  bar.show(selection);
  await selection?.show(new URLSearchParams(query).get('select') ?? '');
}

async function open(study) {
  const text = document.querySelector(`[data-payload="${study.dataset.study}"]`).textContent;
  const { figures, tables } = await unpack(text);
  startViews(study, tables, settings.words);
  watchFigures(study, figures);
  const trials = study.querySelector('[data-view="trials"] .rows');
  if (!trials) return null;
  const { objectives, trials: whole } = study.querySelector('.study-head').dataset;
  const table = new TrialTable(tables[Number(trials.dataset.rows)], JSON.parse(objectives), Number(whole));
  const selection = new Selection(async () => table);
  startSelecting(study, selection, () => bar.show(selection));
  selection.addEventListener('change', ({ detail: { by } }) => { if (by === 'reader') note(study, selection); });
  study.addEventListener('trial', ({ detail: { number } }) => trialPanel.show(number, table, selection.rows));
  return selection;
}

/** Write what is selected into the address. */
function note(study, selection) {
  const target = place || study.dataset.study;
  history.pushState(null, '', `#${target}${selection.text ? `?select=${encodeURIComponent(selection.text).replace(/%(3A|2C|3B)/g, decodeURIComponent)}` : ''}`);
}

addEventListener('popstate', follow);

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
