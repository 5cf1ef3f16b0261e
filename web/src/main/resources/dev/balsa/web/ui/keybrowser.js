// The keys of the store and what they were: asks the member's JSON interface; all of it is text.

import { h, show } from './dom.js';
import { number, t } from './i18n.js';
import { call } from './account.js';

const PAGE = 50;
const HISTORY_MAX = 20;

export class KeyBrowser {
  constructor(box) {
    this.box = box;
    this.prefix = '';
    this.found = null;
    this.chosen = null;
    this.problem = null;
    this.language = null;
  }

  /** Draws when the language is another one; else only when something was asked. */
  draw() {
    if (this.language !== document.documentElement.lang) {
      this.language = document.documentElement.lang;
      this.redraw();
    }
  }

  async ask(action) {
    this.problem = null;
    try {
      await action();
    } catch (refused) {
      this.problem = refused.message;
    }
    this.redraw();
  }

  async list() {
    const key = this.prefix === '' ? '\0' : this.prefix;
    const answer = await range({ key: encode(key), range_end: this.prefix === '' ? encode('\0') : after(key), limit: PAGE, keys_only: false });
    this.found = { kvs: (answer.kvs || []).map(decoded), more: Boolean(answer.more), count: Number(answer.count || 0), revision: answer.header.revision };
    this.chosen = null;
  }

  /** A key's values, the newest first, back to its creation or to what was compacted. */
  async history(kv) {
    const values = [kv];
    let ended = 'created';
    while (values.length < HISTORY_MAX) {
      const last = values[values.length - 1];
      if (last.modRevision === last.createRevision) {
        break;
      }
      let answer;
      try {
        answer = await range({ key: kv.raw, revision: String(last.modRevision - 1n) });
      } catch {
        ended = 'compacted';
        break;
      }
      if (!answer.kvs || answer.kvs.length === 0) {
        break;
      }
      values.push(decoded(answer.kvs[0]));
      ended = values.length === HISTORY_MAX ? 'more' : 'created';
    }
    this.chosen = { kv, values, ended };
  }

  redraw() {
    show(this.box,
      h('div', { class: 'card-head' }, h('h2', { id: 'live-keys-title' }, t('live.keys'))),
      h('form', { class: 'row', onsubmit: (event) => { event.preventDefault(); this.ask(() => this.list()); } },
        h('label', { class: 'field' }, h('span', null, t('keys.prefix')),
          h('input', { 'data-k': 'keys-prefix', value: this.prefix, autocomplete: 'off', oninput: (event) => { this.prefix = event.target.value; } })),
        h('button', { class: 'primary', 'data-k': 'keys-list' }, t('keys.list'))),
      this.problem && h('p', { class: 'alarm bad', role: 'alert' }, t('error', { message: this.problem })),
      this.found && this.table(),
      this.chosen && this.detail());
  }

  table() {
    const { kvs, count, more, revision } = this.found;
    return h('div', null,
      h('p', { class: 'hint' }, t('keys.count', { n: number(count), revision })),
      h('div', { class: 'table-box', tabindex: 0, role: 'region', 'aria-label': t('live.keys'), 'data-scroll': 'keys', 'data-k': 'box-keys' },
        h('table', { class: 'small live-table' },
          h('thead', null, h('tr', null, ['key', 'value', 'revision', 'version', 'lease'].map((it) => h('th', { scope: 'col' }, t(`keys.${it}`))))),
          h('tbody', null, kvs.map((kv, i) => h('tr', null,
            h('th', { scope: 'row' }, h('button', { class: 'link', 'data-k': `key-${i}`, onclick: () => this.ask(() => this.history(kv)) }, shorten(kv.key))),
            h('td', null, shorten(kv.value)), h('td', null, String(kv.modRevision)), h('td', null, kv.version), h('td', null, kv.lease || '–')))))),
      more && h('p', { class: 'hint' }, t('keys.more', { n: PAGE })));
  }

  detail() {
    const { kv, values, ended } = this.chosen;
    return h('section', { class: 'key-detail' },
      h('h3', null, t('keys.history', { key: kv.key })),
      h('ol', { reversed: true }, values.map((it) => h('li', null,
        h('span', { class: 'hint' }, t('keys.at', { revision: String(it.modRevision) })),
        h('pre', { tabindex: 0 }, pretty(it.value))))),
      h('p', { class: 'hint' }, t(`keys.${ended}`)));
  }
}

function range(request) {
  return call('/v3/kv/range', request);
}

function encode(text) {
  let binary = '';
  new TextEncoder().encode(text).forEach((it) => { binary += String.fromCharCode(it); });
  return btoa(binary);
}

/** The end of the range of all keys that begin so. */
function after(prefix) {
  const bytes = [...new TextEncoder().encode(prefix)];
  while (bytes.length > 0 && bytes[bytes.length - 1] === 255) {
    bytes.pop();
  }
  bytes[bytes.length - 1]++;
  return btoa(String.fromCharCode(...bytes));
}

function decoded(kv) {
  return {
    raw: kv.key, key: text(kv.key), value: text(kv.value || ''), modRevision: BigInt(kv.mod_revision || 0),
    createRevision: BigInt(kv.create_revision || 0), version: kv.version || '0', lease: kv.lease && kv.lease !== '0' ? BigInt(kv.lease).toString(16) : '',
  };
}

/** Bytes as text; what is no text is shown in hexadecimal. */
function text(base64) {
  const bytes = Uint8Array.from(atob(base64), (it) => it.charCodeAt(0));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return `0x${[...bytes].map((it) => it.toString(16).padStart(2, '0')).join('')}`;
  }
}

function shorten(value) {
  return value.length > 60 ? `${value.slice(0, 59)}…` : value;
}

function pretty(value) {
  try {
    return /^\s*[[{]/.test(value) ? JSON.stringify(JSON.parse(value), null, 2) : value;
  } catch {
    return value;
  }
}
