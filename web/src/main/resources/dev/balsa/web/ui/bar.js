// The bar at the bottom: previous and next, play, steps, speed, the timeline. Always in one place.

import { $, h, isNews, patch, put, s, show } from './dom.js';
import { termClass } from './geometry.js';
import { ms, number, t } from './i18n.js';

const FAR = 1e8; // moments, more than any run has
const MARKS = {
  BecameLeader: { look: 'mark-leader', top: 0 }, Broken: { look: 'mark-broken', top: 0 },
  Stopped: { look: 'mark-stop', top: 9 }, Acted: { look: 'mark-act', top: 9 }, Struck: { look: 'mark-act', top: 12 },
};
const SPEEDS = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001];

export class Bar {
  constructor(desk) {
    this.desk = desk;
    this.buttons = h('div', { class: 'bar-buttons' });
    this.clock = h('output', { class: 'clock' });
    this.range = h('input', { type: 'range', min: 0, max: 1, value: 0, class: 'scrub', 'data-k': 'scrub',
      oninput: () => desk.jump(Number(this.range.value)) });
    this.marks = s('g');
    this.paint = s('svg', { class: 'paint', viewBox: '0 0 1000 16', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, this.marks);
    this.calm = h('input', { type: 'checkbox', 'data-k': 'calm', checked: true, onchange: () => { desk.player.calm = this.calm.checked; } });
    this.calmWords = h('span');
    this.speed = h('select', { 'data-k': 'speed', onchange: () => desk.setSpeed(Number(this.speed.value)) });
    this.steps = h('div', { class: 'bar-steps' });
    $('bar').append(this.steps, this.buttons,
      h('div', { class: 'bar-time' }, this.paint, this.range),
      h('div', { class: 'bar-right' }, h('label', { class: 'check calm' }, this.calm, this.calmWords), this.clock, this.speed));
  }

  /** Words change with the language only. */
  words() {
    const { desk } = this;
    const button = (key, glyph, label, action) =>
      h('button', { class: 'icon', 'data-k': key, title: t(label), 'aria-label': t(label), onclick: action }, glyph);
    this.play = button('play', '▶', 'bar.play', () => desk.toggle());
    this.play.classList.add('primary');
    show(this.buttons,
      button('start', '|◀', 'bar.start', () => desk.jump(0)),
      button('earlier', '◀◀', 'bar.earlier', () => desk.go('earlier')),
      button('back', '◀', 'bar.back', () => desk.go('back')),
      this.play,
      button('step', '▶|', 'bar.step', () => desk.go('step')),
      button('interesting', '▶▶', 'bar.interesting', () => desk.go('interesting')));
    show(this.speed, SPEEDS.map((it) => h('option', { value: it }, it === 1 ? t('speed.real') : t('speed.slow', { n: number(1 / it) }))));
    this.speed.value = String(desk.speed());
    this.calmWords.textContent = t('bar.calm');
    this.speed.setAttribute('aria-label', t('bar.speed'));
    this.range.setAttribute('aria-label', t('bar.timeline'));
    this.clock.setAttribute('aria-label', t('bar.clock'));
  }

  draw(picture, playing, story) {
    put(this.play, null, playing ? '❚❚' : '▶');
    put(this.play, 'aria-label', t(playing ? 'bar.pause' : 'bar.play'));
    put(this.play, 'title', t(playing ? 'bar.pause' : 'bar.play'));
    this.range.max = Math.max(1, picture.endM, picture.m);
    if (document.activeElement !== this.range || playing) {
      this.range.value = picture.m;
    }
    this.range.setAttribute('aria-valuetext', t('bar.at', { m: picture.m, t: ms(picture.t) }));
    this.time(picture.t);
    this.drawPaint(picture, story);
  }

  time(now) {
    put(this.clock, null, ms(now));
  }

  /** Paints the timeline with terms as bands and what matters as marks, in moments: a longer run is scaled, not drawn anew. */
  drawPaint(picture, story) {
    put(this.marks, 'transform', `scale(${1000 / Math.max(1, picture.endM, picture.m)} 1)`);
    const told = story.filter((it) => it.name in MARKS);
    if (!isNews('paint', told.map(({ name, m, term }) => [name, m, term]))) {
      return;
    }
    const led = told.filter((it) => it.name === 'BecameLeader');
    const bands = [{ m: 0, term: 0 }, ...led].map(({ m, term }, i) => s('rect', {
      class: `band ${termClass(term)} ${term === 0 ? 'none' : ''}`, x: m, y: 0, width: (led[i] ? led[i].m : FAR) - m, height: 8,
    }));
    patch(this.marks, bands, told.map(({ name, m }) => s('path', { class: MARKS[name].look, d: `M${m} ${MARKS[name].top}V16` })));
  }

  /** In the tour: previous and next, in fixed places. */
  drawSteps(tour) {
    if (!tour) {
      this.steps.replaceChildren();
      return;
    }
    patch(this.steps,
      h('button', { 'data-k': 'previous', class: 'wide-button', disabled: !tour.hasPrevious, onclick: tour.previous }, '← ', t('tour.previous')),
      h('span', { class: 'where' }, t('tour.where', { n: tour.number, all: tour.all })),
      h('button', { 'data-k': 'next', class: 'wide-button primary', disabled: !tour.hasNext, onclick: tour.next }, t('tour.next'), ' →'));
  }
}
