// All logs side by side: a row for each node, a column for each index.

import { $, h, patch } from './dom.js';
import { t } from './i18n.js';
import { membersText } from './feed.js';
import { termClass } from './geometry.js';

const COLUMNS_MAX = 120;

const told = new Map(); // by row and by cell: what it shows

export function drawMatrix(picture, chosen, select) {
  const last = Math.max(12, ...picture.nodes.map((node) => lastIndex(node)));
  const first = Math.max(1, last - COLUMNS_MAX + 1);
  const indexes = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const leader = picture.nodes.find((node) => node.up && node.role === 'LEADER');
  const box = grid();
  patch($('matrix'),
    h('div', { class: 'card-head' }, h('h2', null, t('matrix')),
      h('div', { class: 'legend' },
        h('span', { class: 'cell-key committed' }), t('cell.committed'),
        h('span', { class: 'cell-key durable' }), t('cell.durable'),
        h('span', { class: 'cell-key appended' }), t('cell.appended'),
        h('span', { class: 'cell-key ghost' }), t('cell.ghost'),
        leader && [h('span', { class: 'mark-key' }, '●'), t('mark.match'), h('span', { class: 'mark-key' }, '▲'), t('mark.next')],
        picture.snapshots > 0 && [h('span', { class: 'cell-key folded' }), t('cell.folded')])),
    box);
  const head = box.querySelector('thead tr');
  if (head.dataset.shows !== `${first} ${last}`) {
    head.dataset.shows = `${first} ${last}`;
    patch(head, h('th', { scope: 'col' }, t('matrix.node')),
      indexes.map((index) => h('th', { scope: 'col', 'data-k': `column-${index}` }, index)));
  }
  const body = box.querySelector('tbody');
  patch(body, picture.nodes.map((node) => row(body, node, indexes, leader, chosen, select)));
}

/** The table in its box: the one that is there, unless the language is another now. */
function grid() {
  const { lang } = document.documentElement;
  const there = $('matrix').querySelector('.log-box');
  return there && there.lang === lang ? there
    : h('div', { class: 'log-box', 'data-scroll': 'log', tabindex: 0, role: 'region', lang, 'aria-label': t('matrix') },
      h('table', { class: 'log-grid' }, h('caption', { class: 'sr' }, t('matrix.caption')), h('thead', null, h('tr')), h('tbody')));
}

/** A node's row: the one that is there, and in it each cell that shows the same as before. */
function row(body, node, indexes, leader, chosen, select) {
  const name = `row-${node.id}`;
  const drawn = body.querySelector(`[data-k="${name}"]`);
  const peer = leader && leader.peers.find((it) => it.id === node.id);
  const whole = JSON.stringify([node.log, node.cut, node.first, node.up, node.commit, node === leader, peer && [peer.match, peer.next],
    chosen && chosen.kind === 'entry' && chosen.index, indexes[0], indexes.length]);
  if (drawn && told.get(name) === whole) {
    return drawn;
  }
  told.set(name, whole);
  const tr = drawn || h('tr', { 'data-k': name });
  const entries = new Map(node.log.map((entry) => [entry[0], entry]));
  const cut = new Map(node.cut);
  const there = new Map([...tr.cells].map((it) => [it.dataset.k, it]));
  tr.className = node.up ? '' : 'down';
  patch(tr, h('th', { scope: 'row' }, `N${node.id}`, node === leader ? ' ♛' : ''), indexes.map((index) => {
    const entry = entries.get(index);
    const key = `td-${node.id}-${index}`;
    const shows = [entry, cut.get(index), index < node.first, node.up && index <= node.commit, peer && peer.match === index,
      peer && peer.next === index, chosen && chosen.kind === 'entry' && chosen.index === index].join();
    if (there.has(key) && told.get(key) === shows) {
      return there.get(key);
    }
    told.set(key, shows);
    return h('td', { 'data-k': key }, cell(node, index, entry, cut.get(index), chosen, select),
      peer && peer.match === index && h('span', { class: 'match', title: t('mark.match') }, '●'),
      peer && peer.next === index && h('span', { class: 'next', title: t('mark.next') }, '▲'));
  }));
  return tr;
}

function lastIndex(node) {
  const end = node.log.length ? node.log[node.log.length - 1][0] : 0;
  return Math.max(end, ...node.cut.map(([index]) => index));
}

function cell(node, index, entry, cut, chosen, select) {
  if (!entry && index < node.first) {
    return h('span', { class: 'cell folded', title: t('cell.folded') }, '▤', h('span', { class: 'sr' }, t('cell.folded')));
  }
  if (!entry) {
    return cut ? h('span', { class: 'cell ghost', title: t('cell.ghost.label', { index, term: cut }) }, cut) : null;
  }
  const [, term, kind, words, durable] = entry;
  const text = kind === 'members' ? membersText(words) : words;
  const state = node.up && index <= node.commit ? 'committed' : durable ? 'durable' : 'appended';
  const chosenHere = chosen && chosen.kind === 'entry' && chosen.index === index;
  return h('button', {
    class: `cell ${state} ${kind} ${termClass(term)} ${chosenHere ? 'chosen' : ''} ${cut ? 'replaced' : ''}`,
    'data-k': `cell-${node.id}-${index}`,
    'aria-label': t('cell.label', {
      node: node.id, index, term, what: kind === 'noop' ? t('entry.noop') : text, state: t(`cell.${state}`),
    }),
    title: kind === 'noop' ? t('entry.noop') : text,
    onclick: () => select({ kind: 'entry', index, term, node: node.id }),
  }, h('b', null, term), h('i', null, kind === 'noop' ? '∅' : kind === 'members' ? `☷ ${text}` : text));
}
