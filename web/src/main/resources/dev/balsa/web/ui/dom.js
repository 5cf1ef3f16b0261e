// Makes elements; text is always text, never markup.

const SVG = 'http://www.w3.org/2000/svg';

const actions = new WeakMap(); // what an element does at events, by their kind; patch() exchanges it

function obey(event) {
  actions.get(event.currentTarget)[event.type]?.(event);
}

function listen(element, kind, action) {
  const own = actions.get(element) || {};
  if (!(kind in own)) {
    element.addEventListener(kind, obey);
  }
  own[kind] = action;
  actions.set(element, own);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (name.startsWith('on')) {
      listen(element, name.slice(2), value);
    } else {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  for (const child of children.flat(4)) {
    if (child !== null && child !== undefined && child !== false) {
      element.append(child);
    }
  }
  return element;
}

export function h(name, attributes, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function s(name, attributes, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

export const $ = (id) => document.getElementById(id);

/** Replaces what is in an element, and keeps the focus on the part with the same data-k. */
export function show(element, ...children) {
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  const key = focused && focused.dataset.k;
  const scrolls = [...element.querySelectorAll('[data-scroll]')].map((it) => [
    it.dataset.scroll,
    it.scrollLeft,
    it.scrollTop,
  ]);
  element.replaceChildren(...children.flat(4).filter((it) => it !== null && it !== undefined && it !== false));
  for (const [name, left, top] of scrolls) {
    const again = element.querySelector(`[data-scroll="${name}"]`);
    if (again) {
      again.scrollLeft = left;
      again.scrollTop = top;
    }
  }
  if (key) {
    const again = element.querySelector(`[data-k="${CSS.escape(key)}"]`);
    if (again) {
      again.focus({ preventScroll: true });
    }
  }
}

/**
 * As show(), but what is there and alike stays, and only what differs in it is touched: much is drawn for each frame,
 * little of it is new. Parts are told apart by their data-k, else by their place. A child that is given again and not a
 * new one stays as it is. Whoever keeps a child must ask for it anew, as what is drawn may be the one before.
 */
export function patch(element, ...children) {
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  settle(element, children.flat(4).filter((it) => it !== null && it !== undefined && it !== false));
  if (focused && !focused.isConnected && focused.dataset.k) {
    const again = element.querySelector(`[data-k="${CSS.escape(focused.dataset.k)}"]`);
    if (again) {
      again.focus({ preventScroll: true });
    }
  }
}

/** Gives an element an attribute or, by no name, a text; nothing is laid out again where it has that already. */
export function put(element, name, value) {
  if (name === null) {
    if (element.textContent !== value) {
      element.textContent = value;
    }
  } else if (element.getAttribute(name) !== value) {
    element.setAttribute(name, value);
  }
}

const told = new Map(); // by part: what it was said to show

/** Whether a part of the page is to show something else than it was said to show before: a text, or values of a picture. */
export function isNews(part, ...shows) {
  const next = JSON.stringify(shows);
  const news = told.get(part) !== next;
  told.set(part, next);
  return news;
}

const key = (node) => node.dataset && node.dataset.k;

function settle(parent, wanted) {
  const keyed = new Map();
  for (const child of parent.children) {
    if (key(child)) {
      keyed.set(key(child), child);
    }
  }
  const stay = new Set(wanted.map(key));
  let at = parent.firstChild;
  for (const child of wanted) {
    const next = child instanceof Node ? child : new Text(String(child));
    while (at && key(at) && !stay.has(key(at))) {
      at = removed(at);
    }
    const old = next.parentNode === parent ? next : key(next) ? keyed.get(key(next)) : at && !key(at) ? at : null;
    const drawn = old && become(old, next) ? old : next;
    if (drawn === at) {
      at = at.nextSibling;
      continue;
    }
    parent.insertBefore(drawn, at);
    if (old && old !== drawn) {
      at = old === at ? removed(at) : at;
      old.remove();
    }
  }
  while (at) {
    at = removed(at);
  }
}

function removed(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

/** Makes a drawn node the same as another; false if it cannot be, or if a person may have changed it. */
function become(old, next) {
  if (old === next) {
    return true;
  }
  if (old.nodeName !== next.nodeName || /^(input|select|textarea)$/i.test(old.nodeName)) {
    return false;
  }
  if (old instanceof Text) {
    if (old.data !== next.data) {
      old.data = next.data;
    }
    return true;
  }
  const personal = old.nodeName === 'DETAILS' ? 'open' : ''; // a person opens it, and its ontoggle hears of that later
  for (const { name, value } of next.attributes) {
    if (name !== personal && old.getAttribute(name) !== value) {
      old.setAttribute(name, value);
    }
  }
  for (const { name } of [...old.attributes]) {
    if (name !== personal && !next.hasAttribute(name)) {
      old.removeAttribute(name);
    }
  }
  const own = actions.get(old);
  if (own) {
    Object.keys(own).forEach((kind) => (own[kind] = undefined));
  }
  Object.entries(actions.get(next) || {}).forEach(([kind, action]) => listen(old, kind, action));
  settle(old, [...next.childNodes]);
  return true;
}

export function toast(text) {
  const box = $('toast');
  box.textContent = text;
  box.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => (box.hidden = true), 7000);
}
