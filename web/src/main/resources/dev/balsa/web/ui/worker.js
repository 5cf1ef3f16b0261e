// The real core, simulator and key-value store run here, compiled from Java. One command at a time.
// A run that is broken on purpose is played by a second module, which is fetched when one is opened.
import { call as sound } from './balsa.js';

const BROKEN = /(^open|[;\n])\s*bug (?!NONE\b)/; // as a line of its own
let playing = sound; // the module whose run is looked at
let last = Promise.resolve();

/** The module that obeys a command: what begins something new says which, all else goes on with it. */
async function module(command) {
  if (command.startsWith('open ')) {
    return BROKEN.test(command) ? (await import('./museum.js')).call : sound;
  }
  return command.startsWith('tour ') || command.startsWith('chapter ') ? sound : playing;
}

async function obey({ id, command }) {
  let answer;
  try {
    const call = await module(command);
    answer = call(command);
    if (!answer.startsWith('{"error"') && !command.startsWith('tour ')) {
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
