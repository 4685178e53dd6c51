#!/usr/bin/env bash
# The growth table of docs/performance.md: lakes of 1, 10, 100 and 1000 series of a year of generated minutes (the last is 525.6 M bars and 5 GB of disk in
# artifacts/, removed at the end). Prints the table with the change from step to step. SERIES="1 10 100" makes it shorter.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
require curl node taskset
sizes=${SERIES:-1 10 100 1000}
port=${PORT_BASE:-18090}
lake=$work/growth
lines=$work/scale.jsonl
: >"$lines"
trap 'stop_all; rm -rf "$lake"' EXIT
bars_a_series=525600 # the minutes of 2025

# The median of the numbers on standard input.
median() { sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

serve() { # [SETTING=VALUE…]
  start growth "$server_core" env TRADER_DATA_DIR="$lake" "$@" "$app" serve --role api --urls "http://127.0.0.1:$port"
}

# Milliseconds from the start of the process to the end of its first answer, which has bars in it.
start_up_ms() {
  local before after
  before=$(date +%s%N)
  serve
  until curl -sf -o /dev/null "http://127.0.0.1:$port/api/marketdata/ohlcv?symbol=$symbol&tf=1m&limit=1"; do sleep 0.005; done
  after=$(date +%s%N)
  echo $(((after - before) / 1000)) | awk '{ print $1 / 1000 }'
}

# One query of 1,000 bars for each of many series in turn, on one connection: the milliseconds to the first byte of each.
first_bytes_ms() { # SERIES COUNT SEED
  node -e '
    const [series, count, seed, url] = [...process.argv.slice(1, 4).map(Number), process.argv[4]];
    let state = seed;
    const random = (n) => { state = (state * 48271) % 2147483647; return state % n; };
    for (let i = 0; i < count; i++) {
      const start = Date.UTC(2025, 0, 1) + random(525600 - 1000) * 60000;
      const symbol = `GEN${String(1 + random(series)).padStart(4, "0")}USDT`;
      console.log(`url = "${url}?symbol=${symbol}&tf=1m&limit=1000&start=${start}&end=${start + 60000000}"\noutput = /dev/null`);
    }' "$1" "$2" "$3" "http://127.0.0.1:$port/api/marketdata/ohlcv" >"$work/urls"
  taskset -c "$load_core" curl -s -w '%{time_starttransfer}\n' -K "$work/urls" | awk '{ print $1 * 1000 }'
}

memory_mib() { awk '/^VmHWM/ { print $2 / 1024 }' "/proc/$1/status"; }

measure() {
  local series=$1 made bars bytes start_ups first few cold warm all memory idle
  say "$series series: writing"
  rm -rf "$lake"
  made=$(bench --make-lake "$lake" --series "$series" --years 1 | tee /dev/stderr | sed -n 's/.*, writes \([0-9.]*\) s).*/\1/p')
  bars=$((series * bars_a_series))
  bytes=$(find "$lake/ohlcv" -name '*.parquet' -printf '%s\n' | awk '{ s += $1 } END { print s }')
  say "$series series: starting"
  start_ups=$(for _ in 1 2 3 4 5; do
    start_up_ms
    stop "$started"
  done | median)
  first=$(for seed in 1 2 3 4 5 6 7; do
    serve TraderData__BlockCacheMiB=0
    until_up "$started" growth "http://127.0.0.1:$port/health"
    first_bytes_ms "$series" 1 "$seed"
    stop "$started"
  done | median)
  serve TraderData__BlockCacheMiB=0
  until_up "$started" growth "http://127.0.0.1:$port/health"
  first_bytes_ms "$series" 3000 8 >/dev/null
  cold=$(first_bytes_ms "$series" 500 9 | median)
  stop "$started"
  serve
  until_up "$started" growth "http://127.0.0.1:$port/health"
  # As many series as the cache holds, of however many there are.
  few=$((series < 10 ? series : 10))
  first_bytes_ms "$few" 300 8 >/dev/null
  idle=$(memory_mib "$started")
  first_bytes_ms "$few" 2000 9 >/dev/null
  warm=$(first_bytes_ms "$few" 500 9 | median)
  # All of them: of a hundred the cache holds a tenth.
  first_bytes_ms "$series" $((series * 12 < 3000 ? series * 12 + 600 : 3600)) 10 >/dev/null
  all=$(first_bytes_ms "$series" 500 9 | median)
  memory=$(memory_mib "$started")
  stop "$started"
  node -e '
    const [series, bars, seconds, bytes, startUp, first, cold, warm, all, idle, memory] = process.argv.slice(1).map(Number);
    console.log(JSON.stringify({ series, rate: bars / seconds / 1e6, bytesABar: bytes / bars, startUp, first, cold, warm, all, idle, memory }));
  ' "$series" "$bars" "$made" "$bytes" "$start_ups" "$first" "$cold" "$warm" "$all" "$idle" "$memory" | tee -a "$lines" >&2
}

build
for series in $sizes; do measure "$series"; done
node -e '
  const rows = require("fs").readFileSync(0, "utf8").trim().split("\n").map(JSON.parse);
  const columns = [
    ["ingest, M bars/s", "rate", 2, true], ["lake, bytes/bar", "bytesABar", 2], ["start to first answer, ms", "startUp", 0], ["first query of a process, ms", "first", 1],
    ["first byte, no block cache, ms", "cold", 2], ["first byte, ten series, ms", "warm", 2], ["first byte, all series, ms", "all", 2], ["memory after 300 queries, MiB", "idle", 0], ["memory at most, MiB", "memory", 0]];
  console.log(`| series | bars | ${columns.map((c) => c[0]).join(" | ")} |\n|--:|--:|${columns.map(() => "--:").join("|")}|`);
  rows.forEach((row, i) => {
    const cell = ([, key, digits, higher]) => {
      const change = i === 0 ? 0 : (row[key] / rows[i - 1][key] - 1) * 100;
      const worse = higher ? -change : change;
      return `${row[key].toFixed(digits)}${i === 0 ? "" : ` (${change >= 0 ? "+" : "−"}${Math.abs(change).toFixed(0)} %${worse > 20 ? ", **worse**" : ""})`}`;
    };
    console.log(`| ${row.series} | ${(row.series * 0.5256).toFixed(1)} M | ${columns.map(cell).join(" | ")} |`);
  });' <"$lines"
