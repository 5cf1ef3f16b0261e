// Languages: a flat file of keyed templates each, {name} is a named parameter; and the tour as a page to read.

export const LANGUAGES = { en: 'English', zh: '简体中文' };

let texts = {};
let language = 'en';

export function currentLanguage() {
  return language;
}

export function preferredLanguage() {
  const asked = new URLSearchParams(location.search).get('lang') || read('balsa.lang');
  if (asked in LANGUAGES) {
    return asked;
  }
  return (navigator.languages || []).some((it) => /^zh\b/i.test(it)) ? 'zh' : 'en';
}

export async function useLanguage(next) {
  const [keyed, tour] = await Promise.all(['json', 'html'].map((it) => fetch(new URL(`./lang/${next}.${it}`, import.meta.url))));
  texts = { ...await keyed.json(), ...tourTexts(await tour.text()) };
  language = next;
  write('balsa.lang', next);
  document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en';
  document.title = t('title');
  document.querySelector('meta[name=description]').content = t('description');
  for (const element of document.querySelectorAll('[data-t]')) {
    element.textContent = t(element.dataset.t);
  }
  for (const element of document.querySelectorAll('[data-l]')) {
    element.setAttribute('aria-label', t(element.dataset.l));
  }
}

/** The tour's texts by chapter and place, from the page that has them for whoever reads without scripts. */
function tourTexts(html) {
  const page = new DOMParser().parseFromString(html, 'text/html');
  const found = {};
  for (const { id, textContent, nextElementSibling: steps } of page.querySelectorAll('h2')) {
    found[`chapter.${id}`] = textContent;
    [...steps.children].forEach(({ children: [say, why] }, at) => {
      found[`say.${id}.${at}`] = say.textContent.trim();
      if (why) {
        found[`why.${id}.${at}`] = why.textContent.trim();
      }
    });
  }
  return found;
}

/** The text of a key, with its parameters; a key that is missing shows itself. */
export function t(key, parameters = {}) {
  const text = texts[key];
  if (text === undefined) {
    return key;
  }
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in parameters ? parameters[name] : all));
}

/** What the engine says, in this language: its sentence goes by its English text; {what0} has words of its own. */
export function say({ text, values }) {
  const words = texts[`said: ${text}`];
  if (words === undefined) {
    return values.reduce((so, it) => so.replace('%s', () => it), text);
  }
  return words.replace(/\{(what)?(\d)\}/g, (all, what, place) => {
    const value = values[place];
    return what && has(`what: ${value}`) ? t(`what: ${value}`) : value;
  });
}

/** What a member answered, in this language where its words are known, else as a quotation. */
export function answered({ message, said }) {
  const key = `server: ${message}`;
  return said ? say(said) : has(key) ? t(key) : t('error.answered', { message });
}

export function has(key) {
  return texts[key] !== undefined;
}

const formats = new Map(); // by language and digits: to make one takes longer than to use it

export function number(value, digits = 0) {
  const { lang } = document.documentElement;
  const key = `${lang} ${digits}`;
  if (!formats.has(key)) {
    formats.set(key, new Intl.NumberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits }));
  }
  return formats.get(key).format(value);
}

const SIZES = ['', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Bytes, in the unit that suits them. */
export function bytes(count) {
  const power = count < 10_000 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log2(count) / 10));
  return power === 0 ? t('unit.bytes', { n: number(count) })
    : t('unit.size', { n: number(count / 1024 ** power, power > 1 ? 1 : 0), unit: SIZES[power] });
}

const UNITS = [['day', 864e5], ['hour', 36e5], ['minute', 6e4], ['second', 1e3]];

/** Milliseconds, in the unit that suits them. */
export function span(millis) {
  const found = UNITS.find(([, it]) => millis >= 2 * it);
  return !found ? t('unit.ms', { n: number(millis) })
    : new Intl.NumberFormat(document.documentElement.lang, { style: 'unit', unit: found[0], unitDisplay: 'long' }).format(Math.floor(millis / found[1]));
}

/** Nanoseconds of the protocol's time as milliseconds. */
export function ms(nanos, digits = 1) {
  return t('unit.ms', { n: number(nanos / 1e6, digits) });
}

export function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage may be refused; the page works without
  }
}

export function write(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    document.documentElement.dataset.forgetful = 'true'; // nothing is kept beyond this visit
  }
}

/** The same where nodes have names: what a text calls N{node} is the name alone. */
export function template(key, parameters) {
  const text = (texts[key] || key).replace(/N(\{\w+\})/g, '$1');
  return text.replace(/\{(\w+)\}/g, (all, name) => (name in parameters ? parameters[name] : all));
}
