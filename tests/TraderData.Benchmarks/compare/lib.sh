# Sourced by the scripts of this folder: a place to work in, processes that end with the script, and load.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
work=$root/artifacts/compare
bench_dll=$root/tests/TraderData.Benchmarks/bin/Release/net10.0/TraderData.Benchmarks.dll
app=$work/app/trader-data
symbol=GEN0001USDT
server_core=0
load_core=1
pids=()
mkdir -p "$work"

say() { echo "$(date +%H:%M:%S) $*" >&2; }

# Ends what was started, by process id, and waits for it: Postgres removes its folder then.
stop_all() {
  local pid
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  pids=()
}
trap stop_all EXIT
trap 'exit 130' INT TERM

stop() { kill "$1" 2>/dev/null || true; wait "$1" 2>/dev/null || true; }

# start NAME CORE COMMAND…: in the background on one core; its id is in $started, what it says in $work/NAME.log.
start() {
  local name=$1 core=$2
  shift 2
  taskset -c "$core" "$@" >"$work/$name.log" 2>&1 &
  started=$!
  pids+=("$started")
}

# until_up PID NAME URL: waits until it answers, and says why when it does not.
until_up() {
  local i
  for i in $(seq 600); do
    curl -sf -o /dev/null "$3" && return
    kill -0 "$1" 2>/dev/null || break
    sleep 0.1
  done
  say "$2 does not answer at $3; its log:"; cat "$work/$2.log" >&2
  exit 1
}

require() {
  local program
  for program in "$@"; do
    command -v "$program" >/dev/null || { say "$program is needed: apt-get install $program"; exit 1; }
  done
}

# The program as its container has it (the Dockerfile's command), and the rivals.
build() {
  say "publishing trader-data (all of it compiled ahead: some minutes)"
  rm -rf "$work/app"
  dotnet publish "$root/src/TraderData/TraderData.csproj" -p:PublishProfile=container -o "$work/app" -v q -nologo >&2
  say "building the rivals"
  dotnet build "$root/tests/TraderData.Benchmarks" -c Release -v q -nologo >&2
}

bench() { dotnet "$bench_dll" "$@"; }

# Half a processor by a control group in $group, when one can be made (root); else $group is empty.
make_group() {
  local name=trader-data-$$
  if mkdir "/sys/fs/cgroup/cpu/$name" 2>/dev/null; then
    group=/sys/fs/cgroup/cpu/$name
    echo 100000 >"$group/cpu.cfs_period_us"
    echo 50000 >"$group/cpu.cfs_quota_us"
  elif mkdir "/sys/fs/cgroup/$name" 2>/dev/null && [ -f "/sys/fs/cgroup/$name/cpu.max" ]; then
    group=/sys/fs/cgroup/$name
    echo '50000 100000' >"$group/cpu.max"
  fi
  if [ -n "$group" ]; then say "0.5 CPU by $group"; else say "one core, no control group"; fi
}

# A Postgres with the bars of a lake: its address is in $database, for Npgsql in $connection.
start_postgres() {
  say "filling Postgres"
  start postgres "$load_core" dotnet "$bench_dll" --postgres "$1"
  until grep -q ^Host= "$work/postgres.log"; do
    kill -0 "$started" || { cat "$work/postgres.log" >&2; exit 1; }
    sleep 0.2
  done
  database=$(grep ^postgres:// "$work/postgres.log")
  connection=$(grep ^Host= "$work/postgres.log")
}

# load URL CONNECTIONS SECONDS PATH [FIRST LAST MINUTES SEED]: one line of JSON, see load.lua.
load() {
  local url=$1 connections=$2 seconds=$3
  shift 3
  taskset -c "$load_core" wrk -t1 -c"$connections" -d"${seconds}s" -s "$here/http/load.lua" "$url" -- "$@" | tail -n 1
}

# field JSON NAME
field() { node -p 'JSON.parse(process.argv[1])[process.argv[2]]' "$1" "$2"; }

# allocated PID FILE: the bytes that a program with our startup hook has allocated so far.
allocated() {
  rm -f "$2"
  kill -USR1 "$1"
  until [ -s "$2" ]; do sleep 0.02; done
  cat "$2"
}
