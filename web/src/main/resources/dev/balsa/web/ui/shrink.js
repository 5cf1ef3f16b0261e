// A run in which a promise is broken, made smaller: the engine leaves out what it can, a few tries at a time, so that the page answers.

import { h, toast } from './dom.js';
import { number, say, t } from './i18n.js';

let found = ''; // how far the search is

export function shrinks() {
  return found;
}

export function drawBroken({ broken }, desk) {
  return broken && h('section', { class: 'group' }, h('h3', null, t('badge.bad')), h('p', { class: 'promise' }, say(broken)),
    h('div', { class: 'buttons' }, h('button', { type: 'button', 'data-k': 'shrink', title: t('shrink.is'), disabled: found !== '', onclick: () => shrink(desk) },
      found || t('do.shrink'))));
}

async function shrink(desk) {
  const { name } = desk.picture;
  let answer = { tries: 0 };
  desk.player.pause();
  do {
    found = answer.of ? t('shrink.at', { n: number(answer.actions), of: number(answer.of), tries: number(answer.tries) }) : t('shrink.begin');
    desk.redraw();
    answer = await desk.command('shrink');
  } while (answer && answer.tries);
  found = '';
  desk.redraw();
  if (answer) {
    toast(answer.name === name ? t('shrink.none') : t('shrink.done', { n: number(answer.acts), name: answer.name }));
  }
}
