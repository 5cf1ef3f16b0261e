// What an unmodified client of Node.js sees of a server: node client.js HOST:PORT prints a line for each step.
'use strict';

const { Etcd3 } = require('etcd3');

const client = new Etcd3({ hosts: `http://${process.argv[2]}` });
const say = (step, value) => console.log(`${step}: ${JSON.stringify(value)}`);

async function keys() {
  await client.put('n/a').value('1');
  await client.put('n/b').value('2');
  say('get', await client.get('n/a').string());
  say('missing', await client.get('n/none').string());
  say('prefix', await client.getAll().prefix('n/').strings());
  say('delete', (await client.delete().key('n/b')).deleted);
}

async function transactions() {
  const exchange = (expected, value) =>
    client
      .if('n/a', 'Value', '==', expected)
      .then(client.put('n/a').value(value))
      .else(client.get('n/a'))
      .commit();
  say('txn that holds', (await exchange('1', 'new')).succeeded);
  const other = await exchange('1', 'newer');
  say('txn that does not', [other.succeeded, other.responses[0].response_range.kvs[0].value.toString()]);
}

async function watches() {
  const watcher = await client.watch().prefix('w/').create();
  const seen = [];
  const three = new Promise((resolve, reject) => {
    const see = (kind) => (event) => {
      seen.push([kind, event.key.toString(), event.value.toString()]);
      if (seen.length === 3) resolve();
    };
    watcher.on('put', see('put'));
    watcher.on('delete', see('delete'));
    watcher.on('error', reject);
  });
  await client.put('w/1').value('one');
  await client.put('w/2').value('two');
  await client.delete().key('w/1');
  await three;
  say('watch', seen);
  await watcher.cancel();
}

async function leases() {
  const lease = client.lease(60);
  await lease.put('l/1').value('leased');
  const id = await lease.grant();
  say('lease keeps its key', await client.get('l/1').string());
  const left = await client.leaseClient.leaseTimeToLive({ ID: id, keys: true });
  say('lease', [left.grantedTTL, left.keys.map((key) => key.toString())]);
  await lease.revoke();
  say('revoked lease takes it along', await client.get('l/1').string());
}

async function locks() {
  const first = client.lock('mutex').ttl(60);
  await first.acquire();
  const refusal = await client
    .lock('mutex')
    .ttl(60)
    .acquire()
    .then(() => 'none', (error) => error.constructor.name);
  say('second holder of a lock', refusal);
  await first.release();
  say('lock', await client.lock('mutex').ttl(60).do(async () => 'held'));
}

(async () => {
  await keys();
  await transactions();
  await watches();
  await leases();
  await locks();
  client.close();
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
