using System.Text;
using TraderData.Core;

namespace TraderData.Exports.Tests;

public sealed class CsvImportTests
{
    private const string Header = "timestamp,open,high,low,close,volume\n";
    private static readonly StoppedClock Clock = new("2026-11-21T10:30:00Z");

    [Fact]
    public async Task Columns_are_matched_by_name_in_any_order_and_case()
    {
        var bars = await ReadAsync("VOLUME,Close,note, low ,High,open,Trades,vwap,timestamp\n7,2,\"a, \"\"b\"\"\",1,3,1.50,12,1.75,1704067200000\n");
        Assert.Equal(ImportTimeFormat.UnixMs, bars.TimeFormat);
        Assert.Equal(["note"], bars.IgnoredColumns);
        Assert.Equal(
            new Bar(Bars.Ms("2024-01-01"), new(15, 1), new(3, 0), new(1, 0), new(2, 0), new(7, 0), new(175, 2), 12),
            Assert.Single(bars.Blocks).At(0));
    }

    [Theory]
    [InlineData("1704070800000", ImportTimeFormat.UnixMs)]
    [InlineData("1704070800", ImportTimeFormat.UnixS)]
    [InlineData("2024-01-01 01:00:00", ImportTimeFormat.DateTime)]
    [InlineData("2024-01-01 01:00", ImportTimeFormat.DateTime)]
    [InlineData("2024-01-01 01:00:00.000", ImportTimeFormat.DateTime)]
    [InlineData("2024-01-01 02:00:00+01:00", ImportTimeFormat.DateTime)]
    [InlineData("2024-01-01T01:00:00Z", ImportTimeFormat.Iso)]
    [InlineData("2024-01-01T01:00:00", ImportTimeFormat.Iso)]
    [InlineData("2023-12-31T20:00:00-05:00", ImportTimeFormat.Iso)]
    public async Task Time_format_is_told_from_the_first_row(string time, ImportTimeFormat format)
    {
        foreach (var asked in (ImportTimeFormat[])[ImportTimeFormat.Auto, format])
        {
            var bars = await ReadAsync($"{Header}{time},1,1,1,1,1\n", asked);
            Assert.Equal(format, bars.TimeFormat);
            Assert.Equal(Bars.Ms("2024-01-01T01:00:00Z"), bars.Blocks[0].FirstMs);
        }
    }

    [Fact]
    public async Task Days_of_a_session_are_taken_at_their_midnight_and_hours_off_the_grid_are_not()
    {
        var bars = await CsvImport.ReadAsync(
            new CsvImportRequest("bars.csv", new Series("import", "AAPL", Timeframe.D1)), Content($"{Header}2024-03-08T05:00:00Z,1,1,1,1,1\n2024-03-11T04:00:00Z,1,1,1,1,1\n"), Clock, TestContext.Current.CancellationToken);
        Assert.Equal([Bars.Ms("2024-03-08T05:00:00Z"), Bars.Ms("2024-03-11T04:00:00Z")], bars.Blocks[0].Times.ToArray());

        var e = await RefusedAsync($"{Header}2024-03-08T05:30:00Z,1,1,1,1,1\n");
        Assert.Contains("a time on the 1h grid", e.Expected, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("01/02/2024")]
    [InlineData("01.01.2017 22:00:00.000")]
    [InlineData("1704070800000000")]
    [InlineData("17040708000")]
    [InlineData("2024-02-30")]
    [InlineData("2024-01-01T01:00:00.0001Z")]
    [InlineData("yesterday")]
    [InlineData("")]
    public async Task Time_that_cannot_be_read_is_refused_with_its_line(string time)
    {
        var e = await RefusedAsync($"{Header}{time},1,1,1,1,1\n");
        Assert.Equal("bars.csv line 2", e.Where);
        Assert.Contains($"'{time}'", e.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1704067200000", "2024-01-01T01:00:00Z")]
    [InlineData("1704067200000", "2024-01-01 01:00:00")]
    [InlineData("2024-01-01T00:00:00Z", "2024-01-01 01:00:00")]
    [InlineData("2024-01-01 00:00:00", "1704070800000")]
    public async Task Time_format_is_held_to_the_end(string first, string second)
    {
        var e = await RefusedAsync($"{Header}{first},1,1,1,1,1\n{second},1,1,1,1,1\n");
        Assert.Equal("bars.csv line 3", e.Where);
    }

    [Theory]
    [InlineData("1704067200000,1,1,1,1", "5 fields")]
    [InlineData("1704067200000,1,1,1,1,1,", "7 fields")]
    [InlineData("1704067200000,1,1,1,x,1", "close 'x'")]
    [InlineData("1704067200000,1,1,1,\"1,000\",1", "close '1,000'")]
    [InlineData("1704067200000,1,1,1,NaN,1", "close 'NaN'")]
    [InlineData("1704067200000,,1,1,1,1", "no open")]
    [InlineData("1704067200000,1,1,1,1,-1", "volume -1")]
    [InlineData("1704067200000,1,1,2,1,1", "low 2 above open 1")]
    [InlineData("1704067200000,1,1,0,1,1", "low 0")]
    [InlineData("1704067200000,1,1,1,1,1234567890123456789", "volume 1234567890123456789")]
    [InlineData("1704067200001,1,1,1,1,1", "2024-01-01T00:00:00.001Z")]
    [InlineData("1704067200000,1,1,1,1,\"1", "malformed")]
    [InlineData("1704067200000,1,1,1,1\"1\",1", "malformed")]
    [InlineData("1795255200000,1,1,1,1,1", "2026-11-21T10:00:00Z, which is not over yet")]
    public async Task Bad_row_is_refused_with_its_line_and_nothing_is_written(string row, string found)
    {
        var held = new HeldBars(Bars.Btc);
        var e = await Assert.ThrowsAsync<BadDataException>(() => new CsvImport(held, Clock).RunAsync(
            new CsvImportRequest("bars.csv", Bars.Btc), Content($"{Header}1704063600000,1,1,1,1,1\n\n{row}\n"), CancellationToken.None));
        Assert.Equal("bars.csv line 4", e.Where);
        Assert.Contains(found, e.Found, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(held.Writes);
    }

    [Fact]
    public async Task Unknown_volume_vwap_and_trades_are_empty_fields()
    {
        var bars = await ReadAsync("timestamp,open,high,low,close,volume,vwap,trades\n1704067200000,1,1,1,1,,,\n1704070800000,1,1,1,1,2,1,3\n");
        var first = bars.Blocks[0].At(0);
        Assert.Equal((null, null, null), (first.Volume, first.Vwap, first.Trades));
        Assert.Equal(3, bars.Blocks[0].At(1).Trades);
    }

    [Theory]
    [InlineData("timestamp;open;high;low;close;volume", "semicolons")]
    [InlineData("timestamp\topen\thigh\tlow\tclose\tvolume", "tabs")]
    [InlineData("timestamp,open,high,low,close", "no column volume")]
    [InlineData("open,high,low,close,volume", "no column timestamp")]
    [InlineData("timestamp,open,high,low,close,volume,Open", "'open' and 'Open'")]
    [InlineData("date,time,open,high,low,close,volume", "'date' and 'time'")]
    public async Task Header_without_the_columns_is_refused(string header, string found)
    {
        var e = await RefusedAsync(header + "\n1,1,1,1,1,1\n");
        Assert.Equal("bars.csv line 1", e.Where);
        Assert.Contains(found, e.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "an empty file")]
    [InlineData(Header, "no row")]
    public async Task File_without_rows_is_refused(string text, string found) => Assert.Equal(found, (await RefusedAsync(text)).Found);

    [Theory]
    [InlineData("2024-01-01,2024-01-02,2024-01-02", "lines 3 and 4", "2024-01-02T00:00:00Z twice")]
    [InlineData("2024-01-01,2024-01-03,2024-01-02", "lines 3 and 4", "2024-01-03T00:00:00Z and then 2024-01-02T00:00:00Z")]
    [InlineData("2024-01-03,2024-01-02,2024-01-02", "lines 3 and 4", "2024-01-02T00:00:00Z twice")]
    [InlineData("2024-01-03,2024-01-01,2024-01-02", "lines 3 and 4", "2024-01-01T00:00:00Z and then 2024-01-02T00:00:00Z")]
    [InlineData("2024-01-03,2024-01-03", "lines 2 and 3", "2024-01-03T00:00:00Z twice")]
    public async Task Rows_out_of_order_are_refused_with_both_lines(string times, string where, string found)
    {
        var e = await RefusedAsync(Header + string.Concat(times.Split(',').Select(t => $"{t},1,1,1,1,1\n")));
        Assert.Equal(("bars.csv " + where, found), (e.Where, e.Found));
    }

    [Fact]
    public async Task Newest_first_is_turned_over_block_boundaries()
    {
        const int Rows = 70_000;
        var text = new StringBuilder(Header);
        for (var i = Rows; i > 0; i--)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{i * 3_600_000L},{i},{i},{i},{i},{i}\n");
        var bars = await ReadAsync(text.ToString(), ImportTimeFormat.UnixMs);
        Assert.True(bars.NewestFirst);
        Assert.Equal(2, bars.Blocks.Count);
        var times = bars.Blocks.SelectMany(b => b.Times.ToArray()).ToArray();
        Assert.Equal(Enumerable.Range(1, Rows).Select(i => i * 3_600_000L), times);
    }

    [Theory]
    [InlineData("\uFEFF", "\n")]
    [InlineData("\uFEFF", "\r\n")]
    [InlineData("", "\r\n")]
    public async Task Byte_order_mark_and_line_ends_make_no_difference(string mark, string lineEnd)
    {
        var bars = await ReadAsync(mark + (Header + "\"1704067200000\", 1 ,1,1,1,1\n1704070800000,1,1,1,1,1").ReplaceLineEndings(lineEnd));
        Assert.Equal(2, bars.Rows);
    }

    [Fact]
    public async Task Quote_that_is_never_closed_is_refused_before_the_file_is_in_memory()
    {
        var e = await RefusedAsync(Header + "\"" + new string('1', 1_000_000) + "\n");
        Assert.Equal("bars.csv line 2", e.Where);
    }

    [Fact]
    public async Task Binary_file_is_refused()
    {
        var noise = new byte[100_000];
        new Random(7).NextBytes(noise);
        await Assert.ThrowsAsync<BadDataException>(() => CsvImport.ReadAsync(new("bars.csv", Bars.Btc), new MemoryStream(noise), Clock, CancellationToken.None));
    }

    [Fact]
    public async Task Import_writes_every_block_and_sums_what_came_of_it()
    {
        var held = new HeldBars(Bars.Btc);
        var result = await new CsvImport(held, Clock).RunAsync(
            new CsvImportRequest("bars.csv", Bars.Btc), Content(Header + "1704067200000,1,1,1,1,1\n1704070800000,1,1,1,1,1\n"), CancellationToken.None);
        Assert.Equal(new WriteResult(2, 0, 0), result.Written);
        var write = Assert.Single(held.Writes);
        Assert.Equal((Provenance.Unknown, null, 2), (write.Provenance, write.Fetched, write.Bars.Count));
    }

    private static MemoryStream Content(string text) => new(Encoding.UTF8.GetBytes(text));

    private static Task<CsvBars> ReadAsync(string text, ImportTimeFormat format = ImportTimeFormat.Auto) =>
        CsvImport.ReadAsync(new CsvImportRequest("bars.csv", Bars.Btc, format), Content(text), Clock, CancellationToken.None);

    private static Task<BadDataException> RefusedAsync(string text) => Assert.ThrowsAsync<BadDataException>(() => ReadAsync(text));
}
