using System.Globalization;
using System.Text.Json;
using TraderData.Connectors.Binance;
using TraderData.Core;

namespace TraderData.Benchmarks;

/// <summary>Answers of 1,000 klines from bytes to checked columns.</summary>
internal class KlinePart(PartFolder folder) : Part(folder)
{
    protected ReadOnlyMemory<byte>[] Pages { get; } = folder.ReadPages();

    public override string Work => "klines JSON to BarBlock";

    public override string Unit => "MB/s";

    public override double Amount => Pages.Sum(p => p.Length) / 1e6;

    public override long Rows => Pages.Length * (long)KlinePages.Rows;

    // Times, prices, volumes and trades.
    public override int ColumnBytes => 7 * sizeof(long);

    public override async Task<string> RunAsync()
    {
        var blocks = new BarBlock[Pages.Length];
        await TimeAsync(() =>
        {
            for (var i = 0; i < Pages.Length; i++)
                blocks[i] = KlineParser.Parse(Pages[i].Span, Folder.Series, TimeRange.All, TimeText.MaxMs).Bars;
        });
        return Answer(blocks);
    }

    /// <summary>How many rows, and the sums of closes and volumes in 10^−8.</summary>
    protected static string Answer(IEnumerable<BarBlock> blocks)
    {
        long rows = 0;
        Int128 closes = 0, volumes = 0;
        foreach (var block in blocks.Select(b => b.Rescale(8, 8, 8)))
        {
            rows += block.Count;
            for (var i = 0; i < block.Count; i++)
                (closes, volumes) = (closes + block.Closes[i], volumes + block.Volumes[i]);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{rows} {closes} {volumes}");
    }
}

/// <summary>The same bytes passed over token by token, with nothing done about them.</summary>
internal sealed class KlineTokens(PartFolder folder) : KlinePart(folder)
{
    public override string Who => "Utf8JsonReader, tokens only";

    public override int ColumnBytes => 0;

    public override async Task<string> RunAsync()
    {
        long tokens = 0;
        await TimeAsync(() =>
        {
            foreach (var page in Pages)
            {
                var json = new Utf8JsonReader(page.Span);
                while (json.Read())
                    tokens++;
            }
        });
        if (tokens != (Rows * 14) + (2 * Pages.Length))
            throw new InvalidOperationException($"{tokens} tokens in {Rows} rows");
        return Answer(Pages.Select(p => KlineParser.Parse(p.Span, Folder.Series, TimeRange.All, TimeText.MaxMs).Bars));
    }
}
