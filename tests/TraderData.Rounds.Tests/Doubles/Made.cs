using System.Text;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Rounds.Tests;

/// <summary>Bars, specs and rounds for tests.</summary>
internal static class Made
{
    public static readonly Series Btc = new("binance", "BTCUSDT", Timeframe.H1);

    public static readonly long StartMs = Ms("2024-01-01");

    public static readonly long NowMs = Ms("2025-06-01");

    public static long Ms(string iso) => TimeText.TryParse(iso, out var ms) ? ms : throw new FormatException(iso);

    public static RoundSpec Spec(string json) => RoundSpecJson.Parse(Encoding.UTF8.GetBytes(json), NowMs);

    /// <summary>A round of one symbol on 400 hours: 240 to train on, 80 to validate, 80 to test.</summary>
    public static RoundSpec Spec(string universe = "\"binance:BTCUSDT\"", string timeframes = "\"1h\"", string more = "", int hours = 400) => Spec($$"""
        {
          "name": "hours", "universe": [{{universe}}], "timeframes": [{{timeframes}}], "start": "2024-01-01", "end": "{{TimeText.Iso(StartMs + (hours * 3_600_000L))}}",
          "splits": { "train": 0.6, "validation": 0.2, "test": 0.2 }, "horizons": [1, 3], "as_of": "2025-01-01"{{more}}
        }
        """);

    /// <summary>A walk of bars on every step of the grid, but for gaps.</summary>
    public static BarBlock Walk(int seed, int count, Timeframe? timeframe = null, long? startMs = null, Func<int, bool>? isGap = null)
    {
        var random = new Random(seed);
        var builder = new BarBlockBuilder("made");
        var (price, step) = (4_000_000L, (timeframe ?? Timeframe.H1).DurationMs);
        for (var i = 0; i < count; i++)
        {
            var open = price;
            price = Math.Max(1_000, price + random.Next(-9_000, 9_001));
            var (high, low) = (Math.Max(open, price) + random.Next(3_000), Math.Max(1, Math.Min(open, price) - random.Next(3_000)));
            var volume = new ScaledDecimal(random.Next(5) == 0 ? 0 : random.Next(1, 90_000_000), 6);
            if (isGap is null || !isGap(i))
                builder.Add(new Bar((startMs ?? StartMs) + (i * step), new(open, 2), new(high, 2), new(low, 2), new(price, 2), volume, null, null));
        }

        return builder.Build();
    }

    /// <summary>Cuts a block where a random number says so: stores give blocks of any length.</summary>
    public static BarBlock[] Cut(BarBlock block, int seed)
    {
        var (random, blocks) = (new Random(seed), new List<BarBlock>());
        while (block.Count > 0)
        {
            var count = Math.Min(block.Count, random.Next(1, 200));
            blocks.Add(block.Slice(0, count));
            block = block.Slice(count, block.Count - count);
        }

        return [.. blocks];
    }

    public static async Task<(RoundManifest Manifest, MemoryFiles Files)> BuildAsync(HeldBars bars, RoundSpec spec)
    {
        var files = new MemoryFiles();
        return (await new RoundBuilder(bars, files, bars) { CodeVersion = "test" }.BuildAsync(spec, progress: null, TestContext.Current.CancellationToken), files);
    }

    /// <summary>The rows of a CSV file, each by its columns.</summary>
    public static List<Dictionary<string, string>> Rows(MemoryFiles files, RoundManifest manifest, string name)
    {
        var lines = files.Text($"rounds/{manifest.RoundId}/{name}").TrimEnd('\n').Split('\n');
        var columns = lines[0].Split(',');
        return [.. lines.Skip(1).Select(line => columns.Zip(line.Split(',')).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal))];
    }

    public static long Time(this Dictionary<string, string> row) => long.Parse(row["timestamp"], System.Globalization.CultureInfo.InvariantCulture);
}
