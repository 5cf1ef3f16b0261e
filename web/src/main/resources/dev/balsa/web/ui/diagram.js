// Space and time: a line for each node, a slanted one for each message, marks for what the cores said. And what it all cost.

import { $, h, isNews, patch, s } from './dom.js';
import { bytes, ms, number, t } from './i18n.js';
import { sentence } from './feed.js';

const WIDTH = 1000;
const LEFT = 44;
const ROW = 52;
const TOP = 26;
const SPANS = [100, 300, 1000, 3000]; // milliseconds
const SLOPE_LOST = 0.55; // where the line of a lost message ends
const MARKS = {
  BecameLeader: '♛', ElectionStarted: '◇', PreVoteStarted: '◌', SteppedDown: '▽', Truncated: '✂', CommitAdvanced: '●',
  Started: '▶', Stopped: '✗', SnapshotInstalled: '▣', ConfigurationTaken: '☷', VoteGranted: '◆', VoteDenied: '✕',
};

export class Diagram {
  constructor(desk) {
    this.desk = desk;
    this.isOpen = false;
    this.span = 300;
    this.messages = [];
    this.asked = '';
  }

  /** Draws the panel; while it is open the engine is asked for the messages of its window. */
  draw(picture) {
    const at = `${picture.hash}/${picture.t}/${this.span}`;
    if (this.isOpen && this.asked !== at) {
      this.asked = at;
      this.ask(picture);
    }
    if (!isNews('diagram', document.documentElement.lang, this.isOpen) && !this.isOpen) {
      return;
    }
    patch($('diagram'), h('details', {
      ...(this.isOpen ? { open: true } : {}),
      ontoggle: (event) => { if (this.isOpen !== event.target.open) { this.isOpen = event.target.open; this.draw(this.desk.picture); } },
    }, h('summary', { 'data-k': 'diagram' }, t('diagram')), this.isOpen && this.content(picture)));
  }

  async ask(picture) {
    const from = Math.max(0, Math.floor(picture.t - this.span * 1e6));
    const { messages } = await this.desk.engine.call(`diagram ${from}`);
    this.messages = messages;
    this.draw(this.desk.picture);
  }

  content(picture) {
    return [
      h('div', { class: 'row' }, h('label', { class: 'field' }, h('span', null, t('diagram.span')),
        h('select', { 'data-k': 'diagram-span', onchange: (event) => { this.span = Number(event.target.value); this.draw(this.desk.picture); } },
          SPANS.map((it) => h('option', { value: it, ...(it === this.span ? { selected: true } : {}) }, t('unit.ms', { n: number(it) })))))),
      h('div', { class: 'table-box', tabindex: 0, role: 'region', 'aria-label': t('diagram'), 'data-scroll': 'diagram' }, this.svg(picture)),
      h('p', { class: 'hint' }, t('diagram.hint')),
    ];
  }

  svg(picture) {
    const from = Math.max(0, picture.t - this.span * 1e6);
    const x = (time) => LEFT + ((WIDTH - LEFT - 16) * (time - from)) / (this.span * 1e6);
    const y = (id) => TOP + (picture.nodes.findIndex((it) => it.id === id) + 0.5) * ROW;
    const story = this.desk.feed.past();
    return s('svg', { class: 'diagram', viewBox: `0 0 ${WIDTH} ${TOP + ROW * picture.nodes.length + 4}`, role: 'img', 'aria-label': t('diagram.label', { n: this.messages.length, nodes: picture.nodes.length }) },
      s('text', { class: 'dg-time', x: LEFT, y: 14 }, ms(from)),
      s('text', { class: 'dg-time end', x: WIDTH - 16, y: 14 }, ms(from + this.span * 1e6)),
      picture.nodes.map((node) => lifeline(node, story, { from, to: picture.t, x, y })),
      this.messages.filter((it) => it.end >= from).map((it) => this.message(it, picture.t, from, x, y)),
      story.filter((it) => it.t >= from && it.t <= picture.t && MARKS[it.name] && it.node).map((it) => this.mark(it, x, y)));
  }

  message(it, now, from, x, y) {
    const share = it.fate === 'LOST' ? SLOPE_LOST : it.end > now ? (now - it.sent) / (it.end - it.sent) : 1;
    const at = (part) => ({ x: x(it.sent + (Math.max(it.end, it.sent + 1) - it.sent) * part), y: y(it.from) + (y(it.to) - y(it.from)) * part });
    const begin = at(it.sent < from ? Math.min(share, (from - it.sent) / (it.end - it.sent)) : 0);
    const end = it.fate === 'LOST' && it.end === it.sent ? { x: x(it.sent) + 12, y: at(share).y } : at(share);
    return s('g', { class: `dg-message ${it.kind} ${it.fate.toLowerCase()} ${it.ok === undefined ? '' : 'reply'}`, onclick: () => this.desk.jumpTime(it.sent) },
      s('title', null, t('flight.label', { message: t(`msg.${it.name}`), from: it.from, to: it.to, term: it.term, answer: it.ok === undefined ? '' : t(it.ok ? 'msg.yes' : 'msg.no') })),
      s('path', { class: 'dg-hit', d: `M${begin.x} ${begin.y}L${end.x} ${end.y}` }),
      s('path', { class: 'dg-line', d: `M${begin.x} ${begin.y}L${end.x} ${end.y}` }),
      it.fate === 'LOST' ? s('path', { class: 'dg-lost', d: `M${end.x - 4} ${end.y - 4}l8 8m0 -8l-8 8` })
        : s('circle', { class: 'dg-end', cx: end.x, cy: end.y, r: 3 }));
  }

  mark(it, x, y) {
    const below = it.name === 'CommitAdvanced' || it.name === 'VoteGranted' || it.name === 'VoteDenied';
    return s('text', { class: `dg-mark ${it.name}`, x: x(it.t), y: y(it.node) + (below ? 18 : -8), onclick: () => this.desk.jump(it.m) },
      s('title', null, `${ms(it.t)} ${sentence(it)}`), MARKS[it.name]);
  }
}

/** Where a process runs the line is whole. */
function lifeline(node, story, { from, to, x, y }) {
  const parts = [];
  let since = from;
  let up = false;
  for (const it of story) {
    if (it.node === node.id && (it.name === 'Started' || it.name === 'Stopped')) {
      if (it.t > from) {
        parts.push([since, Math.min(it.t, to), up]);
        since = it.t;
      }
      up = it.name === 'Started';
    }
  }
  parts.push([since, to, up]);
  return s('g', null, s('text', { class: 'dg-name', x: 6, y: y(node.id) + 5 }, `N${node.id}`),
    parts.filter(([begin, end]) => end > begin).map(([begin, end, runs]) => s('path', {
      class: `dg-life ${runs ? '' : 'down'}`, d: `M${x(Math.max(begin, from))} ${y(node.id)}L${x(end)} ${y(node.id)}`,
    })));
}

/** What the run cost so far, in a line. */
export function drawFigures({ t: time, figures, broken }) {
  const { sent, bytes: carried, lost, commit, elections, lastElection, leaderless, done, refused, unsure } = figures;
  const asked = done + refused + unsure;
  const pairs = [
    ['figures.commit', number(commit)],
    ['figures.messages', number(sent)],
    ['figures.each', commit === 0 ? '–' : number(sent / commit, 1)],
    ['figures.bytes', bytes(carried), t('figures.bytes.is')],
    ['figures.bytes.each', commit === 0 ? '–' : bytes(carried / commit), t('figures.bytes.is')],
    ['figures.lost', number(lost)],
    ['figures.elections', number(elections)],
    ['figures.last', elections === 0 ? '–' : ms(lastElection)],
    ['figures.leaderless', ms(leaderless)],
    ...(asked === 0 ? [] : [
      ['figures.answers', `${number(done)} / ${number(refused)} / ${number(unsure)}`],
      ['figures.score', number(broken ? 0 : (100 * done / asked) * (1 - leaderless / time)), t('figures.score.is')],
    ]),
  ];
  patch($('figures'), h('dl', { class: 'headline-facts' }, pairs.map(([key, value, is]) => h('div', { title: is }, h('dt', null, t(key)), h('dd', null, value)))));
}
