// Taking a run away: as a link, a file, a still, a sequence diagram, a test, a frame in another page.

import { h, toast } from './dom.js';
import { currentLanguage, t } from './i18n.js';
import { fragment } from './link.js';

const STYLES = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'opacity', 'font-size', 'font-weight',
  'font-family', 'text-anchor', 'paint-order'];

export function away(desk) {
  const file = h('input', { type: 'file', accept: '.txt,text/plain', class: 'sr', id: 'import-file', 'data-k': 'import',
    onchange: async (event) => { const [chosen] = event.target.files; if (chosen) { desk.openRun(await chosen.text()); } } });
  const button = (key, action) => h('button', { type: 'button', 'data-k': key, onclick: action }, t(`do.${key}`));
  return h('section', { class: 'group' }, h('h3', null, t('away')),
    h('div', { class: 'buttons' },
      button('share', () => desk.share()),
      button('export', () => save('balsa-run.txt', 'text/plain', desk.runText())),
      h('label', { class: 'button', for: 'import-file' }, t('do.import')), file,
      button('still', () => save('balsa.svg', 'image/svg+xml', still())),
      button('sequence', async () => save('balsa.mmd', 'text/plain', await sequence(desk))),
      button('test', () => save('BalsaRunTest.java', 'text/plain', test(desk.picture))),
      button('embed', () => embed(desk))));
}

function save(name, type, text) {
  const link = h('a', { download: name, href: URL.createObjectURL(new Blob([text], { type })) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  toast(t('export.done', { name }));
}

/** The ring as it is drawn, with the looks that the page's style sheets give it. */
function still() {
  const drawn = document.querySelector('#ring svg');
  const copy = drawn.cloneNode(true);
  const all = [drawn, ...drawn.querySelectorAll('*')];
  [copy, ...copy.querySelectorAll('*')].forEach((it, i) => {
    const style = getComputedStyle(all[i]);
    STYLES.forEach((name) => it.setAttribute(name, style.getPropertyValue(name)));
  });
  const { x, y, width, height } = drawn.viewBox.baseVal;
  const ground = document.createElementNS(copy.namespaceURI, 'rect');
  Object.entries({ x, y, width, height, fill: getComputedStyle(document.getElementById('scene')).backgroundColor })
    .forEach(([name, value]) => ground.setAttribute(name, value));
  copy.prepend(ground);
  return new XMLSerializer().serializeToString(copy);
}

/** The newest messages as Mermaid writes a sequence diagram. */
async function sequence(desk) {
  const { messages } = await desk.engine.call('diagram 0');
  const lines = messages.map((it) => `  N${it.from}${it.fate === 'LOST' ? '-x' : it.ok === undefined ? '->>' : '-->>'}N${it.to}: `
    + `${it.name} ${it.term}${it.ok === undefined ? '' : it.ok ? ' ✓' : ' ✗'}`);
  return ['sequenceDiagram', ...desk.picture.nodes.map((it) => `  participant N${it.id}`), ...lines, ''].join('\n');
}

/** A test of the same seed and conditions, for the library's simulator; what a person did stands beside it. */
function test({ seed, nodes, spares, preVote, checkQuorum, leases, sky, run }) {
  const millis = (value) => `${value}_000_000L`;
  const done = run.split('\n').filter((it) => it.startsWith('at '));
  return `import dev.balsa.sim.Hosting;
import dev.balsa.sim.Plan;
import dev.balsa.sim.RegisterLoad;
import dev.balsa.sim.Registers;
import dev.balsa.sim.Weather;
import dev.balsa.sim.Witness;
import dev.balsa.sim.Workbench;
import dev.balsa.sim.World;
import java.util.List;
import org.junit.jupiter.api.Test;

class BalsaRunTest {
  @Test
  void theSeedKeepsEveryPromise() {
    Weather weather =
        new Weather(${sky.loss}, 0, ${sky.duplicate}, 0, ${millis(sky.latencyMin)}, ${millis(sky.latencyMax)} + 1, ${millis(sky.forceMax)});
    Plan plan =
        new Plan(${seed}L, ${nodes.length - spares}, Long.MAX_VALUE, Plan.Timing.PAPER, Plan.Window.DEFAULT,
            Plan.Host.OVERLAP, weather, List.of(), List.of());
    World<Long, Registers> world = new World<>(plan, new RegisterLoad(), Hosting.IN_MEMORY);
    Workbench<Long, Registers> bench =
        new Workbench<>(world, Witness.NOBODY, config -> config.withPreVote(${preVote}).withCheckQuorum(${checkQuorum})${leases ? '.withLease(dev.balsa.raft.LeaseRules.within(100))' : ''});
${done.map((it) => `    // ${it}`).join('\n')}
    while (bench.now() < 1_000_000_000L && bench.step()) {} // a broken promise ends it with an exception
  }
}
`;
}

async function embed(desk) {
  await desk.player.settle();
  const link = new URL(fragment(desk.runText(), currentLanguage()), location.href);
  link.search = '?embed=1';
  const text = `<iframe src="${link.href.replaceAll('"', '%22')}" width="800" height="620" title="Balsa"></iframe>`;
  try {
    await navigator.clipboard.writeText(text);
    toast(t('embed.copied'));
  } catch {
    toast(text); // no right to the clipboard: it can be copied from here
  }
}
