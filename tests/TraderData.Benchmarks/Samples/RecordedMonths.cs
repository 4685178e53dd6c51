using System.IO.Compression;
using TraderData.Core;
using TraderData.Exports;
using TraderData.Testing;

namespace TraderData.Benchmarks;

/// <summary>Minutes as Binance had them, of a dear, a middling and a cheap instrument.</summary>
internal static class RecordedMonths
{
    public static async Task<(string Name, BarBlock Bars)[]> ReadAsync() =>
    [
        ("BTCUSDT 2024-12", BitcoinMinutes.Read()),
        ("ETHUSDT 2021-08", await ImportAsync("ETHUSDT_1m_2021-08-09_09-13_outage")),
        ("FILUSDT 2023-05", await ImportAsync("FILUSDT-1m-2023-05_um_futures")),
    ];

    private static async Task<BarBlock> ImportAsync(string name)
    {
        await using var file = new GZipStream(File.OpenRead(SharedData.Path($"binance/csv/{name}.csv.gz")), CompressionMode.Decompress);
        var bars = await CsvImport.ReadAsync(new CsvImportRequest(name, BitcoinMinutes.Series), file, TimeProvider.System, CancellationToken.None);
        return bars.Blocks.Aggregate(BarBlock.Empty, (all, block) => BarMerge.Merge(all, block).Block).Normalize();
    }
}
