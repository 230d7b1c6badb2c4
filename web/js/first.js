// The first script, classic and in old JavaScript: what has to be settled before anything is loaded, painted or understood.
(function () {
  var root = document.documentElement;

  // Connections go to this origin alone; where the address asks for a database from another one (?url=), to that one too.
  var named = /[?&]url=([^&]*)/.exec(location.search);
  var origin = null;
  try { origin = named && /^https?:\/\/[\w.:-]+/i.exec(decodeURIComponent(named[1])); } catch (error) { /* no address */ }
  var policy = document.createElement('meta');
  policy.httpEquiv = 'Content-Security-Policy';
  policy.content = "connect-src 'self'" + (origin ? ' ' + origin[0] : '');
  document.head.appendChild(policy);

  // The theme (theme.js keeps it up to date), so that the first paint has it.
  var chosen = null;
  try { chosen = localStorage.getItem('hpo-analyze-theme'); } catch (error) { /* storage may be switched off */ }
  root.setAttribute('data-theme', chosen || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'));

  // language.js ends the wait: until then a page in English would be painted for readers of another language.
  var language = null;
  try { language = localStorage.getItem('hpo-analyze-language'); } catch (error) { /* storage may be switched off */ }
  if (!/^en/i.test(language || navigator.language)) root.setAttribute('data-waits', '');

  // page.js says that it runs; a browser that cannot read it is told which one could.
  addEventListener('load', function () {
    root.removeAttribute('data-waits'); // whatever happened
    if (!root.hasAttribute('data-runs')) document.getElementById('too-old').hidden = false;
  });
})();
