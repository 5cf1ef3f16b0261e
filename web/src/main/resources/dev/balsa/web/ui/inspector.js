// What is chosen, in full: a node with what its disk and its memory hold, a message, an entry.

import { $, h, isNews, patch } from './dom.js';
import { has, ms, number, t } from './i18n.js';
import { changesText, membersText, sentence } from './feed.js';
import { describe, flightText, roleText } from './ring.js';
import { sourceOf } from './tourview.js';
import { reasonList, worstFirst } from './why.js';

export function drawInspector(picture, chosen, desk, story) {
  const box = $('inspector');
  const close = h('button', { class: 'icon close', 'data-k': 'inspector-close', 'aria-label': t('close'), onclick: () => desk.choose(null) }, '✕');
  box.classList.toggle('chosen', Boolean(chosen));
  const about = [document.documentElement.lang, Boolean(picture.recorded), chosen];
  if (chosen && chosen.kind === 'flight') {
    const underway = picture.flights.find((it) => it.id === chosen.id);
    const known = desk.seen && desk.seen.id === chosen.id && desk.seen.sent <= picture.t ? desk.seen : null;
    const flight = underway || (picture.recorded ? null : known);
    desk.seen = underway || desk.seen;
    if (isNews('inspector', about, flight, Boolean(underway))) {
      patch(box, close, flight ? message(flight, Boolean(underway), desk) : gone());
    }
  } else if (chosen && chosen.kind === 'entry') {
    if (isNews('inspector', about, picture.nodes.map((it) => [it.up, it.commit, it.log]), story.length)) {
      patch(box, close, entry(picture, chosen, story));
    }
  } else {
    const id = chosen && chosen.kind === 'node' ? chosen.id : 1;
    const node = picture.nodes.find((it) => it.id === id) || picture.nodes[0];
    const standings = picture.nodes.map((it) => [it.id, it.up && it.role === 'LEADER' && it.term]);
    if (isNews('inspector', about, { ...node, log: [], deadline: 0 }, standings, picture.cuts, desk.open.links, desk.open.clock)) {
      patch(box, close, inspected(node, picture, desk));
    }
  }
}

function head(title, hint) {
  return h('div', { class: 'card-head' }, h('h2', null, title), hint && h('span', { class: 'hint' }, hint));
}

function facts(pairs) {
  return h('dl', { class: 'facts' }, pairs.filter(Boolean).map(([name, value, hint]) => [
    h('dt', null, name), h('dd', { title: hint }, value)]));
}

function button(desk, key, action, words, off) {
  return h('button', { 'data-k': `do-${key}`, disabled: off, onclick: () => desk.act(action) }, words);
}

function inspected(node, picture, desk) {
  const others = picture.nodes.filter((it) => it.id !== node.id);
  const cut = (from, to) => picture.cuts.some(([a, b]) => a === from && b === to);
  return [
    head(t('inspector.node', { node: node.id }), roleText(node)),
    !picture.recorded && h('div', { class: 'buttons' },
      node.up && button(desk, 'crash', `crash ${node.id} process`, t('do.crash')),
      node.up && button(desk, 'power', `crash ${node.id} power`, t('do.power')),
      !node.up && button(desk, 'restart', `restart ${node.id}`, t('do.restart')),
      node.up && !node.paused && button(desk, 'pause', `pause ${node.id}`, t('do.pause')),
      node.up && node.paused && button(desk, 'resume', `resume ${node.id}`, t('do.resume')),
      membership(node, picture, desk),
      node.up && button(desk, 'hurry', `hurry ${node.id}`, t(node.role === 'LEADER' ? 'do.heartbeat' : 'do.hurry'), node.paused)),
    node.up && reasonList(worstFirst(node.why).map((why) => ({ why })), (id) => `N${id}`),
    h('div', { class: 'halves' },
      h('section', { class: 'half disk-half' }, h('h3', null, '⛁ ', t('disk')), h('p', { class: 'hint' }, t('disk.hint')),
        facts([
          [t('fact.term'), number(node.disk.term)],
          [t('fact.vote'), node.disk.vote ? `N${node.disk.vote}` : t('none')],
          [t('fact.last'), node.disk.last, t('fact.last.hint')],
        ])),
      h('section', { class: 'half memory-half' }, h('h3', null, '⚡ ', t('memory')), h('p', { class: 'hint' }, t('memory.hint')),
        node.up ? facts([
          [t('fact.role'), t(`role.${node.role}`)],
          [t('fact.term'), number(node.term)],
          [t('fact.leader'), node.leader ? `N${node.leader}` : t('none')],
          [t('fact.commit'), number(node.commit)],
          !picture.recorded && [t('fact.applied'), number(node.applied)],
          node.drawn ? [t('fact.drawn'), ms(node.drawn)] : null,
          picture.leases && node.role === 'LEADER' && [t('fact.lease'), node.lease ? ms(node.lease) : t('none'), t('fact.lease.hint')],
          node.members && [t('fact.members'), membersText(node.members)],
        ]) : h('p', { class: 'empty' }, t('memory.lost')))),
    !picture.recorded && node.up && !node.paused && clock(node, desk),
    node.up && node.peers.length > 0 && peers(node),
    !picture.recorded && keys(node),
    !picture.recorded && sessions(node),
    !picture.recorded && others.length > 0 && h('details', { class: 'links-of', ...(desk.open.links ? { open: true } : {}), ontoggle: (event) => { desk.open.links = event.target.open; } },
      h('summary', null, t('links')),
      h('table', { class: 'small' }, h('tbody', null, others.map((other) => h('tr', null,
        h('th', { scope: 'row' }, `N${other.id}`),
        h('td', null, toggle(desk, `out-${other.id}`, cut(node.id, other.id), node.id, other.id, t('links.out', { node: other.id }))),
        h('td', null, toggle(desk, `in-${other.id}`, cut(other.id, node.id), other.id, node.id, t('links.in', { node: other.id })))))))),
  ];
}

/** Time is all by which an election can be steered: when the node's timer fires, and how fast its clock runs. */
function clock(node, desk) {
  const waits = node.role !== 'LEADER' && node.drawn > 0;
  const rate = (key, perMille) => button(desk, key, `rate ${node.id} ${perMille}`, t(`do.${key}`));
  return h('details', { class: 'links-of', ...(desk.open.clock ? { open: true } : {}), ontoggle: (event) => { desk.open.clock = event.target.open; } },
    h('summary', { 'data-k': 'clock' }, t('timing')),
    waits && h('label', { class: 'field' }, h('span', null, t('timing.await')),
      h('input', { type: 'range', min: 0, max: 600, step: 10, value: Math.round(node.drawn / 1e6), 'data-k': 'await',
        onchange: (event) => desk.act(`await ${node.id} ${event.target.value}`) })),
    h('div', { class: 'buttons' }, rate('slow', 500), rate('true', 1000), rate('fast', 2000)));
}

/** What an operator may ask of the leader about a node. */
function membership(node, picture, desk) {
  const leader = picture.nodes.filter((it) => it.up && it.role === 'LEADER').sort((a, b) => b.term - a.term)[0];
  if (!leader) {
    return null;
  }
  const ask = (key, verb) => button(desk, key, `member ${leader.id} ${verb} ${node.id}`, t(`do.${key}`));
  const member = node.seat !== 'NONE' && !node.spare;
  return [
    node.spare && [ask('add', 'add'), ask('learn', 'learn')],
    node.up && node.seat === 'LEARNER' && ask('promote', 'promote'),
    node.up && node.seat === 'VOTER' && node !== leader && button(desk, 'transfer', `transfer ${leader.id} ${node.id}`, t('do.transfer')),
    member && ask('remove', 'remove'),
  ];
}

function toggle(desk, key, isCut, from, to, words) {
  return h('button', {
    'data-k': `link-${key}`, class: isCut ? 'toggle on' : 'toggle', 'aria-pressed': isCut ? 'true' : 'false',
    onclick: () => desk.act(`${isCut ? 'mend' : 'cut'} ${from} ${to}`),
  }, isCut ? '✂ ' : '', words);
}

function peers(node) {
  return h('section', null, h('h3', null, t('peers')), h('table', { class: 'small' },
    h('thead', null, h('tr', null, [t('matrix.node'), t('fact.match'), t('fact.next'), t('fact.way')].map((it) => h('th', { scope: 'col' }, it)))),
    h('tbody', null, node.peers.map((peer) => h('tr', null,
      h('th', { scope: 'row' }, `N${peer.id}`), h('td', null, peer.match), h('td', null, peer.next),
      h('td', null, t(peer.pipelined ? 'peer.pipelined' : 'peer.probing')))))));
}

function keys(node) {
  if (!node.up) {
    return null;
  }
  const waiting = node.log.filter(([index, , kind]) => index > node.applied && kind === 'put');
  return h('section', null, h('h3', null, t('kv'), ' ', h('small', null, t('kv.revision', { n: node.revision }))),
    waiting.length > 0 && h('ul', { class: 'waiting' }, waiting.map(([index, , , text, durable]) =>
      h('li', null, text, ' ', h('small', null, t(index <= node.commit ? 'kv.committed' : durable ? 'kv.durable' : 'kv.written'))))),
    node.kv.length === 0 ? h('p', { class: 'empty' }, t('kv.empty'))
      : h('table', { class: 'small kv' }, h('tbody', null, node.kv.map(([key, value, revision]) => h('tr', null,
        h('th', { scope: 'row' }, key), h('td', null, value), h('td', { class: 'dim' }, `@${revision}`))))));
}

/** The open sessions, the same on every node that has applied as much. */
function sessions(node) {
  if (!node.up || node.sessions.length === 0) {
    return null;
  }
  const time = (millis) => ms(millis * 1e6, 0);
  return h('section', null, h('h3', null, t('sessions'), ' ', h('small', null, t('sessions.time', { t: time(node.logMillis) }))),
    h('table', { class: 'small sessions' },
      h('thead', null, h('tr', null, ['name', 'kept', 'from', 'end'].map((it) => h('th', { scope: 'col' }, t(`sessions.${it}`))))),
      h('tbody', null, node.sessions.map(([name, end, from, kept]) => h('tr', null,
        h('th', { scope: 'row' }, name), h('td', null, kept.join(' ') || t('none')), h('td', null, from), h('td', null, time(end)))))));
}

/** Where the rule stands that a message obeys. */
const RULES = {
  PreVote: 'thesis §9.6', PreVoteReply: 'thesis §9.6', Vote: 'paper §5.2, §5.4.1', VoteReply: 'paper §5.2', Append: 'paper §5.3',
  AppendAck: 'paper §5.3', AppendReject: 'paper §5.3', SnapshotChunk: 'paper §7', SnapshotAck: 'paper §7', TimeoutNow: 'thesis §3.10',
  Forward: 'paper §8', Forwarded: 'paper §8', ForwardRefused: 'paper §8', ForwardChange: 'paper §6', ReadIndex: 'thesis §6.4',
  ReadIndexReply: 'thesis §6.4', ReadIndexRefused: 'thesis §6.4',
};

function message(flight, isUnderway, desk) {
  const fields = ['last', 'transfer', 'prev', 'entries', 'commit', 'match', 'rejected', 'hint', 'commands', 'changes', 'first', 'index', 'offset', 'bytes', 'reason'];
  return [
    head(t(`msg.${flight.name}`), `N${flight.from} → N${flight.to}`),
    h('p', null, t(`msg.${flight.name}.is`), ' ', RULES[flight.name] && h('span', { class: 'source' }, t('tour.see', { place: sourceOf(RULES[flight.name]) }))),
    !desk.picture.recorded && isUnderway && h('div', { class: 'buttons' },
      button(desk, 'drop', `drop ${flight.id}`, t('do.drop')),
      button(desk, 'deliver', `deliver ${flight.id}`, t('do.deliver'))),
    facts([
      [t('fact.term'), number(flight.term)],
      ...fields.filter((name) => flight[name] !== undefined).map((name) => [t(`field.${name}`), fieldText(name, flight[name])]),
      flight.ok !== undefined ? [t('field.ok'), flight.ok ? `✓ ${t('msg.yes')}` : `✗ ${t('msg.no')}`] : null,
      [t('field.sent'), ms(flight.sent)],
      [t('field.due'), ms(flight.due)],
    ]),
    !desk.picture.recorded && h('div', { id: 'verdict' }),
    !desk.picture.recorded && h('h3', null, t('why')),
    !desk.picture.recorded && h('ol', { class: 'chain', id: 'chain' }),
  ];
}

function fieldText(name, value) {
  if (name === 'changes') {
    return changesText(value);
  }
  return name === 'reason' && has(`reason.${value}`) ? t(`reason.${value}`) : plain(value);
}

function plain(value) {
  if (Array.isArray(value)) {
    return value.length ? value.join(', ') : t('none');
  }
  return typeof value === 'boolean' ? t(value ? 'yes' : 'no') : String(value);
}

/** The steps that led to a message, and what its receiver said to it, as the engine tells them. */
export function drawChain({ chain, verdict, taken }, desk) {
  const list = $('chain');
  if (list) {
    patch($('verdict'), h('h3', null, t('verdict')),
      !verdict ? h('p', null, t('verdict.open'))
        : h('ul', { class: 'chain' }, verdict.length === 0 ? h('li', null, t('verdict.none', { t: ms(taken) }))
          : verdict.map((it) => h('li', null, h('button', { class: 'when', onclick: () => desk.jump(it.m) }, ms(it.t)), ' ', sentence(it)))));
    patch(list, chain.map((link) => h('li', null,
      h('button', { class: 'when', onclick: () => desk.jumpTime(link.t) }, ms(link.t)), ' ',
      t(`why.${link.input}`, { node: link.node }))));
  }
}

function gone() {
  return [head(t('inspector.gone')), h('p', null, t('inspector.gone.text'))];
}

/** What an entry carries, in words. */
function entryText([, , kind, text]) {
  if (kind === 'noop') {
    return t('entry.noop');
  }
  return kind === 'members' ? t('entry.members', { members: membersText(text) }) : text;
}

/** Who has an entry, and what the leader said about committing it. */
function entry(picture, chosen, story) {
  const holds = picture.nodes.map((node) => {
    const found = node.log.find(([index, term]) => index === chosen.index && term === chosen.term);
    return { node, found };
  });
  const durable = holds.filter(({ found }) => found && found[4]).length;
  const known = holds.filter(({ node, found }) => found && node.up && node.commit >= chosen.index).length;
  const sample = holds.find(({ found }) => found);
  const waits = holds.filter(({ found }) => found && found.length > 5).sort((a, b) => b.node.term - a.node.term)[0]; // at a leader
  const withheld = story.filter((it) => it.name === 'CommitWithheld' && it.index === chosen.index).pop();
  return [
    head(t('inspector.entry', { index: chosen.index }), t('node.term', { term: chosen.term })),
    h('p', { class: 'command' }, !sample ? t('entry.gone') : entryText(sample.found)),
    h('h3', null, t('quorum')),
    h('div', { class: 'quorum', role: 'img', 'aria-label': t('quorum.label', { n: durable, all: picture.nodes.length }) },
      holds.map(({ node, found }) => h('span', {
        class: `quorum-part ${found ? (found[4] ? 'durable' : 'written') : 'missing'}`, title: describe(node),
      }, `N${node.id} ${found ? (found[4] ? '●' : '◐') : '○'}`))),
    h('p', null, t('quorum.text', { n: durable, all: picture.nodes.length, known })),
    known > 0 || !sample || picture.recorded ? null
      : withheld ? h('p', { class: 'note' }, t('quorum.withheld', { node: withheld.node, entryTerm: withheld.entryTerm, term: withheld.term }))
        : h('p', { class: 'note' }, !waits ? t('quorum.nobody') : waits.found[5] > 0 ? t('quorum.lacking', { n: waits.found[5] }) : t('quorum.enough')),
  ];
}

export { flightText };
