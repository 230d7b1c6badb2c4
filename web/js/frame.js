// The page around a study: the zone that folds into the bar, messages, remarks, the list of what was opened lately.

export const at = (id) => document.getElementById(id);
export const isFolded = () => document.body.classList.contains('folded');

/** Before a study the zone is the page; with one it is a button in the bar. Messages stand where a file is dropped. */
export function fold(folds) {
  if (isFolded() === folds) return;
  const focused = document.activeElement;
  document.body.classList.toggle('folded', folds);
  at('welcome').hidden = folds;
  for (const id of ['study', 'about']) at(id).hidden = !folds;
  if (folds) at('about').after(at('zone'));
  else at('welcome').querySelector('.offers').before(at('zone'));
  if (folds) at('main').prepend(at('message'));
  else at('zone').after(at('message'), at('activity'));
  if (folds) document.body.append(at('activity'));
  if (at('zone').contains(focused)) focused.focus({ preventScroll: true }); // moving it took the focus away
}

/** Say something where the file was dropped; '' takes it away. */
export function say(sentence) {
  at('message').hidden = !sentence;
  at('message').querySelector('p').textContent = sentence;
}

/** Say something to those who listen to the page. */
export function announce(sentence) {
  at('status').textContent = sentence;
}

/** Say something that stays as long as these files are open. */
export function remark(sentence) {
  at('remarks').append(Object.assign(document.createElement('p'), { className: 'warning', textContent: sentence }));
}

/** Offer what was opened lately; onChoose(entry). */
export function offer(entries, onChoose) {
  at('recent').hidden = !entries.length;
  at('recent').querySelector('ul').replaceChildren(...entries.map((entry) => {
    const button = Object.assign(document.createElement('button'), { type: 'button', textContent: entry.name });
    button.addEventListener('click', () => onChoose(entry));
    const item = document.createElement('li');
    item.append(button);
    return item;
  }));
}

/** Hand bytes over as a download. */
export function download(parts, type, name) {
  const link = Object.assign(document.createElement('a'), { href: URL.createObjectURL(new Blob(parts, { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
