// Reads measurements, a JSON object a line, from standard input and prints them as a table of medians and ratios:
//   {"work":"…","who":"ours"|"<rival>","run":1,"value":123.4,"unit":"rows/s","better":"higher"|"lower","answer":"…","allocated":0.0,"cpu":123.4}
// "answer" is what the work came to: all runs of a work, whoever did them, must have the same (empty: nothing to compare). "allocated" is bytes a row.
// "cpu" is the value by processor time instead of the clock; both that and "allocated" may be left out.
// Lines that are no JSON object are passed to standard error. Ends with 1 when answers differ or ours is missing.
import { createInterface } from 'node:readline';

// Work → rival → [at least, aim]: how many times better ours is to be. The rival "limit" stands for a value that ours must not pass: [at most, aim].
const goals = {
  'latest 1000 bars as JSON, 16 clients': { 'Express + pg': [25, 50], 'Kestrel, ready bytes': [0.35, 0.7] },
  'latest 100 bars as JSON, 16 clients': { 'Express + pg': [12], 'Kestrel, ready bytes': [0.4, 0.7] },
  'latest 10000 bars as JSON, 16 clients': { 'Express + pg': [30], 'Kestrel, ready bytes': [0.4, 0.7] },
  'random range of 1000 bars within 10 years': { 'Express + pg': [10, 25] },
  'random range of 1000 bars, one client, p99': { limit: [2, 0.8] },
  'random range of 1000 bars, no block cache': { 'Express + pg': [10, 25] },
  'random range of 1000 bars, no block cache, one client, p99': { limit: [2, 0.8] },
  'klines JSON to BarBlock': { 'node JSON.parse': [1.5], 'Utf8JsonReader, tokens only': [0.6, 0.9] },
  'wire to Postgres, empty range': { 'psql binary COPY': [0.85, 1], 'Npgsql binary COPY of ready arrays': [] },
  'wire to Postgres, all rows there, equal': { 'psql, temp table + ON CONFLICT': [1, 2] },
  'wire to Postgres, half the rows there, equal': { 'psql, temp table + ON CONFLICT': [1, 2] },
  'Parquet encode': { 'DuckDB, format v2': [0.7, 1.5] },
  'Parquet bytes a bar': { limit: [10.96, 9.5], 'DuckDB, format v2': [1] },
  'Parquet decode to columns': { 'DuckDB scan, all columns summed': [0.7, 1.5] },
  'lake to Lona CSV file': { 'DuckDB Parquet to CSV': [3, 6] },
  'lake to JSON file': { 'DuckDB Parquet to JSON': [3, 6] },
};

// CONTRACTS A, of 50 vendors at the same time, at the 99th percentile, in ms.
for (const [what, target] of [['catalog', 100], ['current round', 200], ['introspection', 50]]) {
  for (const store of ['journal', 'Postgres']) {
    for (const how of ['think 100 ms', 'no pause', 'new keys', 'new process']) goals[`${what}, ${store}, ${how}, p99`] = { limit: [target] };
  }
}

// At most 1.2 times what Express needs, better less.
for (const store of ['lake', 'Postgres']) goals[`start to first 100 bars, ${store}`] = { 'Express + pg': [0.833, 1], 'minimal ASP.NET, ReadyToRun': [] };

for (const month of ['BTCUSDT 2024-12', 'ETHUSDT 2021-08', 'FILUSDT 2023-05']) goals[`Parquet bytes a bar, recorded ${month}`] = { 'DuckDB, format v2': [1] };

const works = new Map();
for await (const line of createInterface({ input: process.stdin })) {
  if (!line.startsWith('{')) {
    if (line) console.error(line);
    continue;
  }
  const one = JSON.parse(line);
  if (!works.has(one.work)) works.set(one.work, new Map());
  const byWho = works.get(one.work);
  if (!byWho.has(one.who)) byWho.set(one.who, []);
  byWho.get(one.who).push(one);
}

const median = (numbers) => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
const short = (value) => (value === undefined ? '' : value >= 1e6 ? `${(value / 1e6).toFixed(2)} M` : value >= 1e4 ? `${(value / 1e3).toFixed(1)} k` : String(Number(value.toPrecision(4))));
const fixed = (ratio) => (ratio === undefined || Number.isNaN(ratio) ? '' : ratio.toFixed(2));
const goal = (value, isLimit) => (value === undefined ? '' : isLimit ? `≤ ${value}` : `${value}×`);
const verdict = (reached, [least, aim]) => (aim !== undefined && reached(aim) ? 'aim' : least === undefined ? '' : reached(least) ? 'yes' : '**no**');

let failed = works.size === 0;
console.log('| work | unit | ours | rival | rival has | ours is … times better | … by processor time | at least | aim | reached | ours allocates, bytes a row |');
console.log('|---|---|--:|---|--:|--:|--:|--:|--:|---|--:|');
for (const [work, byWho] of works) {
  const ours = byWho.get('ours');
  const answers = new Map([...byWho].flatMap(([who, runs]) => runs.filter((r) => r.answer).map((r) => [r.answer, who])));
  if (!ours || answers.size > 1) {
    failed = true;
    console.error(`${work}: ${ours ? `answers differ: ${JSON.stringify([...answers])}` : 'ours was not measured'}`);
    continue;
  }
  const { unit, better } = ours[0];
  const mine = median(ours.map((r) => r.value));
  const allocated = ours.some((r) => r.allocated !== undefined) ? median(ours.map((r) => r.allocated ?? 0)).toFixed(2) : '';
  const myCpu = median(ours.map((r) => r.cpu));
  const row = (rival, value, ratio, cpuRatio, wanted, reached) => console.log(
    `| ${work} | ${unit} | ${short(mine)} | ${rival} | ${short(value)} | ${fixed(ratio)} | ${fixed(cpuRatio)} | ${goal(wanted[0], rival === '')} | ${goal(wanted[1], rival === '')} | ${verdict(reached, wanted)} | ${allocated} |`);
  for (const [rival, runs] of byWho) {
    if (rival === 'ours') continue;
    const value = median(runs.map((r) => r.value));
    const ratio = better === 'higher' ? mine / value : value / mine;
    const theirCpu = median(runs.map((r) => r.cpu));
    // Of what is better lower it is processor time itself.
    const cpuRatio = better === 'higher' ? myCpu / theirCpu : theirCpu / myCpu;
    row(rival, value, ratio, cpuRatio, goals[work]?.[rival] ?? [], (wanted) => ratio >= wanted);
  }
  const limit = goals[work]?.limit;
  if (limit || byWho.size === 1) row('', undefined, undefined, undefined, limit ?? [], (wanted) => mine <= wanted);
}
process.exit(failed ? 1 : 0);
