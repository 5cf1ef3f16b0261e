// A recorded incident: a file of what several nodes' cores were told, opened and shown on one time line.

import { $, h, show, toast } from './dom.js';
import { ms, number, t } from './i18n.js';

const SLICE = 1 << 17; // bytes of the file that the worker gets at once
const BYTES_MAX = 256 << 20;

export class Recording {
  constructor(desk) {
    this.desk = desk;
    this.loading = null;
  }

  /** Opens a file; what is looked at stays if it cannot be read. */
  async open(file) {
    const { desk } = this;
    if (this.loading) {
      return;
    }
    desk.player.pause();
    this.tell(0, 1);
    try {
      const picture = await this.load(file);
      this.loading = null;
      desk.feed.clear();
      desk.chosen = null;
      desk.before = desk.picture && !desk.picture.recorded ? desk.runText() : desk.before;
      desk.player.show(picture);
    } catch (refused) {
      toast(t('error', { message: refused.message }));
    } finally {
      this.loading = null;
      document.documentElement.dataset.loading = '';
      this.draw(desk.picture);
    }
  }

  /** In slices: between them the worker does what else it is asked, and this page what a person does. */
  async load(file) {
    if (file.size > BYTES_MAX) {
      throw new Error(t('record.large', { n: number(BYTES_MAX >> 20) }));
    }
    const { engine } = this.desk;
    await engine.call('trace begin');
    for (let at = 0; at < file.size; at += SLICE) {
      const part = new Uint8Array(await file.slice(at, at + SLICE).arrayBuffer());
      await engine.call(`trace part ${chars(part)}`);
      this.tell(Math.min(at + SLICE, file.size), file.size);
    }
    await engine.call('trace end');
    for (;;) {
      const answer = await engine.call('trace judge');
      if (answer.nodes) {
        return answer;
      }
      this.loading = t('record.judging', { n: number(answer.steps) });
      this.progress();
    }
  }

  tell(done, all) {
    document.documentElement.dataset.loading = 'true';
    this.loading = t('record.loading', { n: number(Math.floor((100 * done) / all)) });
    this.progress();
  }

  progress() {
    const box = $('record-progress');
    if (box) {
      box.textContent = this.loading || '';
    } else {
      this.draw(this.desk.picture);
    }
  }

  draw(picture) {
    const file = h('input', { type: 'file', accept: '.trace,application/octet-stream', class: 'sr', id: 'trace-file', 'data-k': 'trace-file',
      onchange: (event) => { const [chosen] = event.target.files; if (chosen) { this.open(chosen); } } });
    show($('recording'),
      h('div', { class: 'card-head' }, h('h2', null, t('record')), picture && picture.recorded && h('span', { class: 'hint' }, wall(picture))),
      h('p', null, t('record.about')),
      h('div', { class: 'buttons' }, h('label', { class: 'button', for: 'trace-file' }, t('record.open')), file),
      h('p', { id: 'record-progress', role: 'status' }, this.loading || ''),
      picture && picture.recorded && about(picture));
  }
}

/** A char for each byte. */
function chars(bytes) {
  const parts = [];
  for (let at = 0; at < bytes.length; at += 8192) {
    parts.push(String.fromCharCode.apply(null, bytes.subarray(at, at + 8192)));
  }
  return parts.join('');
}

/** The moment by the recorders' clock, where that is the wall's and not a simulation's. */
function wall(picture) {
  const millis = (Number(picture.begin) + picture.t) / 1e6;
  return millis > 1e12 ? new Date(millis).toISOString() : ms(picture.t);
}

/** Who recorded: a member, or the command that did. */
export function sourceText(source) {
  return source === 'member' ? t('source.member') : source;
}

const ABSENT = [
  ['address', /^it never told its address$/], ['silent', /^no answer(?: \((\w+)\))?$/], ['status', /^it answered (\d+)$/],
  ['none', /^it has none$/], ['damaged', /^its record (.*)$/],
];

/** Why a member is not in a recording, as the one that saved it wrote it down. */
function absentText(reason) {
  const [key, form] = ABSENT.find(([, it]) => it.test(reason)) || [];
  return key ? t(`absent.${key}`, { what: reason.match(form)[1] || '–' }) : `“${reason}”`;
}

function about(picture) {
  const columns = ['matrix.node', 'record.name', 'record.member', 'record.source', 'record.from'];
  return [
    h('div', { class: 'table-box', tabindex: 0, role: 'region', 'aria-label': t('record.nodes'), 'data-scroll': 'recorded' },
      h('table', { class: 'small wide' },
        h('thead', null, h('tr', null, columns.map((it) => h('th', { scope: 'col' }, t(it))))),
        h('tbody', null, picture.nodes.map((node) => h('tr', null,
          h('th', { scope: 'row' }, `N${node.id}`),
          [node.name || '–', node.member, `${sourceText(node.source)} (${node.version})`, t(node.whole ? 'record.whole' : 'record.cut')]
            .map((it) => h('td', null, it))))))),
    picture.absent.length > 0 && h('ul', { class: 'absent' }, picture.absent.map(([name, reason]) =>
      h('li', null, t('record.absent', { name, reason: absentText(reason) })))),
    h('p', { class: 'hint' }, t('record.lengths')),
  ];
}
