// The run's beginning, its links, its clients, and taking it away.

import { $, h, show, toast } from './dom.js';
import { t } from './i18n.js';
import { areBugsRead, drawBugs } from './bugs.js';

let draft = { key: 'greeting', value: 'hello', node: 1 };
let groups = '';
let told = ''; // what is drawn

export function drawSetup(picture, desk) {
  const count = picture.nodes.length;
  if (groups.length !== count) {
    groups = Array.from({ length: count }, (_, i) => (i < Math.floor(count / 2) ? '0' : '1')).join('');
  }
  const { seed, spares, snapshots, preVote, sky, cuts, bug, broken } = picture;
  const shows = JSON.stringify([document.documentElement.lang, picture.nodes.map((it) => `${it.id} ${it.role === 'LEADER'}`), groups,
    seed, spares, snapshots, preVote, sky, cuts.length === 0, bug, broken, desk.branches, areBugsRead()]);
  if (shows === told) {
    return;
  }
  told = shows;
  show($('setup'),
    h('div', { class: 'card-head' }, h('h2', null, t('setup'))),
    client(picture, desk),
    network(picture, desk),
    beginning(picture, desk),
    away(desk),
    drawBugs(picture, desk) || '');
}

function field(label, control) {
  return h('label', { class: 'field' }, h('span', null, label), control);
}

function input(key, value, attributes, set) {
  return h('input', { 'data-k': key, value, oninput: (event) => set(event.target.value), ...attributes });
}

function client(picture, desk) {
  const ask = (verb) => {
    const key = word(draft.key);
    const line = verb === 'put' ? `put ${draft.node} ${key} ${word(draft.value)}` : `${verb} ${draft.node} ${key}`;
    desk.act(line);
  };
  draft.node = Math.min(draft.node, picture.nodes.length);
  return h('form', { class: 'group', onsubmit: (event) => { event.preventDefault(); ask('put'); } },
    h('h3', null, t('client')),
    h('div', { class: 'row' },
      field(t('client.key'), input('c-key', draft.key, { maxlength: 40, autocomplete: 'off' }, (it) => { draft.key = it; })),
      field(t('client.value'), input('c-value', draft.value, { maxlength: 80, autocomplete: 'off' }, (it) => { draft.value = it; })),
      field(t('client.node'), h('select', { 'data-k': 'c-node', onchange: (event) => { draft.node = Number(event.target.value); } },
        picture.nodes.map((node) => h('option', { value: node.id, ...(node.id === draft.node ? { selected: true } : {}) },
          `N${node.id}${node.role === 'LEADER' ? ' ♛' : ''}`))))),
    h('div', { class: 'buttons' },
      h('button', { type: 'submit', class: 'primary', 'data-k': 'c-put' }, t('do.put')),
      h('button', { type: 'button', 'data-k': 'c-get', onclick: () => ask('get') }, t('do.get')),
      h('button', { type: 'button', 'data-k': 'c-del', onclick: () => ask('delete') }, t('do.delete'))));
}

/** Any text as one word of the engine's language. */
function word(text) {
  return text === '' ? '%' : encodeURIComponent(text).replace(/[!'()*~]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
}

function network(picture, desk) {
  const sky = picture.sky;
  const change = (next) => {
    const it = { ...sky, ...next };
    it.latencyMax = Math.max(it.latencyMax, it.latencyMin);
    desk.act(`sky ${it.latencyMin} ${it.latencyMax} ${it.loss} ${it.duplicate} ${it.forceMax}`);
  };
  const dial = (key, name, max, value) => field(t(name, { n: value }),
    h('input', { type: 'range', min: name === 'sky.force' ? 1 : 0, max, value, 'data-k': key,
      onchange: (event) => change({ [key]: Number(event.target.value) }) }));
  const color = (i) => `group-${groups[i]}`;
  return h('section', { class: 'group' }, h('h3', null, t('network')),
    h('div', { class: 'dials' },
      dial('latencyMin', 'sky.min', 200, sky.latencyMin), dial('latencyMax', 'sky.max', 200, sky.latencyMax),
      dial('loss', 'sky.loss', 500, sky.loss), dial('duplicate', 'sky.duplicate', 500, sky.duplicate),
      dial('forceMax', 'sky.force', 200, sky.forceMax)),
    h('fieldset', { class: 'groups' }, h('legend', null, t('groups')),
      picture.nodes.map((node, i) => h('button', {
        type: 'button', class: color(i), 'data-k': `group-${i}`,
        'aria-label': t('groups.node', { node: node.id, group: Number(groups[i]) + 1 }),
        onclick: () => {
          groups = groups.slice(0, i) + ((Number(groups[i]) + 1) % 3) + groups.slice(i + 1);
          drawSetup(picture, desk);
        },
      }, `N${node.id}`, h('small', null, 'ABC'[groups[i]]))),
      h('div', { class: 'buttons' },
        h('button', { type: 'button', 'data-k': 'split', onclick: () => desk.act(`split ${groups}`) }, t('do.split')),
        h('button', { type: 'button', 'data-k': 'heal', disabled: picture.cuts.length === 0, onclick: () => desk.act('heal') }, t('do.heal')))));
}

function beginning(picture, desk) {
  const next = { spares: picture.spares, snapshots: picture.snapshots, seed: picture.seed, nodes: picture.nodes.length, preVote: picture.preVote };
  return h('form', { class: 'group', onsubmit: (event) => { event.preventDefault(); desk.begin(next); } },
    h('h3', null, t('begin')),
    h('div', { class: 'row' },
      field(t('begin.seed'), input('seed', next.seed, { type: 'number', min: 0, max: 9007199254740991 }, (it) => { next.seed = it; })),
      field(t('begin.nodes'), input('nodes', next.nodes, { type: 'number', min: 1, max: 9 }, (it) => { next.nodes = it; })),
      field(t('begin.spares'), input('spares', next.spares, { type: 'number', min: 0, max: 8 }, (it) => { next.spares = it; })),
      field(t('begin.snapshots'), input('snapshots', next.snapshots, { type: 'number', min: 0, max: 10000 }, (it) => { next.snapshots = it; })),
      h('label', { class: 'check' }, h('input', { type: 'checkbox', 'data-k': 'prevote', ...(next.preVote ? { checked: true } : {}),
        onchange: (event) => { next.preVote = event.target.checked; } }), t('begin.prevote'))),
    h('div', { class: 'buttons' },
      h('button', { type: 'submit', 'data-k': 'begin' }, t('do.begin')),
      h('button', { type: 'button', 'data-k': 'dice', onclick: () => desk.begin({ ...next, seed: Math.floor(Math.random() * 1e6) }) }, '⚄ ', t('do.dice'))));
}

function away(desk) {
  const file = h('input', { type: 'file', accept: '.txt,text/plain', class: 'sr', id: 'import-file', 'data-k': 'import',
    onchange: async (event) => { const [chosen] = event.target.files; if (chosen) { desk.openRun(await chosen.text()); } } });
  return h('section', { class: 'group' }, h('h3', null, t('away')),
    h('div', { class: 'buttons' },
      h('button', { 'data-k': 'share', onclick: () => desk.share() }, t('do.share')),
      h('button', { 'data-k': 'export', onclick: () => save(desk.runText()) }, t('do.export')),
      h('label', { class: 'button', for: 'import-file' }, t('do.import')), file),
    desk.branches > 0 && h('p', { class: 'hint' }, t('branches', { n: desk.branches })));
}

function save(text) {
  const link = h('a', { download: 'balsa-run.txt', href: URL.createObjectURL(new Blob([text], { type: 'text/plain' })) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  toast(t('export.done'));
}
