// The keyboard: everything can be done with it; the shortcuts can be switched off.

import { $, h, show } from './dom.js';
import { read, t, write } from './i18n.js';

let enabled = read('balsa.keys') !== 'off';

const HELP = ['space', 'arrows', 'shift', 'speed', 'home', 'digits', 'tour', 'logs', 'help'];

export function listen(desk) {
  document.addEventListener('keydown', (event) => {
    const typing = event.target.closest('input:not([type=range]):not([type=checkbox]), select, textarea, dialog');
    if (!enabled || typing || desk.view === 'live' || desk.recording.loading || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (obey(desk, event)) {
      event.preventDefault();
    }
  });
}

function obey(desk, event) {
  const onRange = event.target.matches('input[type=range]');
  const takesSpace = event.target.closest('button, summary, a, [role=button], input[type=checkbox]');
  switch (event.key) {
    case ' ':
      return !takesSpace && (desk.toggle(), true);
    case 'ArrowRight':
      return !onRange && (event.shiftKey ? desk.go('interesting') : forward(desk), true);
    case 'ArrowLeft':
      return !onRange && (event.shiftKey ? desk.go('earlier') : backward(desk), true);
    case '.':
      return (desk.go('step'), true);
    case ',':
      return (desk.go('back'), true);
    case '[':
      return (desk.setSpeed(slower(desk, 1)), true);
    case ']':
      return (desk.setSpeed(slower(desk, -1)), true);
    case 'Home':
      return !onRange && (desk.jump(0), true);
    case 'End':
      return !onRange && (desk.jump(desk.picture.endM), true);
    case 'Escape':
      return (desk.choose(null), true);
    case '?':
      return (openHelp(), true);
    default:
      return digit(desk, event);
  }
}

function forward(desk) {
  if (desk.view === 'tour') {
    desk.tour.go(1);
  } else {
    desk.go('step');
  }
}

function backward(desk) {
  if (desk.view === 'tour') {
    desk.tour.go(-1);
  } else {
    desk.go('back');
  }
}

function slower(desk, by) {
  const speeds = [...desk.bar.speed.options].map((it) => Number(it.value));
  const at = speeds.indexOf(desk.speed());
  return speeds[Math.min(speeds.length - 1, Math.max(0, at + by))];
}

function digit(desk, event) {
  const id = Number(event.key);
  if (!(id >= 1 && id <= desk.picture.nodes.length)) {
    return false;
  }
  desk.choose({ kind: 'node', id });
  return true;
}

/** Which engine this is, in eight digits: a hash (FNV-1a) of its file. */
async function build() {
  const answer = await fetch(new URL('./balsa.js', import.meta.url));
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return (bytes.reduce((hash, it) => Math.imul(hash ^ it, 0x01000193), 0x811c9dc5) >>> 0).toString(16).padStart(8, '0');
}

export function openHelp() {
  const help = $('help');
  const engine = h('p', { class: 'source' });
  build().then((it) => { engine.textContent = t('help.build', { build: it }); });
  const off = h('input', { type: 'checkbox', ...(enabled ? { checked: true } : {}), onchange: (event) => {
    enabled = event.target.checked;
    write('balsa.keys', enabled ? 'on' : 'off');
  } });
  show(help,
    h('h2', null, t('help')),
    h('p', null, t('help.about')),
    h('dl', { class: 'facts' }, HELP.map((key) => [h('dt', null, t(`help.${key}.keys`)), h('dd', null, t(`help.${key}`))])),
    h('label', { class: 'check' }, off, t('help.switch')),
    engine,
    h('form', { method: 'dialog' }, h('button', { class: 'primary' }, t('close'))));
  help.showModal();
}
