using System.Diagnostics;
using TraderData.Core;

namespace TraderData.Storage.Tests;

public sealed class FileBudgetStoreTests : BudgetStoreContract, IDisposable
{
    private readonly TestFolder _folder = new();

    private string Place => Path.Combine(_folder.Path, "budget");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Two_processes_take_from_one_file_and_one_that_is_killed_holds_nobody_up()
    {
        using var killed = Start(100_000);
        await killed.StandardOutput.ReadLineAsync(Cancellation);
        using var other = Start(200);
        killed.Kill();
        await killed.WaitForExitAsync(Cancellation);
        await other.StandardOutput.ReadToEndAsync(Cancellation);
        await other.WaitForExitAsync(Cancellation);
        Assert.Equal(0, other.ExitCode);

        // Each of them also counts what it did itself: of the killed one the last step may be missing in its own count, never in the file's.
        var record = await ReadAsync(await OpenAsync(), "binance");
        Assert.Equal(200, record.Others);
        Assert.Equal(record.Taken, record.Others + record.TakenByBackfill);
        Assert.InRange(record.TakenByBackfill, 1, 100_000);
        Assert.Equal(["binance.json", "binance.lock"], Directory.GetFiles(Place).Select(Path.GetFileName).Where(name => name != "binance.json.new").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"taken\":")]
    [InlineData("{\"taken\":\"much\"}")]
    public async Task Damaged_file_is_refused_with_the_remedy(string content)
    {
        Directory.CreateDirectory(Place);
        await File.WriteAllTextAsync(Path.Combine(Place, "binance.json"), content, Cancellation);
        var e = await Assert.ThrowsAsync<StorageException>(async () => await ReadAsync(await OpenAsync(), "binance"));
        Assert.Equal(StorageErrorKind.Damaged, e.Kind);
        Assert.Contains("binance.json: no budget record", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("(remove the file; a ban that it told of is forgotten with it)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_reads_well()
    {
        await (await OpenAsync()).UpdateAsync("binance", _ => (Full with { Stop = null, BannedUntilMs = null }, 0), Cancellation);
        Assert.Equal(
            """
            {
              "minute": 28401120,
              "taken": 17,
              "taken_by_backfill": 11,
              "others": 3,
              "others_before": 5,
              "limit": 6000,
              "limit_heard_ms": 1704067199000,
              "paused_until_ms": 1704067260001
            }
            """.ReplaceLineEndings("\n"),
            await File.ReadAllTextAsync(Path.Combine(Place, "binance.json"), Cancellation));
    }

    [Fact]
    public async Task Folder_that_cannot_be_made_is_told()
    {
        var e = await Assert.ThrowsAsync<StorageException>(() => ReadAsync(new FileBudgetStore("/proc/nowhere"), "binance"));
        Assert.Contains("/proc/nowhere", e.Message, StringComparison.Ordinal);
    }

    private protected override Task<IBudgetStore> OpenAsync() => Task.FromResult<IBudgetStore>(new FileBudgetStore(Place));

    private Process Start(int steps)
    {
        string[] arguments = ["exec", typeof(BudgetTaker).Assembly.Location, BudgetTaker.Argument, Place, $"{steps}"];
        return Process.Start(new ProcessStartInfo("dotnet", arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
    }
}

/// <summary>A process that takes from a budget in a folder, step by step, and can be killed.</summary>
internal static class BudgetTaker
{
    public const string Argument = "--budget-taker";

    /// <summary>Takes 1 as often as it is told, and says so before the first; many steps count as a backfill's, few as those of others.</summary>
    public static async Task<int> RunAsync(string folder, int steps)
    {
        using var store = new FileBudgetStore(folder);
        for (var i = 0; i < steps; i++)
        {
            await store.UpdateAsync(
                "binance",
                record => steps > 1_000
                    ? (record with { Taken = record.Taken + 1, TakenByBackfill = record.TakenByBackfill + 1 }, 0)
                    : (record with { Taken = record.Taken + 1, Others = record.Others + 1 }, 0),
                CancellationToken.None);
            if (i == 0)
                Console.WriteLine("begun");
        }

        return 0;
    }
}
