// The real core, simulator and key-value store run here, compiled from Java. One command at a time.
import { call } from './balsa.js';

self.onmessage = ({ data: { id, command } }) => {
  let answer;
  try {
    answer = call(command);
  } catch (broken) {
    answer = JSON.stringify({ defect: String(broken && broken.message ? broken.message : broken) });
  }
  self.postMessage({ id, answer });
};
self.postMessage({ ready: true });
