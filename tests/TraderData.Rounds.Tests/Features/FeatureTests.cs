using System.Globalization;
using TraderData.Core;

namespace TraderData.Rounds.Tests;

public sealed class FeatureTests
{
    public static TheoryData<int> Seeds => new(Enumerable.Range(1, 12));

    public static TheoryData<string> Names => new(FeatureSet.All.Select(f => f.Name));

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Every_feature_of_every_row_is_its_formulas_to_the_bit(int seed)
    {
        var random = new Random(seed);
        var bars = Made.Walk(seed, 400, isGap: i => seed % 3 > 0 && (i + seed) % 90 < seed % 4);
        var (manifest, files) = await Made.BuildAsync(new HeldBars().With(Made.Btc, Made.Cut(bars, seed)), Made.Spec());

        foreach (var (name, range) in RoundSplits.Names.Zip(manifest.Spec.Splits.Ranges))
        {
            var runs = Runs(bars.Between(range));
            foreach (var row in Made.Rows(files, manifest, $"{name}.csv").Where(_ => random.Next(8) == 0))
            {
                var run = runs.Single(r => r.Any(b => b.TimeMs == row.Time()));
                var at = run.FindIndex(b => b.TimeMs == row.Time());
                foreach (var feature in FeatureSet.All)
                {
                    var expected = ScalarModel.Of(feature.Name, run, at);
                    Assert.Equal($"{feature.Name} {(double.IsNaN(expected) ? "" : expected.ToString(CultureInfo.InvariantCulture))}", $"{feature.Name} {row[feature.Name]}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_features_first_value_comes_when_its_window_is_full(string name)
    {
        var feature = FeatureSet.All.Single(f => f.Name == name);
        var (manifest, files) = await Made.BuildAsync(new HeldBars().With(Made.Btc, Made.Walk(5, 400)), Made.Spec());

        var rows = Made.Rows(files, manifest, "train.csv");

        Assert.Equal(feature.Window - 1, rows.FindIndex(row => row[name].Length > 0));
        Assert.All(rows.Skip(feature.Window - 1), row => Assert.NotEqual("", row[name]));
    }

    // Closes 100, 101, 102, …, range 2 around the open of each: calculated by hand.
    [Theory]
    [InlineData("log_return", 40, 0.0071685) /* ln(140/139) */]
    [InlineData("atr_14", 40, 2.0)]
    [InlineData("rsi_14", 40, 100.0)]
    [InlineData("ema_20", 40, 130.5) /* of a straight line it trails by (20 − 1) / 2 */]
    [InlineData("macd_12_26", 40, 7.0) /* (26 − 1) / 2 − (12 − 1) / 2 */]
    [InlineData("macd_signal_9", 40, 7.0)]
    [InlineData("macd_histogram", 40, 0.0)]
    [InlineData("realised_volatility_20", 20, 0.0408247) /* √Σ ln²(i / (i − 1)), i from 101 to 120: about √(1/100 − 1/120) */]
    [InlineData("volume_zscore_20", 40, 4.3588989) /* nineteen times 1, once 21: mean 2, deviation √19, 19 / √19 */]
    [InlineData("vwap_distance_20", 40, 0.0336957) /* see below */]
    [InlineData("hour", 40, 16.0)]
    [InlineData("weekday", 40, 2.0)]
    public async Task A_feature_of_hand_calculated_bars_is_the_number_by_hand(string name, int row, double expected)
    {
        var builder = new BarBlockBuilder("by hand");
        for (var i = 0; i < 400; i++)
        {
            var close = 100 + i;
            builder.Add(new Bar(Made.StartMs + (i * 3_600_000L), new(close, 0), new(close + 1, 0), new(close - 1, 0), new(close, 0), new(i == 40 ? 21 : 1, 0), null, null));
        }

        var (manifest, files) = await Made.BuildAsync(new HeldBars().With(Made.Btc, builder.Build()), Made.Spec());
        var value = double.Parse(Made.Rows(files, manifest, "train.csv")[row][name], CultureInfo.InvariantCulture);

        // Typical price is the close: (21 × 140 + Σ 121…139) / 40 = (2940 + 2470) / 40 = 135.25; 140 / 135.25 − 1.
        Assert.Equal(name == "vwap_distance_20" ? (140 / 135.25) - 1 : expected, value, 1e-6);
    }

    [Fact]
    public async Task What_cannot_be_told_is_empty()
    {
        var builder = new BarBlockBuilder("flat");
        for (var i = 0; i < 400; i++)
            builder.Add(new Bar(Made.StartMs + (i * 3_600_000L), new(5, 0), new(5, 0), new(5, 0), new(5, 0), i < 60 ? new(0, 0) : i < 120 ? new(5, 1) : null, null, null));

        var (manifest, files) = await Made.BuildAsync(new HeldBars().With(Made.Btc, builder.Build()), Made.Spec());
        var rows = Made.Rows(files, manifest, "train.csv");

        Assert.All(rows, row => Assert.Equal(("", ""), (row["rsi_14"], row["volume_zscore_20"].Length > 0 && row.Time() < Made.StartMs + (60 * 3_600_000L) ? "?" : "")));
        Assert.All(rows.Take(60), row => Assert.Equal("", row["vwap_distance_20"]));
        Assert.Equal(("0", "0", ""), (rows[100]["vwap_distance_20"], rows[100]["log_return"], rows[100]["volume_zscore_20"]));
        Assert.All(rows.Skip(120), row => Assert.Equal(("", "", ""), (row["volume"], row["volume_zscore_20"], row["vwap_distance_20"])));
    }

    private static List<List<Bar>> Runs(BarBlock bars)
    {
        var runs = new List<List<Bar>>();
        for (var i = 0; i < bars.Count; i++)
        {
            if (i == 0 || bars.Times[i] - bars.Times[i - 1] > 3_600_000)
                runs.Add([]);
            runs[^1].Add(bars.At(i));
        }

        return runs;
    }
}
