// The live view's headline and tables: health, who believes what, the members, the logs.

import { $, h, show } from './dom.js';
import { bytes, number, span, t } from './i18n.js';
import { membersText } from './feed.js';
import { panel, tableOf } from './live.js';
import { sign } from './matrix.js';
import { STOPS_WRITES, reasonList, worstFirst } from './why.js';

const STRIP_COLUMNS = 32;
const REASONS_MAX = 5;

/** How the cluster is, in one sentence; good, warn, bad or unknown. */
export function health(live) {
  if (!live.connected()) {
    return { level: 'unknown', key: live.cluster ? 'lost' : 'waiting' };
  }
  const leader = live.leader();
  const { spare } = live.cluster;
  if (spare < 0) {
    return { level: 'bad', key: 'noquorum', missing: -spare };
  }
  if (!leader) {
    return { level: 'bad', key: 'noleader' };
  }
  const values = { leader: leader.label, term: leader.report.term, spare };
  if (leader.report.why.some((it) => STOPS_WRITES.has(it.question))) {
    return { level: 'bad', key: 'stuck', ...values };
  }
  const allKnown = live.members().every((it) => it.known);
  return allKnown ? { level: 'good', key: 'healthy', ...values } : { level: 'warn', key: spare > 0 ? 'degraded' : 'risk', ...values };
}

export function drawHeadline(live) {
  const state = health(live);
  const box = $('live-headline');
  box.className = `card live-headline ${state.level}`;
  const glyph = { good: '✓', warn: '!', bad: '✗', unknown: '?' }[state.level];
  const members = live.members();
  const canWrite = state.level === 'unknown' ? 'unknown' : state.level === 'bad' ? 'no' : 'yes';
  const text = t(`headline.${state.key}`, state);
  show(box,
    h('div', { class: 'headline-line' },
      h('span', { class: 'headline-glyph', 'aria-hidden': 'true' }, glyph),
      h('h1', { id: 'live-title' }, text)),
    live.cluster && h('dl', { class: 'headline-facts' },
      fact('headline.write', t(`answer.${canWrite}`)),
      fact('headline.read', t(`answer.${canRead(state, live)}`)),
      fact('headline.members', t('headline.of', { n: members.filter((it) => it.known).length, all: members.length })),
      fact('headline.voters', number(live.cluster.voters)),
      fact('headline.spare', state.level === 'unknown' ? t('unknown') : number(Math.max(0, live.cluster.spare))),
      fact('headline.asked', live.label(live.cluster.self))),
    reasonList(reasons(live), (id) => live.label(id)),
    !live.cluster && h('p', { class: 'hint' }, t('headline.none')));
  if (box.dataset.told !== text) {
    box.dataset.told = text;
    $('live').textContent = text; // for screen readers, once
  }
}

/** Without a leader a member still answers what it holds, for whoever asks for no more. */
function canRead({ level, key }, live) {
  if (level === 'unknown') {
    return 'unknown';
  }
  const isHeld = key === 'noquorum' || key === 'noleader' || live.leader().report.why.some((it) => it.question === 'READS_WAIT');
  return isHeld ? 'stale' : 'yes';
}

/** What the members say does not go on, the leader's first. */
function reasons(live) {
  const known = live.members().filter((it) => it.known);
  const first = live.leader();
  known.sort((a, b) => (b.id === (first && first.id)) - (a.id === (first && first.id)));
  return worstFirst(known.flatMap((it) => it.report.why.map((why) => ({ ...why, why, who: it.label })))).slice(0, REASONS_MAX);
}

function fact(key, value) {
  return h('div', null, h('dt', null, t(key)), h('dd', null, value));
}

/** Who believes that who leads; a row that is unknown stays empty. */
export function drawViews(live) {
  const members = live.members();
  const beliefs = new Set(members.filter((it) => it.known).map((it) => `${it.report.leader}/${it.report.term}`));
  const rows = members.map((member) => h('tr', { class: member.known ? '' : 'unknown', 'data-view': member.label },
    h('th', { scope: 'row' }, member.label),
    member.known
      ? [h('td', { class: beliefs.size > 1 ? 'differs' : '' }, beliefs.size > 1 ? '≠ ' : '', live.label(member.report.leader)),
        h('td', null, member.report.term), h('td', null, live.named(membersText(member.report.members))),
        members.map((other) => h('td', null, reach(member, other)))]
      : [h('td', { colspan: 3 + members.length }, member.report ? t('unknown.since', { n: number(member.age / 1000, 1) }) : t('unknown'))]));
  panel('views', h('p', { class: 'hint' }, t('live.views.hint')),
    tableOf('views', [t('views.observer'), t('fact.leader'), t('fact.term'), t('views.config'),
      ...members.map((it) => t('views.reaches', { node: it.label }))], rows));
}

function reach(member, other) {
  if (member.id === other.id) {
    return '–';
  }
  const peer = member.report.peers.find((it) => it.id === other.id);
  if (!peer) {
    return t('unknown');
  }
  const out = peer.out === 'CONNECTED';
  return [out ? '→ ✓ ' : '→ ✗ ', peer.in ? '← ✓ ' : '← ✗ ', out && peer.trip.count ? h('span', { class: 'hint' }, millis(peer.trip.median)) : ''];
}

export function millis(nanos) {
  return t('unit.ms', { n: number(nanos / 1e6, nanos < 1e7 ? 1 : 0) });
}

function hostOf(url) {
  return url.replace(/^https?:\/\//, '');
}

/** What a known member says of itself, by the names of the columns. */
const FIGURES = {
  version: ({ report }) => report.version,
  up: ({ report }) => span(report.up),
  heard: ({ age }) => span(age),
  term: ({ report }) => report.term,
  index: ({ report }) => `${number(report.applied)} / ${number(report.commit)} / ${number(report.last)}`,
  begins: ({ report }) => begins(report),
  lag: (member, lag) => (lag === null ? t('unknown') : t('lag', { n: number(lag.entries), ms: number(lag.ms) })),
  force: ({ report }) => p99(report.force),
  write: ({ report }) => p99(report.write),
  size: ({ report: { store } }) => [store.bytes, store.disk].map(bytes).concat(store.quota ? bytes(store.quota) : '–').join(' / '),
  revision: ({ report }) => number(report.store.revision),
  clock: ({ ahead }) => `${ahead > 0 ? '+' : ''}${t('unit.ms', { n: number(ahead) })}`,
};

/** Where a member's log begins, and up to where its snapshot stands for it; one of an older version does not say. */
function begins({ first, snapshot }) {
  return first === undefined ? t('unknown') : `${number(first)} / ${snapshot ? number(snapshot) : '–'}`;
}

/** What 1 of 100 took longer than, if there was any. */
export function p99(spans) {
  return spans.count ? millis(spans.p99) : '–';
}

export function drawMembers(live) {
  const names = Object.keys(FIGURES);
  const rows = live.members().map((member) => {
    const { id, label, known, report } = member;
    return h('tr', { class: known ? '' : 'unknown', 'data-member': label, 'data-known': known, 'data-role': known ? report.role : 'UNKNOWN' },
      h('th', { scope: 'row' }, label, label !== id && h('span', { class: 'hint' }, id)),
      known ? h('td', { class: `role-${report.role.toLowerCase()}` }, report.role === 'LEADER' ? '♛ ' : '', t(`role.${report.role}`))
        : h('td', null, '? ', t('unknown')),
      h('td', null, t(`seat.${member.seat}`)),
      names.map((it) => h('td', { 'data-figure': it }, known ? FIGURES[it](member, live.lag(member)) : '–')),
      h('td', { class: 'address' }, member.clientUrls.map((url) => h('a', { href: `${url}/ui/#live`, rel: 'noreferrer' }, hostOf(url))),
        member.peerUrls.map(hostOf).join(' ')));
  });
  panel('members', tableOf('members', ['member', 'role', 'seat', ...names, 'address'].map((it) => t(`members.${it}`)), rows));
}

/** The ends of all logs on one scale: applied, committed, on disk, being written; and where they begin. */
export function drawStrip(live) {
  const members = live.members();
  const ends = members.filter((it) => it.report).map((it) => it.report.last);
  const last = Math.max(1, ...ends);
  const first = Math.max(1, last - STRIP_COLUMNS + 1);
  const indexes = Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const rows = members.map((member) => h('tr', { class: member.known ? '' : 'unknown' },
    h('th', { scope: 'row' }, member.label),
    h('td', { 'data-begins': member.label }, member.known ? begins(member.report) : '–'),
    indexes.map((index) => {
      const state = place(member, index);
      const saved = member.known && index === member.report.snapshot;
      const text = saved ? `${t(`strip.${state}`)}, ${t('strip.snapshot')}` : t(`strip.${state}`);
      return h('td', { class: `strip-cell ${state}`, title: `${index}: ${text}` }, saved && h('span', { class: 'strip-mark', 'aria-hidden': 'true' }, '◆'), h('span', { class: 'sr' }, text));
    })));
  panel('strip',
    h('div', { class: 'legend' }, ['applied', 'committed', 'durable', 'written', 'compacted', 'absent'].map((it) => sign(`strip-key ${it}`, '', t(`strip.${it}`))),
      sign('', '◆', t('strip.snapshot'))),
    tableOf('strip', [t('members.member'), t('members.begins'), ...indexes.map((it, i) => (i % 8 === 0 ? it : h('span', { class: 'sr' }, it)))], rows));
}

function place({ known, report }, index) {
  if (!known) {
    return 'unknown';
  }
  if (index > report.last) {
    return 'absent';
  }
  if (index < report.first) {
    return 'compacted';
  }
  return index <= report.applied ? 'applied' : index <= report.commit ? 'committed' : index <= report.durable ? 'durable' : 'written';
}
