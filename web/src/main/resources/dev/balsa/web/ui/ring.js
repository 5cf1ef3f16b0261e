// The cluster as a ring: nodes, links, messages on their way. Draws what the engine says, only that.

import { $, h, patch, put, s } from './dom.js';
import { t, ms } from './i18n.js';
import { answerText } from './feed.js';
import { NARROW, along, arc, clientAt, frame, nodeAt, nodeRadius, termClass, way } from './geometry.js';

const GLYPHS = {
  vote: 'M0 -8L8 0L0 8L-8 0Z',
  prevote: 'M0 -8L8 0L0 8L-8 0Z',
  append: 'M-7 -7H7V7H-7Z',
  heartbeat: 'M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0',
  client: 'M-7 6L0 -8L7 6Z',
  snapshot: 'M-8 -8H8V8H-8ZM-4 -4H4V4H-4Z',
  order: 'M0 -9L3 -3L9 -2L4 2L6 9L0 5L-6 9L-4 2L-9 -2L-3 -3Z',
};
export const STILL = matchMedia('(prefers-reduced-motion: reduce)');
export const CROWN = 'M-11 4L-12 -6L-5 -1L0 -9L5 -1L12 -6L11 4Z';

export class Ring {
  /** {@code select} is called with {kind, id} when something is chosen. */
  constructor(select) {
    this.select = select;
    this.moving = [];
    this.timers = [];
    this.shows = new Map(); // by message: what is drawn of it
    this.cuts = ''; // of which the links are drawn
    this.svg = s('svg', { role: 'group', class: 'ring' });
    this.nodes = new Map(); // by node: what is drawn of it
    this.layers = {
      links: s('g', { class: 'links', 'aria-hidden': 'true' }),
      nodes: s('g'),
      flights: s('g'),
    };
    this.svg.append(hatch('hatch'), this.layers.links, this.layers.nodes, this.layers.flights);
    $('ring').append(this.svg);
  }

  /** Draws a new picture, as of a time; {@code chosen} is what is selected. */
  draw(picture, chosen, now) {
    this.picture = picture;
    const box = frame(picture.nodes.length);
    put(this.svg, 'viewBox', `${box.x} ${box.y} ${box.width} ${box.height}`);
    put(this.svg, 'aria-label', t('scene.label', { n: picture.nodes.length }));
    this.drawLinks(picture);
    this.drawNodes(picture, chosen);
    this.drawFlights(picture, chosen);
    this.move(now);
  }

  drawLinks({ nodes, cuts }) {
    const told = JSON.stringify([NARROW.matches, nodes.length, cuts]);
    if (told === this.cuts) {
      return;
    }
    this.cuts = told;
    const cut = new Set(cuts.map(([from, to]) => `${from}>${to}`));
    const lines = [];
    for (const a of nodes) {
      for (const b of nodes) {
        if (a.id >= b.id) {
          continue;
        }
        const there = cut.has(`${a.id}>${b.id}`);
        const back = cut.has(`${b.id}>${a.id}`);
        const line = way(a.id, b.id, nodes.length);
        const other = way(b.id, a.id, nodes.length);
        lines.push(link(line, there, there && !back));
        lines.push(link(other, back, back && !there));
      }
    }
    patch(this.layers.links, lines);
  }

  drawNodes(picture, chosen) {
    const { lang } = document.documentElement;
    const count = picture.nodes.length;
    const drawn = new Map([...this.layers.nodes.children].map((it) => [it.dataset.k, it]));
    patch(this.layers.nodes, picture.nodes.map((node) => {
      const key = `node-${node.id}`;
      const { up, role, paused, forcing, seat, spare, votes, term, disk, drawn: waits } = node;
      const isChosen = Boolean(chosen) && chosen.kind === 'node' && chosen.id === node.id;
      const shows = JSON.stringify([lang, NARROW.matches, count, isChosen, up, role, paused, forcing, seat, spare, votes, term, disk.term, waits]);
      if (drawn.has(key) && this.nodes.get(key) === shows) {
        put(drawn.get(key), 'aria-label', describe(node)); // tells of more than is drawn
        return drawn.get(key);
      }
      this.nodes.set(key, shows);
      return this.node(node, count, isChosen);
    }));
    const radius = nodeRadius(picture.nodes.length) + 9;
    this.timers = picture.nodes
      .map((node, i) => ({ timer: this.layers.nodes.children[i].querySelector('.timer'), radius, node }))
      .filter(({ node }) => node.up && node.deadline !== undefined && node.role !== 'LEADER');
  }

  node(node, count, chosenHere) {
    const at = nodeAt(node.id, count);
    const radius = nodeRadius(count);
    const lines = NARROW.matches ? [-11, 6, 22] : radius < 40 ? [-8, 8, 20] : [-4, 16, 29];
    const state = !node.up ? 'DOWN' : node.role;
    const group = s(
      'g',
      {
        class: `node ${state.toLowerCase()} ${node.paused ? 'paused' : ''} ${chosenHere ? 'chosen' : ''}`,
        transform: `translate(${at.x} ${at.y})`,
        tabindex: 0,
        role: 'button',
        'data-k': `node-${node.id}`,
        'data-node': node.id,
        'aria-pressed': chosenHere ? 'true' : 'false',
        'aria-label': describe(node),
        onclick: () => this.select({ kind: 'node', id: node.id }),
        onpointerdown: () => this.select({ kind: 'node', id: node.id }), // a click may span two drawings
        onkeydown: (event) => this.key(event, { kind: 'node', id: node.id }),
      },
      s('circle', { class: 'halo', r: radius + 18 }),
      s('circle', { class: 'track', r: radius + 9 }),
      s('path', { class: 'timer', d: arc(radius + 9, 0) }),
      node.seat === 'LEARNER' || node.seat === 'JOINING' || node.seat === 'NONE'
        ? s('rect', { class: `disc ${node.up ? termClass(node.term) : ''}`, x: -radius * 0.88, y: -radius * 0.88, width: radius * 1.76, height: radius * 1.76, rx: 7 })
        : s('circle', { class: `disc ${node.up ? termClass(node.term) : ''}`, r: radius }),
      state === 'LEADER' && s('circle', { class: 'second', r: radius - 6 }),
      state === 'LEADER' && s('path', { class: 'crown', d: CROWN, transform: `translate(0 ${-radius - 13})` }),
      s('text', { class: 'id', y: lines[0] }, `N${node.id}`),
      s('text', { class: 'term', y: lines[1] }, t('node.term', { term: node.up ? node.term : node.disk.term })),
      node.up && node.role !== 'LEADER' && node.drawn > 0 && s('text', { class: 'waits', y: lines[2] }, ms(node.drawn, 0)),
      s('text', { class: 'role', y: radius + 30 }, roleText(node)),
      node.paused && s('path', { class: 'pause', d: 'M-7 -31v12M7 -31v12' }),
      node.forcing && s('text', { class: 'disk', x: radius - 4, y: radius - 2 }, '⛁'),
      pips(node, count, radius),
    );
    return group;
  }

  drawFlights(picture, chosen) {
    const count = picture.nodes.length;
    const moving = [];
    const { lang } = document.documentElement;
    const shows = new Map();
    const drawn = new Map([...this.layers.flights.children].map((it) => [it.dataset.k, it]));
    const parts = picture.flights.map((flight) => {
      const line = way(flight.from, flight.to, count);
      const reply = flight.ok !== undefined;
      const mark = flight.ok === undefined ? '' : flight.ok ? '✓' : '✗';
      const chosenHere = chosen && chosen.kind === 'flight' && chosen.id === flight.id;
      moving.push({ line, sent: flight.sent, due: flight.due });
      const key = `flight-${flight.id}`;
      shows.set(key, [lang, NARROW.matches, count, chosenHere, JSON.stringify(flight)].join());
      if (drawn.has(key) && this.shows.get(key) === shows.get(key)) {
        return drawn.get(key);
      }
      return s(
        'g',
        {
          class: `flight ${flight.kind} ${reply ? 'reply' : ''} ${chosenHere ? 'chosen' : ''}`,
          tabindex: 0,
          role: 'button',
          'data-k': key,
          'aria-label': flightText(flight),
          onclick: () => this.select({ kind: 'flight', id: flight.id }),
          onpointerdown: () => this.select({ kind: 'flight', id: flight.id }),
          onkeydown: (event) => this.key(event, { kind: 'flight', id: flight.id }),
        },
        s('title', null, flightText(flight)),
        s('circle', { class: 'hit', r: 15 }),
        s('path', { class: 'glyph', d: GLYPHS[flight.kind] || GLYPHS.append, transform: `scale(${(reply ? 1.35 : 1.15) * (NARROW.matches ? 1.2 : 1)})` }),
        mark && s('text', { class: 'mark', y: 4.5 }, mark),
        flight.entries && flight.entries.length > 1 && s('text', { class: 'mark inverse', y: 4 }, String(flight.entries.length)),
      );
    });
    const clients = picture.calls.map((call) => {
      const key = `call-${call.id}-${call.answer}`;
      const outside = clientAt(call.node, count);
      const node = nodeAt(call.node, count);
      const line = call.answer
        ? { x1: node.x, y1: node.y, x2: outside.x, y2: outside.y }
        : { x1: outside.x, y1: outside.y, x2: node.x, y2: node.y };
      moving.push({ line, sent: call.sent, due: call.due });
      shows.set(key, [lang, NARROW.matches, count, call.text].join());
      if (drawn.has(key) && this.shows.get(key) === shows.get(key)) {
        return [drawn.get(`client-${key}`), drawn.get(key)];
      }
      return [
        s('g', { class: 'client', transform: `translate(${outside.x} ${outside.y})`, 'data-k': `client-${key}` },
          s('rect', NARROW.matches ? { x: -27, y: -15, width: 54, height: 30, rx: 6 } : { x: -18, y: -13, width: 36, height: 26, rx: 6 }),
          s('text', { y: 4 }, t('client.short'))),
        s('g', { class: `flight call ${call.answer ? 'reply' : ''}`, 'data-k': key },
          s('path', { class: 'glyph', d: GLYPHS.client }),
          s('text', { class: 'words', y: -13 }, short(call.answer ? answerText(call.text) : call.text))),
      ];
    });
    this.shows = shows;
    patch(this.layers.flights, parts, clients);
    const groups = this.layers.flights.querySelectorAll('.flight');
    this.moving = moving.map((it, i) => ({ ...it, group: groups[i] }));
  }

  key(event, what) {
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      event.stopPropagation();
      this.select(what);
    }
  }

  /** Puts messages and timers where they are at a time; without motion, half-way. */
  move(now, still = STILL.matches) {
    for (const { group, line, sent, due } of this.moving) {
      const part = still ? 0.5 : Math.min(1, Math.max(0, (now - sent) / Math.max(1, due - sent)));
      const at = along(line, part);
      put(group, 'transform', `translate(${at.x.toFixed(1)} ${at.y.toFixed(1)})`);
    }
    for (const { timer, radius, node } of this.timers) {
      const whole = Math.max(node.drawn || 0, node.deadline - this.picture.t, 1);
      put(timer, 'd', arc(radius, (node.deadline - now) / whole));
    }
  }
}

export function hatch(id) {
  return s('defs', null,
    s('pattern', { id, width: 8, height: 8, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
      s('rect', { class: 'hatch-back', width: 8, height: 8 }),
      s('path', { class: 'hatch-line', d: 'M0 0V8' })));
}

function link(line, isCut, oneWay) {
  const middle = along(line, 0.5);
  return [
    s('path', { class: isCut ? 'link cut' : 'link', d: `M${line.x1} ${line.y1}L${line.x2} ${line.y2}` }),
    isCut && s('g', { class: 'broken', transform: `translate(${middle.x} ${middle.y})` },
      s('path', { d: 'M-5 -5L5 5M5 -5L-5 5' })),
    oneWay && s('circle', { class: 'oneway', cx: along(line, 0.82).x, cy: along(line, 0.82).y, r: 3 }),
  ];
}

/** Votes heard of: filled granted, crossed denied, empty not heard. */
function pips(node, count, radius) {
  if (!node.up || (node.role !== 'CANDIDATE' && node.role !== 'PRE_CANDIDATE')) {
    return null;
  }
  const ids = Array.from({ length: count }, (_, i) => i + 1);
  return s('g', { class: 'pips', transform: `translate(${-(count - 1) * 7} ${radius + 42})`, 'aria-hidden': 'true' },
    ids.map((id, i) => {
      const vote = node.votes[id];
      return s('g', { transform: `translate(${i * 14} 0)`, class: vote === undefined ? '' : vote ? 'yes' : 'no' },
        s('circle', { r: 5 }),
        vote === false && s('path', { d: 'M-3 -3L3 3M3 -3L-3 3' }));
    }));
}

export function roleText(node) {
  if (!node.up) {
    return t(node.spare ? 'role.SPARE' : 'role.DOWN');
  }
  if (node.role === 'FOLLOWER' && node.seat !== 'VOTER' && node.seat !== 'OUTGOING') {
    return t(`seat.${node.seat}`);
  }
  return node.paused ? t('role.PAUSED', { role: t(`role.${node.role}`) }) : t(`role.${node.role}`);
}

export function describe(node) {
  if (!node.up) {
    return t('node.label.down', { node: node.id, term: node.disk.term });
  }
  return t('node.label', {
    node: node.id, role: roleText(node), term: node.term, last: node.last, commit: node.commit,
  });
}

export function flightText(flight) {
  const name = t(`msg.${flight.name}`);
  const answer = flight.ok === undefined ? '' : flight.ok ? t('msg.yes') : t('msg.no');
  return t('flight.label', { message: name, from: flight.from, to: flight.to, term: flight.term, answer });
}

export function legend() {
  const sample = (kind, reply) =>
    h('span', { class: 'legend-item' },
      s('svg', { viewBox: '-10 -10 20 20', 'aria-hidden': 'true', class: 'glyph-sample' },
        s('g', { class: `flight ${kind} ${reply ? 'reply' : ''}` },
          s('path', { class: 'glyph', d: GLYPHS[kind] }),
          reply && s('text', { class: 'mark', y: 4 }, '✓'))),
      t(reply ? 'legend.reply' : `legend.${kind}`));
  return [sample('vote'), sample('append'), sample('heartbeat'), sample('client'), sample('append', true)];
}

function short(text) {
  return text.length > 16 ? `${text.slice(0, 15)}…` : text;
}

export { ms };
