#!/usr/bin/env bash
# From the start of the program to the end of its first answer, 100 bars, in half a processor: the program as it is published, on the lake alone and on Postgres, beside Express + pg and a
# minimal ASP.NET with ReadyToRun that gives ready bytes; in turn, RUNS of each (9). The processor is limited by a control group when one can be made (root), else to one core. Prints a table.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
require curl node taskset
runs=${RUNS:-9}
port=${PORT_BASE:-18180}
group=
trap 'stop_all; [ -z "$group" ] || rmdir "$group"' EXIT

# The least that ASP.NET is: no container of ours, no log, no store. Outside the checkout, whose build settings are not its.
build_minimal() {
  local folder=$work/minimal
  rm -rf "$folder"
  mkdir -p "$folder"
  echo '<Project />' | tee "$folder/Directory.Build.props" "$folder/Directory.Packages.props" >/dev/null
  cat >"$folder/minimal.csproj" <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <InvariantGlobalization>true</InvariantGlobalization>
    <NuGetAudit>false</NuGetAudit>
  </PropertyGroup>
</Project>
PROJECT
  cat >"$folder/Program.cs" <<'PROGRAM'
var bytes = File.ReadAllBytes(args[0]);
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls(args[1]);
var app = builder.Build();
app.MapGet("/api/marketdata/ohlcv", async (HttpContext context) =>
{
    context.Response.ContentType = "application/json";
    await context.Response.Body.WriteAsync(bytes);
});
app.Run();
PROGRAM
  say "publishing the minimal ASP.NET"
  dotnet publish "$folder/minimal.csproj" -c Release -r linux-x64 --self-contained false -p:PublishReadyToRun=true -o "$folder/app" -v q -nologo >&2
}

plan() {
  node -e '
    const [app, work, here, tools, database, port, symbol] = process.argv.slice(1);
    const at = (i) => `http://127.0.0.1:${Number(port) + i}`;
    const url = (i) => `${at(i)}/api/marketdata/ohlcv?symbol=${symbol}&tf=1m&limit=100`;
    const ours = (i, env) => ({ name: "ours", url: url(i), command: [app, "serve", "--role", "api", "--urls", at(i)], env: { TRADER_DATA_DIR: `${work}/lake`, ...env } });
    const express = (i) => ({ name: "Express + pg", url: url(i), command: ["node", `${here}/http/express.cjs`, tools, String(Number(port) + i), database], env: { NODE_ENV: "production" } });
    const minimal = (i) => ({ name: "minimal ASP.NET, ReadyToRun", url: url(i), command: [`${work}/minimal/app/minimal`, `${work}/first-100.json`, at(i)], env: {} });
    const works = [["lake", {}], ["Postgres", { DATABASE_URL: database }]];
    const plan = works.flatMap(([store, env], w) => [ours(w * 3, env), express(w * 3 + 1), minimal(w * 3 + 2)].map((one) => ({ ...one, work: `start to first 100 bars, ${store}` })));
    process.stdout.write(JSON.stringify(plan));
  ' "$app" "$work" "$here" "$root/.tools/node" "$database" "$port" "$symbol"
}

# What the minimal one gives, from ours; and the schema is made, as in every start but the first.
keep_answer() {
  start ours "$server_core" env TRADER_DATA_DIR="$work/lake" DATABASE_URL="$database" "$app" serve --role api --urls "http://127.0.0.1:$port"
  until_up "$started" ours "http://127.0.0.1:$port/health"
  curl -sf "http://127.0.0.1:$port/api/marketdata/ohlcv?symbol=$symbol&tf=1m&limit=100" -o "$work/first-100.json"
  stop "$started"
}

[ "${BUILD:-1}" = 0 ] || { build; build_minimal; }
if [ "${BUILD:-1}" != 0 ] || [ ! -d "$work/lake" ]; then
  rm -rf "$work/lake"
  bench --make-lake "$work/lake" >&2
fi
start_postgres "$work/lake"
make_group
keep_answer
plan >"$work/coldstart.plan.json"
node "$here/http/coldstart.mjs" "$group" "$runs" "$work/coldstart.plan.json" >"$work/coldstart.jsonl"
node "$here/report.mjs" <"$work/coldstart.jsonl"
