using System.Globalization;
using System.Text;
using TraderData.Connectors.Binance;
using TraderData.Core;

namespace TraderData.Connectors.Tests;

/// <summary>Recorded files of the archive, zipped again: they come out with their digits, and as the API would have given the same rows.</summary>
public sealed class RecordedArchiveTests
{
    [Theory]
    [Rule("B24")]
    [InlineData("BTCUSDT-1h-2023-01.csv", "BTCUSDT", "1h", "2023-01-01", 744)]
    [InlineData("BTCUSDT-1h-2023-02.csv", "BTCUSDT", "1h", "2023-02-01", 672)]
    [InlineData("BTCUSDT-1h-2023-03.csv", "BTCUSDT", "1h", "2023-03-01", 743)]
    [InlineData("FILUSDT-1m-2023-04_um_futures.csv.gz", "FILUSDT", "1m", "2023-04-01", 43_200)]
    [InlineData("FILUSDT-1m-2023-05_um_futures.csv.gz", "FILUSDT", "1m", "2023-05-01", 44_640)]
    [InlineData("FILUSDT-1m-2023-06_um_futures.csv.gz", "FILUSDT", "1m", "2023-06-01", 43_200)]
    public void Recorded_file_comes_out_with_its_digits(string recording, string symbol, string timeframe, string month, int count)
    {
        var csv = Recordings.Bytes($"binance/csv/{recording}");
        var file = ArchiveText.Month(month, timeframe, symbol);
        var rows = Encoding.UTF8.GetString(csv).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(',')).ToArray();

        var bars = ArchiveText.Read(file, ArchiveText.Zip((Path.ChangeExtension(file.Name, ".csv"), csv)));

        Assert.Equal((count, count), (rows.Length, bars.Count));
        BarAssert.Same([.. rows.Select(RowOf)], [new BarPage(bars, file.Range)]);
        var klines = KlineParser.Parse(Encoding.UTF8.GetBytes($"[{string.Join(',', rows.Select(Json))}]"), file.Series, file.Range, TimeText.MaxMs);
        Assert.Equal(ArchiveText.Of(klines.Bars), ArchiveText.Of(bars));
    }

    private static WireRow RowOf(string[] fields) =>
        new(long.Parse(fields[0], CultureInfo.InvariantCulture), fields[1], fields[2], fields[3], fields[4], fields[5], long.Parse(fields[8], CultureInfo.InvariantCulture));

    private static string Json(string[] f) =>
        $"[{f[0]},\"{f[1]}\",\"{f[2]}\",\"{f[3]}\",\"{f[4]}\",\"{f[5]}\",{f[6]},\"{f[7]}\",{f[8]},\"{f[9]}\",\"{f[10]}\",\"{f[11]}\"]";
}
