// Time: plays a run at a speed, between the events of the engine. One command is under way at a time.

const ELECTION_SPEED = 1 / 100;

export class Player {
  /** {@code take} gets every picture; {@code tick} is called for every frame in between. */
  constructor(engine, take, tick) {
    this.engine = engine;
    this.take = take;
    this.tick = tick;
    this.picture = null;
    this.now = 0;
    this.playing = false;
    this.speed = 1 / 100;
    this.calm = true; // slower while votes are asked for
    this.goal = null; // {m, t, acts, pace}: where playing ends, and how fast at least
    this.busy = Promise.resolve();
    this.last = 0;
  }

  /** Gives the engine a command when those before are done; draws its picture. */
  command(line) {
    const next = this.busy.then(async () => {
      const picture = await this.engine.call(line);
      if (picture.nodes) {
        this.picture = picture;
        this.now = picture.t;
        this.take(picture);
      }
      return picture;
    });
    this.busy = next.catch(() => {}); // whoever gave the command is told
    return next;
  }

  /** Shows a picture that came in another way than by a command. */
  show(picture) {
    this.picture = picture;
    this.now = picture.t;
    this.take(picture);
  }

  /** The engine goes to the shown time, so that what is done next is done then. */
  settle() {
    return this.now > this.picture.t ? this.command(`until ${Math.floor(this.now)}`) : this.busy;
  }

  play(goal = null) {
    this.goal = goal;
    if (!this.playing) {
      this.playing = true;
      this.last = performance.now();
      requestAnimationFrame((at) => this.frame(at));
    }
  }

  pause() {
    this.playing = false;
    this.goal = null;
  }

  async frame(at) {
    if (!this.playing) {
      return;
    }
    // A page that was hidden does not jump ahead.
    const wall = Math.min(100, Math.max(0, at - this.last));
    this.last = at;
    this.now += wall * 1e6 * Math.max(this.pace(), this.goal ? this.goal.pace : 0);
    const due = this.picture.next === undefined ? Infinity : this.picture.next;
    const goalDue = this.goal ? this.goal.t : Infinity;
    if (this.now >= Math.min(due, goalDue)) {
      await this.advance();
    } else {
      this.tick(this.now);
    }
    if (this.playing) {
      requestAnimationFrame((next) => this.frame(next));
    }
  }

  /** Elections are over in an instant: who watches at more than a walk would miss them. */
  pace() {
    const isAsked = this.calm && this.picture.nodes.some((it) => it.up && (it.role === 'CANDIDATE' || it.role === 'PRE_CANDIDATE'));
    return isAsked ? Math.min(this.speed, ELECTION_SPEED) : this.speed;
  }

  async advance() {
    const time = Math.floor(this.now);
    const goal = this.goal;
    const picture = await this.command(
      goal ? `toward ${goal.m} ${goal.t} ${goal.acts} ${time}` : `until ${time}`,
    ).catch(() => null);
    const over = picture === null || picture.next === undefined || (goal && picture.there) || picture.broken;
    if (over && this.goal === goal) {
      this.playing = false;
      this.goal = null;
      this.take(this.picture);
    }
  }
}
