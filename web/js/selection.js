// Which trials are selected: a short list of criteria that fits an address. Pure: knows no document and no figures.
//
// A selection is a list of groups; all of them hold at once, and all criteria of a group. The last group is the one the
// reader works on, those before it were kept, or excluded (not):  [{not, criteria: [criterion …]} …]
//
//   {kind: 'numbers', spans: [[0, 12], [15, 15]]}               trial numbers
//   {kind: 'range', column, spans: [[low, high] …]}             numbers and times; null is an open end
//   {kind: 'is', column, labels: ['COMPLETE', …]}               categories: state, a categorical parameter
//   {kind: 'best', column, count} or {kind: 'top', column, percent}    of the complete, feasible trials that earlier groups keep
//   {kind: 'feasible', yes: true}                               as analyzer.study: no constraint above 0
//   {kind: 'text', text, column: '' for any}
//
// In an address:  numbers:0-12,15;range:value:,0.1*!is:state:FAIL    (";" between criteria, "*" between groups, "!" not)

import { isNumeric, shown } from './cells.js';

/** The trials a selection is made of: columns of all trials, and what is better: [[column, 'minimize' | 'maximize'] …]. */
export class TrialTable {
  #byName;

  /** whole: of how many trials these are, where some are left out. */
  constructor(columns, objectives, whole = 0) {
    [this.columns, this.objectives, this.whole] = [columns, objectives, whole];
    this.#byName = new Map(columns.map((column) => [column.name, column]));
    this.numbers = this.column('number')?.cells ?? [];
    this.constraints = columns.filter((column) => /^constraint_/.test(column.name));
  }

  get length() {
    return this.numbers.length;
  }

  column(name) {
    return this.#byName.get(name);
  }

  /** The row of a trial number, or -1. Rows stand in the order of numbers. */
  rowOf(number) {
    let [low, high] = [0, this.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (this.numbers[middle] === number) return middle;
      if (this.numbers[middle] < number) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  isFeasible(row) {
    return this.constraints.every((column) => !(column.cells[row] > 0));
  }
}

// ---- which rows ----------------------------------------------------------------------------------------------------------

/** (n,) 1 where a row is selected. A criterion on a column that is not there selects nothing. */
export function chosenRows(groups, table) {
  let among = new Uint8Array(table.length).fill(1);
  for (const { not, criteria } of groups) {
    if (!criteria.length) continue;
    const inside = among.slice();
    for (const criterion of criteria) {
      const holds = test(criterion, table, among);
      for (let row = 0; row < inside.length; row++) if (inside[row] && !holds(row)) inside[row] = 0;
    }
    if (not) for (let row = 0; row < inside.length; row++) inside[row] = among[row] - inside[row];
    among = inside;
  }
  return among;
}

export const isEmpty = (groups) => groups.every(({ criteria }) => !criteria.length);

const TESTS = {
  numbers: ({ spans }, table) => (row) => within(table.numbers[row], spans),
  range: ({ spans }, _table, column) => (row) => {
    const cell = column.cells[row];
    return !(cell === null || Number.isNaN(cell) || (column.kind === 'time' && cell === 0)) && within(cell, spans);
  },
  is: ({ labels }, _table, column) => {
    if (column.kind === 'text') return (row) => labels.includes(column.cells[row]);
    const codes = new Set(labels.map((label) => column.labels?.indexOf(label) ?? -1).filter((code) => code >= 0));
    return (row) => codes.has(column.cells[row]);
  },
  best: ({ column, count }, table, _found, among) => leading(table, column, among, () => count),
  top: ({ column, percent }, table, _found, among) => leading(table, column, among, (all) => Math.ceil((all * percent) / 100)),
  feasible: ({ yes }, table) => (row) => table.isFeasible(row) === yes,
  text: ({ text }, table, column) => {
    const wanted = text.toLowerCase();
    const isWord = !/[\d.∞:-]/.test(wanted); // no number or time reads so
    const places = column ? [column] : table.columns.filter((each) => !(isWord && (isNumeric(each) || each.kind === 'time')));
    return (row) => places.some((each) => shown(each, row).toLowerCase().includes(wanted));
  },
};

function test(criterion, table, among) {
  const column = criterion.column ? table.column(criterion.column) : undefined;
  if (criterion.column && !column) return () => false;
  return TESTS[criterion.kind](criterion, table, column, among);
}

const within = (number, spans) => spans.some(([low, high]) => (low === null || number >= low) && (high === null || number <= high));

function leading(table, name, among, howMany) {
  const { cells } = table.column(name);
  const sign = table.objectives.some(([column, way]) => column === name && way === 'maximize') ? -1 : 1;
  const state = table.column('state');
  const rows = [];
  for (let row = 0; row < among.length; row++) {
    const isComplete = !state || state.labels[state.cells[row]] === 'COMPLETE';
    if (among[row] && isComplete && !Number.isNaN(cells[row]) && table.isFeasible(row)) rows.push(row);
  }
  rows.sort((a, b) => sign * Math.sign(cells[a] - cells[b]) || a - b);
  const found = new Set(rows.slice(0, howMany(rows.length)));
  return (row) => found.has(row);
}

// ---- changing it ---------------------------------------------------------------------------------------------------------

const keyOf = ({ kind, column }) => (kind === 'best' || kind === 'top' ? 'best' : `${kind} ${column ?? ''}`);

/** The selection with further criteria in its last group; each takes the place of one that says the same of another range. */
export function withCriteria(groups, criteria) {
  const last = groups.at(-1) ?? { not: false, criteria: [] };
  const keys = new Set(criteria.map(keyOf));
  const kept = last.criteria.filter((each) => !keys.has(keyOf(each)));
  return [...groups.slice(0, -1), { ...last, criteria: [...kept, ...criteria] }];
}

/** The selection without one criterion, or all of a group; kept groups that lose their last one go. */
export function withoutCriterion(groups, group, at) {
  const rest = groups.map((each, index) => (index === group ? { ...each, criteria: at === undefined ? [] : each.criteria.toSpliced(at, 1) } : each));
  return rest.filter(({ criteria }, index) => criteria.length || index === rest.length - 1);
}

/** What is selected now stays (or, excluded, goes); what follows selects within that. */
export function closed(groups, not) {
  if (isEmpty(groups.slice(-1))) return groups;
  const open = { not: false, criteria: [] };
  return [...groups.slice(0, -1), { ...groups.at(-1), not: groups.at(-1).not !== not }, open];
}

// ---- as text -------------------------------------------------------------------------------------------------------------

/** Trial numbers in ascending order -> "0-12,15". */
export function numbersText(numbers) {
  return spansOf(numbers).map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}

/** Ascending numbers -> [[first, last] …]. */
export function spansOf(numbers) {
  const spans = [];
  for (const number of numbers) {
    const last = spans.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else spans.push([number, number]);
  }
  return spans;
}

/** "0-12, 15" -> [[0, 12], [15, 15]]; what is no number is left out. */
export function parseNumbers(text) {
  const parts = [...text.matchAll(/(\d+)(?:\s*[-–]\s*(\d+))?/g)];
  return parts.map(([, first, last]) => [Number(first), Number(last ?? first)]).sort((a, b) => a[0] - b[0]);
}

const RESERVED = /[~;:,*!]/g;
const escaped = (text) => String(text).replace(RESERVED, (letter) => `~${letter.charCodeAt(0).toString(16)}`);
const unescaped = (text) => text.replace(/~([0-9a-f]{2})/g, (_all, code) => String.fromCharCode(parseInt(code, 16)));

export function formatSelection(groups) {
  if (isEmpty(groups)) return '';
  return groups.map(({ not, criteria }) => (not ? '!' : '') + criteria.map(formatCriterion).join(';')).join('*');
}

const FORMATS = {
  numbers: ({ spans }) => [spans.map(([first, last]) => (first === last ? first : `${first}-${last}`)).join(',')],
  range: ({ column, spans }) => [escaped(column), spans.flat().map((end) => end ?? '').join(',')],
  is: ({ column, labels }) => [escaped(column), labels.map(escaped).join(',')],
  best: ({ column, count }) => [escaped(column), count],
  top: ({ column, percent }) => [escaped(column), percent],
  feasible: ({ yes }) => [yes ? 'yes' : 'no'],
  text: ({ text, column }) => (column ? [escaped(text), escaped(column)] : [escaped(text)]),
};

const formatCriterion = (criterion) => [criterion.kind, ...FORMATS[criterion.kind](criterion)].join(':');

/** The inverse; what cannot be read is left out. */
export function parseSelection(text) {
  const groups = (text ?? '').split('*').map((part) => {
    const not = part.startsWith('!');
    const criteria = part.slice(not ? 1 : 0).split(';').map(parseCriterion).filter(Boolean);
    return { not, criteria };
  });
  return groups.filter(({ criteria }, index) => criteria.length || index === groups.length - 1);
}

const PARSERS = {
  numbers: ([text]) => checked({ spans: parseNumbers(text) }, ({ spans }) => spans.length),
  range: ([column, ends]) => checked({ column: unescaped(column), spans: pairs(ends) }, ({ spans }) => spans.length),
  is: ([column, labels]) => ({ column: unescaped(column), labels: labels.split(',').map(unescaped) }),
  best: ([column, count]) => checked({ column: unescaped(column), count: Number(count) }, ({ count: k }) => k >= 1),
  top: ([column, percent]) => checked({ column: unescaped(column), percent: Number(percent) }, ({ percent: p }) => p > 0 && p <= 100),
  feasible: ([yes]) => ({ yes: yes !== 'no' }),
  text: ([text, column = '']) => checked({ text: unescaped(text), column: unescaped(column) }, ({ text: wanted }) => wanted),
};

const ARITY = { range: 2, is: 2, best: 2, top: 2, numbers: 1, feasible: 1, text: 1 };

function parseCriterion(text) {
  const [kind, ...parts] = text.split(':');
  const found = Object.hasOwn(PARSERS, kind) && parts.length >= ARITY[kind] && PARSERS[kind](parts);
  return found ? { kind, ...found } : null;
}

const checked = (found, isGood) => (isGood(found) ? found : null);

/** "0,1,,5" -> [[0, 1], [null, 5]]. */
function pairs(text) {
  const ends = text.split(',').map((end) => (end === '' ? null : Number(end)));
  if (ends.length % 2 || ends.some(Number.isNaN)) return [];
  return ends.flatMap((low, at) => (at % 2 ? [] : [[low, ends[at + 1]]]));
}
