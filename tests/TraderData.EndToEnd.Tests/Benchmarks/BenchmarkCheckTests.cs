using System.Diagnostics;

namespace TraderData.EndToEnd.Tests;

/// <summary>Every benchmark runs, and gives the answer that its rival gives.</summary>
public sealed class BenchmarkCheckTests
{
    [Fact]
    public async Task Benchmarks_and_their_rivals_give_the_same_answers()
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "TraderData.Benchmarks.dll"), "--check"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, output + await errors);
        // Decimals, klines, Parquet both ways, CSV, COPY and the API are each among them.
        Assert.True(output.Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)) >= 8, output);
    }
}
