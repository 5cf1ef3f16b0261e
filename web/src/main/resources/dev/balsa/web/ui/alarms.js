// What an operator should look at, and what to do about it. Thresholds are those of etcd's own alerts.

import { h } from './dom.js';
import { number, span, t } from './i18n.js';
import { panel } from './live.js';
import { elections } from './elections.js';
import { list } from './why.js';

const ELECTIONS_MAX = 4; // in a quarter of an hour
const QUARTER_MS = 15 * 60 * 1000;
const SPANS_MIN = 100; // of fewer the p99 is the slowest, such as the first after a start
const FORCE_P99_NANOS = 500e6;
const APPLY_P99_NANOS = 250e6;
const WRITE_P99_NANOS = 150e6;
const TRIP_P99_NANOS = 150e6;
const FAILED_WRITES = 5; // in two minutes
const QUOTA_PERCENT = 80;
const QUOTA_PERCENT_BAD = 95;
const FULL_WITHIN_MS = 4 * 3600e3;
const GROWTH_MS_MIN = 60e3;
const CERTIFIED_MS = 30 * 864e5;
const CERTIFIED_MS_BAD = 7 * 864e5;
const CLOCK_MS = 1000;
const LAG_ENTRIES = 1000;
const LAG_MS = 5000;

/** The section of the runbook about each; a member that is gone does not serve it. */
export const RUNBOOK = {
  quorum: 'lost-majority', leader: 'balsanoleader', risk: 'balsamemberdown', small: 'members', unknown: 'balsamemberdown',
  views: 'balsapeerconnectionsbreak', elections: 'balsamanyleaderchanges', space: 'nospace', corrupt: 'corrupt', failed: 'balsamemberdown',
  force: 'balsaslowforces', apply: 'balsaslowapplies', write: 'balsaslowrequests', peer: 'balsaslowpeers', refused: 'balsamanyfailedproposals',
  quota: 'balsaquotanear', fill: 'balsaquotasoon', certificate: 'certificates-and-clocks', clock: 'certificates-and-clocks', lag: 'looking',
  versions: 'upgrade', joint: 'members', disk: 'members',
};

/** All alarms that stand now, each as {level, key, values}. */
export function alarms(live) {
  if (!live.connected()) {
    return [{ level: 'bad', key: 'lost', values: { self: live.label(live.cluster.self) } }];
  }
  const found = [];
  const add = (level, key, values = {}) => found.push({ level, key, values });
  const members = live.members();
  const known = members.filter((it) => it.known);
  if (live.cluster.spare < 0) {
    add('bad', 'quorum', { n: -live.cluster.spare });
  } else if (!live.leader()) {
    add('bad', 'leader');
  } else if (live.cluster.spare === 0 && known.length < members.length) {
    add('bad', 'risk');
  } else if (live.cluster.spare === 0) {
    add('note', 'small', { n: live.cluster.voters });
  }
  members.filter((it) => !it.known).forEach((it) => add('warn', 'unknown', { node: it.label }));
  if (new Set(known.filter((it) => it.report.leader).map((it) => it.report.leader)).size > 1) {
    add('warn', 'views');
  }
  const recent = elections(live.story).filter((it) => Date.now() - it.wall < QUARTER_MS).length;
  if (recent >= ELECTIONS_MAX) {
    add('warn', 'elections', { n: recent });
  }
  for (const it of known) {
    const lag = live.lag(it);
    if (it.report.alarms.some((alarm) => alarm.type === 'NOSPACE') && it.id === (live.leader() || {}).id) {
      add('bad', 'space');
    }
    if (it.report.alarms.some((alarm) => alarm.type === 'CORRUPT') && it.id === (live.leader() || {}).id) {
      add('bad', 'corrupt');
    }
    if (it.report.failed) {
      add('bad', 'failed', { node: it.label });
    }
    slow(add, it, live);
    room(add, it, live.samples);
    if (it.report.certified < CERTIFIED_MS) {
      add(it.report.certified < CERTIFIED_MS_BAD ? 'bad' : 'warn', 'certificate', { node: it.label, time: span(Math.max(0, it.report.certified)) });
    }
    if (Math.abs(it.ahead) > CLOCK_MS) {
      add('warn', 'clock', { node: it.label, ms: number(Math.abs(it.ahead)) });
    }
    if (lag && (lag.entries > LAG_ENTRIES || lag.ms > LAG_MS)) {
      add('warn', 'lag', { node: it.label, n: number(lag.entries) });
    }
  }
  if (new Set(known.map((it) => it.report.version)).size > 1) {
    add('note', 'versions');
  }
  if (live.cluster.joint) {
    add('note', 'joint');
  }
  const lost = live.story.filter((it) => it.name === 'DiskLost' || it.name === 'QuorumLost').pop();
  if (lost) {
    add('bad', 'disk', { node: live.label(lost.member || lost.node) });
  }
  return found;
}

/** What takes too long, or fails. */
function slow(add, { id, label, report }, live) {
  const late = (spans, most) => spans.count >= SPANS_MIN && spans.p99 > most;
  const ms = (spans) => number(spans.p99 / 1e6);
  if (late(report.force, FORCE_P99_NANOS)) {
    add(late(report.force, 2 * FORCE_P99_NANOS) ? 'bad' : 'warn', 'force', { node: label, ms: ms(report.force) });
  }
  if (late(report.apply, APPLY_P99_NANOS)) {
    add('warn', 'apply', { node: label, ms: ms(report.apply) });
  }
  if (late(report.write, WRITE_P99_NANOS)) {
    add('warn', 'write', { node: label, ms: ms(report.write) });
  }
  const far = report.peers.filter((it) => late(it.trip, TRIP_P99_NANOS));
  if (far.length > 0) {
    add('warn', 'peer', { node: label, peers: list(far.map((it) => live.label(it.id))), ms: number(Math.max(...far.map((it) => it.trip.p99)) / 1e6) });
  }
  const first = live.samples.find((it) => it.reports[id]).reports[id];
  const failed = report.clients.failed - first.clients.failed;
  if (failed > FAILED_WRITES) {
    add('warn', 'refused', { node: label, n: number(failed) });
  }
}

/** How full a store is, and when it will be if it goes on as in the last minutes. */
function room(add, { id, label, report: { store } }, samples) {
  if (!store.quota) {
    return;
  }
  const percent = (100 * store.bytes) / store.quota;
  if (percent > QUOTA_PERCENT) {
    add(percent > QUOTA_PERCENT_BAD ? 'bad' : 'warn', 'quota', { node: label, n: number(percent) });
  }
  const first = samples.find((it) => it.reports[id]);
  const elapsed = Date.now() - first.at;
  const left = ((store.quota - store.bytes) * elapsed) / Math.max(1, store.bytes - first.reports[id].store.bytes);
  if (elapsed > GROWTH_MS_MIN && left > 0 && left < FULL_WITHIN_MS) {
    add('warn', 'fill', { node: label, time: span(left) });
  }
}

export function drawAlarms(live) {
  const all = alarms(live);
  panel('alarms', all.length === 0 ? h('p', { class: 'empty' }, '✓ ', t('alarms.none'))
    : h('ul', { class: 'alarm-list' }, all.map(({ level, key, values }, i) => h('li', { class: `alarm ${level}`, 'data-alarm': key },
      h('strong', null, { bad: '✗ ', warn: '! ', note: 'i ' }[level], t(`alarm.${key}`, values)),
      h('p', null, t(`alarm.${key}.do`, values), ' ',
        RUNBOOK[key] && h('a', { href: `operations.html#${RUNBOOK[key]}`, hreflang: 'en', target: '_blank', rel: 'noopener', 'data-k': `runbook-${i}` }, t('alarms.runbook')))))));
}
