// A moment of a run as a link: the run's own text, in the fragment of the address.

/** "#play&lang=zh&run=…" for a run's text. */
export function fragment(run, language) {
  const packed = encodeURIComponent(run.trim().replaceAll('\n', ';'))
    .replaceAll('%20', '+')
    .replaceAll('%3B', ';');
  return `#play&lang=${language}&run=${packed}`;
}

/** What an address asks for: the view, the chapter and step, the language, the run, or the bug whose run is kept. */
export function readFragment(hash) {
  const [path, ...rest] = hash.replace(/^#/, '').split('&');
  const asked = { view: 'tour', chapter: null, step: null, lang: null, run: null, bug: null };
  const [view, chapter, step] = path.split('/');
  if (view === 'play' || view === 'live' || view === 'record') {
    asked.view = view;
  }
  asked.chapter = chapter || null;
  asked.step = step || null;
  for (const part of rest) {
    const [name, ...value] = part.split('=');
    const text = value.join('=');
    if (name === 'lang') {
      asked.lang = text;
    } else if (name === 'run') {
      asked.run = decode(text);
    } else if (name === 'bug') {
      asked.bug = text;
    }
  }
  return asked;
}

function decode(text) {
  try {
    return decodeURIComponent(text.replaceAll('+', '%20'));
  } catch {
    return text; // a damaged link: the engine's message says so
  }
}

/** Any text as one word of the engine's language. */
export function word(text) {
  return text === '' ? '%' : encodeURIComponent(text).replace(/[!'()*~]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
}
