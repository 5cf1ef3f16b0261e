// Futures: when the past is changed, what came of it before is kept. They have names, and can be gone to or laid beside this one.

import { $, h, patch, s } from './dom.js';
import { ms, number, t } from './i18n.js';
import { actionText } from './feed.js';
import { word } from './link.js';
import { drawMatrix } from './matrix.js';

const LANE = 16;
const LENGTH = 1000;

export class Futures {
  constructor(desk) {
    this.desk = desk;
    this.number = null; // of the future that is laid beside this one
    this.other = null; // its picture
    this.asked = ''; // what that was asked for
    this.asking = false;
  }

  /** All of them, this one first. */
  list({ branches, name, endT }) {
    const { desk } = this;
    const lane = (key, label, value, ...rest) => h('li', { class: 'row' },
      h('input', { 'data-k': `name-${key}`, value, maxlength: 40, autocomplete: 'off', 'aria-label': label,
        onchange: (event) => desk.command(`name ${key} ${word(event.target.value)}`) }), rest);
    return branches.length > 0 && h('section', { class: 'group futures' }, h('h3', null, t('branches')), comb(branches, endT),
      h('ul', { class: 'plain' },
        lane(branches.length, t('branches.name', { name }), name, h('span', null, t('branches.this', { to: ms(endT) }))),
        branches.map((it, i) => lane(i, t('branches.name', { name: it.name }), it.name,
          h('button', { type: 'button', 'data-k': `branch-${i}`, onclick: () => desk.command(`branch ${i}`) }, t('branches.go')),
          h('button', { type: 'button', 'data-k': `beside-${i}`, 'aria-pressed': String(this.number === i),
            onclick: () => this.lay(this.number === i ? null : i) }, t('branches.beside')),
          h('span', null, t(it.there ? 'branches.one' : 'branches.still', { from: ms(it.t), to: ms(it.endT), act: it.there && actionText(it.there) }))))));
  }

  lay(which) {
    this.number = which;
    this.desk.redraw();
  }

  /** The other future as it is at the same time, or at its end if that comes before. */
  draw(picture) {
    const branch = this.number !== null && !picture.recorded && this.desk.view === 'play' && picture.branches[this.number];
    $('beside').hidden = !branch;
    if (!branch) {
      this.number = null;
      return;
    }
    const wanted = [this.number, branch.name, branch.endT, picture.t].join();
    if (this.asked !== wanted && !this.asking) {
      this.asked = wanted;
      this.ask(`beside ${this.number} ${picture.t}`);
    }
    if (this.other) {
      this.compare(picture, branch, this.other);
    }
  }

  async ask(command) {
    this.asking = true;
    this.other = await this.desk.engine.call(command).catch(() => null); // the run is another by now
    this.asking = false;
    this.desk.redraw();
  }

  compare(picture, branch, other) {
    const pairs = facts(picture).map(([key, value], i) => [key, facts(other)[i][1], value]);
    const done = (act) => (act ? actionText(act) : t('beside.nothing'));
    drawMatrix($('beside'), other, null, null,
      h('div', { class: 'card-head' }, h('h2', null, t('beside.two', { a: branch.name, b: picture.name })),
        h('button', { 'data-k': 'beside-close', onclick: () => this.lay(null) }, t('close'))),
      h('p', null, t('beside.parted', { t: ms(branch.t), a: branch.name, there: done(branch.there), b: picture.name, here: done(branch.here) })),
      h('table', { class: 'small' },
        h('thead', null, h('tr', null, [t('beside.fact'), branch.name, picture.name].map((it) => h('th', { scope: 'col' }, it)))),
        h('tbody', null, pairs.map(([key, there, here]) => h('tr', { class: there === here ? '' : 'differs' },
          h('th', { scope: 'row' }, there === here ? '' : '≠ ', t(key)), h('td', null, there), h('td', null, here))))));
  }
}

/** What a picture comes down to. */
function facts({ t: time, nodes }) {
  const up = nodes.filter((it) => it.up);
  const leader = up.filter((it) => it.role === 'LEADER').sort((a, b) => b.term - a.term)[0];
  const first = up.sort((a, b) => b.applied - a.applied)[0];
  const kv = first && first.kv ? first.kv : [];
  return [
    ['bar.clock', ms(time)],
    ['fact.leader', leader ? `N${leader.id}` : t('none')],
    ['fact.term', number(Math.max(0, ...nodes.map((it) => (it.up ? it.term : it.disk.term))))],
    ['fact.commit', number(Math.max(0, ...up.map((it) => it.commit)))],
    ['kv', kv.map(([key, value]) => `${key} = ${value}`).join(', ') || t('none')],
  ];
}

/** Lines of time, this future's on top; the others hang where they part from it. */
function comb(branches, endT) {
  const x = (time) => 4 + ((LENGTH - 8) * time) / Math.max(1, endT, ...branches.map((it) => it.endT));
  return s('svg', { class: 'comb', viewBox: `0 0 ${LENGTH} ${LANE * (branches.length + 1)}`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    s('path', { class: 'here', d: `M4 ${LANE / 2}H${x(endT)}` }),
    branches.map((it, i) => s('path', { d: `M${x(it.t)} ${LANE / 2}V${LANE * (i + 1.5)}H${x(it.endT)}` })));
}
