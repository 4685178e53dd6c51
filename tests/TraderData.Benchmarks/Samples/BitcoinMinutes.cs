using System.Globalization;
using System.IO.Compression;
using System.Text;
using CsvHelper;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Benchmarks;

/// <summary>A month of BTCUSDT minutes as Binance had them, December 2024: 44,640 bars, one partition of the lake.</summary>
internal static class BitcoinMinutes
{
    public static readonly Series Series = new("binance", "BTCUSDT", Timeframe.M1);

    public static BarBlock Read()
    {
        using var file = new GZipStream(File.OpenRead(SharedData.Path("binance/csv/BTCUSDT_1m_2024-12.csv.gz")), CompressionMode.Decompress);
        using var reader = CsvReader.Create(file, new CsvReaderOptions());
        var builder = new BarBlockBuilder($"{Series}", 44_640);
        while (reader.Read())
        {
            // The file has closing times, in local time, a millisecond before the end.
            var close = DateTimeOffset.Parse(reader.GetString(7), CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
            builder.Add(new Bar(
                Timeframe.M1.Floor(close), Number(reader, 0), Number(reader, 1), Number(reader, 2), Number(reader, 3), Number(reader, 4),
                Trades: long.Parse(reader.GetString(6), CultureInfo.InvariantCulture)));
        }

        return builder.Build();
    }

    public static async IAsyncEnumerable<BarBlock> Stream(BarBlock block)
    {
        await Task.CompletedTask;
        yield return block;
    }

    private static ScaledDecimal Number(CsvReader reader, int column) =>
        Utf8Decimal.Parse(reader.GetSpan(column), out var value) == DecimalParse.Ok
            ? value
            : throw new FormatException(Encoding.UTF8.GetString(reader.GetSpan(column)));
}
