// The page: puts the engine, the pictures and the person together. Computes no rule of Raft.

import { $, h, put, show, toast } from './dom.js';
import { LANGUAGES, currentLanguage, has, preferredLanguage, read, say, t, useLanguage, write } from './i18n.js';
import { Engine } from './engine.js';
import { Player } from './player.js';
import { Ring, legend } from './ring.js';
import { drawMatrix } from './matrix.js';
import { Feed, sentence } from './feed.js';
import { drawChain, drawInspector } from './inspector.js';
import { drawSetup } from './setup.js';
import { drawTable } from './table.js';
import { Diagram, drawFigures } from './diagram.js';
import { Bar } from './bar.js';
import { Challenges } from './challenges.js';
import { Futures } from './futures.js';
import { keptRun } from './bugs.js';
import { NARROW } from './geometry.js';
import { TourView } from './tourview.js';
import { fragment, readFragment } from './link.js';
import { listen, openHelp } from './keys.js';
import { LiveView } from './live.js';
import { Recording, sourceText } from './record.js';

const FIRST_RUN = 'seed 42;nodes 5';

/** What a person can do with the run, given to all parts of the page. */
class Desk {
  constructor() {
    this.open = { links: false }; // which folds are open
    this.chosen = null;
    this.seen = null; // the message that was looked at last
    this.before = FIRST_RUN; // what was looked at before a recording
    this.view = 'tour';
    this.engine = new Engine();
    this.feed = new Feed((m) => this.jump(m));
    this.ring = new Ring((what) => this.choose(what));
    this.player = new Player(this.engine, (picture) => this.take(picture), (now) => this.tick(now));
    this.bar = new Bar(this);
    this.tour = new TourView(this);
    this.live = new LiveView();
    this.recording = new Recording(this);
    this.diagram = new Diagram(this);
    this.challenges = new Challenges(this);
    this.futures = new Futures(this);
  }

  get picture() {
    return this.player.picture;
  }

  async openRun(run) {
    this.player.pause();
    this.seen = null;
    try {
      await this.player.command(`open ${run.trim().replaceAll('\n', ';')}`);
    } catch (refused) {
      toast(t('error', { message: refused.message }));
      if (!this.picture) {
        await this.player.command(`open ${FIRST_RUN}`);
      }
    }
  }

  begin({ seed, nodes, preVote, checkQuorum, leases, singly, spares, snapshots, timeoutMin, timeoutMax }) {
    const sky = this.picture.sky;
    return this.openRun(`seed ${seed};nodes ${nodes};spares ${spares};snapshots ${snapshots};pre-vote ${preVote ? 'on' : 'off'};`
      + `${checkQuorum ? '' : 'check-quorum off;'}${leases ? 'lease on;' : ''}${singly ? 'batch one;' : ''}timeouts ${timeoutMin} ${timeoutMax};`
      + `sky ${sky.latencyMin} ${sky.latencyMax} ${sky.loss} ${sky.duplicate} ${sky.forceMax}`);
  }

  async act(line) {
    if (this.view === 'tour') {
      await this.explore();
    }
    await this.player.settle();
    await this.command(`act ${line}`);
  }

  go(verb) {
    this.player.pause();
    return this.command(verb);
  }

  jump(moment) {
    this.player.pause();
    return this.command(moment === 0 ? 'seek 0 0 0' : `moment ${moment}`);
  }

  jumpTime(time) {
    const found = this.feed.known().filter((it) => it.t <= time).pop();
    return this.jump(found ? found.m : 0);
  }

  async command(line) {
    try {
      return await this.player.command(line);
    } catch (refused) {
      toast(t('error', { message: refused.message }));
      return null;
    }
  }

  toggle() {
    if (this.player.playing) {
      this.player.pause();
    } else if (this.view === 'tour' && this.tour.goal()) {
      this.player.play(this.tour.goal());
    } else {
      this.player.play();
    }
    this.redraw();
  }

  speed() {
    return this.player.speed;
  }

  setSpeed(speed) {
    this.player.speed = speed;
    this.bar.speed.value = String(speed);
  }

  choose(what) {
    this.chosen = what;
    this.redraw();
    this.explain();
  }

  async explain() {
    if (this.chosen && this.chosen.kind === 'flight') {
      drawChain(await this.engine.call(`why ${this.chosen.id}`), this);
    }
  }

  runText() {
    return this.picture.run;
  }

  async share() {
    await this.player.settle();
    const link = new URL(fragment(this.runText(), currentLanguage()), location.href);
    history.replaceState(null, '', link);
    try {
      await navigator.clipboard.writeText(link.href);
      toast(t('share.copied'));
    } catch {
      toast(t('share.address')); // no right to the clipboard: the address bar has it
    }
  }

  /** From a step of the tour to the playground, with the run as it is. */
  async explore() {
    await this.player.settle();
    this.player.pause();
    this.tour.remember();
    history.pushState(null, '', fragment(this.runText(), currentLanguage()));
    this.setView('play');
  }

  take(picture) {
    const fresh = this.feed.take(picture);
    if (picture.full) {
      toast(t('run.full'));
    }
    this.challenges.look(picture);
    this.announce(fresh);
    this.redraw();
    this.tour.look();
  }

  tick(now) {
    this.ring.move(now);
    this.bar.time(now);
  }

  /** Draws at most once for a frame. */
  redraw() {
    if (this.drawing || !this.picture) {
      return;
    }
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      this.draw();
    });
  }

  draw() {
    const { picture, chosen } = this;
    this.ring.draw(picture, chosen, this.player.now);
    drawMatrix($('matrix'), picture, chosen, (what) => this.choose(what));
    this.futures.draw(picture);
    drawInspector(picture, chosen, this, this.feed.past());
    this.feed.draw();
    if (this.view === 'record') {
      this.recording.draw(picture);
    } else if (this.view === 'play' && !picture.recorded && !$('setup').contains(document.activeElement?.closest('input, select'))) {
      drawSetup(picture, this);
    }
    drawTable(picture);
    $('figures').hidden = Boolean(picture.recorded); // nobody counted what was sent
    $('diagram').hidden = Boolean(picture.recorded);
    if (!picture.recorded) {
      drawFigures(picture);
      this.diagram.draw(picture);
    }
    this.bar.draw(picture, this.player.playing, this.feed.known());
    this.bar.drawSteps(this.view === 'tour' ? this.tour.steps() : null);
    const badge = $('badge');
    put(badge, 'class', picture.broken ? 'badge bad' : 'badge ok');
    put(badge, null, picture.broken ? t('badge.bad') : t('badge.ok'));
    put(badge, 'title', picture.broken ? say(picture.broken) : t(picture.recorded ? 'record.judged' : 'badge.title'));
    put($('scene-foot'), null, picture.recorded ? sourceText(picture.nodes[0].source) : t('scene.foot', { seed: picture.seed, hash: picture.hash }));
    document.documentElement.dataset.moment = picture.m;
    document.documentElement.dataset.hash = picture.hash;
    this.explainOnce();
  }

  explainOnce() {
    const key = this.chosen && this.chosen.kind === 'flight' ? `${this.chosen.id}` : null;
    if (key) {
      this.explain().catch(() => toast(t('inspector.gone')));
    }
  }

  /** Tells a screen reader what matters, or every detail if the feed does, at most a few lines at a time. */
  announce(fresh) {
    const told = fresh.filter((it) => this.feed.tells(it)).slice(-3).map(sentence);
    const now = performance.now();
    if (told.length > 0 && now - (this.told || 0) > 1500) {
      this.told = now;
      $('live').textContent = told.join(' ');
    }
  }

  setView(view) {
    this.view = view;
    if (view === 'live') {
      this.player.pause();
      this.live.open();
    } else {
      this.live.close();
    }
    $('liveview').hidden = view !== 'live';
    this.tour.left ||= view === 'play' || view === 'record'; // what is done there is no longer the chapter's run
    document.body.dataset.view = view;
    $('narration').hidden = view !== 'tour';
    $('setup').hidden = view !== 'play';
    $('recording').hidden = view !== 'record';
    $('go-tour').toggleAttribute('aria-current', view === 'tour');
    $('go-play').toggleAttribute('aria-current', view === 'play');
    $('go-live').toggleAttribute('aria-current', view === 'live');
    $('go-record').toggleAttribute('aria-current', view === 'record');
    this.tour.look();
    this.redraw();
  }

  async follow() {
    const asked = readFragment(location.hash);
    if (asked.lang in LANGUAGES && asked.lang !== currentLanguage()) {
      await this.setLanguage(asked.lang);
    }
    if (asked.view === 'live') {
      this.setView('live');
      return;
    }
    await this.tour.load();
    if (asked.view === 'record') {
      this.setView('record');
      this.recording.draw(this.picture);
      if (!this.picture) {
        await this.openRun(FIRST_RUN);
      }
    } else if (asked.view === 'tour') {
      this.setView('tour');
      await this.tour.show(asked.chapter, asked.step);
    } else {
      this.setView('play');
      const run = asked.bug === null ? asked.run : await keptRun(asked.bug) ?? `bug ${asked.bug}`; // the engine refuses a strange one
      if (run !== null && (!this.picture || run !== packed(this.runText()))) {
        await this.openRun(run);
      } else if (!this.picture || this.picture.recorded) {
        await this.openRun(this.before);
      }
    }
  }

  async setLanguage(language) {
    await useLanguage(language);
    $('lang').value = language;
    show($('legend'), legend());
    this.bar.words();
    if (this.tour.texts) {
      this.tour.narrate();
    }
    if (this.view === 'live') {
      this.live.draw();
    }
    if (this.view === 'record') {
      this.recording.draw(this.picture);
    }
    this.redraw();
  }
}

function packed(run) {
  return run.trim().replaceAll('\n', ';');
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  write('balsa.theme', theme);
}

async function start() {
  for (const [code, name] of Object.entries(LANGUAGES)) {
    $('lang').append(h('option', { value: code, lang: code }, name));
  }
  const desk = new Desk();
  const theme = new URLSearchParams(location.search).get('theme') || read('balsa.theme') || 'auto';
  $('theme').value = theme;
  setTheme(theme);
  $('theme').addEventListener('change', (event) => setTheme(event.target.value));
  $('lang').addEventListener('change', (event) => desk.setLanguage(event.target.value));
  $('help-open').addEventListener('click', openHelp);
  $('badge').addEventListener('click', () => toast($('badge').title));
  document.body.classList.toggle('embed', new URLSearchParams(location.search).has('embed'));
  await desk.setLanguage(readFragment(location.hash).lang in LANGUAGES ? readFragment(location.hash).lang : preferredLanguage());
  listen(desk);
  window.addEventListener('hashchange', () => desk.follow());
  new ResizeObserver(() => document.documentElement.style.setProperty('--bar', `${$('bar').offsetHeight}px`)).observe($('bar'));
  NARROW.addEventListener('change', () => desk.redraw());
  await desk.follow();
  document.documentElement.dataset.ready = 'true';
}

start().catch((broken) => {
  toast(has('error.page') ? t('error.page', { message: broken.message }) : `Balsa: ${broken.message}`);
  throw broken;
});
