using TraderData.Core;

namespace TraderData.Api.Tests;

/// <summary>A series of many minutes, BTCUSDT 1m from 2024-01-01.</summary>
internal static class LongSeries
{
    public static readonly Series Series = new("binance", "BTCUSDT", Timeframe.M1);

    public static readonly long Start = Sample.Ms("2024-01-01");

    public static async Task<MemoryBarStore> StoreAsync(int rows, int blockRows = 1_000)
    {
        var store = new MemoryBarStore(blockRows);
        await store.WriteAsync(Series, new BarWrite(Block(0, rows), new Provenance(AssetClass.Crypto)), CancellationToken.None);
        return store;
    }

    public static BarBlock Block(int from, int rows)
    {
        var builder = new BarBlockBuilder(Series.ToString(), rows);
        for (var i = from; i < from + rows; i++)
        {
            var open = new ScaledDecimal(4_215_050 + (i % 977), 2);
            builder.Add(new Bar(Start + (i * 60_000L), open, new ScaledDecimal(open.Mantissa + 500, 2), new ScaledDecimal(open.Mantissa - 500, 2), open, new ScaledDecimal(i, 5)));
        }

        return builder.Build();
    }
}
