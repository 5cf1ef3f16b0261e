// The guided tour: chapters and steps with addresses; what happens is the engine's run of the script.

import { $, h, show } from './dom.js';
import { has, read, t, write } from './i18n.js';
import { STILL } from './ring.js';

const READING_MILLIS = 60; // for a byte of what is told, so three times as long for a Chinese character

export class TourView {
  constructor(desk) {
    this.desk = desk;
    this.chapters = [];
    this.chapter = null;
    this.at = 0;
    this.ends = [];
    this.goesOn = read('balsa.goon') === 'on'; // by itself
    this.isMoving = false;
  }

  /** Reads the script; the engine reads the same text. */
  async load() {
    this.loading ||= this.read();
    await this.loading;
  }

  async read() {
    const script = await (await fetch(new URL('./tour.txt', import.meta.url))).text();
    await this.desk.engine.call(`tour ${script}`);
    for (const raw of script.split('\n')) {
      const [word, id, ...rest] = raw.replace(/#.*/, '').trim().split(/ +/);
      if (word === 'chapter') {
        this.chapters.push({ id, steps: [] });
      } else if (word === 'step') {
        const see = rest.indexOf('see');
        const bug = rest.indexOf('bug');
        this.chapters.at(-1).steps.push({ id, see: see < 0 ? '' : rest.slice(see + 1).join(' '), bug: bug < 0 ? '' : rest[bug + 1] });
      }
    }
    this.texts = true;
  }

  /** Shows a step; without one, where the reader was, or the beginning. */
  async show(chapterId, stepId) {
    const kept = (read('balsa.tour') || '').split('/');
    const wanted = chapterId || kept[0];
    const chapter = this.chapters.find((it) => it.id === wanted) || this.chapters[0];
    const asked = chapterId ? stepId : kept[1];
    const at = Math.max(0, chapter.steps.findIndex((it) => it.id === asked));
    if (chapter === this.chapter && at === this.at && !this.left) {
      return;
    }
    await this.move(chapter, at, false);
  }

  /** Goes to a step: at once, or playing what happens in it. */
  async move(chapter, at, playing) {
    const { desk } = this;
    this.isMoving = true;
    desk.player.pause();
    if (chapter !== this.chapter || this.left) {
      desk.feed.clear();
      const { steps } = await desk.engine.call(`chapter ${chapter.id}`);
      this.ends = steps;
      this.chapter = chapter;
      this.left = false;
      desk.chosen = null;
    }
    this.at = at;
    this.remember();
    const end = this.ends[at];
    const before = at > 0 ? this.ends[at - 1] : null;
    if (playing && moves(before, end)) {
      await desk.command(before ? seek(before) : 'seek 0 0 0');
      desk.player.play({ ...end, pace: pace(before, end) });
    } else {
      await desk.command(seek(end));
    }
    const address = `#tour/${chapter.id}/${chapter.steps[at].id}`;
    if (location.hash !== address) {
      history.replaceState(null, '', address);
    }
    this.isMoving = false;
    this.narrate();
    desk.redraw();
    this.look();
  }

  /** Where the tour goes on by itself, the next step comes when this one is over and can have been read; played, unless motion is unwanted. */
  look() {
    const { desk, chapter, at } = this;
    clearTimeout(this.turn);
    if (this.goesOn && desk.view === 'tour' && chapter && !this.isMoving && !desk.player.playing && !this.goal()) {
      const { length } = new TextEncoder().encode(t(`say.${chapter.id}.${at}`));
      this.turn = setTimeout(() => this.go(1, !STILL.matches), length * READING_MILLIS);
    }
  }

  goOn(goesOn) {
    this.goesOn = goesOn;
    write('balsa.goon', goesOn ? 'on' : 'off');
    this.look();
  }

  remember() {
    if (this.chapter) {
      write('balsa.tour', `${this.chapter.id}/${this.chapter.steps[this.at].id}`);
    }
  }

  /** Where playing ends: this step's end, if it is still ahead. */
  goal() {
    const end = this.ends[this.at];
    const picture = this.desk.picture;
    const ahead = end && (picture.m < end.m || picture.acts < end.acts || picture.t < end.t);
    return ahead ? { ...end, pace: pace(picture, end) } : null;
  }

  go(by, playing = by > 0) {
    const { number, all } = this.where();
    if (number + by < 1 || number + by > all) {
      return;
    }
    let chapter = this.chapter;
    let at = this.at + by;
    const index = this.chapters.indexOf(chapter);
    if (at < 0) {
      chapter = this.chapters[index - 1];
      at = chapter.steps.length - 1;
    } else if (at >= chapter.steps.length) {
      chapter = this.chapters[index + 1];
      at = 0;
    }
    this.move(chapter, at, playing);
  }

  where() {
    const index = this.chapters.indexOf(this.chapter);
    const before = this.chapters.slice(0, Math.max(0, index)).reduce((sum, it) => sum + it.steps.length, 0);
    const all = this.chapters.reduce((sum, it) => sum + it.steps.length, 0);
    return { number: before + this.at + 1, all };
  }

  steps() {
    if (!this.chapter) {
      return null;
    }
    const { number, all } = this.where();
    return {
      number, all, hasPrevious: number > 1, hasNext: number < all,
      previous: () => this.go(-1), next: () => this.go(1),
    };
  }

  narrate() {
    if (!this.chapter) {
      return;
    }
    const { chapter, at, desk } = this;
    const step = chapter.steps[at];
    const key = `${chapter.id}.${at}`;
    const index = this.chapters.indexOf(chapter);
    show($('narration'),
      h('div', { class: 'chapter-pick' },
        h('label', null, h('span', { class: 'sr' }, t('tour.chapters')),
          h('select', { 'data-k': 'chapter', onchange: (event) => this.move(this.chapters[Number(event.target.value)], 0, true) },
            this.chapters.map((it, i) => h('option', { value: i, ...(i === index ? { selected: true } : {}) },
              t('tour.chapter', { n: i + 1, title: t(`chapter.${it.id}`) }))))),
        h('span', { class: 'dots', role: 'img', 'aria-label': t('tour.where', { n: at + 1, all: chapter.steps.length }) },
          chapter.steps.map((it, i) => h('i', { class: i < at ? 'done' : i === at ? 'here' : '' })))),
      h('h1', null, t(`chapter.${chapter.id}`)),
      h('p', { class: 'say' }, t(`say.${key}`)),
      step.bug && h('p', null, h('a', { href: `#play&bug=${step.bug}`, 'data-k': 'bug' }, t('tour.bug', { name: step.bug }))),
      h('div', { class: 'narration-foot' },
        has(`why.${key}`) && h('details', { class: 'fold' },
          h('summary', null, t('tour.why')),
          h('p', null, t(`why.${key}`)),
          step.see && h('p', { class: 'source' }, t('tour.see', { place: sourceOf(step.see) }))),
        !has(`why.${key}`) && step.see && h('p', { class: 'source' }, t('tour.see', { place: sourceOf(step.see) })),
        h('span', { class: 'buttons' },
          h('button', { 'data-k': 'again', onclick: () => this.move(chapter, at, true) }, '↻ ', t('tour.again')),
          h('button', { 'data-k': 'explore', onclick: () => { this.left = true; desk.explore(); } }, '⚗ ', t('tour.explore')),
          h('label', { class: 'check' }, h('input', { type: 'checkbox', 'data-k': 'go-on', ...(this.goesOn ? { checked: true } : {}),
            onchange: (event) => this.goOn(event.target.checked) }), t('tour.goon')))));
  }
}

/** A source, such as "paper §5.4.2, figure 8", in this language. */
export function sourceOf(see) {
  return see.replace(/\b(paper|thesis)\b/g, (word) => t(`see.${word}`))
    .replace(/figure (\d+)/g, (all, n) => t('see.figure', { n })).replaceAll(', ', t('see.and'));
}

function seek({ m, t: time, acts }) {
  return `seek ${m} ${time} ${acts}`;
}

const STEP_WALL_NANOS_MAX = 8e9; // a long wait of the cluster is not one of the reader

function pace(before, end) {
  return (end.t - (before ? before.t : 0)) / STEP_WALL_NANOS_MAX;
}

/** Whether anything happens between two places. */
function moves(before, end) {
  return end && (end.m > (before ? before.m : 0) || end.acts > (before ? before.acts : 0) || end.t > (before ? before.t : 0));
}
