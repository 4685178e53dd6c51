using TraderData.Core;

namespace TraderData.Storage.Tests;

public sealed class WatchDatesTests : IDisposable
{
    private const string FileName = "watched/binance.json";
    private const long DayMs = 86_400_000;

    private static readonly Series Minutes = new("binance", "BTCUSDT", Timeframe.M1);
    private static readonly Series Hours = new("binance", "BTCUSDT", Timeframe.H1);
    private static readonly Series Foreign = new("binance", "币安人生USDT", Timeframe.M1);
    private static readonly WatchDates First = new(1_700_000_000_000, 1_699_920_000_000);
    private static readonly WatchDates Second = new(1_700_000_000_000 + DayMs, 1_699_920_000_000 + DayMs);

    private readonly TestFolder _folder = new();
    private readonly LocalBlobs _blobs;

    public WatchDatesTests() => _blobs = new LocalBlobs(_folder.Path);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _blobs.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_began_stays_begun_for_every_process()
    {
        var (one, other) = (new BlobWatchDates(_blobs), new BlobWatchDates(_blobs));
        await one.BeginAsync("binance", [Minutes, Foreign], First, Cancellation);

        var known = await other.BeginAsync("binance", [Hours, Minutes], Second, Cancellation);

        Assert.Equal(
            new Dictionary<Series, WatchDates> { [Minutes] = First, [Hours] = Second, [Foreign] = First }.OrderBy(d => d.Key.ToString()), known.OrderBy(d => d.Key.ToString()));
        Assert.Equal(known, await one.BeginAsync("binance", [Hours], First, Cancellation));
        Assert.Empty(await one.BeginAsync("alpaca", [], First, Cancellation));
    }

    [Fact]
    public async Task What_was_read_again_only_moves_on_and_only_of_what_is_known()
    {
        var dates = new BlobWatchDates(_blobs);
        await dates.BeginAsync("binance", [Minutes], First, Cancellation);
        await dates.RereadAsync("binance", [Minutes, Hours], Second.RereadToMs, Cancellation);
        var written = File.GetLastWriteTimeUtc(PathOf());

        await dates.RereadAsync("binance", [Minutes], First.RereadToMs, Cancellation);

        Assert.Equal(written, File.GetLastWriteTimeUtc(PathOf()));
        Assert.Equal(First with { RereadToMs = Second.RereadToMs }, Assert.Single(await dates.BeginAsync("binance", [Minutes], First, Cancellation)).Value);
    }

    [Fact]
    public async Task File_that_is_damaged_in_any_byte_is_reported_by_name()
    {
        await new BlobWatchDates(_blobs).BeginAsync("binance", [Minutes], First, Cancellation);
        var content = File.ReadAllBytes(PathOf());
        for (var at = 0; at < content.Length; at++)
        {
            var flipped = content.ToArray();
            flipped[at] ^= 1;
            File.WriteAllBytes(PathOf(), flipped);
            var damage = await Assert.ThrowsAsync<StorageException>(() => new BlobWatchDates(_blobs).BeginAsync("binance", [Minutes], First, Cancellation));
            Assert.Equal(StorageErrorKind.Damaged, damage.Kind);
            Assert.Contains(FileName, damage.Message, StringComparison.Ordinal);
            Assert.Contains("delete it", damage.Message, StringComparison.Ordinal);
        }
    }

    private string PathOf() => Path.Combine(_folder.Path, FileName);
}
