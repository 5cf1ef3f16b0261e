// Who led when and why it changed, and what the cores said: from the members' flight recorders.

import { h } from './dom.js';
import { has, number, t, template } from './i18n.js';
import { changesText, membersText } from './feed.js';
import { panel, tableOf } from './live.js';

const LINES_MAX = 80;
const ROWS_MAX = 20;

/** The elections that the recorders tell of, newest first. */
export function elections(story) {
  const found = new Map();
  story.forEach((it, i) => {
    if (it.name === 'BecameLeader' && !found.has(it.term)) {
      found.set(it.term, { term: it.term, leader: it.node, wall: it.wall, ...before(story, i) });
    }
  });
  return [...found.values()].sort((a, b) => b.term - a.term);
}

/** Why a leader stood for election, and with how many votes it won. */
function before(story, index) {
  const { node } = story[index];
  let votes = null;
  for (let i = index - 1; i >= 0; i--) {
    const it = story[i];
    if (it.node !== node) {
      continue;
    }
    if (it.name === 'VoteReceived' && !votes) {
      votes = it;
    } else if (it.name === 'ElectionTimedOut' || it.name === 'ToldToCampaign') {
      return { reason: it.name, took: story[index].wall - it.wall, votes };
    } else if (it.name === 'BecameLeader') {
      break;
    }
  }
  return { reason: null, took: null, votes };
}

function clock(wall) {
  return new Date(wall).toLocaleTimeString(document.documentElement.lang, { hour12: false });
}

export function drawElections(live) {
  const all = elections(live.story);
  const rows = all.slice(0, ROWS_MAX).map((it) => h('tr', { 'data-term': it.term },
    h('td', null, clock(it.wall)),
    h('td', null, it.term),
    h('th', { scope: 'row' }, '♛ ', live.label(it.leader)),
    h('td', null, it.reason ? t(`election.${it.reason}`) : t('unknown')),
    h('td', null, it.votes ? t('election.votes', { n: it.votes.votes, needed: it.votes.needed }) : '–'),
    h('td', null, it.took === null ? '–' : t('unit.ms', { n: number(it.took) }))));
  panel('elections', all.length === 0 ? h('p', { class: 'empty' }, t('live.elections.none'))
    : tableOf('elections', ['when', 'term', 'leader', 'reason', 'votes', 'took'].map((it) => t(`elections.${it}`)), rows));
}

/** An event as a sentence; members go by their names. */
export function told(live, it) {
  const values = { ...it };
  for (const name of ['node', 'leader', 'candidate', 'voter', 'peer', 'target', 'member', 'from', 'learner']) {
    if (typeof values[name] === 'string') {
      values[name] = live.label(values[name]);
    }
  }
  if (it.members) {
    values.members = live.named(membersText(it.members));
  }
  if (it.lost) {
    values.lost = live.named(it.lost);
  }
  if (it.changes) {
    values.changes = changesText(it.changes, (id) => live.label(id));
  }
  if (it.reason && has(`reason.${it.reason}`)) {
    values.reason = t(`reason.${it.reason}`);
  }
  const key = it.name === 'LeaderChanged' && it.leader === '' ? 'ev.LeaderLost' : `ev.${it.name}`;
  return template(key, values);
}

export function drawStory(live) {
  const lines = live.story.filter((it) => has(`ev.${it.name}`)).slice(-LINES_MAX).reverse();
  panel('story', h('ol', { class: 'lines', 'data-scroll': 'story', reversed: true, tabindex: 0, 'data-k': 'story', 'aria-label': t('live.story') },
    lines.map((it) => h('li', { class: `line ${it.name}` }, h('span', { class: 'when' }, clock(it.wall)), h('span', { class: 'what' }, told(live, it))))));
}
