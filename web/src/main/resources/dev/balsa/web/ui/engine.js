// Talks to the worker: commands go out in order, answers come back as objects.

import { say, t } from './i18n.js';

export class Engine {
  constructor() {
    this.waiting = new Map();
    this.next = 1;
  }

  /** The worker is there from the first command on: who only looks at a live cluster needs none. */
  start() {
    this.worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
    this.ready = new Promise((resolve, reject) => {
      this.worker.onerror = (event) => reject(new Error(t('error.worker')));
      this.worker.onmessage = ({ data }) => {
        if (data.ready) {
          resolve();
          return;
        }
        const { resolve: done, reject: failed } = this.waiting.get(data.id);
        this.waiting.delete(data.id);
        const answer = JSON.parse(data.answer);
        if (answer.defect !== undefined) {
          failed(new Error(t('error.engine', { message: answer.defect })));
        } else if (answer.error !== undefined) {
          failed(new Error(say(answer.error)));
        } else {
          done(answer);
        }
      };
    });
  }

  /** Obeys one command; rejects with what the engine says, in the page's language, if it is refused. */
  async call(command) {
    if (!this.ready) {
      this.start();
    }
    await this.ready;
    return new Promise((resolve, reject) => {
      const id = this.next++;
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, command });
    });
  }
}
