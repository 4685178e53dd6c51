#!/usr/bin/env bash
# What the program needs in the container it is meant for, half a processor and 1 GiB: memory peaks of an export of 10.5 million bars and of serving 16
# clients. The processor is limited by a control group when one can be made (root), and to one core otherwise; memory by the heap limit that .NET sets itself
# in a container of 1 GiB, three quarters of it; the peak is the process's VmHWM, all of its memory. Prints a table; ends with 1 above 1 GiB.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
require curl wrk node awk taskset
port=${PORT_BASE:-18095}
lake=$work/container
group=
heap_limit=0x30000000
trap 'stop_all; rm -rf "$lake" "$work/ten-million."*; [ -z "$group" ] || rmdir "$group"' EXIT
seconds=${SECONDS_EACH:-10}

# limited COMMAND…: inside the limits.
limited() {
  DOTNET_GCHeapHardLimit=$heap_limit TRADER_DATA_DIR=$lake exec sh -c '[ -z "$1" ] || echo $$ >"$1/cgroup.procs"; shift; exec "$@"' sh "$group" "$@"
}

peak_kib() { awk '/^VmHWM/ { print $2 }' "/proc/$1/status" 2>/dev/null || true; }

# peak_of NAME COMMAND…: runs it to its end; its peak in KiB, and how long it took in ms.
peak_of() {
  local name=$1 peak=0 now began=$(date +%s%3N)
  shift
  limited "$@" >"$work/$name.log" 2>&1 &
  local pid=$!
  while now=$(peak_kib "$pid"); [ -n "$now" ]; do
    peak=$now
    sleep 0.02
  done
  wait "$pid" || { cat "$work/$name.log" >&2; exit 1; }
  echo "$peak $(($(date +%s%3N) - began))"
}

# Ten generated years, and the same ten years before them: 10,520,640 bars without a gap.
make_lake() {
  rm -rf "$lake"
  bench --make-lake "$lake" >&2
  "$app" export lona --symbol "$symbol" --timeframe 1m --start 2016-01-01 --end 2026-01-01 --output "$work/ten-million.csv" --force --data "$lake" >&2
  awk -F, -v OFS=, 'NR > 1 { $1 = sprintf("%.0f", $1 - 3653 * 86400000) } 1' "$work/ten-million.csv" >"$work/ten-million.before.csv"
  "$app" import csv "$work/ten-million.before.csv" --source binance --symbol "$symbol" --timeframe 1m --data "$lake" >&2
  rm "$work/ten-million."*
}

row() { awk -v what="$1" -v kib="$2" -v more="$3" 'BEGIN { printf "| %s | %.0f | %s |\n", what, kib / 1024, more }'; [ "$2" -lt 1048576 ] || over=1; }

export_peak() { # FORMAT
  local result
  result=$(peak_of "export-$1" "$app" export lona --symbol "$symbol" --timeframe 1m --start 2005-12-31 --end 2026-01-01 --format "$1" --output "$work/ten-million.$1" --force)
  grep -q '10,520,640 bars' "$work/export-$1.log" || { cat "$work/export-$1.log" >&2; exit 1; }
  row "export of 10,520,640 bars, $1" "${result% *}" "$(awk "BEGIN { print ${result#* } / 1000 }") s"
}

serve_peak() { # WHAT PATH [RANGE]
  local what=$1 result
  shift
  say "serving: $what"
  result=$(load "http://127.0.0.1:$port" 16 "$seconds" "$@")
  row "serve, 16 clients, $what" "$(peak_kib "$server")" "$(field "$result" requests | awk -v s="$seconds" '{ printf "%.0f requests/s", $1 / s }')"
}

over=0
build
make_group
say "making 10.5 million bars"
make_lake
echo '| work | memory peak, MiB | |'
echo '|---|--:|--:|'
say "exporting"
export_peak csv
export_peak json
limited "$app" serve --role api --urls "http://127.0.0.1:$port" >"$work/container.log" 2>&1 &
server=$!
pids+=("$server")
until_up "$server" container "http://127.0.0.1:$port/health"
row 'serve, just started' "$(peak_kib "$server")" ''
first=$(date -ud 2006-01-01 +%s)000
last=$(date -ud 2025-12-01 +%s)000
query="/api/marketdata/ohlcv?symbol=$symbol&tf=1m"
serve_peak 'latest 1,000 bars' "$query&limit=1000"
serve_peak 'random ranges of 1,000 bars in 20 years' "$query&limit=1000" "$first" "$last" 1000
serve_peak 'random ranges of 50,000 bars in 20 years' "/api/data/candles?symbol=$symbol&interval=1m&limit=50000" "$first" "$last" 50000
exit "$over"
