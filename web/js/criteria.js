// Criteria for people: how one reads on a chip, and the controls that make one. Used by the panel and by tables' filters.

import { spelled } from './cells.js';
import { numbersText, parseNumbers } from './selection.js';

const MANY = 3; // labels on a chip

/** A sentence with its parts in place. */
export const told = (sentence, parts) => sentence.replace(/\{(\w+)\}/g, (_all, name) => parts[name]);

/** A criterion in the reader's words. */
export function reads(criterion, table, words) {
  const { kind, column: name } = criterion;
  const column = table?.column(name);
  if (kind === 'numbers') return told(words.isTrials, { numbers: shortly(numbersText(allOf(criterion.spans)), words) });
  if (kind === 'best') return told(words.isBest, { count: criterion.count, name });
  if (kind === 'top') return told(words.isTop, { percent: criterion.percent, name });
  if (kind === 'feasible') return criterion.yes ? words.isFeasible : words.isInfeasible;
  if (kind === 'text') return told(name ? words.isTextIn : words.isText, { name, text: criterion.text });
  if (kind === 'is') return told(words.isOne, { name, labels: shortly(criterion.labels.join(', '), words) });
  const parts = criterion.spans.map(([low, high]) => {
    const ends = { name, low: low === null ? '' : spelled(column ?? {}, low), high: high === null ? '' : spelled(column ?? {}, high) };
    if (low === null && high === null) return told(words.isThere, ends);
    return told(low === null ? words.isAtMost : high === null ? words.isAtLeast : words.isBetween, ends);
  });
  return parts.join(', ');
}

function shortly(text, words) {
  const parts = text.split(',');
  return parts.length <= MANY ? text : `${parts.slice(0, MANY).join(',')} ${told(words.more, { count: parts.length - MANY })}`;
}

const allOf = (spans) => spans.flatMap(([first, last]) => (last - first > 1e6 ? [first, last] : Array.from({ length: last - first + 1 }, (_each, at) => first + at)));

/** What a column can be asked: {element, read() -> criterion or null}. `now`: the criterion that it shows. */
export function controlsFor(column, words, now) {
  if (column.kind === 'category') return choices(column, words, now);
  if (column.kind === 'text') return textField(words, column.name, now);
  if (column.name === 'number') return numberList(words, now);
  return ends(column, words, now);
}

/** The first or last value of a range; empty for open. */
function ends(column, words, now) {
  const isTime = column.kind === 'time';
  const [low, high] = now?.spans?.[0] ?? [null, null];
  const shows = (end) => (end === null ? '' : isTime ? new Date(end / 1000).toISOString().slice(0, 19) : end);
  const settings = isTime ? { type: 'datetime-local', step: '1' } : { type: 'number', step: 'any' };
  const [from, to] = [low, high].map((end) => make('input', { ...settings, value: shows(end) }));
  const reading = (field) => (field.value === '' ? null : isTime ? Date.parse(`${field.value}Z`) * 1000 : Number(field.value));
  const element = make('div', { className: 'ends' }, labelled(words.from, from), labelled(words.to, to));
  return { element, read: () => ({ kind: 'range', column: column.name, spans: [[reading(from), reading(to)]] }) };
}

function choices(column, words, now) {
  const boxes = column.labels.map((label) => {
    const box = make('input', { type: 'checkbox', value: label, checked: now?.labels?.includes(label) ?? false });
    return labelled(label, box, true);
  });
  const element = make('div', { className: 'choices', role: 'group', ariaLabel: column.name }, ...boxes);
  const read = () => {
    const labels = boxes.map((each) => each.querySelector('input')).filter((box) => box.checked).map((box) => box.value);
    return labels.length ? { kind: 'is', column: column.name, labels } : null;
  };
  return { element, read };
}

export function textField(words, column = '', now = undefined) {
  const field = make('input', { type: 'search', value: now?.text ?? '' });
  return { element: labelled(words.contains, field), read: () => (field.value ? { kind: 'text', text: field.value, column } : null) };
}

export function numberList(words, now = undefined) {
  const shows = now?.kind === 'numbers' ? numbersText(allOf(now.spans)) : '';
  const field = make('input', { type: 'text', placeholder: '0-12, 15', inputMode: 'numeric', value: shows });
  const read = () => {
    const spans = parseNumbers(field.value);
    return spans.length ? { kind: 'numbers', spans } : null;
  };
  return { element: labelled(words.numbers, field), read };
}

/** The best so many, or so many per cent, of the trials under an objective. */
export function bestField(objectives, words) {
  const amount = make('input', { type: 'number', min: '1', value: '10' });
  const unit = make('select', { ariaLabel: words.unit }, new Option(words.trials, 'best'), new Option('%', 'top'));
  const which = make('select', { ariaLabel: words.objective }, ...objectives.map(([column]) => new Option(column)));
  which.hidden = objectives.length < 2;
  const element = make('div', { className: 'ends' }, labelled(words.best, amount), unit, which);
  const read = () => {
    const given = Number(amount.value);
    if (!(given > 0) || (unit.value === 'top' && given > 100)) return null;
    return unit.value === 'top' ? { kind: 'top', column: which.value, percent: given } : { kind: 'best', column: which.value, count: Math.round(given) };
  };
  return { element, read };
}

export function feasibility(words) {
  const which = make('select', {}, new Option(words.isFeasible, 'yes'), new Option(words.isInfeasible, 'no'));
  return { element: labelled(words.feasibility, which), read: () => ({ kind: 'feasible', yes: which.value === 'yes' }) };
}

/** An element with properties and children; text is text. */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function labelled(text, control, after = false) {
  const words = make('span', { textContent: text });
  return make('label', {}, ...(after ? [control, words] : [words, control]));
}
