using System.IO.Compression;
using System.Text;
using TraderData.Connectors.Binance;
using TraderData.Core;

namespace TraderData.Connectors.Tests;

/// <summary>Files of the archive, made by hand.</summary>
internal static class ArchiveText
{
    public const string Header = "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore";

    /// <summary>The file of an hour series for a day: 24 rows at most.</summary>
    public static ArchiveFile Day(string day, string symbol = "BTCUSDT") => Find(symbol, Timeframe.H1, day, ArchivePeriod.Day);

    public static ArchiveFile Month(string day, string timeframe, string symbol = "BTCUSDT") => Find(symbol, Timeframe.Parse(timeframe), day, ArchivePeriod.Month);

    public static string Row(long timeMs, string open = "100.5", string close = "101", string? closeMs = null) =>
        $"{timeMs},{open},102.00000000,99.00000000,{close},3.50000000,{closeMs ?? $"{timeMs + 3_599_999}"},350.0,7,1.0,100.0,0";

    public static byte[] Zip(ArchiveFile file, string csv) => Zip((Path.ChangeExtension(file.Name, ".csv"), Encoding.UTF8.GetBytes(csv)));

    public static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var stream = archive.CreateEntry(name).Open();
                stream.Write(content);
            }
        }

        return bytes.ToArray();
    }

    public static BarBlock Read(ArchiveFile file, byte[] zip) => KlineZip.Read(new MemoryStream(zip), file, TimeText.MaxMs).Bars;

    public static string Of(BarBlock bars)
    {
        var block = bars.Normalize();
        return $"{block.PriceScale} {block.VolumeScale}\n" + string.Join('\n', Enumerable.Range(0, block.Count).Select(i => block.At(i).ToString()));
    }

    private static ArchiveFile Find(string symbol, Timeframe timeframe, string day, ArchivePeriod period)
    {
        Assert.True(TimeText.TryParse(day, out var ms));
        return ArchiveFiles.Of(new Series("binance", symbol, timeframe), new TimeRange(ms, ms + 1)).Single(f => f.Period == period);
    }
}
