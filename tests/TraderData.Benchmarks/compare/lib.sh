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

# The program as a user publishes it (the Dockerfile's command), and the rivals.
build() {
  say "publishing trader-data (Release, ReadyToRun)"
  dotnet publish "$root/src/TraderData/TraderData.csproj" -c Release -r linux-x64 --self-contained false -p:PublishReadyToRun=true -o "$work/app" -v q -nologo >&2
  say "building the rivals"
  dotnet build "$root/tests/TraderData.Benchmarks" -c Release -v q -nologo >&2
}

bench() { dotnet "$bench_dll" "$@"; }

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
