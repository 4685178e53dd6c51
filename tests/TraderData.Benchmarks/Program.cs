using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using TraderData.Benchmarks;

// --check: every contest once, answers compared.  --quick: a table of medians.  --make-lake FOLDER: a lake of generated bars.  --part: a contestant of
// compare/parts.sh.  --postgres LAKE, --http-rival: servers of compare/http.sh.  --make-market: the marketplace of compare/vendors.sh.  None of these: BenchmarkDotNet, with its own arguments (--filter '*Csv*').
return args switch
{
    ["--check", .. var names] => await CheckRun.RunAsync(Contests.All(names)),
    ["--quick", .. var names] => await QuickRun.RunAsync(Contests.All(names)),
    ["--make-lake", .. var rest] => await LakeMaker.RunAsync(rest),
    ["--make-market", .. var rest] => await MarketMaker.RunAsync(rest),
    ["--part", .. var rest] => await PartRun.RunAsync(rest),
    ["--postgres", var lake] => await PostgresOfLake.RunAsync(lake),
    ["--http-rival", var kind, var url, .. var rest] => await HttpRival.RunAsync(kind, url, rest),
    _ => Detailed(args),
};

static int Detailed(string[] args)
{
    // In this process: the project it would generate does not know the central package versions.
    var config = DefaultConfig.Instance.AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance)).AddDiagnoser(MemoryDiagnoser.Default);
    BenchmarkSwitcher.FromTypes([.. Contests.All([]).Select(c => c.GetType())]).Run(args, config);
    return 0;
}
