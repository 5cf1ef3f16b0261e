// What the page may change, where the server was started with --ui-operations: asked for one at a time, confirmed by name.

import { h, show } from './dom.js';
import { number, t } from './i18n.js';
import { call, checked, currentUser, fromBase64, logIn, results, send, unreachable } from './account.js';

export class Operations {
  constructor(box, live) {
    this.box = box;
    this.live = live;
    this.drawn = '';
    this.outcome = null; // {good, text, flags}
    this.pending = null; // what waits to be confirmed
    this.revision = '';
    this.peers = ''; // URLs of a member to come
    this.name = '';
    this.password = '';
  }

  /** Draws when what it offers has changed, so that nobody's words are lost. */
  draw() {
    const { live } = this;
    this.box.hidden = !live.cluster.operations;
    const offer = JSON.stringify([
      document.documentElement.lang, live.cluster.operations, live.connected(), currentUser(),
      live.members().map((it) => [it.id, it.label, it.seat, it.known, it.known && it.report.role, it.known && it.report.alarms]),
    ]);
    if (offer !== this.drawn) {
      this.drawn = offer;
      this.redraw();
    }
  }

  redraw() {
    if (!this.live.cluster.operations) {
      return;
    }
    show(this.box,
      h('div', { class: 'card-head' }, h('h2', { id: 'live-operations-title' }, t('live.operations')), this.account()),
      this.outcome && h('p', { class: `alarm ${this.outcome.good ? '' : 'bad'}`, role: 'status', 'data-outcome': this.outcome.good ? 'good' : 'bad' }, this.outcome.text,
        this.outcome.flags && h('code', null, this.outcome.flags)),
      this.pending && this.confirmation(),
      this.members(),
      h('div', { class: 'groups-of-two' }, this.history(), this.alarms()));
  }

  /** Who acts; with authentication off nobody need log in. */
  account() {
    if (currentUser()) {
      return h('span', { class: 'hint' }, t('account.is', { user: currentUser() }), ' ',
        h('button', { 'data-k': 'log-out', onclick: () => this.act(() => logIn('', ''), t('account.left')) }, t('account.out')));
    }
    return h('details', null, h('summary', { 'data-k': 'account' }, t('account')),
      h('form', { class: 'row', onsubmit: (event) => { event.preventDefault(); this.act(() => logIn(this.name, this.password), t('account.done')); } },
        h('label', { class: 'field' }, h('span', null, t('account.name')),
          h('input', { 'data-k': 'user', autocomplete: 'username', value: this.name, oninput: (event) => { this.name = event.target.value; } })),
        h('label', { class: 'field' }, h('span', null, t('account.password')),
          h('input', { 'data-k': 'password', type: 'password', autocomplete: 'current-password', oninput: (event) => { this.password = event.target.value; } })),
        h('button', { 'data-k': 'log-in' }, t('account.in'))));
  }

  members() {
    const { live } = this;
    const leader = live.leader();
    const leads = leader && leader.id === live.cluster.self;
    return h('section', null, h('h3', null, t('operations.members')),
      leader && !leads && h('p', { class: 'hint' }, t('operations.elsewhere', { leader: leader.label })),
      h('ul', { class: 'member-list' }, live.members().map((it) => h('li', null, h('b', null, it.label), ' ', h('span', { class: 'hint' }, t(`seat.${it.seat}`)), ' ',
        h('span', { class: 'buttons' },
          leads && it.id !== leader.id && it.known && it.seat === 'VOTER' && this.button(`transfer-${it.label}`, 'operation.transfer', { kind: 'transfer', member: it }),
          it.known && this.button(`defrag-${it.label}`, 'operation.defrag', { kind: 'defrag', member: it }),
          it.seat === 'LEARNER' && this.button(`promote-${it.label}`, 'operation.promote', { kind: 'promote', member: it }),
          this.button(`remove-${it.label}`, 'operation.remove', { kind: 'remove', member: it }))))),
      h('form', { class: 'row', onsubmit: (event) => { event.preventDefault(); this.ask({ kind: 'add', seat: event.submitter.value, peers: this.peers }); } },
        h('label', { class: 'field' }, h('span', null, t('operations.peers')),
          h('input', { 'data-k': 'add-peers', pattern: ' *https?://.+', required: true, autocomplete: 'off', value: this.peers, oninput: (event) => { this.peers = event.target.value; } })),
        h('button', { value: 'learner', 'data-k': 'add-learner' }, t('do.learn')),
        h('button', { value: 'voter', 'data-k': 'add-voter' }, t('do.add'))));
  }

  button(key, label, pending) {
    return h('button', { 'data-k': key, onclick: () => this.ask(pending) }, t(label));
  }

  history() {
    return h('section', null, h('h3', null, t('operations.history')),
      h('form', { class: 'row', onsubmit: (event) => { event.preventDefault(); this.ask({ kind: 'compact', revision: this.revision }); } },
        h('label', { class: 'field' }, h('span', null, t('operations.revision')),
          h('input', { 'data-k': 'compact-revision', inputmode: 'numeric', pattern: '[0-9]{1,18}', required: true, value: this.revision, oninput: (event) => { this.revision = event.target.value; } })),
        h('button', { 'data-k': 'compact' }, t('operation.compact'))),
      h('p', null, h('button', { 'data-k': 'snapshot', onclick: () => this.act(() => this.download(), t('operations.saved')) }, t('operation.snapshot'))));
  }

  alarms() {
    const raised = (this.live.leader() || { report: { alarms: [] } }).report.alarms;
    return h('section', null, h('h3', null, t('live.alarms')),
      raised.length === 0 ? h('p', { class: 'hint' }, t('operations.noalarm'))
        : h('ul', { class: 'member-list' }, raised.map((it) => h('li', null,
          t(`raised.${it.type}`, { node: this.live.label(it.member) }), ' ',
          this.button(`disarm-${it.type}`, 'operation.disarm', { kind: 'disarm', alarm: it })))));
  }

  /** Asks whether it is meant; for a change of the members the server says what it would mean. */
  async ask(pending) {
    this.outcome = null;
    this.pending = { ...pending, typed: '' };
    const { kind, seat, member } = pending;
    if (kind === 'add' || kind === 'promote' || kind === 'remove') {
      try {
        const path = new URL(`live/operations/plan?${kind}=${seat || member.id}`, location.href);
        this.pending.plan = await (await checked(await fetch(path).catch(unreachable))).json();
      } catch (refused) {
        this.pending = null;
        this.outcome = { good: false, text: t('operations.failed', { message: refused.message }) };
        this.redraw();
        return;
      }
    }
    this.redraw();
    const field = this.box.querySelector('[data-k=typed]') || this.box.querySelector('[data-k=confirm]');
    field.focus();
  }

  confirmation() {
    const { pending } = this;
    const { kind, member, plan, seat, peers } = pending;
    const values = { node: member && member.label, peers, revision: pending.revision, alarm: pending.alarm && t(`alarmtype.${pending.alarm.type}`) };
    const refused = plan && plan.refused && t(`reason.${plan.refused}`);
    const cancel = () => { this.pending = null; this.redraw(); };
    return h('form', {
      class: 'confirm', role: 'alertdialog', 'aria-labelledby': 'confirm-title',
      onsubmit: (event) => { event.preventDefault(); if (this.isMeant()) { this.go(); } },
    },
      h('p', { id: 'confirm-title' }, h('b', null, t(seat ? `confirm.add.${seat}` : `confirm.${kind}`, values))),
      refused && h('p', { class: 'alarm bad' }, t('plan.refused', { reason: refused })),
      plan && !refused && h('p', { class: plan.loses ? 'alarm bad' : '', 'data-plan': plan.loses ? 'loses' : 'keeps' },
        t('plan.change', { before: number(plan.before.voters), after: number(plan.after.voters), spare: number(Math.max(0, plan.after.spare)) }),
        ' ', plan.loses && t('plan.loses')),
      member && !refused && h('label', { class: 'field' }, h('span', null, t('confirm.type', { node: member.label })),
        h('input', { 'data-k': 'typed', autocomplete: 'off', value: pending.typed, oninput: (event) => { pending.typed = event.target.value; this.box.querySelector('[data-k=confirm]').disabled = !this.isMeant(); } })),
      h('div', { class: 'buttons' },
        !refused && h('button', { class: 'primary', 'data-k': 'confirm', disabled: !this.isMeant() }, t(`operation.${kind}`)),
        h('button', { type: 'button', 'data-k': 'cancel', onclick: cancel }, t('confirm.cancel'))));
  }

  isMeant() {
    return !this.pending.member || this.pending.typed === this.pending.member.label;
  }

  async go() {
    const { kind, member, revision, alarm, seat, peers } = this.pending;
    const id = member && String(BigInt(`0x${member.id}`));
    const request = {
      add: peers && { peerURLs: peers.split(',').map((it) => it.trim()), isLearner: seat === 'learner' },
      transfer: { targetID: id }, promote: { ID: id }, remove: { ID: id }, defrag: {}, compact: { revision },
      disarm: alarm && { action: 'DEACTIVATE', memberID: String(BigInt(`0x${alarm.member}`)), alarm: alarm.type },
    }[kind];
    this.pending = null;
    await this.act(() => call(`live/operations/${kind}${kind === 'defrag' ? `?member=${member.id}` : ''}`, request), t(kind === 'add' ? 'operations.added' : 'operations.done'), kind === 'add' && flags);
  }

  /** {@code tell} makes of the answer what the member to come is to be started with. */
  async act(action, done, tell) {
    try {
      const answer = await action();
      this.outcome = { good: true, text: done, flags: tell && tell(answer) };
    } catch (refused) {
      this.outcome = { good: false, text: t('operations.failed', { message: refused.message }) };
    }
    this.redraw();
  }

  /** The store as a file, put together of the pieces that come in lines. */
  async download() {
    const pieces = [];
    for await (const { blob } of results(await send('live/operations/snapshot', {}))) {
      pieces.push(fromBase64(blob || ''));
    }
    const link = h('a', { download: 'balsa-snapshot.db', href: URL.createObjectURL(new Blob(pieces)) });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
}

/** What a member that was added is to be started with, beside a name and a data directory of its own. */
function flags({ member, members }) {
  const cluster = members.flatMap(({ ID, name = '', peerURLs }) => peerURLs.map((url) => `${ID === member.ID ? 'NAME' : name}=${url}`));
  return ` --name NAME --initial-cluster ${cluster} --initial-cluster-state existing --initial-advertise-peer-urls ${member.peerURLs}`;
}
