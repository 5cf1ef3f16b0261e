// Latency and throughput: the last two minutes as lines and a map, each with its figures in words, and what clients do as a table.

import { h, s } from './dom.js';
import { bytes, number, t } from './i18n.js';
import { panel, tableOf } from './live.js';
import { millis, p99 } from './livetables.js';

const WIDTH = 300;
const HEIGHT = 70;
const FLOW_SAMPLES = 10; // five seconds
const KINDS = ['solid', 'dashed', 'dotted', 'solid', 'dashed', 'dotted', 'solid', 'dashed', 'dotted'];

const SLOTS = 24;
const SLOT_MS = 5000; // of the map of latencies
const ROW = 7;

export function drawCharts(live) {
  const { samples } = live;
  const spans = (kind) => live.members().map((member) => ({
    name: member.label,
    values: samples.map(({ reports: { [member.id]: it } }) => (!it ? null : it[kind].count ? it[kind].p99 / 1e6 : undefined)), // unknown, or none yet
  }));
  const rate = live.members().map((member) => ({ name: member.label, values: rates(samples, member.id) }));
  panel('charts', h('div', { class: 'charts' },
    chart('rate', rate, t('unit.persecond')), chart('write', spans('write'), t('unit.millis')), chart('force', spans('force'), t('unit.millis')),
    heatmap(heat(samples)), chart('codes', codes(samples), t('unit.calls'))), work(live));
}

/** The calls that ended between one sample and the next, of all members that both know: by bucket of duration, and by code. */
function* ended(samples) {
  for (let i = 1; i < samples.length; i++) {
    const [before, now] = [samples[i - 1], samples[i]].map(({ reports }) => reports);
    const both = Object.keys(now).filter((id) => before[id] && before[id].clients.calls && now[id].clients.calls);
    const pairs = both.map((id) => [before[id].clients.calls, now[id].clients.calls]);
    yield { at: samples[i].at, seconds: Math.max(0.001, (samples[i].at - samples[i - 1].at) / 1000), pairs };
  }
}

/** Requests by when they ended, in slots up to now, and how long they took; null where nothing is known. */
export function heat(samples) {
  const last = Math.floor((samples.length ? samples.at(-1).at : 0) / SLOT_MS);
  const slots = Array(SLOTS).fill(null);
  let first = 0;
  for (const { at, pairs } of ended(samples)) {
    const slot = SLOTS - 1 - last + Math.floor(at / SLOT_MS);
    for (const [before, now] of slot < 0 ? [] : pairs) {
      first = now.first;
      slots[slot] ||= now.durations.map(() => 0);
      now.durations.forEach((it, bucket) => { slots[slot][bucket] += Math.max(0, it - before.durations[bucket]); });
    }
  }
  return { slots, first, totals: slots.find(Boolean)?.map((_, bucket) => slots.reduce((so, it) => so + (it ? it[bucket] : 0), 0)) || [] };
}

/** Answers for each second, by code; all members together. */
export function codes(samples) {
  const steps = [...ended(samples)];
  const names = new Set(steps.flatMap(({ pairs }) => pairs.flatMap(([, now]) => Object.keys(now.codes))));
  return [...names].sort((a, b) => (b === 'OK') - (a === 'OK') || a.localeCompare(b, 'en')).map((name) => ({
    name,
    values: steps.map(({ pairs, seconds }) => (pairs.length === 0 ? null
      : pairs.reduce((so, [before, now]) => so + Math.max(0, (now.codes[name] || 0) - (before.codes[name] || 0)), 0) / seconds)),
  }));
}

/** Requests by time, and upwards by latency; the more, the darker. */
function heatmap({ slots, first, totals }) {
  const height = totals.length * ROW || HEIGHT;
  const most = Math.max(1, ...slots.flatMap((it) => it || []));
  const bound = (bucket) => (bucket < totals.length - 1 ? `≤ ${millis(first * 2 ** bucket)}` : `> ${millis(first * 2 ** (bucket - 1))}`);
  const width = WIDTH / SLOTS;
  const text = totals.map((it, bucket) => (it > 0 ? `${bound(bucket)}: ${number(it)}` : '')).filter(Boolean).join(', ');
  return h('figure', { class: 'chart', 'data-chart': 'heat' },
    h('figcaption', null, h('b', null, t('chart.heat')), ' ', h('span', { class: 'hint' }, t('chart.heat.hint'))),
    s('svg', { viewBox: `-58 -6 ${WIDTH + 62} ${height + 12}`, role: 'img', 'aria-label': t('chart.heat.label', { name: t('chart.heat'), text: text || '–' }) },
      s('path', { class: 'axis', d: `M0 0V${height}H${WIDTH}` }),
      totals.map((_, bucket) => bucket % 3 === 0 && s('text', { x: -5, y: height - bucket * ROW }, bound(bucket))),
      slots.map((slot, i) => (slot === null ? s('rect', { class: 'heat-unknown', x: i * width, y: 0, width, height })
        : slot.map((count, bucket) => count > 0 && s('rect', {
          class: 'heat', x: i * width, y: height - (bucket + 1) * ROW, width, height: ROW, 'fill-opacity': (0.15 + 0.85 * Math.sqrt(count / most)).toFixed(2),
        }, s('title', null, `${bound(bucket)}: ${number(count)}`)))))),
    h('ul', { class: 'chart-legend' }, [['heat', 0.15, t('chart.heat.few')], ['heat', 1, t('chart.heat.most', { n: number(most) })], ['heat-unknown', 1, t('unknown')]]
      .map(([kind, opacity, name]) => h('li', null, s('svg', { viewBox: '0 0 14 10', class: 'heat-key', 'aria-hidden': 'true' }, s('rect', { class: kind, x: 1, y: 1, width: 12, height: 8, 'fill-opacity': opacity })), name))));
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
