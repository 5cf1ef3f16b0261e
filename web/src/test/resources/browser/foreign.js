// Latin words that a page shows or tells a screen reader, but for terms and quotations: each with where.
terms => {
  const known = new Set(terms);
  const found = new Set();
  const look = (text, where) => {
    for (const word of (text || '').replace(/“[^”]*”|\b(?=[a-f]*\d)[0-9a-f]{5,16}\b/g, '').match(/[A-Za-z]{3,}/g) || []) {
      if (!known.has(word)) {
        found.add(`${word} in ${where}: ${text.trim().slice(0, 90)}`);
      }
    }
  };
  for (const element of document.body.querySelectorAll('*')) {
    if (!element.closest('script, noscript, option[lang]')) {
      for (const name of ['aria-label', 'aria-valuetext', 'title', 'placeholder', 'alt']) {
        look(element.getAttribute(name), name);
      }
      for (const child of element.childNodes) {
        look(child.nodeType === Node.TEXT_NODE ? child.data : '', element.nodeName);
      }
    }
  }
  look(document.title, 'title');
  look(document.querySelector('meta[name=description]').content, 'description');
  return [...found];
}
