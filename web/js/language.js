// The page in the reader's language: a classic script in old JavaScript at the page's end, so that no sentence is painted in
// another language first, and a browser that is too old for the rest is told so in words that its reader reads.
//
// The page comes in English, with a dictionary for every other language (#sentences, made by build/make_site.py). What Python
// says comes in the language that each call names; what is on screen of it is page.js's part: it listens for 'language'.
(function () {
  var KEY = 'hpo-analyze-language';
  var SPOKEN = ['title', 'aria-label', 'placeholder', 'content'];
  var root = document.documentElement;
  var dictionaries = JSON.parse(document.getElementById('sentences').textContent); // {zh: {tag, sentences: {English: translation}}}
  var english = JSON.parse(document.getElementById('words').textContent);
  var button = document.getElementById('language');
  var places = []; // [what to set, its English text]
  var current = 'en';

  function said(sentence) {
    var found = current === 'en' ? null : dictionaries[current].sentences[sentence];
    return found || sentence;
  }

  function isSentence(text) {
    return Object.keys(dictionaries).some(function (language) { return text in dictionaries[language].sentences; });
  }

  function remembered() {
    try { return localStorage.getItem(KEY); } catch (error) { return null; } // storage may be switched off
  }

  /** The reader's choice, else the first of the browser's languages that is one of ours. */
  function preferred() {
    var wanted = [remembered()].concat(navigator.languages || [navigator.language]);
    for (var k = 0; k < wanted.length; k++) {
      var language = String(wanted[k] || '').toLowerCase().split('-')[0];
      if (language === 'en' || dictionaries[language]) return language;
    }
    return 'en';
  }

  /** Every sentence of the page, before anything of a database is on it. */
  function find(element) {
    SPOKEN.forEach(function (name) {
      var text = element.getAttribute(name);
      if (text && isSentence(text)) places.push([function (sentence) { element.setAttribute(name, sentence); }, text]);
    });
    for (var node = element.firstChild; node; node = node.nextSibling) {
      if (node.nodeType === 1 && node.tagName !== 'SCRIPT') find(node);
      else if (node.nodeType === 3 && isSentence(node.data.trim())) keep(node);
    }
  }

  function keep(node) {
    var text = node.data.trim(), around = node.data.split(text);
    places.push([function (sentence) { node.data = around[0] + sentence + around[1]; }, text]);
  }

  function apply(language) {
    current = language;
    root.lang = current === 'en' ? 'en' : dictionaries[current].tag;
    places.forEach(function (place) { place[0](said(place[1])); });
    var other = window.hpoLanguage.other();
    button.hidden = other === current;
    button.lang = other === 'en' ? 'en' : dictionaries[other].tag;
    button.textContent = other === 'en' ? 'English' : dictionaries[other].sentences.English;
    root.removeAttribute('data-waits');
  }

  window.hpoLanguage = {
    current: function () { return current; },
    /** The one that the button offers: the next of all. */
    other: function () {
      var all = ['en'].concat(Object.keys(dictionaries));
      return all[(all.indexOf(current) + 1) % all.length];
    },
    /** The words that the scripts say. */
    words: function () {
      var words = {};
      Object.keys(english).forEach(function (name) { words[name] = said(english[name]); });
      return words;
    }
  };
  find(document.head);
  find(document.body);
  apply(preferred());
  button.addEventListener('click', function () {
    apply(window.hpoLanguage.other());
    try { localStorage.setItem(KEY, current); } catch (error) { /* it holds for this visit */ }
    document.dispatchEvent(new Event('language'));
  });
})();
