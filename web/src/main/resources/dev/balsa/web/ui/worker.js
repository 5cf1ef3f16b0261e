// The real core, simulator and key-value store run here, compiled from Java. One command at a time.
import { call } from './balsa.js';

const LEISURE_MS = 250; // without a command, until the next step back is made ready
const REST_EVENTS = 60;

let leisure = 0;

function rest() {
  if (JSON.parse(call(`rest ${REST_EVENTS}`)).more) {
    leisure = setTimeout(rest, 0);
  }
}

self.onmessage = ({ data: { id, command } }) => {
  let answer;
  try {
    answer = call(command);
  } catch (bug) {
    answer = JSON.stringify({ error: String(bug && bug.message ? bug.message : bug) });
  }
  self.postMessage({ id, answer });
  clearTimeout(leisure);
  leisure = setTimeout(rest, LEISURE_MS);
};
self.postMessage({ ready: true });
