// Tasks for whoever wants to know whether they have understood: graded by what the cores say, and by what was done.

import { h, toast } from './dom.js';
import { ms, read, t, write } from './i18n.js';

const FAULTS = /^(crash|pause|cut|split|sky|drop|rate)\b/;

const named = (name, test = () => true) => (story) => story.find((it) => it.name === name && test(it));

/** Each with the run it begins with, and what shows that it is done; {@code acts} are a person's. */
const TASKS = [
  { id: 'elect', run: 'seed 42;nodes 5', done: named('BecameLeader', (it) => it.node === 3 && it.term === 1) },
  { id: 'split', run: 'seed 7;nodes 4;pre-vote off', done: (story) => story.find((it, i) => it.name === 'ElectionStarted'
    && story.slice(0, i).filter((one) => one.name === 'ElectionStarted' && one.term === it.term - 1).length > 1
    && !story.slice(0, i).some((one) => one.name === 'BecameLeader' && one.term === it.term - 1)) },
  { id: 'two', run: 'seed 42;nodes 5;pre-vote off', done: (story, picture) =>
    picture.nodes.filter((it) => it.up && it.role === 'LEADER').length > 1 && story.at(-1) },
  { id: 'lose', run: 'seed 3;nodes 3', done: named('Truncated') },
  { id: 'idle', run: 'seed 5;nodes 5', done: (story, picture, acts) => picture.figures.elections > 0
    && acts.filter((it) => FAULTS.test(it)).length <= 2 && !picture.nodes.some((it) => it.up && it.role === 'LEADER')
    && picture.figures.leaderless - picture.figures.lastElection >= 1e9 && story.at(-1) },
  { id: 'old', run: 'seed 2;nodes 3;pre-vote off;batch one', done: named('CommitWithheld') },
  { id: 'silent', run: 'seed 9;nodes 3', done: (story, picture, acts) => !acts.some((it) => it.startsWith('crash'))
    && named('SteppedDown', (it) => it.reason === 'QUORUM_SILENT')(story) },
  { id: 'snapshot', run: 'seed 14;nodes 3;snapshots 4', done: named('SnapshotInstalled') },
];

export class Challenges {
  constructor(desk) {
    this.desk = desk;
    this.task = null; // that is under way
    this.solved = new Set((read('balsa.solved') || '').split(',').filter(Boolean));
  }

  begin(task) {
    this.task = task;
    this.desk.openRun(task.run);
  }

  /** Looks at what happened up to a picture. */
  look(picture) {
    const { task } = this;
    if (!task || picture.recorded || !picture.run.includes(task.run.split(';')[0])) {
      return;
    }
    const story = this.desk.feed.past();
    const acts = story.filter((it) => it.action).map((it) => it.action); // a storm's, too
    const found = task.done(story, picture, acts);
    if (found) {
      this.task = null;
      this.solved.add(task.id);
      write('balsa.solved', [...this.solved].join());
      toast(t('challenge.solved', { name: t(`challenge.${task.id}`), t: ms(found.t), n: acts.length }));
    }
  }

  draw() {
    return h('section', { class: 'group tasks' }, h('h3', null, t('challenges')), h('p', { class: 'hint' }, t('challenges.about')),
      h('ol', { class: 'bug-list' }, TASKS.map((it) => h('li', null,
        h('b', null, this.solved.has(it.id) ? '✓ ' : '', t(`challenge.${it.id}`)), h('p', null, t(`challenge.${it.id}.is`)),
        h('div', { class: 'buttons' }, h('button', { type: 'button', 'data-k': `challenge-${it.id}`, onclick: () => this.begin(it),
          class: this.task === it ? 'primary' : '' }, t(this.task === it ? 'challenge.again' : 'challenge.begin')))))));
  }

  /** What is drawn, for whoever compares. */
  shows() {
    return [this.task && this.task.id, [...this.solved]];
  }
}
