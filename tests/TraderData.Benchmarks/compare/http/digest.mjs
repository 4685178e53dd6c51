// What an answer says, whoever wrote it: a digest of its bars, each as symbol, timeframe, Unix ms and the five numbers as decimal text without trailing
// zeros (1.50, "1.5" and 1.5 are one number; no number passes through a double). usage: node digest.mjs URL…   One digest for all of them together.
import { createHash } from 'node:crypto';

const plain = (text) => {
  if (!/^-?\d+(\.\d+)?$/.test(text)) throw new Error(`not a plain decimal: ${text}`);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
};

const hash = createHash('sha256');
let bars = 0;
for (const url of process.argv.slice(2)) {
  const response = await fetch(url);
  if (response.status !== 200) throw new Error(`${response.status} from ${url}: ${await response.text()}`);
  const quoted = (await response.text()).replace(/(":)(-?\d[\d.eE+-]*)/g, '$1"$2"');
  for (const bar of JSON.parse(quoted).data) {
    const numbers = [bar.open, bar.high, bar.low, bar.close, bar.volume].map((text) => (text === null ? 'null' : plain(text)));
    hash.update(`${bar.symbol} ${bar.timeframe} ${Date.parse(bar.bar_ts)} ${numbers.join(' ')}\n`);
    bars++;
  }
}
if (bars === 0) throw new Error(`no bars from ${process.argv[2]}`);
console.log(`${bars}-${hash.digest('hex').slice(0, 16)}`);
