// Latency and throughput: the last two minutes as lines, each with its figures in words, and what clients do as a table.

import { h, s } from './dom.js';
import { bytes, number, t } from './i18n.js';
import { panel, tableOf } from './live.js';
import { p99 } from './livetables.js';

const WIDTH = 300;
const HEIGHT = 70;
const FLOW_SAMPLES = 10; // five seconds
const KINDS = ['solid', 'dashed', 'dotted', 'solid', 'dashed', 'dotted', 'solid', 'dashed', 'dotted'];

export function drawCharts(live) {
  const { samples } = live;
  const spans = (kind) => live.members().map((member) => ({
    name: member.label,
    values: samples.map(({ reports: { [member.id]: it } }) => (!it ? null : it[kind].count ? it[kind].p99 / 1e6 : undefined)), // unknown, or none yet
  }));
  const rate = live.members().map((member) => ({ name: member.label, values: rates(samples, member.id) }));
  panel('charts', h('div', { class: 'charts' },
    chart('rate', rate, t('unit.persecond')), chart('write', spans('write'), t('unit.millis')), chart('force', spans('force'), t('unit.millis'))), work(live));
}

/** What a member does for its clients, by the names of the columns. */
const WORK = {
  put: ({ clients }) => p99(clients.put),
  range: ({ clients }) => p99(clients.range),
  txn: ({ clients }) => p99(clients.txn),
  apply: ({ apply }) => p99(apply),
  pending: ({ clients }) => number(clients.pending),
  failed: ({ clients }) => number(clients.failed),
  watchers: ({ clients }) => `${number(clients.watchers)} / ${number(clients.behind)}`,
  leases: ({ clients }) => number(clients.leases),
  clients: (now, flow) => flow(({ clients }) => [clients]),
  peers: (now, flow) => flow(({ peers }) => peers),
};

function work(live) {
  const names = Object.keys(WORK);
  return tableOf('charts', [t('members.member'), ...names.map((it) => t(`work.${it}`))], live.members().map(({ label, id, known, report }) => {
    const recent = live.samples.slice(-FLOW_SAMPLES).filter((it) => it.reports[id]);
    return h('tr', { class: known ? '' : 'unknown', 'data-work': label }, h('th', { scope: 'row' }, label),
      names.map((it) => h('td', { 'data-figure': it }, known ? WORK[it](report, (of) => flow(recent, id, of)) : '–')));
  }));
}

/** Bytes received and sent for each second of late. */
function flow(recent, id, of) {
  const [first, last] = [recent[0], recent[recent.length - 1]];
  const seconds = Math.max(0.5, (last.at - first.at) / 1000);
  const sum = ({ reports }, way) => of(reports[id]).reduce((so, it) => so + it[way], 0);
  return ['received', 'sent'].map((way) => bytes(Math.max(0, sum(last, way) - sum(first, way)) / seconds)).join(' / ');
}

/** Entries applied for each second, between one sample and the next. */
function rates(samples, id) {
  return samples.map((it, i) => {
    const before = samples[i - 1];
    if (!before || !before.reports[id] || !it.reports[id]) {
      return null;
    }
    const seconds = Math.max(0.001, (it.at - before.at) / 1000);
    return Math.max(0, (it.reports[id].applied - before.reports[id].applied) / seconds);
  });
}

function chart(name, series, unit) {
  const all = series.flatMap((it) => it.values).filter((it) => it !== null && it !== undefined);
  const top = nice(Math.max(1, ...all));
  const count = Math.max(2, ...series.map((it) => it.values.length));
  const text = series.map((it) => `${it.name} ${figure(it.values)}`).join(', ');
  return h('figure', { class: 'chart' },
    h('figcaption', null, h('b', null, t(`chart.${name}`)), ' ', h('span', { class: 'hint' }, unit)),
    s('svg', { viewBox: `-34 -6 ${WIDTH + 38} ${HEIGHT + 12}`, role: 'img', 'aria-label': t('chart.label', { name: t(`chart.${name}`), text, unit }) },
      s('path', { class: 'axis', d: `M0 0H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT}H${WIDTH}` }),
      s('text', { x: -5, y: 4 }, number(top)), s('text', { x: -5, y: HEIGHT + 4 }, '0'),
      series.map((it, i) => s('path', { class: `series series-${i % 7} ${KINDS[i % KINDS.length]}`, d: line(it.values, count, top) }))),
    h('ul', { class: 'chart-legend' }, series.map((it, i) => h('li', null,
      s('svg', { viewBox: '0 0 26 8', class: 'link-sample', 'aria-hidden': 'true' }, s('path', { class: `series series-${i % 7} ${KINDS[i % KINDS.length]}`, d: 'M0 4H26' })),
      `${it.name} `, h('b', null, figure(it.values))))));
}

function figure(values) {
  const last = values[values.length - 1];
  return last === undefined ? '–' : last === null ? t('unknown') : number(last, last < 10 ? 1 : 0);
}

function nice(value) {
  const unit = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((it) => it * unit).find((it) => it >= value);
}

/** Gaps where nothing is known. */
function line(values, count, top) {
  let path = '';
  let pen = false;
  values.forEach((value, i) => {
    if (value === null || value === undefined) {
      pen = false;
      return;
    }
    const x = ((i + count - values.length) * WIDTH) / (count - 1);
    path += `${pen ? 'L' : 'M'}${x.toFixed(1)} ${(HEIGHT - (value / top) * HEIGHT).toFixed(1)}`;
    pen = true;
  });
  return path;
}
