// The members as a ring, drawn with the same signs as the playground: role by shape, links by state.

import { h, s } from './dom.js';
import { t } from './i18n.js';
import { frame, nodeAt, nodeRadius, termClass, way } from './geometry.js';
import { panel } from './live.js';
import { CROWN, hatch } from './ring.js';

export function drawTopology(live) {
  const members = live.members();
  const count = members.length;
  const box = frame(count);
  const svg = s('svg', { class: 'ring live-ring', role: 'img', viewBox: `${box.x} ${box.y} ${box.width} ${box.height}`,
    'aria-label': t('topology.label', { all: members.map((it) => describe(it)).join('; ') }) },
  hatch('hatch-live'), links(members, count), members.map((member, i) => node(member, i, count)));
  panel('topology', svg, h('div', { class: 'legend' },
    ['sync', 'lagging', 'probing', 'snapshot', 'broken', 'unknown'].map((it) => h('span', { class: 'legend-item' },
      s('svg', { viewBox: '0 0 34 10', class: 'link-sample', 'aria-hidden': 'true' }, s('path', { class: `live-link ${it}`, d: 'M1 5H33' })),
      t(`link.${it}`)))));
}

function describe(member) {
  return `${member.label}: ${member.known ? t(`role.${member.report.role}`) : t('unknown')}`;
}

/** What one member says of its way to another. */
function state(from, to) {
  if (!from.known) {
    return 'unknown';
  }
  const peer = from.report.peers.find((it) => it.id === to.id);
  if (!peer) {
    return 'unknown';
  }
  if (peer.out !== 'CONNECTED') {
    return 'broken';
  }
  const follower = from.report.followers.find((it) => it.id === to.id);
  if (!follower) {
    return 'sync';
  }
  if (follower.snapshot) {
    return 'snapshot';
  }
  return !follower.pipelined ? 'probing' : from.report.commit - follower.match > 100 ? 'lagging' : 'sync';
}

function links(members, count) {
  return members.flatMap((from, i) => members.map((to, j) => {
    if (i === j) {
      return null;
    }
    const line = way(i + 1, j + 1, count);
    const how = state(from, to);
    return s('path', { class: `live-link ${how}`, 'data-from': from.label, 'data-to': to.label, d: `M${line.x1} ${line.y1}L${line.x2} ${line.y2}` },
      s('title', null, `${from.label} → ${to.label}: ${t(`link.${how}`)}`));
  }));
}

function node(member, i, count) {
  const at = nodeAt(i + 1, count);
  const radius = nodeRadius(count);
  const role = member.known ? member.report.role : 'DOWN';
  const term = member.report ? member.report.term : 0;
  const shape = member.seat === 'VOTER' || member.seat === 'OUTGOING'
    ? s('circle', { class: `disc ${member.known ? termClass(term) : ''}`, r: radius })
    : s('rect', { class: `disc ${member.known ? termClass(term) : ''}`, x: -radius, y: -radius, width: 2 * radius, height: 2 * radius, rx: 8 });
  return s('g', { class: `node ${role.toLowerCase()}`, transform: `translate(${at.x} ${at.y})` },
    shape,
    role === 'LEADER' && s('circle', { class: 'second', r: radius - 6 }),
    role === 'LEADER' && s('path', { class: 'crown', d: CROWN, transform: `translate(0 ${-radius - 13})` }),
    s('text', { class: 'id', y: -4 }, short(member.label)),
    s('text', { class: 'term', y: 16 }, member.known ? t('node.term', { term }) : '?'),
    s('text', { class: 'role', y: radius + 26 }, member.known ? t(`role.${role}`) : t('unknown')));
}

function short(label) {
  return label.length > 7 ? `${label.slice(0, 6)}…` : label;
}

