// The page's state as an address, both ways, and nothing else.
//
//   ?example=digits.db        a bundled example          ?url=https://…/x.db    a database from the web
//   #/study/view?name=value&other-view.name=value        options of the named view stand plain, those of others with their view
//   #/study@x.db/view         where several databases are open
//   #/compare/a&b@x.db/view   several studies side by side: an & stands between them, and is %26 in a name
//   select=…  only=…          among the options: the selected trials, and those that the views are computed for (selection.js)

const SOURCES = ['example', 'url'];
const OWN = ['select', 'only']; // what stands among the options and is none

/** An address -> {source: {kind, name} | null, study, database, compared: [{study, database}], view, options: {view: {name: value}}, select, only}; '' where it says nothing. */
export function parseAddress({ search, hash }) {
  const [path, query] = hash.startsWith('#/') ? hash.slice(2).split('?') : ['', ''];
  const parts = path.split('/');
  const several = parts[0] === 'compare' && parts[1]?.includes('&') ? parts[1].split('&') : [];
  const [place, view = ''] = several.length ? ['', parts[2]] : parts;
  const compared = several.map(placeOf);
  const pairs = (query ?? '').split('&').filter(Boolean).map((pair) => pair.split('=').map(decoded));
  const [select, only] = OWN.map((name) => pairs.find(([key]) => key === name)?.[1] ?? '');
  return { source: sourceOf(search), ...placeOf(place), compared, view, options: optionsOf(pairs, view), select, only };
}

/** The inverse, relative to the page. */
export function formatAddress({ source, study, database, compared = [], view, options, select = '', only = '' }) {
  const search = source ? `?${source.kind}=${encoded(source.name)}` : '';
  if (!study && !compared.length) return search || './';
  const place = compared.length ? `compare/${compared.map(spelled).join('&')}` : spelled({ study, database });
  const pairs = Object.entries(options ?? {}).flatMap(([slug, chosen]) =>
    Object.entries(chosen).map(([name, value]) => `${slug === view ? '' : `${slug}.`}${name}=${encoded(value)}`));
  for (const [name, value] of [['select', select], ['only', only]]) if (value) pairs.push(`${name}=${encoded(value)}`);
  return `${search}#/${place}${view ? `/${view}` : ''}${pairs.length ? `?${pairs.join('&')}` : ''}`;
}

const spelled = ({ study, database }) => encoded(study) + (database ? `@${encoded(database)}` : '');

function placeOf(text) {
  const [study, database = ''] = text.split('@').map(decoded);
  return { study, database };
}

function sourceOf(search) {
  const given = new URLSearchParams(search);
  const kind = SOURCES.find((each) => given.get(each));
  return kind ? { kind, name: given.get(kind) } : null;
}

function optionsOf(pairs, view) {
  const options = {};
  for (const [key, value = ''] of pairs) {
    if (OWN.includes(key)) continue;
    const [slug, name] = key.includes('.') ? key.split('.') : [view, key];
    if (slug) (options[slug] ??= {})[name] = value;
  }
  return options;
}

/** As encodeURIComponent, but what is harmless here and common in names stays readable. */
const encoded = (text) => encodeURIComponent(text).replace(/%(3A|3B|2C|2F)/g, (code) => (code === '%2F' ? code : decodeURIComponent(code)));

function decoded(text) {
  try { return decodeURIComponent(text); } catch { return text; } // someone's typing
}
