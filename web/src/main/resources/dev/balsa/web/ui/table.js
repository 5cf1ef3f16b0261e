// The picture as words and tables: for screen readers, and for whoever reads faster than they look.

import { $, h, isNews, patch } from './dom.js';
import { ms, t } from './i18n.js';
import { cellText, indexesOf } from './matrix.js';
import { flightText, roleText } from './ring.js';

let isOpen = false;
let latest = null; // the picture, also while it is not shown

export function drawTable(picture) {
  latest = picture;
  if (!isNews('table', document.documentElement.lang, isOpen) && !isOpen) {
    return;
  }
  const facts = ['matrix.node', 'fact.role', 'fact.term', 'fact.vote', 'fact.leader', 'fact.last', 'fact.commit', 'fact.applied'];
  patch($('table'),
    h('details', { ...(isOpen ? { open: true } : {}), ontoggle: (event) => { isOpen = event.target.open; if (isOpen) { drawTable(latest); } } },
      h('summary', { 'data-k': 'table' }, t('table')),
      isOpen && h('div', { class: 'table-box', tabindex: 0, role: 'region', 'aria-label': t('table'), 'data-scroll': 'table' },
        h('table', { class: 'small wide' },
          h('caption', null, t('table.nodes', { t: ms(picture.t) })),
          h('thead', null, h('tr', null, facts.map((it) => h('th', { scope: 'col' }, t(it))))),
          h('tbody', null, picture.nodes.map((node) => h('tr', null,
            h('th', { scope: 'row' }, `N${node.id}`),
            [roleText(node), node.up ? node.term : node.disk.term, node.disk.vote ? `N${node.disk.vote}` : t('none'),
              node.leader ? `N${node.leader}` : t('none'), node.up ? node.last : node.disk.last,
              node.up ? node.commit : '–', node.up ? node.applied : '–'].map((it) => h('td', null, it)))))),
        h('table', { class: 'small wide' },
          h('caption', null, t('matrix')),
          h('thead', null, h('tr', null, ['field.index', ...picture.nodes].map((it) => h('th', { scope: 'col' }, it.id ? `N${it.id}` : t(it))))),
          h('tbody', null, indexesOf(picture, 0).map((index) => h('tr', null,
            h('th', { scope: 'row' }, index), picture.nodes.map((node) => h('td', null, cellText(node, index))))))),
        h('h3', null, t('table.flights')),
        picture.flights.length === 0 ? h('p', null, t('none'))
          : h('ul', null, picture.flights.map((it) => h('li', null, flightText(it)))),
        h('h3', null, t('table.cuts')),
        picture.cuts.length === 0 ? h('p', null, t('none'))
          : h('ul', null, picture.cuts.map(([from, to]) => h('li', null, `N${from} → N${to}`))))));
}
