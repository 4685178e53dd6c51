using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Storage;

namespace TraderData.Rounds.Tests;

/// <summary>A process that creates and publishes a round, killed at any moment and started again, leaves one round that is published and sound, and never half of one listed.</summary>
public sealed class KilledPublishTests(ITestOutputHelper output) : IDisposable
{
    private const string Bars = "8000";

    private readonly TestFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Creating_and_publishing_killed_again_and_again_ends_with_one_sound_round()
    {
        var random = new Random(3);
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "key.pem"), PemSigner.Generate().Pem, Cancellation);
        for (var i = 0; i < 10; i++)
        {
            using var worker = Start();
            Assert.Equal("begun", await worker.StandardOutput.ReadLineAsync(Cancellation));
            await Task.Delay(random.Next(260), Cancellation);
            worker.Kill();
            await worker.WaitForExitAsync(Cancellation);
            output.WriteLine($"killed: {await StateAsync()}");
        }

        using (var last = Start())
        {
            Assert.Contains("publish done", await last.StandardOutput.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
            await last.WaitForExitAsync(Cancellation);
        }

        Assert.Equal("Published, sound, current", await StateAsync());
    }

    private Process Start() => Process.Start(new ProcessStartInfo(
        "dotnet", ["exec", typeof(RoundWorker).Assembly.Location, RoundWorker.Argument, "publish", _folder.Path, Bars])
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
    })!;

    // What is listed is there, whole and signed.
    private async Task<string> StateAsync()
    {
        await using var storage = TraderDataStorage.Open(new StorageOptions { DataDirectory = _folder.Path }, NullLoggerFactory.Instance);
        var rounds = new RoundShelf(storage.Files, new StoppedClock("2026-02-01T00:00:00Z"));
        var index = await rounds.IndexAsync(Cancellation);
        if (index.Rounds.Count == 0)
            return "nothing";
        var round = Assert.Single(index.Rounds);
        var verified = await RoundVerifier.VerifyAsync(Path.Combine(_folder.Path, "rounds", round.RoundId), await rounds.KeysAsync(Cancellation), null, Cancellation);
        Assert.True(verified.IsSound, $"{verified.Fault}");
        return $"{round.State}, sound, {(index.Current == round.RoundId ? "current" : "not current")}";
    }
}
