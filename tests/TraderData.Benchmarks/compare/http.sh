#!/usr/bin/env bash
# The HTTP rows of docs/performance.md: the server on one core, load and Postgres on another, five runs of each in turn. Prints the table; ends with 1 when
# two gave different bars. Takes about ten minutes. RUNS and SECONDS_EACH make it shorter, TIERED=1 gives ours the database too. Beside
# the clock it counts requests for each second that the server's processes had the core, which holds on a machine with other work too.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
require wrk nginx taskset node curl
runs=${RUNS:-5}
seconds=${SECONDS_EACH:-3}
port=${PORT_BASE:-18080}
declare -A pid_of
ours=http://127.0.0.1:$port uncached=http://127.0.0.1:$((port + 1)) express=http://127.0.0.1:$((port + 2))
npgsql=http://127.0.0.1:$((port + 3)) kestrel=http://127.0.0.1:$((port + 4)) nginx=http://127.0.0.1:$((port + 5))
query="/api/marketdata/ohlcv?symbol=$symbol&tf=1m"
lines=$work/http.jsonl
: >"$lines"

# Ten years to 2026: a range of 1,000 minutes starts anywhere in them.
first=$(date -ud 2016-01-01 +%s)000
last=$(($(date -ud 2026-01-01 +%s)000 - 1000 * 60000))

start_ours() { # NAME PORT [SETTING=VALUE…]
  local name=$1 at=$2
  shift 2
  start "$name" "$server_core" env TRADER_DATA_DIR="$work/lake" DOTNET_STARTUP_HOOKS="$bench_dll" TRADER_DATA_COUNTERS="$work/$name.counters" "$@" \
    "$app" serve --role api --urls "http://127.0.0.1:$at"
  until_up "$started" "$name" "http://127.0.0.1:$at/health"
  pid_of[$name]=$started
}

start_rivals() {
  start express "$server_core" env NODE_ENV=production node "$here/http/express.cjs" "$root/.tools/node" "$((port + 2))" "$database"
  until_up "$started" express "$express$query&limit=1"
  pid_of[express]=$started
  start npgsql "$server_core" dotnet "$bench_dll" --http-rival npgsql "$npgsql" "$connection"
  until_up "$started" npgsql "$npgsql$query&limit=1"
  pid_of[npgsql]=$started
  mkdir -p "$work/files"
  local rows
  for rows in 100 1000 10000; do curl -sf "$ours$query&limit=$rows" -o "$work/files/latest-$rows"; done
  start kestrel "$server_core" dotnet "$bench_dll" --http-rival bytes "$kestrel" "$work"/files/latest-*
  until_up "$started" kestrel "$kestrel/latest-100"
  pid_of[kestrel]=$started
  sed -e "s|FOLDER|$work|g" -e "s|PORT|$((port + 5))|" -e "s|USER|$(id -un)|" "$here/http/nginx.conf" >"$work/nginx.conf"
  start nginx "$server_core" nginx -p "$work" -c "$work/nginx.conf"
  until_up "$started" nginx "$nginx/latest-100"
  pid_of[nginx]=$started
}

# path_of WHO ROWS: what is asked of whom for the latest rows.
path_of() { case $1 in kestrel | nginx) echo "/latest-$2" ;; *) echo "$query&limit=$2" ;; esac; }
name_of() { case $1 in ours | uncached) echo ours ;; express) echo 'Express + pg' ;; npgsql) echo 'ASP.NET + Npgsql + serializer' ;; kestrel) echo 'Kestrel, ready bytes' ;; nginx) echo 'nginx, file' ;; esac; }

# measure WORK WHO ROWS CLIENTS FIELD RUN DIGEST PATH [RANGE]: one run, as a line for report.mjs.
measure() {
  local title=$1 who=$2 rows=$3 clients=$4 wanted=$5 run=$6 digest=$7 before after bytes=null
  shift 7
  [ "$who" != ours ] || before=$(allocated "${pid_of[ours]}" "$work/ours.counters")
  local result busy
  busy=$(cpu_ms "$who")
  result=$(load "${!who}" "$clients" "$seconds" "$@")
  busy=$(($(cpu_ms "$who") - busy))
  if [ "$who" = ours ]; then
    after=$(allocated "${pid_of[ours]}" "$work/ours.counters")
    bytes=$((after - before))
  fi
  node -e '
    const [title, who, run, answer, rows, bytes, wanted, busy, text] = process.argv.slice(1);
    const got = JSON.parse(text);
    if (got.errors > 0 || got.requests === 0) throw new Error(`${who}: ${text}`);
    const [value, unit, better] = wanted === "p99" ? [got.p99_ms, "ms", "lower"]
      : [got.requests / got.seconds, "requests/s", "higher"];
    const cpu = wanted === "p99" ? undefined : got.requests / (busy / 1000);
    const allocated = bytes === "null" ? undefined : bytes / got.requests / rows;
    console.log(JSON.stringify({ work: title, who, run: Number(run), value, unit, better, answer, allocated, cpu, ...got }));
  ' "$title" "$(name_of "$who")" "$run" "$digest" "$rows" "$bytes" "$wanted" "$busy" "$result" | tee -a "$lines" >&2
}

# cpu_ms WHO: the processor time that its process and the children of it have had.
cpu_ms() { cat "/proc/${pid_of[$1]}/stat" $(pgrep -P "${pid_of[$1]}" | sed 's|.*|/proc/&/stat|') | awk '{ s += $14 + $15 } END { print s * 10 }'; }

# Same bars, or no race: digest.mjs says how they are compared.
digest_latest() { node "$here/http/digest.mjs" "${!1}$(path_of "$1" "$2")"; }
digest_ranges() {
  node "$here/http/digest.mjs" $(node -e '
    const [url, first, last] = process.argv.slice(1);
    for (let i = 0; i < 25; i++) {
      const start = Number(first) + Math.floor(((last - first) / 60000) * (i / 24)) * 60000;
      console.log(`${url}&start=${new Date(start).toISOString()}&end=${new Date(start + 1000 * 60000).toISOString()}`);
    }' "${!1}$query&limit=1000" "$first" "$last")
}

check() {
  local who rows wanted
  declare -gA digests
  for rows in 100 1000 10000; do
    for who in ours express npgsql kestrel nginx; do
      digests[$who-$rows]=$(digest_latest "$who" "$rows")
      [ "${digests[$who-$rows]}" = "${digests[ours-$rows]}" ] || { say "$who gives other bars than ours for the latest $rows"; exit 1; }
    done
  done
  for who in ours uncached express npgsql; do
    digests[$who-range]=$(digest_ranges "$who")
    [ "${digests[$who-range]}" = "${digests[ours-range]}" ] || { say "$who gives other bars than ours for ranges"; exit 1; }
  done
  say "all give the same bars: ${digests[ours-1000]} ${digests[ours-range]}"
}

warm() {
  local who rows
  # Tiered compilation ends some seconds into the load.
  say "warming up"
  for who in ours express npgsql kestrel nginx; do
    for rows in 100 1000 10000; do load "${!who}" 16 4 "$(path_of "$who" "$rows")" >/dev/null; done
  done
  for who in ours uncached express npgsql; do load "${!who}" 16 5 "$query&limit=1000" "$first" "$last" 1000 99 >/dev/null; done
  # It decodes for every request: the compiler takes longer until it is done with that.
  load "$uncached" 16 15 "$query&limit=1000" "$first" "$last" 1000 98 >/dev/null
}

race() {
  local run rows who
  for run in $(seq "$runs"); do
    say "run $run of $runs"
    for rows in 1000 100 10000; do
      for who in ours express npgsql kestrel nginx; do
        measure "latest $rows bars as JSON, 16 clients" "$who" "$rows" 16 rate "$run" "${digests[$who-$rows]}" "$(path_of "$who" "$rows")"
      done
    done
    for who in ours express npgsql; do
      measure 'random range of 1000 bars within 10 years' "$who" 1000 16 rate "$run" "${digests[$who-range]}" "$query&limit=1000" "$first" "$last" 1000 "$run"
      measure 'random range of 1000 bars, one client, p99' "$who" 1000 1 p99 "$run" "${digests[$who-range]}" "$query&limit=1000" "$first" "$last" 1000 "$run"
    done
    measure 'random range of 1000 bars, one client, p99' kestrel 1000 1 p99 "$run" '' /latest-1000
    measure 'random range of 1000 bars, one client, p99' nginx 1000 1 p99 "$run" '' /latest-1000
    for who in uncached express; do
      measure 'random range of 1000 bars, no block cache' "$who" 1000 16 rate "$run" "${digests[$who-range]}" "$query&limit=1000" "$first" "$last" 1000 "$run"
    done
    measure 'random range of 1000 bars, no block cache, one client, p99' uncached 1000 1 p99 "$run" "${digests[uncached-range]}" "$query&limit=1000" "$first" "$last" 1000 "$run"
  done
}

[ "${BUILD:-1}" = 0 ] || build
rm -rf "$work/lake"
bench --make-lake "$work/lake" >&2
start_postgres "$work/lake"
tier=(); [ "${TIERED:-0}" = 1 ] && tier=("DATABASE_URL=$database")
start_ours ours "$port" "${tier[@]}"
start_ours uncached "$((port + 1))" TraderData__BlockCacheMiB=0 "${tier[@]}"
start_rivals
check
warm
race
node "$here/report.mjs" <"$lines"
