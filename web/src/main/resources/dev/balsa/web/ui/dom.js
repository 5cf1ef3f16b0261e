// Makes elements; text is always text, never markup.

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) {
      continue;
    }
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
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
  element.replaceChildren(...children.flat(4).filter((it) => it !== null && it !== false));
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

export function toast(text) {
  const box = $('toast');
  box.textContent = text;
  box.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => (box.hidden = true), 7000);
}
