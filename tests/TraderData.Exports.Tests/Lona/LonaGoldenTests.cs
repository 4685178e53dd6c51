using System.Security.Cryptography;
using TraderData.Core;

namespace TraderData.Exports.Tests;

public sealed class LonaGoldenTests
{
    public static TheoryData<LonaFormat, TimeFormat, bool, string> Layouts => new()
    {
        { LonaFormat.Csv, TimeFormat.UnixMs, false, "base.unix-ms.csv" },
        { LonaFormat.Csv, TimeFormat.DateTime, false, "base.datetime.csv" },
        { LonaFormat.Csv, TimeFormat.Iso, true, "extended.iso.csv" },
        { LonaFormat.Json, TimeFormat.UnixMs, false, "base.unix-ms.json" },
        { LonaFormat.Json, TimeFormat.DateTime, false, "base.datetime.json" },
        { LonaFormat.Json, TimeFormat.Iso, true, "extended.iso.json" },
    };

    // Two blocks of different scales, an unknown volume, a volume beyond decimal(18,8), a price of eight decimals, a time before 1970.
    private static BarBlock[] Blocks =>
    [
        Bars.Of(
            "1969-12-31T23:00:00Z 0.5 0.50000001 0.00000001 0.1 54637528372.00",
            "2024-01-01T00:00:00Z 42150.50000000 42200 42100.00000000 42199.99000000 12.34567890 42160.12345678 1500"),
        Bars.Of(
            "2024-01-01T01:00:00Z 100 1000 10 1000 ?",
            "2024-02-29T23:00:00Z 7 7 7 7 0 ? 0"),
    ];

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task Lona_file_has_the_bytes_of_the_golden_file(LonaFormat format, TimeFormat time, bool extended, string golden)
    {
        var expected = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "Golden", golden));
        using var stream = new MemoryStream();
        var summary = await LonaExporter.WriteAsync(stream, Bars.Btc, Bars.Stream(Blocks), new LonaLayout(format, time, extended), CancellationToken.None);
        Assert.Equal(System.Text.Encoding.UTF8.GetString(expected), System.Text.Encoding.UTF8.GetString(stream.ToArray()));
        Assert.Equal(new LonaSummary(
            4, Bars.Ms("1969-12-31T23:00:00Z"), Bars.Ms("2024-02-29T23:00:00Z"), expected.Length, Convert.ToHexStringLower(SHA256.HashData(expected)), 1), summary);
    }

    [Theory]
    [InlineData(LonaFormat.Csv, "timestamp,open,high,low,close,volume\n")]
    [InlineData(LonaFormat.Json, "{\"symbol\":\"BTCUSDT\",\"interval\":\"1h\",\"exchange\":\"BINANCE\",\"data\":[\n]}\n")]
    public async Task Lona_file_of_no_bars_is_well_formed(LonaFormat format, string expected)
    {
        using var stream = new MemoryStream();
        var summary = await LonaExporter.WriteAsync(stream, Bars.Btc, Bars.Stream(), new LonaLayout(format), CancellationToken.None);
        Assert.Equal(expected, System.Text.Encoding.UTF8.GetString(stream.ToArray()));
        Assert.Equal((0, null), (summary.Rows, summary.FirstMs));
    }

    [Fact]
    public async Task Datetime_of_a_bar_within_a_second_is_refused()
    {
        using var stream = new MemoryStream();
        var block = Bars.Of("2024-01-01T00:00:00.001Z 1 1 1 1 1");
        var e = await Assert.ThrowsAsync<BadDataException>(() => LonaExporter.WriteAsync(
            stream, Bars.Btc, Bars.Stream(block), new LonaLayout(LonaFormat.Csv, TimeFormat.DateTime), CancellationToken.None));
        Assert.Contains("2024-01-01T00:00:00.001Z", e.Message, StringComparison.Ordinal);
    }
}
