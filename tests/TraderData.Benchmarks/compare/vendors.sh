#!/usr/bin/env bash
# The vendors' rows of docs/performance.md: 50 vendors, each with a key and a connection of its own, ask for the catalog, the current round and who they are, of a journal and of Postgres. The server
# has one core, load and Postgres the other. Latency at the 99th percentile beside the targets of CONTRACTS A and beside Express + pg and bare Kestrel with the bytes at hand. Answers are compared
# first, and each one while it is measured. Takes about ten minutes. RUNS and SECONDS_EACH make it shorter; --check asks everything once and compares answers, in seconds.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
require taskset node curl
runs=${RUNS:-3}
seconds=${SECONDS_EACH:-4}
# A vendor's program asks every few seconds at most; these ask ten times a second, 50 to 150 ms behind each answer.
think=100
# Of each of the 50 models.
signals=${SIGNALS:-200}
fresh=300
warm_up=4
report=/dev/stdout
# Compilers are not done within half a second: times say nothing then, and are not shown.
if [ "${1:-}" = --check ]; then runs=1 seconds=0.5 fresh=50 warm_up=0.2 report=/dev/null; fi
port=${PORT_BASE:-18120}
data=$work/vendors
lines=$work/vendors.jsonl
journal=http://127.0.0.1:$port postgres=http://127.0.0.1:$((port + 1)) express=http://127.0.0.1:$((port + 2)) kestrel=http://127.0.0.1:$((port + 3)) once=http://127.0.0.1:$((port + 4))
declare -A paths=([catalog]=/api/catalog ['current round']=/api/rounds/current [introspection]=/api/marketplace/vendor/validate) digests
endpoints=(catalog 'current round' introspection)
# Nobody's keys, and still not to be left about.
trap 'stop_all; rm -f "$work"/{journal,postgres}.{keys,header} "$work/vendors.pem"' EXIT
INFRA_TOKEN_PEPPER=$(head -c 36 /dev/urandom | base64)
export INFRA_TOKEN_PEPPER
: >"$lines"

ours() { taskset -c "$load_core" env TRADER_DATA_DIR="$data" ROUND_SIGNING_KEY="$work/vendors.pem" "$app" "$@"; }

# Ten months of hours, cut, signed and published as an operator does it.
publish_round() {
  say "publishing a round"
  rm -rf "$data" "$work/vendors.pem"
  bench --make-lake "$data" --years 1 >&2
  ours round keygen --output "$work/vendors.pem" 2>>"$work/vendors.log"
  local id
  id=$(ours round create --name vendors --universe "binance:$symbol" --timeframes 1h --start 2025-02-01 --end 2025-12-01 --splits 0.7,0.15,0.15 --features log_return,hour --embargo 5 2>>"$work/vendors.log")
  ours round publish "$id" 2>>"$work/vendors.log" >&2
}

start_ours() { # NAME URL [SETTING=VALUE…]
  local name=$1 url=$2
  shift 2
  start "$name" "$server_core" env TRADER_DATA_DIR="$data" "$@" "$app" serve --role api --urls "$url"
  until_up "$started" "$name" "$url/health"
}

settings_of() { [ "$1" = journal ] || echo "DATABASE_URL=$database"; }

start_rivals() {
  start express "$server_core" env NODE_ENV=production node "$here/http/express-vendors.cjs" "$root/.tools/node" "$((port + 2))" "$database" "$data"
  until_up "$started" express "$express/health"
  local store what files=()
  mkdir -p "$work/files"
  for store in journal postgres; do
    for what in "${endpoints[@]}"; do
      files+=("$work/files/$store-${what// /-}")
      curl -sf -H "@$work/$store.header" "${!store}${paths[$what]}" -o "${files[-1]}"
    done
  done
  start kestrel "$server_core" dotnet "$bench_dll" --http-rival bytes "$kestrel" "${files[@]}"
  until_up "$started" kestrel "$kestrel/journal-catalog"
}

# A key in an argument can be read by everybody on the machine.
write_header() { node -e 'console.log(`authorization: Bearer ${JSON.parse(require("fs").readFileSync(process.argv[1])).vendors[0].key}`)' "$work/$1.keys" >"$work/$1.header"; }

name_of() { case $1 in express) echo 'Express + pg' ;; kestrel) echo 'Kestrel, ready bytes' ;; *) echo ours ;; esac; }
store_name() { [ "$1" = journal ] && echo journal || echo Postgres; }
path_of() { [ "$1" = kestrel ] && echo "/$2-${3// /-}" || echo "${paths[$3]}"; }
vendors() { taskset -c "$load_core" node "$here/http/vendors.mjs" "$@"; }

# measure STORE WHO WHAT HOW RUN MODE [ARGUMENTS…]: a run, as lines for report.mjs. WHO is the store itself for ours.
measure() {
  local store=$1 who=$2 what=$3 how=$4 run=$5 mode=$6 result
  shift 6
  result=$(SEED=$((run + 1)) vendors "$mode" "${!who}" "$(path_of "$who" "$store" "$what")" "$work/$store.keys" "$@")
  node -e '
    const [work, who, run, answer, how, text] = process.argv.slice(1);
    const got = JSON.parse(text);
    const tell = (kind, value, unit, better) => console.log(JSON.stringify({ work: `${work}, ${kind}`, who, run: Number(run), value, unit, better, answer, ...got }));
    tell("p99", got.p99_ms, "ms", "lower");
    if (how === "no pause") tell("rate", got.requests / got.seconds, "requests/s", "higher");
  ' "$what, $(store_name "$store"), $how" "$(name_of "$who")" "$run" "${digests[$store-$who-$what]:-}" "$how" "$result" | tee -a "$lines" >&2
}

rivals_of() { [ "$1" = journal ] && echo kestrel || echo express kestrel; }

# Each answer is right, and the same whoever gives it; what Kestrel gives is the bytes of the first vendor.
check() {
  local store what who
  for store in journal postgres; do
    for what in "${endpoints[@]}"; do
      digests[$store-$store-$what]=$(vendors digest "${!store}" "${paths[$what]}" "$work/$store.keys")
    done
  done
  for what in "${endpoints[@]}"; do
    digests[postgres-express-$what]=$(vendors digest "$express" "${paths[$what]}" "$work/postgres.keys")
    [ "${digests[postgres-express-$what]}" = "${digests[postgres-postgres-$what]}" ] || { say "Express gives another $what than ours"; exit 1; }
  done
  [ "${digests[journal-journal-current round]}" = "${digests[postgres-postgres-current round]}" ] || { say "the stores give different rounds"; exit 1; }
  say "all answers are right, and the same of ours and Express"
}

warm() {
  local store what who
  say "warming up"
  for store in journal postgres; do
    for who in "$store" $(rivals_of "$store"); do
      for what in "${endpoints[@]}"; do vendors load "${!who}" "$(path_of "$who" "$store" "$what")" "$work/$store.keys" "$warm_up" >/dev/null; done
    done
  done
}

race() {
  local run store what who
  for run in $(seq "$runs"); do
    say "run $run of $runs, $(uptime | sed 's/.*load/load/')"
    for store in journal postgres; do
      for what in "${endpoints[@]}"; do
        for who in "$store" $(rivals_of "$store"); do
          measure "$store" "$who" "$what" "think $think ms" "$run" load "$seconds" "$think"
          measure "$store" "$who" "$what" 'no pause' "$run" load "$seconds"
        done
      done
      for who in "$store" $(rivals_of "$store"); do measure "$store" "$who" introspection 'new keys' "$run" fresh "$(((run - 1) * fresh))" "$fresh"; done
      # shellcheck disable=SC2046
      start_ours once "$once" $(settings_of "$store")
      digests[$store-once-introspection]=${digests[$store-$store-introspection]}
      measure "$store" once introspection 'new process' "$run" first
      stop "$started"
    done
  done
}

build
publish_round
mkdir -p "$work/no-lake"
start_postgres "$work/no-lake"
say "making vendors"
bench --make-market "$data" "$work/journal.keys" "$signals" >&2
bench --make-market "$data" "$work/postgres.keys" "$signals" "$database" >&2
write_header journal
write_header postgres
start_ours journal "$journal"
start_ours postgres "$postgres" "DATABASE_URL=$database"
start_rivals
check
warm
race
node "$here/report.mjs" <"$lines" >"$report"
say "done"
