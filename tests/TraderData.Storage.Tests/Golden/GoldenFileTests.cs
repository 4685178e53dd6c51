using TraderData.Core;

namespace TraderData.Storage.Tests;

/// <summary>
/// The lake's files byte by byte. When one of these changes, lakes that were written before differ from what this program writes: change the format with it.
/// What came instead is written beside the test's assembly, in golden-actual.
/// </summary>
public sealed class GoldenFileTests : IDisposable
{
    private static readonly Series Series = new("alpaca", "BTC/USD", Timeframe.M1);
    private static readonly Partition Month = Partition.At(Timeframe.M1, 0);

    private readonly TestFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_of_a_series_with_a_restated_bar_stay_the_same()
    {
        using var blobs = new LocalBlobs(_folder.Path);
        var clock = new TestClock();
        var store = LakeStores.On(blobs, time: clock);
        var provenance = new Provenance(AssetClass.Crypto, "us", "raw");
        await store.WriteAsync(Series, new BarWrite(ModelWrite.BlockOf([.. Enumerable.Range(0, 3).Select(FirstFormat.Sample)]), provenance, new TimeRange(0, 180_000)), Cancellation);
        clock.NowMs += 1_500;
        await store.WriteAsync(Series, new BarWrite(ModelWrite.BlockOf([FirstFormat.Sample(1) with { Trades = 99 }, FirstFormat.Sample(3)]), provenance), Cancellation);

        Assert.Multiple(
            () => AssertGolden("1970-01.parquet", File.ReadAllBytes(Path.Combine(_folder.Path, LakePath.Blob(Series, Month)))),
            () => AssertGolden("1970-01.revisions", File.ReadAllBytes(Path.Combine(_folder.Path, LakePath.Revisions(Series, Month)))),
            () => AssertGolden("_series.json", File.ReadAllBytes(Path.Combine(_folder.Path, LakePath.Sidecar(Series)))),
            () => AssertGolden("BTC%2FUSD.json", File.ReadAllBytes(Path.Combine(_folder.Path, "symbols/BTC%2FUSD.json"))));
    }

    [Fact]
    public async Task Series_with_ranges_asked_again_and_failed_ones_has_the_third_format()
    {
        using var blobs = new LocalBlobs(_folder.Path);
        var store = LakeStores.On(blobs, time: new TestClock());
        var write = new BarWrite(BarBlock.Empty, new Provenance(AssetClass.Crypto, "us", "raw"), new TimeRange(0, 180_000));
        var sidecar = Path.Combine(_folder.Path, LakePath.Sidecar(Series));
        await store.WriteAsync(Series, write, Cancellation);
        AssertGolden("_series.json", File.ReadAllBytes(sidecar));

        await store.WriteAsync(Series, write with { Fetched = new TimeRange(60_000, 120_000), IsSecondAsk = true }, Cancellation);
        var failure = new FetchFailure(new TimeRange(180_000, 240_000), "alpaca GET /v1beta3/crypto/us/bars: 502, \"<html>\" & é", 300_000, 2);
        await store.WriteAsync(Series, write with { Fetched = null, Failure = failure }, Cancellation);
        AssertGolden("_series.asked.json", File.ReadAllBytes(sidecar));

        var info = (await LakeStores.On(blobs).FindAsync(Series, Cancellation))!;
        Assert.Equal([new TimeRange(60_000, 120_000)], info.Verified);
        Assert.Equal([failure], info.Failures);
    }

    [Fact]
    public async Task Files_of_the_first_format_are_read_and_restated()
    {
        Bar[] bars = [.. Enumerable.Range(0, 3).Select(FirstFormat.Sample)];
        AssertGolden("1970-01.first.parquet", FirstFormat.Encode(Series, ModelWrite.BlockOf(bars)));
        foreach (var (golden, name) in ((string, string)[])
            [("1970-01.first.parquet", LakePath.Blob(Series, Month)), ("_series.first.json", LakePath.Sidecar(Series)), ("BTC%2FUSD.first.json", "symbols/BTC%2FUSD.json")])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(_folder.Path, name))!);
            File.Copy(GoldenOf(golden), Path.Combine(_folder.Path, name));
        }

        using var blobs = new LocalBlobs(_folder.Path);
        var store = LakeStores.On(blobs, time: new TestClock());
        Assert.Equal(bars, await ReadAsync(store, null));
        Assert.Equal(bars, await ReadAsync(store, 0));
        Assert.Equal([new TimeRange(0, 180_000)], (await store.FindAsync(Series, Cancellation))!.Fetched);
        Assert.Equal("alpaca", await store.SourceOfAsync("BTC/USD", Cancellation));

        await store.WriteAsync(Series, new BarWrite(ModelWrite.BlockOf([bars[0] with { Trades = 1 }]), Provenance.Unknown), Cancellation);

        Assert.Equal([bars[0] with { Trades = 1 }, .. bars[1..]], await ReadAsync(store, null));
        Assert.Equal(bars, await ReadAsync(store, TestClock.StartMs - 1));
        await foreach (var revision in store.ReadRevisionsAsync(Series, TimeRange.All, Cancellation))
            Assert.Equal(new BarRevision(bars[0], null, TestClock.StartMs), revision);
    }

    private static async Task<List<Bar>> ReadAsync(LakeBarStore store, long? asOfMs)
    {
        var bars = new List<Bar>();
        await foreach (var block in store.ReadAsync(Series, new BarQuery(TimeRange.All, AsOfMs: asOfMs), Cancellation))
            bars.AddRange(Enumerable.Range(0, block.Count).Select(block.At));
        return bars;
    }

    private static string GoldenOf(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", name);

    private static void AssertGolden(string golden, byte[] actual)
    {
        var expected = File.Exists(GoldenOf(golden)) ? File.ReadAllBytes(GoldenOf(golden)) : [];
        if (!expected.AsSpan().SequenceEqual(actual))
            File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "golden-actual")).FullName, golden), actual);
        Assert.Equal(expected, actual);
    }
}
