// The page that a database is dropped on: ties together files, address, studies and the worker. Knows nothing of their content.
//
// What is on screen follows the address: `go` writes it, `arrive` obeys it (at the start, and on back and forward). A file that
// was dropped has no address; its entry in the browser's history holds the id of its opening instead.

import { Activity, filled } from './activity.js';
import { formatAddress, parseAddress } from './address.js';
import { isArtifact } from './artifacts.js';
import { Analyzer, missingFeatures } from './client.js';
import { startDrop } from './drop.js';
import { startFigures } from './figures.js';
import { Follower } from './follow.js';
import { announce, at, download, fold, isFolded, offer, remark, say } from './frame.js';
import { keepOffline } from './offline.js';
import { PageSelection } from './page-selection.js';
import { filesOf, recent, remember } from './recent.js';
import { rehearse } from './rehearsal.js';
import { RELEASE } from './release.js';
import { fetchSource, sourceName, Unavailable } from './sources.js';
import { StudyList } from './studies.js';
import { StudyScreen } from './study.js';
import { startTheme } from './theme.js';

const language = window.hpoLanguage; // language.js
const words = language.words();
const home = document.title;
const openings = new Map(); // what was opened in this visit, for the way back: id -> {id, name, files, handles, source}
let opened = null; // the one on screen, with Python's answer: {…, databases, studies}
let latest = 0, isOpening = 0; // openings so far, and those under way
let plotly;

document.documentElement.dataset.runs = '';
const lacking = missingFeatures();
if (lacking.length) {
  at('too-old').hidden = false;
  at('lacking').textContent = `(${lacking.join(', ')})`;
  throw new Error(lacking.join());
}

const analyzer = new Analyzer();
analyzer.language = language.current();
const activity = new Activity(at('activity'), words, () => analyzer.cancel());
const list = new StudyList(at('studies'), (index) => formatAddress(placeOf(index)), () => saveReport(null), compareThese);
const follower = new Follower(readAgain);
const screen = new StudyScreen(analyzer, at('study'), { words, explain });
const comparison = new StudyScreen({ call: (_page, payload) => analyzer.call('compare', payload) }, at('comparison'), { words, explain });
const selecting = new PageSelection(analyzer, at('study'), at('select'), {
  select: (select) => { write({ ...parseAddress(location), select }, 'pushState'); linkViews(at('study')); },
  only: (only) => go({ ...parseAddress(location), only, select: '' }, { scrolls: false }),
  trial: showTrial,
});

analyzer.addEventListener('progress', ({ detail }) => activity.progress(detail));
analyzer.addEventListener('ready', () => {
  activity.ready();
  announce(words.ready);
  rehearse(analyzer, loadPlotly, () => opened || isOpening).catch(() => {}); // it only saves time
  keepOffline(() => remark(words.release)).catch(() => {}); // the page works without
});
analyzer.addEventListener('failed', ({ detail }) => {
  activity.ready();
  say(explain(detail));
});
screen.addEventListener('working', ({ detail }) => activity.view(detail));
screen.addEventListener('filled', ({ detail }) => linkViews(detail));
screen.addEventListener('options', ({ detail: { slug, options } }) => {
  const { options: all, select, only } = parseAddress(location);
  go({ ...placeOf(opened.current), view: slug, options: { ...all, [slug]: options }, select, only }, { scrolls: false });
});
comparison.addEventListener('working', ({ detail }) => activity.view(detail));
comparison.addEventListener('filled', ({ detail }) => linkViews(detail));
comparison.addEventListener('options', ({ detail: { slug, options } }) => {
  const address = parseAddress(location);
  go({ ...address, view: slug, options: { ...address.options, [slug]: options } }, { scrolls: false });
});
startTheme(at('theme'));
startDrop(at('zone'), (chosen) => openChosen(chosen), (word, name) => say(filled(words[word], { name })));
document.addEventListener('click', followLink);
addEventListener('popstate', arrive);
at('message').querySelector('button').addEventListener('click', () => say(''));
at('save').addEventListener('click', () => saveReport(opened.studies.length > 1 ? [screen.place.study] : null));
at('follow').addEventListener('click', () => setFollowing(!follower.isFollowing));
document.addEventListener('language', speak);
offerRecent();
arrive();

function loadPlotly() {
  return (plotly ??= new Promise((onload, onerror) => {
    document.head.append(Object.assign(document.createElement('script'), { src: RELEASE.drawing.url, onload, onerror }));
  }));
}

// ---- addresses ---------------------------------------------------------------------------------------------------------

/** The address of a study of the open databases. */
function placeOf(index) {
  const { database, name } = opened.studies[index];
  return { source: opened.source, study: name, database: opened.databases.length > 1 ? opened.databases[database] : '', options: {} };
}

function indexOf({ study, database }) {
  return opened.studies.findIndex((each) => each.name === study && (!database || opened.databases[each.database] === database));
}

/** Write an address into the browser's history and show what it says. */
function go(address, how) {
  write(address, 'pushState');
  show(address, how);
}

function write(address, how) {
  const text = formatAddress(address);
  history[how]({ opening: opened?.id, name: opened?.name }, '', text.startsWith('#') ? location.pathname + text : text);
}

/** Show what the address says: at the start, and on back and forward. */
async function arrive() {
  const address = parseAddress(location);
  const kept = openings.get(history.state?.opening);
  if (address.source) return sameSource(address.source, opened?.source) ? show(address) : openSource(address.source);
  if (kept) return kept.id === opened?.id ? show(address) : open(kept, 'keep');
  if (opened && (address.study || address.compared?.length)) return show(address); // typed by hand
  if (await openAgain(history.state?.name)) return undefined;
  document.title = home;
  return fold(false);
}

function followLink(event) {
  const link = event.target.closest?.('a[href]');
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || link.origin !== location.origin) return;
  if (link.pathname !== location.pathname || (link.hash && !link.hash.startsWith('#/'))) return skipTo(event, link);
  event.preventDefault();
  const address = parseAddress(link);
  if (address.source && !sameSource(address.source, opened?.source)) openSource(address.source, 'push');
  else if (address.study || address.compared?.length) go(address);
  else if (link.id === 'home') goHome();
}

function skipTo(event, link) {
  if (link.getAttribute('href') !== '#main') return;
  event.preventDefault(); // the address says what is on screen
  at('main').focus();
}

function goHome() {
  history.pushState(null, '', location.pathname);
  document.title = home;
  fold(false);
}

function sameSource(a, b) {
  return Boolean(a && b) && a.kind === b.kind && a.name === b.name;
}

// ---- opening -----------------------------------------------------------------------------------------------------------

async function openSource(source, how = 'keep') {
  const name = sourceName(source);
  const turn = ++latest;
  activity.begin('open', filled(words.fetch, { name }));
  try {
    const file = await fetchSource(source, (share) => activity.share(share));
    if (turn !== latest) return; // something else was opened meanwhile
    await open({ files: [file], handles: [], source }, how);
  } catch (error) {
    activity.end('open');
    if (!opened) fold(false);
    if (!(error instanceof Unavailable)) throw error;
    say(filled(words[error.word], error.parts));
  }
}

/** Open what was dropped or chosen; artifacts alone go with the databases that are open. */
function openChosen(chosen) {
  if (!chosen.files.every(isArtifact)) return open({ ...chosen, source: null });
  if (!opened) return say(words.artifacts);
  const databases = opened.files.filter((file) => !isArtifact(file));
  return open({ files: [...databases, ...chosen.files], handles: [], source: opened.source }, 'keep');
}

/** Open files; what was open before stays on screen until they are read, and for good where they cannot be. */
async function open(chosen, how = opened || !location.hash ? 'push' : 'keep') {
  const name = chosen.files.filter((file) => !isArtifact(file)).map((file) => file.name).join(', ');
  const address = how === 'keep' ? parseAddress(location) : { options: {} };
  say('');
  follower.stop();
  activity.begin('open', filled(words.read, { name }));
  latest++;
  isOpening++;
  try {
    const answer = await analyzer.open(chosen.files, { ...address, only: '' }); // its trials are not known yet
    if (answer.error) return say(answer.error);
    take({ id: crypto.randomUUID(), ...chosen, name }, answer, address, how);
    if (chosen.handles.length) remember({ name, handles: chosen.handles }).then(offerRecent, () => {});
  } catch (failure) {
    say(explain(failure, name));
  } finally {
    isOpening--;
    activity.end('open');
    if (opened) setFollowing(opened.follows);
    else fold(false);
  }
}

/** Python has opened something new: it takes the place of what was on screen. */
function take(chosen, answer, address, how) {
  opened = { follows: true, ...chosen, ...answer };
  selecting.forget();
  openings.set(opened.id, { ...chosen, follows: opened.follows });
  Object.assign(words, answer.settings.words);
  startFigures(answer.settings.dark, loadPlotly);
  at('remarks').replaceChildren();
  answer.remarks.forEach(remark);
  const isFound = indexOf(address) === answer.current;
  const found = { ...placeOf(answer.current), ...(isFound && { view: address.view, options: address.options, select: address.select, only: address.only }) };
  if (address.study && !isFound) remark(filled(words.nostudy, { name: address.study }));
  write(found, how === 'push' ? 'pushState' : 'replaceState');
  list.show(answer.html, answer.studies.length);
  fold(true);
  if (address.compared?.length) {
    write(address, 'replaceState');
    show(address);
    return announce(filled(words.shown, { name: chosen.name }));
  }
  if (answer.page.error) {
    screen.clear();
    say(answer.page.error);
  } else {
    uncompare();
    screen.display(keyOf(answer.current), found.options, answer.page);
  }
  if (found.only && screen.place) show(found);
  else settle(found, { scrolls: true });
  return announce(filled(words.shown, { name: chosen.name }));
}

function keyOf(index) {
  return { database: opened.studies[index].database, study: opened.studies[index].name };
}

/** A file that was open before the page was loaded again, where the browser still allows to read it. */
async function openAgain(name) {
  const entry = name && (await recent()).find((each) => each.name === name);
  const files = entry && (await filesOf(entry.handles, { ask: false }));
  if (files) await open({ files, handles: entry.handles, source: null }, 'keep');
  return Boolean(files);
}

async function offerRecent() {
  offer(await recent(), async (entry) => {
    const files = await filesOf(entry.handles, { ask: true });
    if (files) open({ files, handles: entry.handles, source: null });
    else say(filled(words.gone, { name: entry.name }));
  });
}

// ---- following ---------------------------------------------------------------------------------------------------------

/** The files have changed on disk. Answers whether they were read; a moment's damage (a writer at work) is passed over. */
async function readAgain(files) {
  if (isOpening || !screen.place || !isFolded()) return false;
  const { id, current } = opened;
  const address = parseAddress(location);
  const place = { ...placeOf(current), database: opened.databases[opened.studies[current].database], options: address.options };
  const answer = await analyzer.open(files, { ...place, again: true }); // only what is new is read
  if (answer.error || answer.page.error || opened.id !== id || isOpening) return false;
  const { database, name } = answer.studies[answer.current];
  if (database !== screen.place.database || name !== screen.place.study) return false;
  Object.assign(opened, answer, { files });
  Object.assign(openings.get(id), { files });
  list.show(answer.html, answer.studies.length);
  selecting.forget();
  if (address.only) await show(address, { scrolls: false });
  else screen.update(answer.page);
  settle(address, { scrolls: false });
  announce(filled(words.updated, { name: opened.name }));
  return true;
}

function setFollowing(follows) {
  opened.follows = openings.get(opened.id).follows = follows;
  if (follows && opened.handles.length) follower.start(opened.handles, opened.files);
  else follower.stop();
  at('follow').hidden = !opened.handles.length;
  at('follow').setAttribute('aria-pressed', String(follows));
  at('follow').textContent = follows ? words.follow : words.followed;
}

// ---- on screen ---------------------------------------------------------------------------------------------------------

/** The reader has chosen another language: everything that Python has said is asked for again. */
async function speak() {
  analyzer.language = language.current();
  Object.assign(words, language.words());
  say('');
  if (!opened) return;
  setFollowing(opened.follows);
  const { html, settings } = await analyzer.call('frame');
  Object.assign(words, settings.words);
  list.show(html, opened.studies.length);
  list.mark(opened.current);
  selecting.respell();
  const address = parseAddress(location);
  if (address.compared?.length && comparison.place) {
    if (await change(address, comparison.place, comparison)) compare(address, { scrolls: false });
    return;
  }
  const inSight = screen.inSight();
  if (!screen.place || !(await change(address, await selecting.placeFor(keyOf(opened.current), address)))) return;
  settle(address, { scrolls: false });
  if (inSight) screen.aim(inSight);
}

/** Show a study of the open databases, one of its views, and its options. */
async function show(address, { scrolls } = { scrolls: true }) {
  fold(true);
  if (address.compared?.length) return compare(address, { scrolls });
  uncompare();
  const index = indexOf(address);
  if (index < 0) return say(filled(words.nostudy, { name: address.study }));
  const place = await selecting.placeFor(keyOf(index), address);
  opened.current = index;
  if (samePlace(place, screen.place)) screen.choose(address.options);
  else if (!(await change(address, place))) return undefined;
  return settle(address, { scrolls });
}

function samePlace(a, b) {
  return Boolean(b) && ['database', 'study', 'only'].every((key) => a[key] === b[key]);
}

/** Go to the view of one trial, where there is one. */
function showTrial(number) {
  if (!screen.section('trial')) return false;
  const address = parseAddress(location);
  go({ ...address, view: 'trial', options: { ...address.options, trial: { numbers: String(number) } } });
  return true;
}

async function change(address, place, shown = screen) {
  say('');
  activity.begin('open', filled(words.read, { name: place.study ?? opened.name }));
  try {
    return await shown.show(place, address.options);
  } catch (failure) {
    shown.clear();
    say(failure.kind ? explain(failure, opened.name) : failure.message);
    return false;
  } finally {
    activity.end('open');
  }
}

/** The studies that are ticked in the list, side by side. */
function compareThese(indices) {
  go({ source: opened.source, compared: indices.map((index) => placeOf(index)), options: {} });
}

async function compare(address, { scrolls }) {
  const indices = address.compared.map(indexOf);
  const missing = indices.indexOf(-1);
  if (missing >= 0) return say(filled(words.nostudy, { name: address.compared[missing].study }));
  const place = { studies: indices.map(keyOf) };
  screen.clear(); // it would go on working out of sight
  selecting.leave();
  [at('study').hidden, at('comparison').hidden, at('save').hidden] = [true, false, true];
  list.mark(-1);
  list.choose(indices);
  at('opened').textContent = at('opened').title = opened.name;
  document.title = `${filled(words.compare, { count: indices.length })} – hpo-analyze`;
  if (JSON.stringify(comparison.place) === JSON.stringify(place)) comparison.choose(address.options);
  else if (!(await change(address, place, comparison))) return undefined;
  linkViews(at('comparison'));
  if (scrolls && address.view) comparison.aim(address.view);
  return undefined;
}

function uncompare() {
  if (at('comparison').hidden) return;
  comparison.clear();
  [at('study').hidden, at('comparison').hidden] = [false, true];
}

/** What goes with the study on screen: title, links, buttons, and the view that the address names. */
function settle(address, { scrolls }) {
  document.title = `${opened.studies[opened.current].name} – hpo-analyze`;
  at('opened').textContent = at('opened').title = opened.name;
  at('save').hidden = !screen.place;
  list.mark(opened.current);
  linkViews(at('study'));
  if (screen.place) selecting.arrive(screen.place, address, words);
  if (!scrolls) return;
  const section = address.view && screen.section(address.view);
  if (section && !section.contains(document.activeElement)) screen.aim(address.view);
}

/** Python's links to views (#1-history) become addresses of this page. */
function linkViews(root) {
  const here = parseAddress(location);
  const shown = here.compared.length ? here : { ...here, ...placeOf(opened.current), options: here.options };
  for (const link of root.querySelectorAll('a[href^="#1-"], a[data-to]')) {
    link.dataset.to ??= link.getAttribute('href').slice('#1-'.length);
    link.setAttribute('href', formatAddress({ ...shown, view: link.dataset.to }));
  }
}

/** A failure of the worker in the reader's words. */
function explain({ kind, message }, name = opened?.name ?? '') {
  const reason = String(message).trim().split('\n').pop();
  const word = { boot: 'boot', memory: 'memory', stopped: 'memory', cancelled: 'cancelled', 'file-changed': 'changed' }[kind] ?? 'bug';
  if (word === 'bug') console.error(message); // the whole traceback, for a report of the bug
  return filled(words[word], { name, reason });
}

/** Make the report here, as the command line does, and hand it over as a download. */
async function saveReport(studies) {
  activity.begin('report', words.report);
  try {
    const { tables, error } = await analyzer.call('report', { database: screen.place.database, studies }, { assets: ['plotly.js'] });
    if (error) return say(error);
    download(tables, 'text/html', 'report.html');
  } catch (failure) {
    say(explain(failure));
  } finally {
    activity.end('report');
  }
  return undefined;
}
