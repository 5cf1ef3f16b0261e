// All logs side by side: a row for each node, a column for each index.

import { $, h, show } from './dom.js';
import { t } from './i18n.js';
import { termClass } from './geometry.js';

const COLUMNS_MAX = 120;

export function drawMatrix(picture, chosen, select) {
  const last = Math.max(12, ...picture.nodes.map((node) => lastIndex(node)));
  const first = Math.max(1, last - COLUMNS_MAX + 1);
  const indexes = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const leader = picture.nodes.find((node) => node.up && node.role === 'LEADER');
  const grid = h('table', { class: 'log-grid' },
    h('caption', { class: 'sr' }, t('matrix.caption')),
    h('thead', null, h('tr', null, h('th', { scope: 'col' }, t('matrix.node')),
      indexes.map((index) => h('th', { scope: 'col' }, index)))),
    h('tbody', null, picture.nodes.map((node) => row(node, indexes, leader, chosen, select))));
  show($('matrix'),
    h('div', { class: 'card-head' }, h('h2', null, t('matrix')),
      h('div', { class: 'legend' },
        h('span', { class: 'cell-key committed' }), t('cell.committed'),
        h('span', { class: 'cell-key durable' }), t('cell.durable'),
        h('span', { class: 'cell-key appended' }), t('cell.appended'),
        h('span', { class: 'cell-key ghost' }), t('cell.ghost'),
        picture.snapshots > 0 && [h('span', { class: 'cell-key folded' }), t('cell.folded')])),
    h('div', { class: 'log-box', 'data-scroll': 'log', tabindex: 0, role: 'region', 'aria-label': t('matrix') }, grid));
}

function lastIndex(node) {
  const end = node.log.length ? node.log[node.log.length - 1][0] : 0;
  return Math.max(end, ...node.cut.map(([index]) => index));
}

function row(node, indexes, leader, chosen, select) {
  const entries = new Map(node.log.map((entry) => [entry[0], entry]));
  const cut = new Map(node.cut);
  const peer = leader && leader.peers.find((it) => it.id === node.id);
  return h('tr', { class: node.up ? '' : 'down' },
    h('th', { scope: 'row' }, `N${node.id}`, node === leader ? ' ♛' : ''),
    indexes.map((index) => h('td', null, cell(node, index, entries.get(index), cut.get(index), chosen, select),
      peer && peer.match === index && h('span', { class: 'match', title: t('mark.match') }, '●'),
      peer && peer.next === index && h('span', { class: 'next', title: t('mark.next') }, '▲'))));
}

function cell(node, index, entry, cut, chosen, select) {
  if (!entry && index < node.first) {
    return h('span', { class: 'cell folded', title: t('cell.folded') }, '▤', h('span', { class: 'sr' }, t('cell.folded')));
  }
  if (!entry) {
    return cut ? h('span', { class: 'cell ghost', title: t('cell.ghost.label', { index, term: cut }) }, cut) : null;
  }
  const [, term, kind, text, durable] = entry;
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
