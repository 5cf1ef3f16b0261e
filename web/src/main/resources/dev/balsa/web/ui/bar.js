// The bar at the bottom: previous and next, play, steps, speed, the timeline. Always in one place.

import { $, h, patch, s, show } from './dom.js';
import { ms, number, t } from './i18n.js';

const SPEEDS = [1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001];

export class Bar {
  constructor(desk) {
    this.desk = desk;
    this.buttons = h('div', { class: 'bar-buttons' });
    this.clock = h('output', { class: 'clock' });
    this.range = h('input', { type: 'range', min: 0, max: 1, value: 0, class: 'scrub', 'data-k': 'scrub',
      oninput: () => desk.jump(Number(this.range.value)) });
    this.paint = s('svg', { class: 'paint', viewBox: '0 0 1000 16', preserveAspectRatio: 'none', 'aria-hidden': 'true' });
    this.speed = h('select', { 'data-k': 'speed', onchange: () => desk.setSpeed(Number(this.speed.value)) });
    this.steps = h('div', { class: 'bar-steps' });
    $('bar').append(this.steps, this.buttons,
      h('div', { class: 'bar-time' }, this.paint, this.range),
      h('div', { class: 'bar-right' }, this.clock, this.speed));
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
    this.speed.setAttribute('aria-label', t('bar.speed'));
    this.range.setAttribute('aria-label', t('bar.timeline'));
    this.clock.setAttribute('aria-label', t('bar.clock'));
  }

  draw(picture, playing, story) {
    this.play.textContent = playing ? '❚❚' : '▶';
    this.play.setAttribute('aria-label', t(playing ? 'bar.pause' : 'bar.play'));
    this.play.title = t(playing ? 'bar.pause' : 'bar.play');
    this.range.max = Math.max(1, picture.endM, picture.m);
    if (document.activeElement !== this.range || playing) {
      this.range.value = picture.m;
    }
    this.range.setAttribute('aria-valuetext', t('bar.at', { m: picture.m, t: ms(picture.t) }));
    this.time(picture.t);
    this.drawPaint(picture, story);
  }

  time(now) {
    this.clock.textContent = ms(now);
  }

  /** Paints the timeline with terms as bands and what matters as marks. */
  drawPaint(picture, story) {
    const end = Math.max(1, picture.endM, picture.m);
    const x = (m) => (1000 * m) / end;
    const bands = [];
    const marks = [];
    let from = 0;
    let term = 0;
    for (const it of story) {
      if (it.name === 'BecameLeader') {
        bands.push(band(x(from), x(it.m), term));
        from = it.m;
        term = it.term;
        marks.push(s('path', { class: 'mark-leader', d: `M${x(it.m)} 0v16` }));
      } else if (it.name === 'Stopped' || it.name === 'Acted') {
        marks.push(s('path', { class: it.name === 'Stopped' ? 'mark-stop' : 'mark-act', d: `M${x(it.m)} 9v7` }));
      } else if (it.name === 'Broken') {
        marks.push(s('path', { class: 'mark-broken', d: `M${x(it.m)} 0v16` }));
      }
    }
    bands.push(band(x(from), 1000, term));
    patch(this.paint, bands, marks);
  }

  /** In the tour: previous and next, in fixed places. */
  drawSteps(tour) {
    if (!tour) {
      show(this.steps);
      return;
    }
    patch(this.steps,
      h('button', { 'data-k': 'previous', class: 'wide-button', disabled: !tour.hasPrevious, onclick: tour.previous }, '← ', t('tour.previous')),
      h('span', { class: 'where' }, t('tour.where', { n: tour.number, all: tour.all })),
      h('button', { 'data-k': 'next', class: 'wide-button primary', disabled: !tour.hasNext, onclick: tour.next }, t('tour.next'), ' →'));
  }
}

function band(from, to, term) {
  return s('rect', { class: `band term-${term % 8} ${term === 0 ? 'none' : ''}`, x: from, y: 0, width: Math.max(0, to - from), height: 8 });
}
