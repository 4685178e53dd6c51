using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Exports.Tests;

/// <summary>Exports of bars that are made of finer ones.</summary>
public sealed class MadeExportTests
{
    private static readonly StoppedClock Clock = new("2024-06-01T10:30:00Z");
    private static readonly Series TwoHours = new("binance", "BTCUSDT", Timeframe.Parse("2h"));
    private readonly MemoryFiles _files = new();

    // Whole: 00, 06, 08; without one hour: 02, 04; without any: 10, 12; forming: 14.
    private static HeldBars Held => new(
        Bars.Btc, Bars.Hours("2024-01-01", "2024-01-01T03:00:00Z"), Bars.Hours("2024-01-01T05:00:00Z", "2024-01-01T10:00:00Z"),
        Bars.Hours("2024-01-01T14:00:00Z", "2024-01-01T15:00:00Z"));

    [Fact]
    public async Task Manifest_tells_what_the_bars_are_made_of_and_which_lack_parts()
    {
        var result = await RunAsync(Held, "2024-01-01", "2024-01-01T16:00:00Z");
        const string Name = "exports/lona/binance/BTCUSDT/2h/20240101_20240101T160000Z.csv";
        Assert.Equal((Name, 5L), (result.Location, result.Written!.Rows));
        Assert.False(result.IsComplete);
        var golden = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Golden", "made.manifest.json"));
        Assert.Equal(golden, System.Text.Encoding.UTF8.GetString(_files.Content[Name + ".manifest.json"]));
        Assert.Equal(
            "timestamp,open,high,low,close,volume\n1704067200000,0.1,0.2,0.1,0.2,3\n1704074400000,0.3,0.3,0.3,0.3,3\n1704081600000,0.1,0.1,0.1,0.1,1\n"
            + "1704088800000,0.2,0.3,0.2,0.3,5\n1704096000000,0.4,0.5,0.4,0.5,9\n",
            System.Text.Encoding.UTF8.GetString(_files.Content[Name]));
    }

    [Fact]
    public async Task Complete_leaves_out_what_lacks_parts_and_has_another_name()
    {
        var result = await RunAsync(Held, "2024-01-01", "2024-01-01T10:00:00Z", completeOnly: true);
        Assert.Equal(("exports/lona/binance/BTCUSDT/2h/20240101_20240101T100000Z_complete.csv", 3L), (result.Location, result.Written!.Rows));
        Assert.Equal((5L, 2L, 2L), (result.Coverage.Rows, result.Coverage.IncompleteBars, result.Coverage.MissingParts));
        var manifest = System.Text.Encoding.UTF8.GetString(_files.Content[result.Location + ".manifest.json"]);
        Assert.Contains("\"complete\": true", manifest, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2024-01-01", "2024-01-01T10:00:00Z", OnGap.Fail, false, false)]
    [InlineData("2024-01-01T02:00:00Z", "2024-01-01T06:00:00Z", OnGap.Warn, true, true)]
    [InlineData("2024-01-01T02:00:00Z", "2024-01-01T06:00:00Z", OnGap.Fail, true, true)]
    public async Task Nothing_is_written_when_parts_are_missing_and_it_is_to_fail_or_no_bar_is_left(
        string start, string end, OnGap onGap, bool completeOnly, bool isEmpty)
    {
        using var stream = new MemoryStream();
        foreach (var target in (ExportTarget[])[ExportTarget.Blob, ExportTarget.To(stream)])
        {
            var result = await RunAsync(Held, start, end, onGap, completeOnly, target);
            Assert.Null(result.Written);
            Assert.Equal((isEmpty, false), (result.IsEmpty, result.IsComplete));
            Assert.Equal((0L, 2L), (result.Coverage.GapCount, result.Coverage.IncompleteBars));
        }

        Assert.Empty(_files.Content);
        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public async Task Complete_changes_nothing_for_bars_that_are_held()
    {
        var range = Bars.Range("2024-01-01", "2024-01-01T10:00:00Z");
        var request = new LonaExportRequest(Bars.Btc, range, new(LonaFormat.Csv), ExportTarget.Blob, CompleteOnly: true);
        var result = await new LonaExport(Held, _files, new MemoryBook(), Clock).RunAsync(request, CancellationToken.None);
        Assert.Equal(("exports/lona/binance/BTCUSDT/1h/20240101_20240101T100000Z.csv", 8L), (result.Location, result.Written!.Rows));
        Assert.DoesNotContain("complete", System.Text.Encoding.UTF8.GetString(_files.Content[result.Location + ".manifest.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Time_that_is_still_to_come_is_refused()
    {
        var request = new LonaExportRequest(
            Bars.Btc, Bars.Range("2024-01-01", "2024-01-02"), new(LonaFormat.Csv), ExportTarget.Blob, AsOfMs: Bars.Ms("2024-06-01T10:30:00.001Z"));
        var e = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => new LonaExport(Held, _files, new MemoryBook(), Clock).RunAsync(request, CancellationToken.None));
        Assert.Contains("as of must not be in the future, was 2024-06-01T10:30:00.001Z", e.Message, StringComparison.Ordinal);
        Assert.Empty(_files.Content);
    }

    private Task<LonaExportResult> RunAsync(
        HeldBars held, string start, string end, OnGap onGap = OnGap.Warn, bool completeOnly = false, ExportTarget? target = null) =>
        new LonaExport(held, _files, new MemoryBook(), Clock).RunAsync(
            new LonaExportRequest(TwoHours, Bars.Range(start, end), new(LonaFormat.Csv), target ?? ExportTarget.Blob, OnGap: onGap, CompleteOnly: completeOnly),
            CancellationToken.None);
}
