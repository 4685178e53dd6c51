// DuckDB as a contestant of parts.sh: duckdb.mjs NAME FOLDER RUN. One thread, in memory; the first of two runs warms up.
// TD_BENCH is the benchmark program's DLL, TD_NODE the folder that npm installed into.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';

const [name, folder, run] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(`${process.env.TD_NODE}/`)('@duckdb/node-api');
const db = await (await DuckDBInstance.create(':memory:')).connect();
await db.run("SET threads = 1; SET TimeZone = 'UTC'");

const lake = `read_parquet('${folder}/lake/ohlcv/**/*.parquet', hive_partitioning = false)`;
const bars = `SELECT epoch_ms(bar_ts) AS timestamp, open, high, low, close, volume FROM ${lake}`;
const columns = 'bar_ts, open, high, low, close, volume';
const one = async (sql) => (await db.runAndReadAll(sql)).getRows()[0].map(String);
const rows = Number((await one(`SELECT count(*) FROM '${folder}/bars.parquet'`))[0]);
const print = (work, who, value, unit, better, answer, cpu) => console.log(JSON.stringify({ work, who, run: Number(run), value, unit, better, answer, cpu }));
const answerOf = (file) => execFileSync('dotnet', [process.env.TD_BENCH, '--part', 'answer', file], { encoding: 'utf8' }).trim();
// Sums in the least unit of each column, as ours adds them up; times by their extremes, which DuckDB needs not convert.
const sums = 'sum(open), sum(high), sum(low), sum(close), sum(volume)';
const sumsOf = (values) => values.map((value) => value.replace('.', '')).join(' ');

async function timed(sql, output, finish) {
  await db.run(sql);
  // Nobody has to give back the pages of an older file.
  if (output) rmSync(output);
  const [start, before] = [process.hrtime.bigint(), process.cpuUsage()];
  const answer = await db.runAndReadAll(sql);
  finish?.();
  const [elapsed, { user, system }] = [Number(process.hrtime.bigint() - start) / 1e9, process.cpuUsage(before)];
  return [rows / elapsed, rows / ((user + system) / 1e6), answer.getRows()[0]];
}

// What our exports do on the way: the checksum that the file is published with, and the wait for the disk.
function hashAndSync(path) {
  const [file, hash, buffer] = [openSync(path, 'r+'), createHash('sha256'), Buffer.alloc(256 << 10)];
  for (let count; (count = readSync(file, buffer)) > 0; ) hash.update(buffer.subarray(0, count));
  fsyncSync(file);
  closeSync(file);
  return hash.digest('hex');
}

async function copy(work, who, sql, file, options) {
  const output = `${folder}/${file}`;
  const statement = `COPY (${sql}) TO '${output}' (${options})`;
  const [value, cpu] = await timed(statement, output);
  print(work, who, value, 'rows/s', 'higher', answerOf(output), cpu);
  const [durable, durableCpu] = await timed(statement, output, () => hashAndSync(output));
  print(work, `${who}, SHA-256, fsync`, durable, 'rows/s', 'higher', answerOf(output), durableCpu);
}

async function encode(who, format) {
  const file = `${folder}/duckdb.parquet`;
  await db.run(`CREATE TABLE bars AS SELECT ${columns} FROM '${folder}/bars.parquet'`);
  const [value, cpu] = await timed(`COPY bars TO '${file}' (FORMAT parquet, ${format})`);
  const answer = await one(`SELECT count(*), sum(epoch_ms(bar_ts)), ${sums} FROM '${file}'`);
  print('Parquet encode', who, value, 'rows/s', 'higher', sumsOf(answer), cpu);
  print('Parquet bytes a bar', who, statSync(file).size / rows, 'bytes', 'lower', '');
}

const contestants = {
  encode: () => encode('DuckDB, format v2', 'PARQUET_VERSION v2'),
  'encode-v1': () => encode('DuckDB, format v1, zstd', 'PARQUET_VERSION v1, COMPRESSION zstd'),
  sizes: async () => {
    for (const [file, month] of readdirSync(folder).map((file) => [file, /^recorded-(.*)\.parquet$/.exec(file)?.[1]]).filter(([, month]) => month)) {
      const copy = `${folder}/duckdb.parquet`;
      await db.run(`COPY (FROM '${folder}/${file}') TO '${copy}' (FORMAT parquet, PARQUET_VERSION v2)`);
      const [bars] = await one(`SELECT count(*) FROM '${copy}'`);
      print(`Parquet bytes a bar, recorded ${month}`, 'DuckDB, format v2', statSync(copy).size / bars, 'bytes', 'lower', '');
    }
  },
  decode: async () => {
    const [value, cpu, found] = await timed(`SELECT count(*), min(bar_ts), max(bar_ts), ${sums} FROM '${folder}/bars.parquet'`);
    const times = await one(`SELECT sum(epoch_ms(bar_ts)) FROM '${folder}/bars.parquet'`);
    print('Parquet decode to columns', 'DuckDB scan, all columns summed', value, 'rows/s', 'higher', sumsOf([found[0], ...times, ...found.slice(3)].map(String)), cpu);
  },
  csv: () => copy('lake to Lona CSV file', 'DuckDB Parquet to CSV', bars, 'duckdb.csv', 'FORMAT csv, HEADER'),
  json: () => copy('lake to JSON file', 'DuckDB Parquet to JSON', bars, 'duckdb.json', 'FORMAT json'),
};
await contestants[name]();
process.exit(0);
