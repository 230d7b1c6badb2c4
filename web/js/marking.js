// A selection in figures: the marks of the selected trials in full colour, the others pale; and what a brush selects.
// Pure: figures in, figures out. Marks know their trials by `customdata`; `layout.meta.columns` says which columns of the
// trials' table stand along the axes: {x: 'number', y: 0}, a name or an objective's position; for parallel coordinates
// {dimensions: [{column, log} …]}.

import { isNumeric } from './cells.js';
import { spansOf } from './selection.js';

const PALE = 0.15, PALE_LINE = '#e3e7ec', BEYOND = 0.35; // BEYOND: how far beyond the ends of a colour scale pale lines stand

/** A figure with its selected trials marked; chosen: {numbers: Set, groups, table}, or null for none. */
export function marked(figure, chosen) {
  if (!chosen) return { ...figure, data: figure.data.map(untouched) };
  const columns = figure.layout.meta?.columns;
  const data = figure.data.flatMap((trace) => (trace.customdata ? markedTrace(trace, chosen, columns) : [trace]));
  return { data, layout: { ...figure.layout, selectionrevision: chosen.revision, selections: [] } };
}

/** Whether all marks of trials in a figure are dots or bars in the document, so that they can be made pale where they stand. */
export function isDotted({ data }) {
  return data.every(({ type, mode = '', customdata }) => !customdata || type === 'bar' || (type === 'scatter' && !mode.includes('lines')));
}

/** Make dots and bars pale where they stand: many times faster than drawing the figure again. plotly.js keeps its data in nodes. */
export function markDots(canvas, chosen) {
  for (const group of canvas.querySelectorAll('.scatterlayer .trace, .barlayer .trace')) {
    const trace = group.__data__?.[0]?.trace;
    if (!trace?.customdata) continue;
    const { opacity = 1 } = trace.type === 'bar' ? {} : trace.marker;
    for (const node of group.querySelectorAll('.point')) {
      const at = node.__data__.i;
      const full = typeof opacity === 'number' ? opacity : opacity[at];
      node.style.opacity = !chosen || chosen.numbers.has(trace.customdata[at]) ? full : PALE;
    }
  }
}

/** Lines whose axes plotly.js may write the reader's ranges into: they are gone with the selection. */
function untouched(trace) {
  if (trace.type !== 'parcoords') return trace;
  return { ...trace, dimensions: trace.dimensions.map((dimension) => ({ ...dimension })), uirevision: 'no selection' };
}

function markedTrace(trace, chosen, columns) {
  if (trace.type === 'parcoords') return [markedLines(trace, chosen, columns?.dimensions ?? [])];
  const isIn = Uint8Array.from(trace.customdata, (number) => Number(chosen.numbers.has(number)));
  if (trace.type === 'scatter3d' || (trace.mode ?? '').includes('lines')) return split(trace, isIn);
  const selectedpoints = [];
  isIn.forEach((one, at) => { if (one) selectedpoints.push(at); });
  return [{ ...trace, selectedpoints, unselected: { marker: { opacity: PALE } } }];
}

/** A trace whose marks cannot be pale one by one: all of it pale, and the selected part once more in full colour. */
function split(trace, isIn) {
  const picked = (array) => Array.from(array, (one, at) => (isIn[at] ? one : null));
  const part = { ...trace, x: picked(trace.x), hoverinfo: 'skip', hovertemplate: undefined };
  return [{ ...trace, opacity: PALE * (trace.opacity ?? 1), showlegend: false }, part];
}

/** Lines of parallel coordinates: pale ones take a colour of their own; ranges that are selected show on their axes. */
function markedLines(trace, chosen, columns) {
  const { line } = trace;
  const [low, high] = [line.cmin, line.cmax];
  const far = low - BEYOND * (high - low);
  const color = Array.from(line.color, (one, at) => (chosen.numbers.has(trace.customdata[at]) ? one : far));
  const share = (low - far) / (high - far);
  const scale = line.colorscale.map(([at, colour]) => [share + at * (1 - share), colour]);
  const colorscale = [[0, PALE_LINE], [share * 0.9, PALE_LINE], [share * 0.9, scale[0][1]], ...scale];
  const working = chosen.groups.at(-1);
  const dimensions = trace.dimensions.map((dimension, at) => {
    const found = columns[at] && criterionOn(working, columnName(columns[at].column, chosen.table));
    return { ...dimension, ...(found && { constraintrange: rangeOf(found, columns[at], chosen.table) }) };
  });
  const unselected = { line: { color: PALE_LINE, opacity: 0.5 } };
  return { ...trace, line: { ...line, color, colorscale, cmin: far }, dimensions, unselected, uirevision: chosen.revision };
}

function criterionOn(group, name) {
  return group.not ? undefined : group.criteria.find(({ kind, column }) => column === name && (kind === 'range' || kind === 'is'));
}

/** The constraint of an axis for a criterion, in the axis's own unit. */
function rangeOf(criterion, { log }, table) {
  if (criterion.kind === 'is') {
    const { labels } = table.column(criterion.column);
    return ranges(criterion.labels.map((label) => labels.indexOf(label)).filter((code) => code >= 0).map((code) => [code - 0.25, code + 0.25]));
  }
  const placed = (end, open) => (end === null ? open : log ? Math.log10(end) : end);
  return ranges(criterion.spans.map(([low, high]) => [placed(low, -1e300), placed(high, 1e300)]));
}

const ranges = (list) => (list.length === 1 ? list[0] : list);

/** Two figures' marks differ in nothing else: which column stands along an axis. */
const columnName = (column, table) => (typeof column === 'number' ? table.objectives[column]?.[0] : column);

// ---- brushing ------------------------------------------------------------------------------------------------------------

/** What a box or a lasso selects: ranges of the axes' columns where the figure names them, else the trials by number. */
export function brushed(figure, { range, points = [] }, table) {
  const columns = figure.layout.meta?.columns ?? {};
  const axes = Object.entries(range ?? {}).filter(([axis]) => columns[axis] !== undefined);
  if (axes.length === 2) {
    const criteria = axes.map(([axis, ends]) => along(table.column(columnName(columns[axis], table)), ends));
    if (criteria.every(Boolean)) return criteria;
  }
  const numbers = new Set(points.map(({ customdata }) => customdata));
  if (range) for (const trace of figure.data) for (const number of touched(trace, range)) numbers.add(number);
  numbers.delete(undefined);
  numbers.delete(-1); // gaps between lines
  return numbers.size ? [{ kind: 'numbers', spans: spansOf([...numbers].sort((a, b) => a - b)) }] : [];
}

/** The trials of lines that go through a box: plotly selects dots only. */
function* touched(trace, range) {
  const [x, y] = [range[trace.xaxis ?? 'x'], range[trace.yaxis ?? 'y']];
  if (!trace.customdata || !x || !y || !(trace.mode ?? '').includes('lines')) return;
  for (let at = 0; at < trace.customdata.length; at++) if (inside(trace.x[at], x) && inside(trace.y[at], y)) yield trace.customdata[at];
}

const inside = (place, [a, b]) => place !== null && place >= Math.min(a, b) && place <= Math.max(a, b);

/** The part of a column between two places on its axis; null where nothing can be said. */
function along(column, ends) {
  if (!column) return null;
  const [low, high] = [...ends].sort((a, b) => a - b);
  if (column.kind === 'category') {
    return { kind: 'is', column: column.name, labels: column.labels.filter((_label, code) => code >= low && code <= high) };
  }
  if (!isNumeric(column)) return null;
  if (column.kind === 'whole') return { kind: 'range', column: column.name, spans: [[Math.ceil(low), Math.floor(high)]] };
  return { kind: 'range', column: column.name, spans: [[rounded(low, high - low, Math.floor), rounded(high, high - low, Math.ceil)]] };
}

/** An end of a brush with as many digits as a hand can mean: a thousandth of what it spans. */
function rounded(end, span, towards) {
  if (!(span > 0)) return end;
  const digits = Math.floor(Math.log10(span)) - 3;
  return Number(`${towards(Number(`${end}e${-digits}`))}e${digits}`) || Number(end.toPrecision(12));
}

/** What a brush along an axis of parallel coordinates selects: [criterion, …], and the columns whose brush is gone. */
export function brushedAxis(figure, at, constraint, table) {
  const given = figure.layout.meta?.columns?.dimensions?.[at];
  const column = given && table.column(columnName(given.column, table));
  if (!column) return null;
  if (!constraint?.length) return { criteria: [], without: column.name };
  const spans = typeof constraint[0] === 'number' ? [constraint] : constraint;
  if (column.kind === 'category') {
    const labels = column.labels.filter((_label, code) => spans.some(([low, high]) => code >= low && code <= high));
    return { criteria: [{ kind: 'is', column: column.name, labels }], without: column.name };
  }
  const placed = spans.map((ends) => along({ ...column, kind: 'number' }, given.log ? ends.map((end) => 10 ** end) : ends).spans[0]);
  return { criteria: [{ kind: 'range', column: column.name, spans: placed }], without: column.name };
}
