// What the live view says to look at in a cluster of two members in which all goes well, but for one figure.
async ([path, value]) => {
  const { alarms } = await import(new URL('../alarms.js', location.href));
  const spans = () => ({ count: 200, p99: 1e6 });
  const report = (peer) => ({
    alarms: [], leader: 'a', version: '1', failed: false, certified: 365 * 864e5,
    force: spans(), apply: spans(), write: spans(), peers: [{ id: peer, trip: spans() }],
    clients: { failed: 0 }, store: { bytes: 500, quota: 1000 },
  });
  const a = { id: 'a', label: 'a', known: true, ahead: 0, report: report('b') };
  const b = { id: 'b', label: 'b', known: true, ahead: 0, report: report('a') };
  const samples = [{ at: Date.now() - 120e3, reports: { a: report('b'), b: report('a') } }];
  const steps = path.split('.');
  const place = steps.slice(0, -1).reduce((so, it) => so[it], { a, b });
  place[steps.at(-1)] = value;
  return alarms({
    connected: () => true, members: () => [a, b], leader: () => a, label: (id) => id, lag: () => null,
    cluster: { spare: 1, voters: 3 }, samples, story: [],
  }).map(({ level, key, values }) => `${level} ${key} ${values.node || ''}`.trim());
}
