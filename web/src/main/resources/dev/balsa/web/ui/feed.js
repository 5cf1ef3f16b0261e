// What happened, in plain language; a click goes there.

import { $, h, patch } from './dom.js';
import { has, ms, say, t } from './i18n.js';

const LINES_MAX = 150;

export class Feed {
  constructor(jump) {
    this.jump = jump;
    this.story = [];
    this.told = []; // by place: what its line tells
    this.shows = []; // what is drawn
    this.count = 0;
    this.all = false;
  }

  /** Takes the new happenings of an answer; returns those that are new to the reader. */
  take(answer) {
    const fresh = answer.story;
    this.story.length = Math.min(this.story.length, answer.from);
    this.story.push(...fresh);
    this.count = answer.count;
    return fresh;
  }

  clear() {
    this.story = [];
    this.count = 0;
  }

  /** Everything that is known, the future included. */
  known() {
    return this.story;
  }

  past() {
    return this.story.slice(0, this.count);
  }

  /** Whether it is for somebody who listens: what matters, or all there are words for. */
  tells(it) {
    return this.all ? has(`ev.${it.name}`) : it.key;
  }

  draw() {
    const { lang } = document.documentElement;
    const shows = [lang, this.all, this.count, this.story[this.count - 1]];
    if (shows.every((it, i) => it === this.shows[i])) {
      return;
    }
    this.shows = shows;
    const lines = [];
    for (let i = Math.min(this.count, this.story.length) - 1; i >= 0 && lines.length < LINES_MAX; i--) {
      const it = this.story[i];
      if (this.all ? this.tells(it) : isTold(it)) {
        lines.push([i, it]);
      }
    }
    const there = $('feed').querySelector('ol');
    const list = there && there.lang === lang ? there : h('ol', { class: 'lines', 'data-scroll': 'feed', reversed: true, tabindex: 0, lang, 'aria-label': t('feed') });
    patch($('feed'),
      h('div', { class: 'card-head' }, h('h2', null, t('feed')),
        h('label', { class: 'check' },
          h('input', {
            type: 'checkbox', 'data-k': 'feed-all', ...(this.all ? { checked: true } : {}),
            onchange: (event) => { this.all = event.target.checked; this.draw(); },
          }), t('feed.all'))),
      list);
    const drawn = new Map([...list.children].map((it) => [it.dataset.k, it]));
    patch(list, lines.map(([place, it]) => {
      const line = drawn.get(`line-${place}`);
      return line && this.told[place] === it ? line : this.line(place, it);
    }));
  }

  line(place, it) {
    this.told[place] = it;
    return h('li', { class: `line ${it.key ? 'key' : ''} ${it.name}`, 'data-k': `line-${place}` },
      h('button', { class: 'when', onclick: () => this.jump(it.m), 'aria-label': t('feed.jump', { t: ms(it.t) }) }, ms(it.t)),
      h('span', { class: 'what' }, sentence(it)));
  }
}

const TOLD = new Set(['OnLease', 'VoteGranted', 'Lost', 'Acted', 'Struck', 'Asked', 'Applied', 'Backtracked', 'PreVoteStarted', 'Appended']);

function isTold(it) {
  return has(`ev.${it.name}`) && (it.key || TOLD.has(it.name));
}

/** One happening as a sentence. */
export function sentence(it) {
  const values = { ...it };
  if (it.reason && has(`reason.${it.reason}`)) {
    values.reason = t(`reason.${it.reason}`);
  }
  if (it.action) {
    return t(`ev.${it.name}`, { action: actionText(it.action) });
  }
  if (it.name === 'Lost') {
    values.message = t(`msg.${it.message}`);
  }
  if (it.name === 'Answered') {
    values.answer = answerText(it.answer);
  }
  if (it.name === 'Broken') {
    values.promise = say(it.promise);
  }
  if (it.members) {
    values.members = membersText(it.members);
  }
  if (it.changes) {
    values.changes = changesText(it.changes);
  }
  if (it.name === 'LeaderChanged' && it.leader === 0) {
    return t('ev.LeaderLost', values);
  }
  return t(`ev.${it.name}`, values);
}

/** What a client hears. */
export function answerText(answer) {
  const [word, ...rest] = answer.split(' ');
  const text = rest.join(' ');
  return t(word === 'OK' && text === '' ? 'answer.NOTHING' : `answer.${word}`, { text });
}

/** Members as a core writes them, such as {1 2 3:LEARNER}. */
export function membersText(members) {
  return members.replace(/:([A-Z]+)/g, (all, seat) => `:${t(`seat.${seat}`)}`);
}

/** Changes of members, given as pairs of words; {@code name} makes a node's name of its id. */
export function changesText(words, name = (id) => `N${id}`) {
  const pairs = words.match(/\S+ \S+/g) || [];
  return pairs.map((it) => it.split(' ')).map(([verb, node]) => t(`change.${verb}`, { node: name(node) })).join(t('see.and'));
}

export function actionText(line) {
  const [verb, ...words] = line.split(' ');
  if (verb === 'member') {
    return t('act.member', { a: words[0], b: changesText(words.slice(1).join(' ')) });
  }
  if (verb === 'crash') {
    return t('act.crash', { a: words[0], b: t(`loss.${words[1]}`) });
  }
  const [a, b = 1, c, d, e = 1] = words.map(decodeWord); // client 1 is not said
  return t(`act.${verb}`, { a, b, c, d, e });
}

function decodeWord(word) {
  try {
    return word === '%' ? '""' : decodeURIComponent(word);
  } catch {
    return word;
  }
}
