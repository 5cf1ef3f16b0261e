// All logs side by side: a row for each node, a column for each index.

import { h, patch } from './dom.js';
import { t } from './i18n.js';
import { membersText } from './feed.js';
import { termClass } from './geometry.js';

const COLUMNS_MAX = 120;

const told = new Map(); // by row and by cell: what it shows

/** Draws the logs into a card; without {@code select} nothing in it can be chosen. */
export function drawMatrix(card, picture, chosen, select, ...above) {
  const indexes = indexesOf(picture, 12);
  const leader = picture.nodes.find((node) => node.up && node.role === 'LEADER');
  const box = grid(card);
  patch(card, above,
    h('div', { class: 'card-head' }, h('h2', null, t('matrix')),
      h('div', { class: 'legend' },
        ['applied', 'committed', 'durable', 'appended', 'ghost'].map((it) => sign(`cell-key ${it}`, '', t(`cell.${it}`))),
        leader && [sign('mark-key', '●', t('mark.match')), sign('mark-key', '▲', t('mark.next'))],
        picture.snapshots > 0 && sign('cell-key folded', '', t('cell.folded')))),
    box);
  const head = box.querySelector('thead tr');
  const shows = `${indexes[0]} ${indexes.at(-1)}`;
  if (head.dataset.shows !== shows) {
    head.dataset.shows = shows;
    patch(head, h('th', { scope: 'col' }, t('matrix.node')),
      indexes.map((index) => h('th', { scope: 'col', 'data-k': `column-${index}` }, index)));
  }
  const body = box.querySelector('tbody');
  patch(body, picture.nodes.map((node) => row(card.id, body, node, indexes, leader, chosen, select)));
}

/** A sign of a legend, on one line with its words. */
export function sign(kind, glyph, words) {
  return h('span', { class: 'legend-item' }, h('span', { class: kind }, glyph), words);
}

/** The indexes that are shown, so many at least. */
export function indexesOf(picture, least) {
  const last = Math.max(least, ...picture.nodes.map((node) => lastIndex(node)));
  const first = Math.max(1, last - COLUMNS_MAX + 1);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
}

/** The table in its box: the one that is there, unless the language is another now. */
function grid(card) {
  const { lang } = document.documentElement;
  const there = card.querySelector('.log-box');
  return there && there.lang === lang ? there
    : h('div', { class: 'log-box', 'data-scroll': card.id, tabindex: 0, role: 'region', lang, 'aria-label': t('matrix'), onkeydown: walk },
      h('table', { class: 'log-grid' }, h('caption', { class: 'sr' }, t('matrix.caption')), h('thead', null, h('tr')), h('tbody')));
}

const STEPS = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

/** From entry to entry by the arrow keys; for who goes from part to part by Tab all of them are one. */
function walk(event) {
  const step = STEPS[event.key];
  const first = event.currentTarget.querySelector('td:has(button)');
  if (!step || !first || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  const next = (it) => it.closest('tbody').rows[it.parentNode.sectionRowIndex + step[0]]?.cells[it.cellIndex + step[1]];
  const from = event.target.closest('td');
  let to = from ? next(from) : first;
  while (to && !to.querySelector('button')) {
    to = next(to);
  }
  to?.querySelector('button').focus();
}

/** A node's row: the one that is there, and in it each cell that shows the same as before. */
function row(card, body, node, indexes, leader, chosen, select) {
  const name = `${card}-row-${node.id}`;
  const drawn = body.querySelector(`[data-k="${name}"]`);
  const peer = leader && leader.peers.find((it) => it.id === node.id);
  const whole = JSON.stringify([node.log, node.cut, node.first, node.up, node.commit, node.applied, node === leader, peer && [peer.match, peer.next],
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
    const key = `${card}-td-${node.id}-${index}`;
    const shows = [entry, cut.get(index), index < node.first, stage(node, index), peer && peer.match === index,
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

/** How far an entry is on a node: 2 applied, 1 committed, 0 neither, as far as the process that runs knows. */
function stage(node, index) {
  return !node.up || index > node.commit ? 0 : index <= node.applied ? 2 : 1;
}

function lastIndex(node) {
  const end = node.log.length ? node.log[node.log.length - 1][0] : 0;
  return Math.max(end, ...node.cut.map(([index]) => index));
}

function stateOf(node, [index, , , , durable]) {
  return [durable ? 'durable' : 'appended', 'committed', 'applied'][stage(node, index)];
}

function textOf([, , kind, words]) {
  return kind === 'noop' ? t('entry.noop') : kind === 'members' ? membersText(words) : words;
}

/** What a cell shows, in words. */
export function cellText(node, index) {
  const entry = node.log.find(([at]) => at === index);
  const cut = node.cut.find(([at]) => at === index);
  return entry ? [entry[1], textOf(entry), t(`cell.${stateOf(node, entry)}`)].join(' · ')
    : index < node.first ? t('cell.folded') : cut ? `${cut[1]} · ${t('cell.ghost')}` : '';
}

function cell(node, index, entry, cut, chosen, select) {
  if (!entry && index < node.first) {
    return h('span', { class: 'cell folded', title: t('cell.folded') }, '▤', h('span', { class: 'sr' }, t('cell.folded')));
  }
  if (!entry) {
    return cut ? h('span', { class: 'cell ghost', title: t('cell.ghost.label', { index, term: cut }) }, cut) : null;
  }
  const [, term, kind] = entry;
  const text = textOf(entry);
  const state = stateOf(node, entry);
  const chosenHere = chosen && chosen.kind === 'entry' && chosen.index === index;
  return h(select ? 'button' : 'span', {
    role: select ? null : 'img',
    tabindex: select ? -1 : null,
    class: `cell ${state} ${kind} ${termClass(term)} ${chosenHere ? 'chosen' : ''} ${cut ? 'replaced' : ''}`,
    'data-k': select && `cell-${node.id}-${index}`,
    'aria-label': t('cell.label', { node: node.id, index, term, what: text, state: t(`cell.${state}`) }),
    title: text,
    onclick: select && (() => select({ kind: 'entry', index, term, node: node.id })),
  }, h('b', null, term), h('i', null, kind === 'noop' ? '∅' : kind === 'members' ? `☷ ${text}` : text));
}
