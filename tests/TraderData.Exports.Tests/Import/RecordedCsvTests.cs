using System.Globalization;
using System.IO.Compression;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Exports.Tests;

/// <summary>CSV files that real programs wrote, against a plain reading of their lines.</summary>
public sealed class RecordedCsvTests
{
    private static readonly StoppedClock Clock = new("2026-11-21T10:30:00Z");

    [Theory]
    [InlineData("binance/csv/BTCUSDT-1h-2023-01.csv", "1h", ImportTimeFormat.UnixMs, false)]
    [InlineData("binance/csv/BTCUSDT-1h-2023-02.csv", "1h", ImportTimeFormat.UnixMs, false)]
    [InlineData("binance/csv/BTCUSDT-1h-2023-03.csv", "1h", ImportTimeFormat.UnixMs, false)]
    [InlineData("binance/csv/ETHUSDT_1m_2021-08-09_09-13_outage.csv.gz", "1m", ImportTimeFormat.DateTime, false)]
    [InlineData("binance/csv/FILUSDT-1m-2023-04_um_futures.csv.gz", "1m", ImportTimeFormat.UnixMs, false)]
    [InlineData("binance/csv/FILUSDT-1m-2023-05_um_futures.csv.gz", "1m", ImportTimeFormat.UnixMs, false)]
    [InlineData("binance/csv/FILUSDT-1m-2023-06_um_futures.csv.gz", "1m", ImportTimeFormat.UnixMs, false)]
    [InlineData("other/SPY_1d_2017_2018.csv", "1d", ImportTimeFormat.DateTime, false)]
    [InlineData("other/SPY_1m_2020-12-15_18.csv", "1m", ImportTimeFormat.DateTime, false)]
    [InlineData("other/AAPL_1m_2019-02-11_15_descending.csv", "1m", ImportTimeFormat.DateTime, true)]
    public async Task Recorded_file_is_read_with_every_digit(string file, string timeframe, ImportTimeFormat format, bool newestFirst)
    {
        var bars = await ReadAsync(file, timeframe);
        Assert.Equal((format, newestFirst), (bars.TimeFormat, bars.NewestFirst));
        var expected = (await LinesAsync(file)).Skip(1).Select(line => line.Split(',')).ToArray();
        if (newestFirst)
            Array.Reverse(expected);
        Assert.Equal(expected.Length, bars.Rows);
        var i = 0;
        foreach (var bar in bars.Blocks.SelectMany(b => Enumerable.Range(0, b.Count).Select(b.At)))
        {
            var row = expected[i++];
            var numbers = row[1..6].Select(text => decimal.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            Assert.Equal(numbers, (decimal[])[bar.Open.ToDecimal(), bar.High.ToDecimal(), bar.Low.ToDecimal(), bar.Close.ToDecimal(), bar.Volume!.Value.ToDecimal()]);
            var time = format == ImportTimeFormat.UnixMs
                ? DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(row[0], CultureInfo.InvariantCulture))
                : DateTimeOffset.Parse(row[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            Assert.Equal(time.ToUnixTimeMilliseconds(), bar.TimeMs);
        }
    }

    [Theory]
    [InlineData("other/bad_rows_SPY_1d.csv", "1d", "line 2", "time '01/03/2017'")]
    [InlineData("other/EURUSD_1h_ask_2017.csv", "1h", "line 2", "time '01.01.2017 22:00:00.000'")]
    [InlineData("other/EURUSD_1d_2012_2022_points.csv", "1d", "line 1", "no column volume")]
    [InlineData("binance/csv/BTCUSDT_1m_2024-12.csv.gz", "1m", "line 1", "no column timestamp")]
    public async Task Recorded_file_of_another_form_is_refused_at_its_first_fault(string file, string timeframe, string where, string found)
    {
        var e = await Assert.ThrowsAsync<BadDataException>(() => ReadAsync(file, timeframe));
        Assert.EndsWith(where, e.Where, StringComparison.Ordinal);
        Assert.Contains(found, e.Found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_rows_behind_readable_dates_are_refused_at_the_first()
    {
        // The same file with its dates turned to ISO where they are dates, so that the rows themselves are looked at.
        var lines = (await LinesAsync("other/bad_rows_SPY_1d.csv")).Select(line =>
        {
            var date = line.Split(',')[0].Split('/');
            return date is [{ Length: 2 } month, { Length: 2 } day, { Length: 4 } year] ? $"{year}-{month}-{day}{line[10..]}" : line;
        }).ToArray();
        var volumes = new Digits();
        var firstBad = Array.FindIndex(lines, 1, line => !IsBar(line.Split(',')) || !volumes.HoldTogetherWith(line.Split(',')[5]));
        Assert.True(firstBad > 1, "the recording begins with good rows");
        var text = string.Join('\n', lines);
        var e = await Assert.ThrowsAsync<BadDataException>(() => CsvImport.ReadAsync(
            new CsvImportRequest("bad.csv", new Series("import", "SPY", Timeframe.D1)), new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), Clock, CancellationToken.None));
        Assert.Equal($"bad.csv line {firstBad + 1}", e.Where);
    }

    private static bool IsBar(string[] fields)
    {
        var numbers = new decimal[5];
        for (var i = 0; i < 5; i++)
        {
            if (!decimal.TryParse(fields[i + 1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out numbers[i]))
                return false;
        }

        return DateOnly.TryParseExact(fields[0], "yyyy-MM-dd", out _) && numbers[2] > 0
            && numbers[2] <= Math.Min(numbers[0], numbers[3]) && numbers[1] >= Math.Max(numbers[0], numbers[3]);
    }

    /// <summary>The most digits before and behind the point that a column has had: 18 together is what a column holds.</summary>
    private sealed class Digits
    {
        private int _whole;
        private int _fraction;

        public bool HoldTogetherWith(string number)
        {
            var parts = (number.Contains('.', StringComparison.Ordinal) ? number.TrimEnd('0') : number).Split('.');
            _whole = Math.Max(_whole, parts[0].Length);
            _fraction = Math.Max(_fraction, parts.Length > 1 ? parts[1].Length : 0);
            return _whole + _fraction <= 18;
        }
    }

    private static async Task<CsvBars> ReadAsync(string file, string timeframe)
    {
        await using var content = Open(file);
        return await CsvImport.ReadAsync(new CsvImportRequest(file, new Series("import", "X", Timeframe.Parse(timeframe))), content, Clock, CancellationToken.None);
    }

    private static async Task<string[]> LinesAsync(string file)
    {
        using var reader = new StreamReader(Open(file));
        return (await reader.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    private static Stream Open(string file)
    {
        var stream = File.OpenRead(SharedData.Path(file));
        return file.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(stream, CompressionMode.Decompress) : stream;
    }
}
