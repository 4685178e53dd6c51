#!/usr/bin/env bash
# Measures the parts that one process does alone beside their rivals, each five times and in turns, each on one core, and prints medians and ratios.
#   parts.sh [YEARS of one 1m series: 10] [RUNS: 5]
# Needs node, psql and the .NET SDK; the rest is installed on first use. PARTS_FOLDER keeps the data (default: a temporary folder, removed at the end).
# PARTS_RAW names a file that takes the measurements as lines of JSON. Ends with 1 when two answers differ.
set -euo pipefail
years=${1:-10} runs=${2:-5}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
export TD_BENCH=$root/tests/TraderData.Benchmarks/bin/Release/net10.0/TraderData.Benchmarks.dll TD_NODE=$root/.tools/node
folder=${PARTS_FOLDER:-$(mktemp -d)} raw=${PARTS_RAW:-$(mktemp)}
trap '[ -n "${PARTS_FOLDER:-}" ] || rm -rf "$folder"; [ -n "${PARTS_RAW:-}" ] || rm -f "$raw"' EXIT
: > "$raw"

dotnet build -c Release "$root/tests/TraderData.Benchmarks" -v q -nologo >&2
dotnet "$TD_BENCH" --part tools
dotnet "$TD_BENCH" --part prepare "$folder" "$years"

# "One thread" holds for everything that a contestant does on the side, too: it gets one core.
pin() { if command -v taskset > /dev/null; then taskset -c "$(($(nproc) - 1))" "$@"; else "$@"; fi; }
ours() { pin dotnet "$TD_BENCH" --part "$1" "$folder" "$years" "$run" | tee -a "$raw" >&2; }
duckdb() { pin node "$here/duckdb.mjs" "$1" "$folder" "$run" | tee -a "$raw" >&2; }
klines() { pin node "$here/klines.mjs" "$folder" "$run" | tee -a "$raw" >&2; }

for run in $(seq "$runs"); do
  for contestant in \
    'ours klines' 'klines' 'ours tokens' \
    'ours encode' 'duckdb encode' 'duckdb encode-v1' 'ours decode' 'duckdb decode' \
    'ours csv' 'duckdb csv' 'ours csvhelper' 'ours json' 'duckdb json'; do
    $contestant
  done
done
dotnet "$TD_BENCH" --part sizes "$folder" "$years" | tee -a "$raw" >&2
run=1 duckdb sizes
dotnet "$TD_BENCH" --part postgres "$folder" "$years" "$runs" | tee -a "$raw" >&2
node "$here/report.mjs" < "$raw"
