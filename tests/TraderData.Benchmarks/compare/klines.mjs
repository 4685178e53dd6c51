// node as a contestant of parts.sh: klines.mjs FOLDER RUN. JSON.parse of answers that are strings already; digits stay text, nothing is checked.
import { readFileSync } from 'node:fs';

const [folder, run] = process.argv.slice(2);
const bytes = readFileSync(`${folder}/klines.txt`);
const pages = bytes.toString('latin1').split('\n').filter((page) => page);

let seconds;
let cpuSeconds;
for (let warm = 0; warm < 5; warm++) {
  const [start, before] = [process.hrtime.bigint(), process.cpuUsage()];
  for (const page of pages) JSON.parse(page);
  seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const { user, system } = process.cpuUsage(before);
  cpuSeconds = (user + system) / 1e6;
}

let rows = 0;
let closes = 0n;
let volumes = 0n;
for (const row of pages.flatMap((page) => JSON.parse(page))) {
  rows++;
  closes += BigInt(row[4].replace('.', ''));
  volumes += BigInt(row[5].replace('.', ''));
}
const megabytes = (bytes.length - pages.length) / 1e6;
console.log(JSON.stringify({
  work: 'klines JSON to BarBlock', who: 'node JSON.parse', run: Number(run), value: megabytes / seconds, unit: 'MB/s', better: 'higher',
  answer: `${rows} ${closes} ${volumes}`, cpu: megabytes / cpuSeconds,
}));
