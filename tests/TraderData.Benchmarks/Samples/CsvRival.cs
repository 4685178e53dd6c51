using CsvHelper;

namespace TraderData.Benchmarks;

/// <summary>A CSV export by CsvHelper.</summary>
internal static class CsvRival
{
    private static readonly CsvWriterOptions Options = new() { NewLine = "\n" };

    public static void Write(DecimalBars bars, Stream output)
    {
        using var writer = CsvWriter.Create(output, Options, leaveOpen: true);
        foreach (var column in (ReadOnlySpan<string>)["timestamp", "open", "high", "low", "close", "volume"])
            writer.WriteField(column);
        writer.EndRecord();
        for (var i = 0; i < bars.Times.Length; i++)
        {
            writer.WriteField(bars.Times[i]);
            writer.WriteField(bars.Opens[i]);
            writer.WriteField(bars.Highs[i]);
            writer.WriteField(bars.Lows[i]);
            writer.WriteField(bars.Closes[i]);
            writer.WriteField(bars.Volumes[i]);
            writer.EndRecord();
        }
    }
}
