// The live view: what a member streams about all members, kept and drawn. Says unknown rather than guess.

import { $, h, show } from './dom.js';
import { t } from './i18n.js';
import { drawHeadline, drawMembers, drawStrip, drawViews } from './livetables.js';
import { drawTopology } from './topology.js';
import { drawElections, drawStory } from './elections.js';
import { drawAlarms } from './alarms.js';
import { drawCharts } from './charts.js';
import { KeyBrowser } from './keybrowser.js';
import { Operations } from './operations.js';
import { drawRecorder } from './recorder.js';
import { drawDemo } from './demo.js';

const SILENT_MS = 2000; // without a word from the member that we ask, nothing is known
const SAMPLES_MAX = 240; // two minutes
const STORY_MAX = 2000;
const PANELS = ['headline', 'demo', 'alarms', 'topology', 'views', 'members', 'strip', 'charts', 'elections', 'keys', 'operations', 'recorder', 'story'];

export class LiveView {
  constructor() {
    this.cluster = null;
    this.parts = new Map();
    this.ages = {};
    this.story = [];
    this.samples = [];
    this.heard = 0; // performance.now() of the last word
    this.source = null;
  }

  /** Begins to look; ends with {@code close}. */
  open() {
    if (this.source) {
      return;
    }
    if (!$('live-headline')) {
      $('liveview').append(...PANELS.map((it) => h('section', { id: `live-${it}`, class: `card live-${it}` })));
      this.keys = new KeyBrowser($('live-keys'), this);
      this.operations = new Operations($('live-operations'), this);
    }
    this.opened = performance.now();
    this.connect();
    this.timer = setInterval(() => this.watch(), 500);
    this.draw();
  }

  connect() {
    this.source = new EventSource('live/stream');
    this.source.onmessage = (event) => this.take(JSON.parse(event.data));
    // A browser gives up where the answer was no stream; a member that comes back must be found again.
    this.source.onerror = () => {
      if (this.source && this.source.readyState === EventSource.CLOSED) {
        clearTimeout(this.again);
        this.again = setTimeout(() => this.source && this.connect(), 1000);
      }
    };
  }

  close() {
    if (this.source) {
      this.source.close();
      this.source = null;
      clearInterval(this.timer);
      clearTimeout(this.again);
    }
  }

  take({ ages, parts, story }) {
    this.heard = performance.now();
    this.ages = ages;
    for (const [name, part] of Object.entries(parts)) {
      if (name === 'cluster') {
        this.cluster = part;
      } else {
        this.parts.set(name, part);
      }
    }
    const known = new Set(this.story.map(keyOf));
    this.story.push(...story.filter((it) => !known.has(keyOf(it))));
    this.story.sort((a, b) => a.wall - b.wall);
    this.story.splice(0, Math.max(0, this.story.length - STORY_MAX));
    this.sample();
    this.draw();
  }

  /** Keeps what charts and lags are made of. */
  sample() {
    const leader = this.leader();
    const reports = {};
    for (const member of this.members()) {
      if (member.known) {
        reports[member.id] = member.report;
      }
    }
    this.samples.push({ at: Date.now(), leader: leader ? leader.id : '', commit: leader ? leader.report.commit : null, reports });
    this.samples.splice(0, Math.max(0, this.samples.length - SAMPLES_MAX));
  }

  watch() {
    if (!this.connected() !== this.wasSilent) {
      this.draw();
    }
  }

  connected() {
    return this.heard > 0 && performance.now() - this.heard < SILENT_MS;
  }

  /** All members, each with what is known of it now; {@code report} is the last that was heard. */
  members() {
    if (!this.cluster) {
      return [];
    }
    return this.cluster.members.map((member) => {
      const part = this.parts.get(member.id) || { known: false };
      return {
        ...member,
        label: member.name || member.id,
        known: part.known && this.connected(),
        ahead: part.ahead,
        report: part.report || null,
        age: this.ages[member.id],
      };
    }).sort((a, b) => a.label.localeCompare(b.label, 'en', { numeric: true }));
  }

  /** The known member that leads the highest term, or null. */
  leader() {
    return this.members().filter((it) => it.known && it.report.role === 'LEADER')
      .sort((a, b) => b.report.term - a.report.term)[0] || null;
  }

  label(id) {
    const member = this.cluster && this.cluster.members.find((it) => it.id === id);
    return member && member.name ? member.name : id || t('none');
  }

  /** A text with the members' names where it has their ids. */
  named(text) {
    return this.members().reduce((so, it) => so.replaceAll(it.id, it.label), text);
  }

  /** How far a member is behind the leader: entries, and for how long already; null if unknown. */
  lag(member) {
    const leader = this.leader();
    if (!leader || !member.known) {
      return null;
    }
    const entries = Math.max(0, leader.report.commit - member.report.applied);
    if (entries === 0) {
      return { entries: 0, ms: 0 };
    }
    const since = this.samples.find((it) => it.commit !== null && it.commit > member.report.applied);
    return { entries, ms: since ? Date.now() - since.at : 0 };
  }

  draw() {
    this.wasSilent = !this.connected();
    document.documentElement.dataset.live = this.connected() ? 'connected' : this.cluster ? 'lost' : 'none';
    drawHeadline(this);
    if (!this.cluster) {
      return;
    }
    drawDemo(this);
    drawAlarms(this);
    drawTopology(this);
    drawViews(this);
    drawMembers(this);
    drawStrip(this);
    drawCharts(this);
    drawElections(this);
    drawStory(this);
    drawRecorder(this);
    this.keys.draw();
    this.operations.draw();
  }
}

function keyOf(it) {
  return JSON.stringify(it);
}

/** A panel's head and its content; its name is its heading. */
export function panel(name, ...children) {
  const box = $(`live-${name}`);
  box.setAttribute('aria-labelledby', `live-${name}-title`);
  show(box, h('div', { class: 'card-head' }, h('h2', { id: `live-${name}-title` }, t(`live.${name}`))), ...children);
}

/** A table in a box of its own that scrolls if it must. */
export function tableOf(name, heads, rows) {
  return h('div', { class: 'table-box', tabindex: 0, role: 'region', 'aria-label': t(`live.${name}`), 'data-scroll': name, 'data-k': `box-${name}` },
    h('table', { class: 'small live-table' },
      h('thead', null, h('tr', null, heads.map((it) => h('th', { scope: 'col' }, it)))),
      h('tbody', null, rows)));
}
