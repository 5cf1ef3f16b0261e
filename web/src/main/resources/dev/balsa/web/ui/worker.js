// The real core, simulator and key-value store run here, compiled from Java. One command at a time.
// A run that is broken on purpose is played by a second module, which is fetched when one is opened.
import { call as sound } from './balsa.js';

const BROKEN = /(^open|[;\n])\s*bug (?!NONE\b)/; // as a line of its own
let playing = sound; // the module whose run is looked at
let last = Promise.resolve();

/**
 * The module that obeys a command: what begins something new says which, all else goes on with it. A recording is of the
 * shipped core, and run again by that.
 */
async function module(command) {
  if (command.startsWith('open ')) {
    return BROKEN.test(command) ? (await import('./museum.js')).call : sound;
  }
  return /^(tour|chapter|trace) /.test(command) ? sound : playing;
}

/** Whether the next commands are about what this one has begun, and not about what was looked at before. */
function isBegun(command, answer) {
  return command.startsWith('trace ') ? answer.includes('"nodes"')
    : !command.startsWith('tour ') && !answer.startsWith('{"error"');
}

async function obey({ id, command }) {
  let answer;
  try {
    const call = await module(command);
    answer = call(command);
    if (isBegun(command, answer)) {
      playing = call;
    }
  } catch (broken) {
    answer = JSON.stringify({ defect: String(broken && broken.message ? broken.message : broken) });
  }
  self.postMessage({ id, answer });
}

self.onmessage = ({ data }) => {
  last = last.then(() => obey(data));
};
self.postMessage({ ready: true });
