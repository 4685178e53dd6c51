using TraderData.Core;

namespace TraderData.Benchmarks;

/// <summary>The data that all contestants of <c>compare/parts.sh</c> work on, and what they write, in one folder.</summary>
/// <param name="path">The folder.</param>
/// <param name="years">How many years of minutes: 10, or fewer for a quick look.</param>
internal sealed class PartFolder(string path, int years)
{
    // 200 answers of Binance's greatest size.
    private const int Pages = 200;

    public TimeRange Range { get; } = GeneratedMinutes.Range(years);

    public Series Series { get; } = GeneratedMinutes.Series(1);

    public long Rows => Timeframe.M1.CountIn(Range);

    public string Lake => Path.Combine(path, "lake");

    /// <summary>The whole series in one file, with the lake's columns; a row group for each partition.</summary>
    public string Parquet => Path.Combine(path, "bars.parquet");

    /// <summary>Answers of <c>/api/v3/klines</c>, one a line.</summary>
    public string Klines => Path.Combine(path, "klines.txt");

    /// <summary>A file that a contestant writes.</summary>
    public string Output(string name) => Path.Combine(path, name);

    public BarBlock ReadBars() => GeneratedMinutes.Read(1, years);

    /// <summary>Makes what is not there yet.</summary>
    public async Task PrepareAsync()
    {
        Directory.CreateDirectory(path);
        await LakeMaker.MakeAsync(Lake, 1, years);
        var bars = ReadBars();
        if (!File.Exists(Parquet))
        {
            using var file = File.Create(Parquet);
            PartParquet.Encode(bars, file);
        }

        if (!File.Exists(Klines))
        {
            using var file = File.Create(Klines);
            KlinePages.Write(bars.Slice(0, Math.Min(bars.Count, Pages * KlinePages.Rows)), file);
        }
    }

    /// <summary>The answers of <see cref="Klines"/>.</summary>
    public ReadOnlyMemory<byte>[] ReadPages() => LinesOf(File.ReadAllBytes(Klines));

    /// <summary>The lines of a text, each of which ends in a line feed.</summary>
    public static ReadOnlyMemory<byte>[] LinesOf(ReadOnlyMemory<byte> text)
    {
        var lines = new List<ReadOnlyMemory<byte>>(Pages);
        for (int end; (end = text.Span.IndexOf((byte)'\n')) >= 0; text = text[(end + 1)..])
            lines.Add(text[..end]);
        return [.. lines];
    }
}
