// What an operator should look at, and what to do about it. Thresholds are those of etcd's own alerts.

import { h } from './dom.js';
import { number, t } from './i18n.js';
import { panel } from './live.js';
import { elections } from './elections.js';

const ELECTIONS_MAX = 4; // in a quarter of an hour
const QUARTER_MS = 15 * 60 * 1000;
const FORCE_P99_NANOS = 500e6;
const WRITE_P99_NANOS = 500e6;
const LAG_ENTRIES = 1000;
const LAG_MS = 5000;

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
    if (it.report.force.p99 > FORCE_P99_NANOS) {
      add('warn', 'force', { node: it.label, ms: number(it.report.force.p99 / 1e6) });
    }
    if (it.report.write.p99 > WRITE_P99_NANOS) {
      add('warn', 'write', { node: it.label, ms: number(it.report.write.p99 / 1e6) });
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

export function drawAlarms(live) {
  const all = alarms(live);
  panel('alarms', all.length === 0 ? h('p', { class: 'empty' }, '✓ ', t('alarms.none'))
    : h('ul', { class: 'alarm-list' }, all.map(({ level, key, values }) => h('li', { class: `alarm ${level}`, 'data-alarm': key },
      h('strong', null, { bad: '✗ ', warn: '! ', note: 'i ' }[level], t(`alarm.${key}`, values)),
      h('p', null, t(`alarm.${key}.do`, values))))));
}
