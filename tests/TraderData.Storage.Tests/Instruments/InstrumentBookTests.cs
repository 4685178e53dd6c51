using TraderData.Core;

namespace TraderData.Storage.Tests;

public sealed class InstrumentBookTests : IDisposable
{
    private const string FileName = "instruments/binance.json";

    private readonly TestFolder _folder = new();
    private readonly LocalBlobs _blobs;

    public InstrumentBookTests() => _blobs = new LocalBlobs(_folder.Path);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _blobs.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Book_comes_back_as_it_was_kept_and_keeping_the_same_again_writes_nothing()
    {
        var book = new BlobInstrumentBook(_blobs);
        Assert.Empty(await book.ReadAsync("binance", Cancellation));
        Instrument[] listed = [Of("币安人生USDT"), Of("BTCUSDT"), Of("1000SATS", trading: false) with { RenamedTo = "SATS", RenamedMs = 1_654_732_800_000 }];
        var kept = await book.UpdateAsync("binance", listed, 1_700_000_000_000, Cancellation);
        var before = File.GetLastWriteTimeUtc(PathOf());

        var again = await book.UpdateAsync("binance", listed, 1_700_000_001_000, Cancellation);

        Assert.Equal(before, File.GetLastWriteTimeUtc(PathOf()));
        Assert.Equal(["1000SATS", "BTCUSDT", "币安人生USDT"], kept.Select(i => i.Instrument.Symbol));
        foreach (var read in (IReadOnlyList<ListedInstrument>[])[again, await book.ReadAsync("binance", Cancellation)])
        {
            Assert.Equal(kept.Select(i => i.Instrument), read.Select(i => i.Instrument));
            Assert.Equal(kept.SelectMany(i => i.Changes), read.SelectMany(i => i.Changes));
        }

        Assert.Empty(await book.ReadAsync("alpaca", Cancellation));
    }

    [Fact]
    public async Task Book_that_is_damaged_in_any_byte_is_reported_by_name()
    {
        var book = new BlobInstrumentBook(_blobs);
        await book.UpdateAsync("binance", [Of("BTCUSDT")], 1_700_000_000_000, Cancellation);
        var content = File.ReadAllBytes(PathOf());
        for (var at = 0; at < content.Length; at++)
        {
            var flipped = content.ToArray();
            flipped[at] ^= 1;
            File.WriteAllBytes(PathOf(), flipped);
            var damage = await Assert.ThrowsAsync<StorageException>(() => book.ReadAsync("binance", Cancellation));
            Assert.Equal(StorageErrorKind.Damaged, damage.Kind);
            Assert.Contains(FileName, damage.Message, StringComparison.Ordinal);
            Assert.Contains("delete it", damage.Message, StringComparison.Ordinal);
        }
    }

    private static Instrument Of(string symbol, bool trading = true) =>
        new("binance", symbol, AssetClass.Crypto, trading, new ScaledDecimal(1, 2), new ScaledDecimal(1, 5));

    private string PathOf() => Path.Combine(_folder.Path, FileName);
}
