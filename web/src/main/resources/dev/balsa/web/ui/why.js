// Why something does not go on and what to do, in words; the cores say it, as plain data.

import { h } from './dom.js';
import { number, t } from './i18n.js';

const ORDER = ['NOTHING_COMMITS', 'COMMANDS_REFUSED', 'NO_LEADER', 'READS_WAIT', 'FOLLOWER_PAUSED'];

/** What stops writes, not only something beside them. */
export const STOPS_WRITES = new Set(['NOTHING_COMMITS', 'COMMANDS_REFUSED']);

/** One reason as {question, text, remedy}; {@code name} makes a node's name of its id. */
export function reason(why, name) {
  return { question: t(`question.${why.question}`), text: t(textKey(why), values(why, name)), remedy: t(remedyKey(why)) };
}

/** Reasons with what is worst first. */
export function worstFirst(reasons) {
  return [...reasons].sort((a, b) => ORDER.indexOf(a.question) - ORDER.indexOf(b.question));
}

function textKey(why) {
  if (why.kind === 'VotesMissing' && why.preVote) {
    return 'stuck.VotesMissing.pre';
  }
  return why.kind === 'Held' && why.sinceNanos < 0 ? 'stuck.Held.never' : `stuck.${why.kind}`;
}

function remedyKey(why) {
  if (why.bar) {
    return `bar.${why.bar}.do`;
  }
  const hold = why.hold || (why.lacking && why.lacking.length > 0 && why.lacking[0].hold);
  if (hold) {
    return `hold.${hold}.do`;
  }
  return why.kind === 'VotesMissing' && why.silent.length === 0 ? 'stuck.VotesMissing.denied.do' : `stuck.${why.kind}.do`;
}

function values(why, name) {
  const so = { ...why };
  for (const [key, value] of Object.entries(why)) {
    if (key.endsWith('Nanos')) {
      so[key.replace('Nanos', '')] = t('unit.ms', { n: number(Math.round(value / 1e6)) });
    } else if (key === 'node') {
      so.node = name(value);
    } else if (key === 'lacking') {
      so.lacking = list(value.map((it) => t('stuck.lack', { node: name(it.node), hold: t(`hold.${it.hold}`) })));
    } else if (Array.isArray(value)) {
      so[key] = list(value.map(name));
    } else if (key === 'hold' || key === 'bar') {
      so[key] = t(`${key}.${value}`);
    } else if (typeof value === 'number' && key !== 'term') {
      so[key] = number(value);
    }
  }
  return so;
}

/** Names as a person lists them. */
export function list(names) {
  return names.length === 0 ? t('none')
    : new Intl.ListFormat(document.documentElement.lang, { type: 'conjunction' }).format(names);
}

/** Reasons as a list, each with what to do; {@code who} says, where more than one may, whose it is. */
export function reasonList(reasons, name) {
  return reasons.length > 0 && h('ul', { class: 'reasons', 'aria-label': t('reasons') }, reasons.map(({ why, who }) => {
    const { question, text, remedy } = reason(why, name);
    return h('li', { 'data-why': why.kind, class: STOPS_WRITES.has(why.question) ? 'bad' : '' },
      h('b', null, who ? t('reasons.of', { who, question }) : question), ' ', text,
      h('p', null, t('reasons.do', { remedy })));
  }));
}
