// While the reader looks for a file: open an example and draw a figure, out of sight. A browser compiles code when it first
// runs, and better after it has run for a while; so the reader's own file is open in half the time.

import { fetchSource } from './sources.js';

const EXAMPLE = { kind: 'example', name: 'digits.db' };
const SIZE = 'position: absolute; left: -9999px; width: 900px; height: 360px';

/** isBusy(): there is real work now. */
export async function rehearse(analyzer, loadPlotly, isBusy) {
  const file = await fetchSource(EXAMPLE, () => {});
  if (isBusy()) return;
  await analyzer.open([file], { rehearsal: true }); // answered with an error, so that nothing stays open
  await loadPlotly();
  if (!isBusy()) await drawOnce();
}

async function drawOnce() {
  const box = document.body.appendChild(Object.assign(document.createElement('div'), { style: SIZE, ariaHidden: 'true' }));
  const x = Float64Array.from({ length: 400 }, (_, k) => k);
  const trace = { type: 'scatter', x, y: x.map(Math.sin), hovertemplate: '%{x}' };
  try {
    await Plotly.newPlot(box, [{ ...trace, mode: 'markers' }, { ...trace, mode: 'lines' }], { showlegend: true }, { responsive: true });
  } finally {
    Plotly.purge(box);
    box.remove();
  }
}
