// The run's beginning, its links, its clients, and taking it away.

import { $, h, show, toast } from './dom.js';
import { number, t } from './i18n.js';
import { areBugsRead, drawBugs } from './bugs.js';
import { away } from './away.js';
import { answerText } from './feed.js';
import { word } from './link.js';
import { drawBroken, shrinks } from './shrink.js';

const SEEDS_AT_ONCE = 50;
const SEEDS_MAX = 10_000;
const STRETCH_NANOS = 5e8; // of a storm, between two pictures
const WELL_MILLIS_MAX = 60_000; // after its end
const REQUESTS_MAX = 5; // of those that are shown, the latest

const CLIENTS = 3; // that one can be, each with its session

let draft = { key: 'greeting', value: 'hello', node: 1, client: 1 };
let hunted = ''; // how far a hunt for a seed is
const gale = { seed: 1, millis: 3000 }; // the next storm
let raging = false;
let groups = '';
let told = ''; // what is drawn

export function drawSetup(picture, desk) {
  const count = picture.nodes.length;
  if (groups.length !== count) {
    groups = Array.from({ length: count }, (_, i) => (i < Math.floor(count / 2) ? '0' : '1')).join('');
  }
  const asked = requests(desk.feed.past());
  const { seed, spares, snapshots, preVote, checkQuorum, leases, singly, timeoutMin, timeoutMax, sky, cuts, clients, bug, broken, branches, name } = picture;
  const shows = JSON.stringify([document.documentElement.lang, picture.nodes.map((it) => `${it.id} ${it.role === 'LEADER'}`), groups,
    seed, spares, snapshots, preVote, checkQuorum, leases, singly, timeoutMin, timeoutMax, sky, cuts.length === 0, clients, bug, broken, branches, name, desk.futures.number, hunted, raging, draft.client,
    desk.challenges.shows(), areBugsRead(), shrinks(), asked]);
  if (shows === told) {
    return;
  }
  told = shows;
  show($('setup'),
    h('div', { class: 'card-head' }, h('h2', null, t('setup'))),
    drawBroken(picture, desk) || '',
    client(picture, desk, asked),
    network(picture, desk),
    beginning(picture, desk),
    storm(picture, desk),
    away(desk),
    desk.futures.list(picture) || '',
    desk.challenges.draw(),
    drawBugs(picture, desk) || '');
}

function field(label, control) {
  return h('label', { class: 'field' }, h('span', null, label), control);
}

function input(key, value, attributes, set) {
  return h('input', { 'data-k': key, value, oninput: (event) => set(event.target.value), ...attributes });
}

/** What clients asked last, the newest first, each with what it heard so far. */
function requests(story) {
  const answers = new Map();
  const found = [];
  for (let i = story.length - 1; i >= 0 && found.length < REQUESTS_MAX; i--) {
    const { name, node, request, text, answer } = story[i];
    if (name === 'Answered') {
      answers.set(request, answer);
    } else if (name === 'Asked') {
      found.push({ node, text, answer: answers.get(request) });
    }
  }
  return found;
}

function client(picture, desk, asked) {
  const ask = (verb) => {
    const key = word(draft.key);
    desk.act(verb === 'put' ? `put ${draft.node} ${key} ${word(draft.value)}` : `${verb} ${draft.node} ${key}`);
  };
  const { session = 0, number: latest = 0, again } = picture.clients.find((it) => it.id === draft.client) || {};
  const once = (words) => desk.act(`once ${draft.node} ${words} ${draft.client}`);
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
      h('button', { type: 'button', 'data-k': 'c-del', onclick: () => ask('delete') }, t('do.delete'))),
    h('div', { class: 'buttons' },
      field(t('client.who'), h('select', { 'data-k': 'c-who', onchange: (event) => { draft.client = Number(event.target.value); drawSetup(picture, desk); } },
        Array.from({ length: CLIENTS }, (_, i) => h('option', { value: i + 1, ...(i + 1 === draft.client ? { selected: true } : {}) }, i + 1)))),
      h('button', { type: 'button', 'data-k': 'c-once', title: t('client.once'), onclick: () => once(`${word(draft.key)} ${word(draft.value)} ${latest + 1}`) }, t('do.once')),
      h('button', { type: 'button', 'data-k': 'c-again', disabled: !again, onclick: () => once(again) }, t('do.again', { n: latest })),
      h('button', { type: 'button', 'data-k': 'c-close', disabled: !session, onclick: () => desk.act(`close ${draft.node} ${draft.client}`) }, t('do.close', { n: session || '' }))),
    asked.length > 0 && h('ul', { class: 'waiting', 'aria-label': t('client.requests') }, asked.map(({ node, text, answer }) =>
      h('li', null, `N${node}: ${text} `, h('small', null, answer ? answerText(answer) : t('client.waits'))))));
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
  const plain = (key) => h('button', { type: 'button', 'data-k': key, onclick: () => desk.act(key) }, t(`do.${key}`));
  const color = (i) => `group-${groups[i]}`;
  return h('section', { class: 'group' }, h('h3', null, t('network')),
    h('div', { class: 'dials' },
      dial('latencyMin', 'sky.min', 200, sky.latencyMin), dial('latencyMax', 'sky.max', 200, sky.latencyMax),
      dial('loss', 'sky.loss', 500, sky.loss), dial('duplicate', 'sky.duplicate', 500, sky.duplicate),
      dial('forceMax', 'sky.force', 200, sky.forceMax)),
    h('div', { class: 'buttons' }, h('span', { class: 'hint' }, t('timers')), plain('align'), plain('spread')),
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
  const next = { spares: picture.spares, snapshots: picture.snapshots, seed: picture.seed, nodes: picture.nodes.length - picture.spares, preVote: picture.preVote,
    checkQuorum: picture.checkQuorum, leases: picture.leases, singly: picture.singly, timeoutMin: picture.timeoutMin, timeoutMax: picture.timeoutMax };
  return h('form', { class: 'group', onsubmit: (event) => { event.preventDefault(); desk.begin(next); } },
    h('h3', null, t('begin')),
    h('div', { class: 'row' },
      field(t('begin.seed'), input('seed', next.seed, { type: 'number', min: 0, max: 9007199254740991 }, (it) => { next.seed = it; })),
      field(t('begin.nodes'), input('nodes', next.nodes, { type: 'number', min: 1, max: 9 }, (it) => { next.nodes = it; })),
      field(t('begin.spares'), input('spares', next.spares, { type: 'number', min: 0, max: 8 }, (it) => { next.spares = it; })),
      field(t('begin.snapshots'), input('snapshots', next.snapshots, { type: 'number', min: 0, max: 10000 }, (it) => { next.snapshots = it; })),
      field(t('begin.timeoutMin'), input('timeout-min', next.timeoutMin, { type: 'number', min: 51, max: 10000 }, (it) => { next.timeoutMin = it; })),
      field(t('begin.timeoutMax'), input('timeout-max', next.timeoutMax, { type: 'number', min: 52, max: 20000 }, (it) => { next.timeoutMax = it; }))),
    h('div', { class: 'row' }, check('prevote', next.preVote, 'begin.prevote', (it) => { next.preVote = it; }),
      check('check-quorum', next.checkQuorum, 'begin.checkQuorum', (it) => { next.checkQuorum = it; }),
      check('leases', next.leases, 'begin.leases', (it) => { next.leases = it; }),
      check('singly', next.singly, 'begin.singly', (it) => { next.singly = it; })),
    h('div', { class: 'buttons' },
      h('button', { type: 'submit', 'data-k': 'begin' }, t('do.begin')),
      h('button', { type: 'button', 'data-k': 'dice', onclick: () => desk.begin({ ...next, seed: Math.floor(Math.random() * 1e6) }) }, '⚄ ', t('do.dice')),
      h('button', { type: 'button', 'data-k': 'hunt', disabled: hunted !== '', onclick: () => hunt(desk) }, hunted || t('do.hunt'))));
}

function check(key, value, label, set) {
  return h('label', { class: 'check' },
    h('input', { type: 'checkbox', 'data-k': key, ...(value ? { checked: true } : {}), onchange: (event) => set(event.target.checked) }), t(label));
}

/** Looks through the seeds after this one for a split vote, a few at once, so that the page answers meanwhile. */
async function hunt(desk) {
  const first = desk.picture.seed + 1;
  for (let seed = first; seed < first + SEEDS_MAX;) {
    hunted = t('hunt.at', { n: number(seed - first) });
    drawSetup(desk.picture, desk);
    const found = await desk.engine.call(`hunt ${seed} ${SEEDS_AT_ONCE}`);
    if (found.run) {
      hunted = '';
      return desk.openRun(found.run);
    }
    seed = found.seed;
  }
  hunted = '';
  drawSetup(desk.picture, desk);
  return toast(t('hunt.none', { n: number(SEEDS_MAX) }));
}

/** Faults and requests drawn from a seed, and then none: what came of it is among the figures. */
function storm(picture, desk) {
  return h('form', { class: 'group', onsubmit: (event) => { event.preventDefault(); rage(desk); } },
    h('h3', null, t('storm')), h('p', { class: 'hint' }, t('storm.about')),
    h('div', { class: 'row' },
      field(t('begin.seed'), input('storm-seed', gale.seed, { type: 'number', min: 0, max: 1e9 }, (it) => { gale.seed = it; })),
      field(t('storm.millis'), input('storm-millis', gale.millis, { type: 'number', min: 1, max: 60000 }, (it) => { gale.millis = it; }))),
    h('div', { class: 'buttons' },
      h('button', { type: 'submit', 'data-k': 'storm', disabled: raging }, t('do.storm')),
      h('button', { type: 'button', 'data-k': 'calm', disabled: raging, onclick: () => desk.act('calm') }, t('do.calm'))));
}

/** Lets it storm, up to where all is well again or a promise is broken. */
async function rage(desk) {
  desk.player.pause();
  raging = true;
  const end = await desk.act(`storm ${gale.seed} ${gale.millis}`).then(() => desk.picture.t + gale.millis * 1e6);
  const isOver = () => desk.picture.next === undefined || desk.feed.past().some((it) => it.name === 'Settled' && it.t > end);
  const last = end + WELL_MILLIS_MAX * 1e6;
  while (!isOver() && desk.picture.t < last && await desk.command(`until ${Math.min(last, desk.picture.t + STRETCH_NANOS)}`)) {}
  raging = false;
  desk.redraw();
}
