using System.Diagnostics;
using System.Globalization;

namespace TraderData.Storage.Tests;

/// <summary>A writer of the lake that is killed at any moment and started again leaves the same files with the same bars as one that was not.</summary>
public sealed class KilledWriterTests(ITestOutputHelper output) : IDisposable
{
    private const int Kills = 12;

    private readonly TestFolder _expected = new();
    private readonly TestFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _expected.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Writer_killed_again_and_again_ends_with_the_same_bars(int seed)
    {
        var random = new Random(seed);
        await LakeWriter.RunAsync(_expected.Path, 0, LakeWriter.Chunks);
        var kills = 0;
        for (var i = 0; i < Kills; i++)
        {
            using var writer = Start(_folder.Path, 0, LakeWriter.Chunks);
            // Each time a little further, where nothing was written before.
            var chunk = LakeWriter.Chunks - 1 - (i * LakeWriter.Chunks / Kills) - random.Next(3);
            while (await writer.StandardOutput.ReadLineAsync(Cancellation) is { } line && line != chunk.ToString(CultureInfo.InvariantCulture))
                Assert.NotEqual("", line);
            await Task.Delay(TimeSpan.FromMicroseconds(random.Next(20_000)), Cancellation);
            writer.Kill();
            await writer.WaitForExitAsync(Cancellation);
            kills += writer.ExitCode == 0 ? 0 : 1;
            output.WriteLine($"killed at chunk {chunk}; unfinished: {Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Count(file => file.Contains("tmp/", StringComparison.Ordinal))}");
        }

        await RunAsync(_folder.Path, 0, LakeWriter.Chunks);

        Assert.Equal(Kills, kills);
        AssertSameFiles();
    }

    [Fact]
    public async Task Two_writers_at_once_end_with_the_same_bars_as_one()
    {
        await LakeWriter.RunAsync(_expected.Path, 0, LakeWriter.Chunks);

        await Task.WhenAll(
            RunAsync(_folder.Path, 0, 2 * LakeWriter.Chunks / 3), RunAsync(_folder.Path, LakeWriter.Chunks / 3, LakeWriter.Chunks), RunAsync(_folder.Path, 0, LakeWriter.Chunks));

        AssertSameFiles();
    }

    private static Process Start(string folder, int from, int to) => Process.Start(new ProcessStartInfo(
        "dotnet",
        ["exec", typeof(LakeWriter).Assembly.Location, LakeWriter.Argument, folder, from.ToString(CultureInfo.InvariantCulture), to.ToString(CultureInfo.InvariantCulture)])
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
    })!;

    private static async Task RunAsync(string folder, int from, int to)
    {
        using var writer = Start(folder, from, to);
        await writer.StandardOutput.ReadToEndAsync(Cancellation);
        await writer.WaitForExitAsync(Cancellation);
        Assert.Equal(0, writer.ExitCode);
    }

    private void AssertSameFiles()
    {
        var files = LakeStores.ContentOf(_folder.Path);
        Assert.Equal(LakeStores.ContentOf(_expected.Path), files);
        // Partitions and a sidecar of two series, two claims, the lock.
        Assert.Equal(10 + 2 + 2 + 1, files.Count);
    }
}
