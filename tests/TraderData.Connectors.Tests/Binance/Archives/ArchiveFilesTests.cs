using TraderData.Connectors.Binance;
using TraderData.Core;

namespace TraderData.Connectors.Tests;

public sealed class ArchiveFilesTests
{
    private static readonly Series Minutes = new("binance", "BTCUSDT", Timeframe.M1);

    [Fact]
    [Rule("B21")]
    public void Range_has_each_day_and_month_that_it_overlaps_in_the_order_of_their_ends()
    {
        var files = ArchiveFiles.Of(Minutes, Range("2024-02-28T10:00:00Z", "2024-03-02T00:00:01Z"));
        Assert.Equal(
            ["BTCUSDT-1m-2024-02-28.zip", "BTCUSDT-1m-2024-02-29.zip", "BTCUSDT-1m-2024-02.zip", "BTCUSDT-1m-2024-03-01.zip", "BTCUSDT-1m-2024-03-02.zip", "BTCUSDT-1m-2024-03.zip"],
            files.Select(f => f.Name));
        Assert.Equal(Range("2024-02-01", "2024-03-01"), files[2].Range);
        Assert.Equal(Range("2024-02-29", "2024-03-01"), files[1].Range);
    }

    // 2024-07-01 is a Monday, 2024-02-01 a Thursday.
    [Theory]
    [Rule("B22")]
    [InlineData("2024-06-15", "2024-07-02")]
    [InlineData("2024-01-15", "2024-02-06")]
    public void Month_is_expected_behind_the_first_monday_of_the_next_and_a_day_a_day_later(string day, string month)
    {
        Assert.Equal(Ms(month), ArchiveText.Month(day, "1m").ExpectedMs);
        Assert.Equal(Ms(day) + (2 * Timeframe.D1.DurationMs), ArchiveText.Day(day).ExpectedMs);
    }

    [Fact]
    [Rule("B21")]
    public void Weeks_have_no_files() =>
        Assert.Empty(ArchiveFiles.Of(new Series("binance", "BTCUSDT", Timeframe.W1), Range("2024-01-01", "2025-01-01")));

    [Fact]
    [Rule("B21")]
    public void Path_is_that_of_the_published_files_and_escaped()
    {
        Assert.Equal("/data/spot/monthly/klines/BTCUSDT/1m/BTCUSDT-1m-2024-01.zip", ArchiveFiles.PathOf(ArchiveText.Month("2024-01-01", "1m")));
        Assert.Equal("/data/spot/daily/klines/BTCUSDT/1h/BTCUSDT-1h-2024-01-31.zip", ArchiveFiles.PathOf(ArchiveText.Day("2024-01-31")));
        Assert.StartsWith("/data/spot/daily/klines/%E5%B8%81USDT/1h/%E5%B8%81USDT-1h-", ArchiveFiles.PathOf(ArchiveText.Day("2024-01-31", "币USDT")), StringComparison.Ordinal);
    }

    [Theory]
    [Rule("B23")]
    [InlineData("c3dbfb9b11d4d5d4d4f8f1e8a3a1c4b0d5e6f708192a3b4c5d6e7f8091a2b3c4  BTCUSDT-1h-2024-01-31.zip\n", true)]
    [InlineData("c3dbfb9b11d4d5d4d4f8f1e8a3a1c4b0d5e6f708192a3b4c5d6e7f8091a2b3c4  BTCUSDT-1h-2024-01-31.zip", true)]
    [InlineData("c3dbfb9b11d4d5d4d4f8f1e8a3a1c4b0d5e6f708192a3b4c5d6e7f8091a2b3c4  BTCUSDT-1h-2024-01-31.zip\r\n", true)]
    [InlineData("c3dbfb9b11d4d5d4d4f8f1e8a3a1c4b0d5e6f708192a3b4c5d6e7f8091a2b3c4 BTCUSDT-1h-2024-01-31.zip\n", false)]
    [InlineData("c3dbfb9b11d4d5d4d4f8f1e8a3a1c4b0d5e6f708192a3b4c5d6e7f8091a2b3c4  BTCUSDT-1h-2024-01-30.zip\n", false)]
    [InlineData("c3dbfb9b11d4d5d4d4f8f1e8a3a1c4b0d5e6f708192a3b4c5d6e7f8091a2b3c  BTCUSDT-1h-2024-01-31.zip\n", false)]
    [InlineData("g3dbfb9b11d4d5d4d4f8f1e8a3a1c4b0d5e6f708192a3b4c5d6e7f8091a2b3c4  BTCUSDT-1h-2024-01-31.zip\n", false)]
    [InlineData("c3dbfb9b11d4d5d4d4f8f1e8a3a1c4b0d5e6f708192a3b4c5d6e7f8091a2b3c4  BTCUSDT-1h-2024-01-31.zip\n\n", false)]
    [InlineData("<html>", false)]
    [InlineData("", false)]
    public void Checksum_file_is_taken_in_its_own_form_only(string text, bool isGood)
    {
        var file = ArchiveText.Day("2024-01-31");
        var utf8 = System.Text.Encoding.UTF8.GetBytes(text);
        if (isGood)
        {
            Assert.Equal(text[..64], ChecksumFile.Parse(utf8, file));
            return;
        }

        var e = Assert.Throws<BadDataException>(() => ChecksumFile.Parse(utf8, file));
        Assert.Equal(("binance:BTCUSDT:1h BTCUSDT-1h-2024-01-31.zip.CHECKSUM", "a sha256, two spaces and BTCUSDT-1h-2024-01-31.zip"), (e.Where, e.Expected));
    }

    private static TimeRange Range(string start, string end) => new(Ms(start), Ms(end));

    private static long Ms(string text) => TimeText.TryParse(text, out var ms) ? ms : throw new FormatException(text);
}
