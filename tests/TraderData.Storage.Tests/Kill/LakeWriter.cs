using TraderData.Core;

namespace TraderData.Storage.Tests;

/// <summary>
/// A backfill in small, as a process of its own that can be killed: chunks of bars, newest first, over three partitions of two series, each with the
/// range that was fetched. What it writes follows from its arguments alone.
/// </summary>
internal static class LakeWriter
{
    public const string Argument = "--lake-writer";

    /// <summary>How many chunks there are.</summary>
    public const int Chunks = 40;

    private const int BarsOfChunk = 1_500;
    private const long MinuteMs = 60_000;

    // Near the end of January 2024, so that the chunks reach over the turns of two months.
    private const long StartMs = 1_705_276_800_000;

    /// <summary>Writes the chunks from one to another, not including that, and says so on the standard output before each.</summary>
    public static async Task<int> RunAsync(string folder, int from, int to)
    {
        using var blobs = new LocalBlobs(folder);
        var store = LakeStores.On(blobs);
        for (var chunk = to - 1; chunk >= from; chunk--)
        {
            Console.WriteLine(chunk);
            foreach (var (symbol, timeframe) in ((string, string)[])[("BTCUSDT", "1m"), ("BTC/USD", "5m")])
                await WriteAsync(store, new Series("import", symbol, Timeframe.Parse(timeframe)), chunk);
        }

        return 0;
    }

    private static Task<WriteResult> WriteAsync(LakeBarStore store, Series series, int chunk)
    {
        var step = series.Timeframe.DurationMs;
        var builder = new BarBlockBuilder(series.ToString());
        for (var i = chunk * BarsOfChunk; i < (chunk + 1) * BarsOfChunk; i++)
        {
            var price = new ScaledDecimal(4_215_050 + (i * 7 % 1_000), 2);
            builder.Add(new Bar(StartMs + (i * step), price, price, price, price, new ScaledDecimal(i, 3), null, i));
        }

        var start = StartMs + (chunk * BarsOfChunk * step);
        var write = new BarWrite(builder.Build(), new Provenance(AssetClass.Crypto), new TimeRange(start, start + (BarsOfChunk * step)));
        return store.WriteAsync(series, write, CancellationToken.None);
    }
}
