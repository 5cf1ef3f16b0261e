// Of a demonstration only: members that can be killed and started again, to see what the others do.

import { h } from './dom.js';
import { t } from './i18n.js';
import { send } from './account.js';
import { panel } from './live.js';

let outcome = ''; // of what was done last, if it failed
let busy = false;

export function drawDemo(live) {
  const { demo, self } = live.cluster;
  document.getElementById('live-demo').hidden = !demo;
  if (!demo) {
    return;
  }
  panel('demo',
    h('p', { class: 'hint' }, t('demo.about', { self: live.label(self) })),
    h('ul', { class: 'member-list' }, live.members().filter((it) => it.name && it.id !== self).map((it) => h('li', null, h('b', null, it.label), ' ',
      h('span', { class: 'buttons' }, button(live, 'kill', it, !it.known), button(live, 'restart', it, it.known))))),
    outcome && h('p', { class: 'alarm bad', role: 'status' }, outcome));
}

function button(live, verb, member, isPointless) {
  return h('button', { 'data-k': `${verb}-${member.label}`, disabled: busy || isPointless, onclick: () => act(live, verb, member.label) }, t(`demo.${verb}`));
}

async function act(live, verb, name) {
  busy = true;
  drawDemo(live);
  try {
    await send(`live/demo/${verb}?member=${encodeURIComponent(name)}`, {});
    outcome = '';
  } catch (refused) {
    outcome = t('error', { message: refused.message });
  }
  busy = false;
  drawDemo(live);
}
