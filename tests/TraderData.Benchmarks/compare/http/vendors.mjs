// Vendors that ask one endpoint, each with a key and a connection of its own, every answer compared with the one before. Prints one line of JSON.
//   node vendors.mjs load    URL PATH KEYS SECONDS [THINK_MS]   each asks again as soon as it has its answer, or 0.5 to 1.5 times THINK_MS later
//   node vendors.mjs fresh   URL PATH KEYS FROM COUNT           keys that nobody has sent yet, from FROM on, each once, by as many connections as there are vendors
//   node vendors.mjs first   URL PATH KEYS                      every vendor once, all at the same time
//   node vendors.mjs digest  URL PATH KEYS                      what every vendor is answered, whoever wrote it: times as Unix ms, numbers as numbers, fields in order
// KEYS is the file that TraderData.Benchmarks --make-market wrote. SEED of the environment seeds the think times.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

const [mode, base, path, keysFile, ...rest] = process.argv.slice(2);
const { hostname, port, host } = new URL(base);
const { vendors, fresh } = JSON.parse(readFileSync(keysFile));
let seed = Number(process.env.SEED ?? 1);
const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
const now = () => Number(process.hrtime.bigint()) / 1e6;

// What the mp command line sends.
const requestOf = (key) => Buffer.from(
  `GET ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\nauthorization: Bearer ${key}\r\nx-contracts-version: 0.16.4\r\nx-marketplace-contracts-version: 0.4.0\r\n\r\n`);

// One connection: ask(request) gives { status, body, ms }.
class Client {
  static async open() {
    const client = new Client();
    client.socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await new Promise((resolve, reject) => client.socket.once('connect', resolve).once('error', reject));
    client.socket.on('data', (data) => client.take(data)).on('error', (e) => client.fail?.(e)).on('close', () => client.fail?.(new Error('closed')));
    return client;
  }

  ask(request) {
    return new Promise((resolve, reject) => {
      [this.resolve, this.fail, this.parts] = [resolve, reject, Buffer.alloc(0)];
      this.began = now();
      this.socket.write(request);
    });
  }

  take(data) {
    this.parts = this.parts.length === 0 ? data : Buffer.concat([this.parts, data]);
    const end = this.parts.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.parts.toString('latin1', 0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? NaN);
    if (!(this.parts.length >= end + 4 + length)) {
      if (Number.isNaN(length)) this.fail(new Error(`no length: ${head}`));
      return;
    }
    this.fail = undefined;
    this.resolve({ status: Number(head.slice(9, 12)), body: this.parts.subarray(end + 4), ms: now() - this.began });
  }

  close() {
    this.fail = undefined;
    this.socket.destroy();
  }
}

const times = [];
const known = new Map();
const keep = (vendor, answer) => {
  times.push(answer.ms);
  if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.body}`);
  const before = known.get(vendor);
  if (before === undefined) known.set(vendor, Buffer.from(answer.body));
  else if (!before.equals(answer.body)) throw new Error(`answers differ: ${before}\n${answer.body}`);
};

const clients = await Promise.all(vendors.map(() => Client.open()));
const began = now();
if (mode === 'load') {
  const [seconds, think = 0] = rest.map(Number);
  const end = began + seconds * 1000;
  await Promise.all(vendors.map(async ({ vendor_id: id, key }, i) => {
    const request = requestOf(key);
    const pause = () => new Promise((resolve) => setTimeout(resolve, think * (0.5 + random())));
    // They do not begin at the same moment, either.
    if (think > 0) await pause();
    while (now() < end) {
      keep(id, await clients[i].ask(request));
      if (think > 0) await pause();
    }
  }));
} else if (mode === 'fresh') {
  const [from, count] = rest.map(Number);
  if (from + count > fresh.length) throw new Error(`there are ${fresh.length} keys only`);
  let next = from;
  await Promise.all(clients.map(async (client) => {
    while (next < from + count) {
      const { vendor_id: id, key } = fresh[next++];
      keep(id, await client.ask(requestOf(key)));
    }
  }));
} else {
  await Promise.all(vendors.map(async ({ vendor_id: id, key }, i) => keep(id, await clients[i].ask(requestOf(key)))));
}

const seconds = (now() - began) / 1000;
for (const client of clients) client.close();
if (mode === 'digest') {
  const plain = (value) => Array.isArray(value) ? value.map(plain)
    : value && typeof value === 'object' ? Object.fromEntries(Object.keys(value).sort().map((name) => [name, plain(value[name])]))
    : typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? Date.parse(value) : value;
  const hash = createHash('sha256');
  for (const { vendor_id: id } of vendors) {
    const answer = JSON.parse(known.get(id));
    if (answer.success !== true || answer.data === undefined) throw new Error(`${path}: ${known.get(id)}`);
    if (path.endsWith('/validate') && answer.data.vendor_id !== id) throw new Error(`${id} was taken for ${answer.data.vendor_id}`);
    if (path.endsWith('/catalog') && answer.data.length < 20) throw new Error(`a catalog of ${answer.data.length} models`);
    hash.update(JSON.stringify(plain(answer)));
  }
  console.log(hash.digest('hex').slice(0, 16));
} else {
  times.sort((a, b) => a - b);
  // The least value that at least this part of all is not above.
  const percentile = (part) => times[Math.ceil(part * times.length) - 1];
  console.log(JSON.stringify({ requests: times.length, seconds, errors: 0, p50_ms: percentile(0.5), p99_ms: percentile(0.99), max_ms: times[times.length - 1] }));
}
