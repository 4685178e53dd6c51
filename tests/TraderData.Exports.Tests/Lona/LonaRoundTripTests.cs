using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using FsCheck;
using FsCheck.Fluent;
using TraderData.Core;

namespace TraderData.Exports.Tests;

/// <summary>What is written, read back by readers that are not ours, is what was in the blocks.</summary>
public sealed class LonaRoundTripTests
{
    private static readonly StoppedClock Clock = new("2026-11-21T10:30:00Z");

    [Fact]
    public void Csv_read_by_a_foreign_reader_is_the_blocks() => ForAllBlocks((blocks, time, extended) =>
    {
        var bytes = Write(blocks, new LonaLayout(LonaFormat.Csv, time, extended));
        using var reader = CsvReader.Create(bytes, new CsvReaderOptions { FieldCountMismatch = CsvFieldCountHandling.Throw });
        var rows = new List<Row>();
        while (reader.Read())
        {
            string Field(int i) => i < reader.FieldCount ? Encoding.UTF8.GetString(reader.GetSpan(i)) : "";
            rows.Add(new Row(Time(Field(0), time), Field(1), Field(2), Field(3), Field(4), Field(5), Field(6), Field(7)));
        }

        Assert.Equal(Expected(blocks, extended), rows);
    });

    [Fact]
    public void Json_read_by_a_foreign_reader_is_the_blocks() => ForAllBlocks((blocks, time, extended) =>
    {
        using var json = JsonDocument.Parse(Write(blocks, new LonaLayout(LonaFormat.Json, time, extended)));
        Assert.Equal("BTCUSDT", json.RootElement.GetProperty("symbol").GetString());
        var rows = json.RootElement.GetProperty("data").EnumerateArray().Select(bar =>
        {
            Assert.Equal(extended ? 8 : 6, bar.EnumerateObject().Count());
            string Field(string name) => !bar.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null ? "" : value.GetRawText();
            return new Row(
                Time(Field("timestamp").Trim('"'), time), Field("open"), Field("high"), Field("low"), Field("close"), Field("volume"), Field("vwap"), Field("trades"));
        });
        Assert.Equal(Expected(blocks, extended), rows);
    });

    [Fact]
    public void Export_imported_again_has_the_same_columns() => ForAllBlocks((blocks, time, extended) =>
    {
        if (blocks.Length == 0)
            return;
        var bytes = Write(blocks, new LonaLayout(LonaFormat.Csv, time, Extended: true));
        var format = time switch { TimeFormat.UnixMs => ImportTimeFormat.UnixMs, TimeFormat.DateTime => ImportTimeFormat.DateTime, _ => ImportTimeFormat.Iso };
        var read = CsvImport.ReadAsync(new CsvImportRequest("x", Bars.Btc, format), new MemoryStream(bytes), Clock, CancellationToken.None).GetAwaiter().GetResult();
        Assert.Equal(Expected(blocks, true), Expected([.. read.Blocks], true));
    });

    [Fact]
    public void Bytes_do_not_depend_on_how_bars_are_cut() => ForAllBlocks((blocks, time, extended) =>
    {
        var layout = new LonaLayout(LonaFormat.Json, time, extended);
        var single = blocks.SelectMany(b => Enumerable.Range(0, b.Count).Select(i => b.Slice(i, 1))).ToArray();
        Assert.Equal(Write(blocks, layout), Write(single, layout));
    });

    [Fact]
    public async Task Export_of_many_blocks_crosses_its_buffer_without_a_seam()
    {
        var block = Bars.Hours("1990-01-01", "2005-01-01");
        using var stream = new MemoryStream();
        var summary = await LonaExporter.WriteAsync(stream, Bars.Btc, Bars.Stream(block), new LonaLayout(LonaFormat.Csv), CancellationToken.None);
        var lines = Encoding.UTF8.GetString(stream.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(block.Count, summary.Rows);
        Assert.Equal(stream.Length, summary.Bytes);
        for (var i = 0; i < block.Count; i++)
        {
            var price = ((i + 1) / 10m).ToString("0.#", CultureInfo.InvariantCulture);
            Assert.Equal($"{block.Times[i]},{price},{price},{price},{price},{i + 1}", lines[i + 1]);
        }
    }

    private static byte[] Write(BarBlock[] blocks, LonaLayout layout)
    {
        using var stream = new MemoryStream();
        LonaExporter.WriteAsync(stream, Bars.Btc, Bars.Stream(blocks), layout, CancellationToken.None).GetAwaiter().GetResult();
        return stream.ToArray();
    }

    private static long Time(string text, TimeFormat format) => format == TimeFormat.UnixMs
        ? long.Parse(text, CultureInfo.InvariantCulture)
        : DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds();

    private static Row[] Expected(BarBlock[] blocks, bool extended) =>
    [
        .. blocks.SelectMany(b => Enumerable.Range(0, b.Count).Select(b.At)).Select(bar => new Row(
            bar.TimeMs, Text(bar.Open), Text(bar.High), Text(bar.Low), Text(bar.Close), Text(bar.Volume),
            extended ? Text(bar.Vwap) : "", extended ? bar.Trades?.ToString(CultureInfo.InvariantCulture) ?? "" : "")),
    ];

    // By System.Decimal, so that our own formatting is not its own judge.
    private static string Text(ScaledDecimal? value)
    {
        if (value is not { } number)
            return "";
        var text = number.ToDecimal().ToString(CultureInfo.InvariantCulture);
        return text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
    }

    private static void ForAllBlocks(Action<BarBlock[], TimeFormat, bool> check) =>
        Prop.ForAll(Blocks().ToArbitrary(), Gen.Elements(TimeFormat.UnixMs, TimeFormat.DateTime, TimeFormat.Iso).ToArbitrary(), ArbMap.Default.ArbFor<bool>(), check)
            .QuickCheckThrowOnFailure();

    private static Gen<BarBlock[]> Blocks() =>
        from seed in Gen.Choose(0, int.MaxValue)
        from sizes in Gen.Choose(1, 40).ArrayOf()
        select Make(new Random(seed), sizes);

    private static BarBlock[] Make(Random random, int[] sizes)
    {
        var hour = random.Next(-20_000, 400_000);
        return [.. sizes.Select(size =>
        {
            var builder = new BarBlockBuilder("random");
            for (var i = 0; i < size; i++)
                builder.Add(RandomBar(random, (hour += random.Next(1, 4)) * 3_600_000L, random.Next(0, 9)));
            return builder.Build();
        })];
    }

    private static Bar RandomBar(Random random, long timeMs, int scale)
    {
        var prices = Enumerable.Range(0, 4).Select(_ => random.NextInt64(1, (long)Math.Pow(10, random.Next(1, 10)))).Order().ToArray();
        ScaledDecimal Price(int i) => new(prices[i], scale);
        ScaledDecimal? Maybe() => random.Next(4) == 0 ? null : new ScaledDecimal(random.NextInt64(0, 1_000_000_000), random.Next(0, 9));
        return new Bar(timeMs, Price(1), Price(3), Price(0), Price(2), Maybe(), Maybe(), random.Next(4) == 0 ? null : random.Next());
    }

    private sealed record Row(long TimeMs, string Open, string High, string Low, string Close, string Volume, string Vwap, string Trades);
}
