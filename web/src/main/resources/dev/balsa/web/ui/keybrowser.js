// The keys of the store, what they were and become: asks the member's JSON interface; all of it is text.

import { h, show } from './dom.js';
import { answered, number, span, t } from './i18n.js';
import { call, fromBase64, results, send } from './account.js';

const PAGE = 50;
const TREE_MAX = 1000; // keys, without their values
const DEPTH_MAX = 64; // of folders
const HISTORY_MAX = 20;
const FORMS = ['json', 'text', 'hex'];

export class KeyBrowser {
  constructor(box, live) {
    this.box = box;
    this.live = live;
    this.form = 'json';
    this.watch = null; // ends it
    this.prefix = '';
    this.found = null;
    this.opened = new Set(); // folders of the tree, by how their keys begin
    this.chosen = null;
    this.problem = null;
    this.language = null;
  }

  /** Draws when the language is another one; else only when something was asked. */
  draw() {
    if (this.language !== document.documentElement.lang) {
      this.language = document.documentElement.lang;
      this.editor = null;
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

  async list(isTree) {
    const key = this.prefix === '' ? '\0' : this.prefix;
    const limit = isTree ? TREE_MAX : PAGE;
    const answer = await range({ key: encode(key), range_end: this.prefix === '' ? encode('\0') : after(key), limit, keys_only: isTree });
    const kvs = (answer.kvs || []).map(decoded);
    this.found = { kvs, tree: isTree && grow(kvs), limit, more: Boolean(answer.more), count: Number(answer.count || 0), revision: answer.header.revision };
    this.choose(null);
  }

  choose(chosen) {
    this.unwatch();
    this.chosen = chosen;
    this.editor = null;
  }

  /** A listed key as it is now. */
  async open(listed) {
    const { kvs, header } = await range({ key: listed.raw });
    await this.history(kvs ? decoded(kvs[0]) : listed, header.revision);
  }

  /** A key's values, the newest first, from what was read at a revision back to its creation or to what was compacted. */
  async history(kv, revision) {
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
    const lease = kv.lease ? await call('/v3/lease/timetolive', { ID: String(BigInt(`0x${kv.lease}`)) }) : null;
    this.choose({ kv, values, ended, lease, revision });
  }

  unwatch() {
    if (this.watch) {
      this.watch.abort();
      this.watch = null;
    }
  }

  /** Shows each change of the chosen key as it is made, until it is told to stop. */
  async follow() {
    const { chosen } = this;
    const watch = new AbortController();
    this.watch = watch;
    this.redraw();
    try {
      const answer = await send('/v3/watch', { create_request: { key: chosen.kv.raw, start_revision: String(BigInt(chosen.revision) + 1n) } }, watch.signal);
      for await (const { header, events, canceled, cancel_reason: reason } of results(answer)) {
        if (canceled) {
          throw new Error(answered({ message: reason }));
        }
        chosen.revision = header.revision;
        chosen.values.unshift(...(events || []).map((it) => ({ ...decoded(it.kv), deleted: it.type === 'DELETE' })).reverse());
        this.redraw();
      }
    } catch (refused) {
      if (!watch.signal.aborted) {
        throw refused;
      }
    } finally {
      this.watch = this.watch === watch ? null : this.watch;
    }
  }

  /** Writes the chosen key if nobody has changed it since it was read. */
  async save(kv, value) {
    const { succeeded } = await call('live/operations/put', {
      compare: [{ key: kv.raw, target: 'MOD', result: 'EQUAL', mod_revision: String(kv.modRevision) }],
      success: [{ request_put: { key: kv.raw, value: encode(value), ignore_lease: true } }],
    });
    if (!succeeded) {
      throw new Error(t('keys.changed'));
    }
    await this.open(kv);
  }

  redraw() {
    show(this.box,
      h('div', { class: 'card-head' }, h('h2', { id: 'live-keys-title' }, t('live.keys'))),
      h('form', { class: 'row', onsubmit: (event) => { event.preventDefault(); this.ask(() => this.list(event.submitter.value === 'tree')); } },
        h('label', { class: 'field' }, h('span', null, t('keys.prefix')),
          h('input', { 'data-k': 'keys-prefix', value: this.prefix, autocomplete: 'off', oninput: (event) => { this.prefix = event.target.value; } })),
        h('button', { class: 'primary', 'data-k': 'keys-list' }, t('keys.list')),
        h('button', { value: 'tree', 'data-k': 'keys-tree' }, t('keys.tree'))),
      this.problem && h('p', { class: 'alarm bad', role: 'alert' }, t('error', { message: this.problem })),
      this.found && this.listing(),
      this.chosen && this.detail());
  }

  listing() {
    const { tree, limit, count, more, revision } = this.found;
    return h('div', null,
      h('p', { class: 'hint' }, t('keys.count', { n: number(count), revision })),
      tree ? this.branch(tree, '') : this.table(),
      more && h('p', { class: 'hint' }, t('keys.more', { n: number(limit) })));
  }

  /** What is in a folder whose keys begin with {@code path}; what is in a closed one is not drawn. */
  branch({ folders, keys }, path) {
    return h('ul', { class: 'key-tree' }, [...folders].map(([step, it]) => h('li', null, this.folder(it, path, `${step}/`))),
      keys.map(({ kv, name }) => h('li', null, h('button', { class: 'link', 'data-k': `tree-${kv.raw}`, onclick: () => this.ask(() => this.open(kv)) }, shorten(name || kv.key)))));
  }

  /** A folder; one that holds nothing but another is drawn as one with it. */
  folder(folder, path, name) {
    if (folder.keys.length === 0 && folder.folders.size === 1) {
      const [[step, only]] = folder.folders;
      return this.folder(only, path, `${name}${step}/`);
    }
    const begins = path + name;
    const { more, kvs } = this.found;
    const isCut = more && kvs.at(-1).key.startsWith(begins);
    const open = this.opened.has(begins);
    const toggle = ({ target }) => {
      if (target.open !== this.opened.has(begins)) {
        this.opened[target.open ? 'add' : 'delete'](begins);
        this.redraw();
      }
    };
    return h('details', { open, ontoggle: toggle },
      h('summary', { 'data-k': `folder-${begins}` }, shorten(name), ' ', h('span', { class: 'hint' }, t('keys.below', { n: `${number(folder.count)}${isCut ? '+' : ''}` }))),
      open && this.branch(folder, begins));
  }

  table() {
    return h('div', { class: 'table-box', tabindex: 0, role: 'region', 'aria-label': t('live.keys'), 'data-scroll': 'keys', 'data-k': 'box-keys' },
        h('table', { class: 'small live-table' },
          h('thead', null, h('tr', null, ['key', 'value', 'revision', 'version', 'lease'].map((it) => h('th', { scope: 'col' }, t(`keys.${it}`))))),
          h('tbody', null, this.found.kvs.map((kv, i) => h('tr', null,
            h('th', { scope: 'row' }, h('button', { class: 'link', 'data-k': `key-${i}`, onclick: () => this.ask(() => this.open(kv)) }, shorten(kv.key))),
            h('td', null, shorten(kv.value)), h('td', null, String(kv.modRevision)), h('td', null, kv.version), h('td', null, kv.lease || '–'))))));
  }

  detail() {
    const { kv, values, ended, lease } = this.chosen;
    return h('section', { class: 'key-detail' },
      h('h3', null, t('keys.history', { key: kv.key })),
      h('div', { class: 'row' },
        h('label', { class: 'field' }, h('span', null, t('keys.form')),
          h('select', { 'data-k': 'keys-form', onchange: (event) => { this.form = event.target.value; this.redraw(); } },
            FORMS.map((it) => h('option', { value: it, selected: it === this.form }, t(`keys.${it}`))))),
        h('button', { 'data-k': 'keys-watch', 'aria-pressed': String(Boolean(this.watch)), onclick: () => (this.watch ? this.ask(() => this.unwatch()) : this.ask(() => this.follow())) },
          t(this.watch ? 'keys.unwatch' : 'keys.watch'))),
      lease && h('p', { 'data-lease': kv.lease }, t('keys.left', { lease: kv.lease, left: span(Math.max(0, lease.TTL * 1000)), all: span(lease.grantedTTL * 1000) })),
      this.live.cluster.operations && kv.isText && (this.editor ||= this.edit(kv)),
      h('ol', { reversed: true }, values.map((it, i) => h('li', null,
        h('span', { class: 'hint' }, t(it.deleted ? 'keys.deleted' : 'keys.at', { revision: String(it.modRevision) })),
        !it.deleted && h('pre', { tabindex: 0 }, difference(shown(it, this.form), values[i + 1] && shown(values[i + 1], this.form)))))),
      h('p', { class: 'hint' }, t(`keys.${ended}`)));
  }

  edit(kv) {
    const field = h('textarea', { 'data-k': 'keys-edit', rows: 3, spellcheck: 'false' }, kv.value);
    return h('form', { onsubmit: (event) => { event.preventDefault(); this.ask(() => this.save(kv, field.value)); } },
      h('label', { class: 'field' }, h('span', null, t('keys.edit', { revision: String(kv.modRevision) })), field),
      h('button', { 'data-k': 'keys-save' }, t('keys.save')));
  }
}

/** Keys in folders by their slashes: what is in each, and how many keys in all below it. */
export function grow(kvs) {
  const folder = () => ({ count: 0, folders: new Map(), keys: [] });
  const root = folder();
  for (const kv of kvs) {
    const steps = kv.key.split('/');
    const depth = Math.min(steps.length - 1, DEPTH_MAX);
    let at = root;
    for (const step of steps.slice(0, depth)) {
      at.count++;
      at.folders.has(step) || at.folders.set(step, folder());
      at = at.folders.get(step);
    }
    at.count++;
    at.keys.push({ kv, name: steps.slice(depth).join('/') });
  }
  return root;
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
  const bytes = fromBase64(kv.value || '');
  const value = text(bytes);
  return {
    raw: kv.key, key: text(fromBase64(kv.key)) ?? hex(fromBase64(kv.key)), bytes, value: value ?? hex(bytes), isText: value !== null,
    modRevision: BigInt(kv.mod_revision || 0), createRevision: BigInt(kv.create_revision || 0),
    version: kv.version || '0', lease: kv.lease && kv.lease !== '0' ? BigInt(kv.lease).toString(16) : '',
  };
}

/** Bytes as text, or null if they are none. */
function text(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function hex(bytes) {
  return `0x${[...bytes].map((it) => it.toString(16).padStart(2, '0')).join('')}`;
}

function shown({ bytes, value }, form) {
  return form === 'hex' ? hex(bytes) : form === 'json' ? pretty(value) : value;
}

/** A text whose part that is not in the one before is marked. */
function difference(now, before) {
  if (before === undefined || now === before) {
    return now;
  }
  let from = 0;
  while (from < Math.min(now.length, before.length) && now[from] === before[from]) {
    from++;
  }
  let alike = 0; // at the ends
  while (alike < Math.min(now.length, before.length) - from && now.at(-1 - alike) === before.at(-1 - alike)) {
    alike++;
  }
  const to = now.length - alike;
  return [now.slice(0, from), h('mark', null, now.slice(from, to)), now.slice(to)];
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
