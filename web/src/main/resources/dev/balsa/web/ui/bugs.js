// "Break it on purpose": bugs of the museum, switched on for a run; the judges find them.

import { h } from './dom.js';
import { say, t } from './i18n.js';

const FAMILIES = ['E', 'C', 'M', 'R', 'L', 'N', 'S']; // a name's first letter
let bugs = null; // [{name, source, run}], once read

async function read() {
  const text = await (await fetch(new URL('./bugs.txt', import.meta.url))).text();
  bugs = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => {
    const [name, source, ...run] = line.split(' ');
    return { name, source, run: run.join(' ') };
  });
}

let reading = null;

function known() {
  reading ||= read();
  return reading;
}

export function areBugsRead() {
  return bugs !== null;
}

/** The run that is kept for a bug, or null if there is none of that name. */
export async function keptRun(name) {
  await known();
  const bug = bugs.find((it) => it.name === name);
  return bug ? bug.run : null;
}

/** What can be broken, and what is. */
export function drawBugs(picture, desk) {
  if (bugs === null) {
    known().then(() => desk.redraw());
    return null;
  }
  const on = picture.bug !== 'NONE';
  return h('section', { class: 'group bugs' }, h('h3', null, t('bugs')),
    h('p', { class: 'hint' }, t('bugs.about')),
    on && h('p', { class: 'bug-on', role: 'status' }, t('bugs.on', { name: picture.bug, bug: t(`bug.${picture.bug}`) }), ' ',
      picture.broken ? t('bugs.found', { promise: say(picture.broken) }) : t('bugs.notyet')),
    on && h('div', { class: 'buttons' },
      h('button', { type: 'button', 'data-k': 'bug-off', onclick: () => desk.openRun(without(desk.runText())) }, t('bugs.off'))),
    FAMILIES.map((letter) => [h('h4', null, t(`bugs.family.${letter}`)),
      h('ul', { class: 'bug-list' }, bugs.filter(({ name }) => name.startsWith(letter)).map((bug) => row(bug, picture, desk)))]));
}

function row(bug, picture, desk) {
  const { name } = bug;
  return h('li', null,
    h('details', { ...(desk.open[`bug-${name}`] ? { open: true } : {}), ontoggle: (event) => { desk.open[`bug-${name}`] = event.target.open; } },
      h('summary', { 'data-k': `bug-${name}` }, `${name} · ${t(`bug.${name}`)}`),
      h('p', null, t(`bug.${name}.how`)),
      h('p', null, h('a', { href: bug.source, rel: 'noreferrer', target: '_blank', 'data-k': `bug-source-${name}` }, t('bugs.source', { source: t(`bug.${name}.source`) }))),
      h('div', { class: 'buttons' },
        h('button', { type: 'button', 'data-k': `bug-show-${name}`, onclick: () => desk.openRun(bug.run) }, t('bugs.show')),
        h('button', { type: 'button', 'data-k': `bug-begin-${name}`, onclick: () => desk.openRun(bug.run.replace(/look .*$/, '')) }, t('bugs.begin')),
        h('button', { type: 'button', 'data-k': `bug-here-${name}`, disabled: picture.bug === name,
          onclick: () => desk.openRun(`${without(desk.runText()).replace(/look [^;\n]*/, '').replace(/\n+$/, '')};bug ${name}`) }, t('bugs.here')))));
}

/** The same run, sound. */
function without(run) {
  return run.replace(/^bug .*\n?/m, '');
}
