// Answers SQL over lines of JSON: in {"sql": "…"}, out {"rows": [["text or null", …], …]} or {"error": "…"}.
// Every value is text: decimals and integers with all their digits, times as ISO 8601 in UTC. Ends when its input does.
const { createRequire } = require('node:module');
const { createInterface } = require('node:readline');

const duckdb = createRequire(`${process.argv[2]}/`)('@duckdb/node-api');

function isoFromNanos(nanos) {
  const second = 1_000_000_000n;
  const rest = ((nanos % second) + second) % second;
  const whole = new Date(Number((nanos - rest) / 1_000_000n)).toISOString().slice(0, 19);
  const fraction = rest === 0n ? '' : `.${rest.toString().padStart(9, '0').replace(/0+$/, '')}`;
  return `${whole}${fraction}Z`;
}

function text(value) {
  if (value === null || value === undefined) return null;
  if (value instanceof duckdb.DuckDBTimestampValue || value instanceof duckdb.DuckDBTimestampTZValue) return isoFromNanos(value.micros * 1000n);
  if (value instanceof duckdb.DuckDBTimestampMillisecondsValue) return isoFromNanos(value.millis * 1_000_000n);
  if (value instanceof duckdb.DuckDBTimestampNanosecondsValue) return isoFromNanos(value.nanos);
  if (value instanceof duckdb.DuckDBTimestampSecondsValue) return isoFromNanos(value.seconds * 1_000_000_000n);
  return String(value);
}

async function main() {
  const connection = await (await duckdb.DuckDBInstance.create(':memory:')).connect();
  await connection.run("SET TimeZone = 'UTC'");
  for await (const line of createInterface({ input: process.stdin })) {
    let answer;
    try {
      const result = await connection.runAndReadAll(JSON.parse(line).sql);
      answer = { rows: result.getRows().map((row) => row.map(text)) };
    } catch (error) {
      answer = { error: String(error.message ?? error) };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
  process.exit(0);
}

main();
