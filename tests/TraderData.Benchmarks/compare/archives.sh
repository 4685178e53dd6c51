#!/usr/bin/env bash
# Measures a backfill of 1m bars through archives beside one through the API, in turns: whole processes, from start to end, into lakes of their own. The exchange
# is simulated in a process beside them, which makes the files and the answers, and counts weight as Binance does (6,000 a minute).
#   archives.sh [YEARS: 1] [RUNS: 5]
# Ends with 1 when the two hold different bars.
set -euo pipefail
years=${1:-1} runs=${2:-5}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
dotnet build -c Release "$root/src/TraderData" -v q -nologo >&2
program=$root/src/TraderData/bin/Release/net10.0/trader-data.dll
folder=$(mktemp -d)
dotnet "$program" simulate --port 0 > "$folder/simulator" &
simulator=$!
trap 'kill "$simulator"; rm -rf "$folder"' EXIT
until grep -q 'http://' "$folder/simulator"; do sleep 0.2; done
url=$(grep -oE 'http://[0-9.:]+[0-9]' "$folder/simulator" | head -1)
export BINANCE_BASE_URL=$url BINANCE_ARCHIVE_URL=$url

what=(--source binance --symbols BTCUSDT --timeframe 1m --start "$((2026 - years))-01-01" --end 2026-01-01)
fetch() { # NAME FLAGS...
  local name=$1 began=$EPOCHREALTIME
  dotnet "$program" backfill "${what[@]}" --data "$folder/$name-$run" "${@:2}" 2>> "$folder/said"
  awk -v name="$name" -v began="$began" -v ended="$EPOCHREALTIME" 'BEGIN { printf "%s %.2f s\n", name, ended - began }' | tee -a "$folder/times"
}

for run in $(seq "$runs"); do
  fetch archives
  fetch api --no-archives
done
middle() { grep "^$1 " "$folder/times" | cut -d' ' -f2 | sort -n | sed -n "$(((runs + 1) / 2))p"; }
awk -v archives="$(middle archives)" -v api="$(middle api)" 'BEGIN { printf "medians: archives %.2f s, api %.2f s, %.1f times\n", archives, api, api / archives }'
held() { dotnet "$program" coverage --symbol BTCUSDT --timeframe 1m --data "$folder/$1-1" --json; }
diff <(held archives) <(held api)
