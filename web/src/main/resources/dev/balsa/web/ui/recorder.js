// The live view's button that saves what all members wrote down of their last minutes.

import { h } from './dom.js';
import { number, t } from './i18n.js';
import { send } from './account.js';
import { panel } from './live.js';

let outcome = ''; // what became of the last time
let busy = false;

export function drawRecorder(live) {
  panel('recorder',
    h('p', { class: 'hint' }, t('recorder.about')),
    h('div', { class: 'buttons' },
      h('button', { 'data-k': 'recorder-save', disabled: busy, onclick: () => save(live) }, t('recorder.save')),
      h('a', { href: '#record', 'data-k': 'recorder-open' }, t('recorder.open'))),
    h('p', { role: 'status' }, outcome));
}

async function save(live) {
  busy = true;
  outcome = t('recorder.busy');
  drawRecorder(live);
  try {
    const answer = await send('/ui/live/trace?all=true', {});
    const file = await answer.blob();
    const link = h('a', { download: 'balsa.trace', href: URL.createObjectURL(file) });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    outcome = t('recorder.done', { n: number(Math.ceil(file.size / 1024)) });
  } catch (refused) {
    outcome = t('error', { message: refused.message });
  }
  busy = false;
  drawRecorder(live);
}
