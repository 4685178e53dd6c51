using System.Diagnostics;
using System.Globalization;

namespace TraderData.Rounds.Tests;

/// <summary>The same round has the same bytes in another process, on another processor, in another place, and after a kill.</summary>
public sealed class ReproducibleTests(ITestOutputHelper output) : IDisposable
{
    private const int Bars = 24_000;

    private readonly TestFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Processes_with_other_vectors_cultures_and_time_zones_give_the_same_digests()
    {
        var here = await RunAsync("one", Bars);

        foreach (var (name, value) in new[] { ("DOTNET_EnableHWIntrinsic", "0"), ("DOTNET_EnableAVX2", "0"), ("TZ", "Asia/Kathmandu"), ("LC_ALL", "de_DE.UTF-8") })
            Assert.Equal(here, await RunAsync($"other-{name}", Bars, (name, value)));
        Assert.Equal(9 + 2, here.Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_build_killed_again_and_again_ends_with_the_same_files(int seed)
    {
        var random = new Random(seed);
        var expected = await RunAsync("expected", Bars);
        for (var i = 0; i < 6; i++)
        {
            using var worker = Start("killed", Bars);
            Assert.Equal("begun", await worker.StandardOutput.ReadLineAsync(Cancellation));
            await Task.Delay(random.Next(250), Cancellation);
            worker.Kill();
            await worker.WaitForExitAsync(Cancellation);
            output.WriteLine($"left: {string.Join(' ', Directory.GetFiles(Path.Combine(_folder.Path, "killed"), "*", SearchOption.AllDirectories).Where(f => f.Contains("rounds", StringComparison.Ordinal)).Select(Path.GetFileName))}");
        }

        Assert.Equal(expected, await RunAsync("killed", Bars));
        Assert.Equal(Content("expected"), Content("killed"));
    }

    [Fact]
    public async Task Memory_does_not_grow_with_the_round()
    {
        // 128 MiB of heap do not hold the rows of one series: 450,000 of some 30 numbers each.
        var lines = await RunAsync("small", 450_000, ("DOTNET_GCHeapHardLimit", "0x8000000"));

        Assert.Equal("build done", lines[^1]);
    }

    private SortedDictionary<string, string> Content(string folder) => new(
        Directory.EnumerateFiles(Path.Combine(_folder.Path, folder, "rounds"), "*", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetFileName(path), path => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))),
        StringComparer.Ordinal);

    private Process Start(string folder, int bars, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            ["exec", typeof(RoundWorker).Assembly.Location, RoundWorker.Argument, "build", Path.Combine(_folder.Path, folder), bars.ToString(CultureInfo.InvariantCulture)])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private async Task<string[]> RunAsync(string folder, int bars, params (string Name, string Value)[] environment)
    {
        using var worker = Start(folder, bars, environment);
        var lines = (await worker.StandardOutput.ReadToEndAsync(Cancellation)).TrimEnd().Split('\n');
        await worker.WaitForExitAsync(Cancellation);
        Assert.Equal(0, worker.ExitCode);
        return lines;
    }
}
