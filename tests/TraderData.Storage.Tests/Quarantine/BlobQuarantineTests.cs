using System.Text;
using TraderData.Core;

namespace TraderData.Storage.Tests;

public sealed class BlobQuarantineTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly LocalBlobs _blobs;

    public BlobQuarantineTests() => _blobs = new LocalBlobs(_folder.Path);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _blobs.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Refused_text_is_kept_with_its_reason_once()
    {
        var quarantine = new BlobQuarantine(_blobs);
        var series = new Series("alpaca", "BTC/USD", Timeframe.M1);
        var reason = new BadDataException("alpaca:BTC/USD:1m row 17", "low 5 above open 4", "low ≤ open", "{\"o\":4,\"l\":5}");

        var name = await quarantine.PutAsync(series, reason, Cancellation);
        var again = await quarantine.PutAsync(series, reason, Cancellation);
        var other = await quarantine.PutAsync(series, new BadDataException("alpaca:BTC/USD:1m row 18", "low 5 above open 4", "low ≤ open"), Cancellation);

        Assert.Equal(name, again);
        Assert.NotEqual(name, other);
        Assert.Matches("^quarantine/alpaca/BTC%2FUSD/1m/[0-9a-f]{24}\\.json$", name);
        Assert.Equal(2, (await _blobs.ListAsync("quarantine/", Cancellation)).Count);
        Assert.Equal(
            """
            {
              "series": "alpaca:BTC/USD:1m",
              "where": "alpaca:BTC/USD:1m row 17",
              "found": "low 5 above open 4",
              "expected": "low ≤ open",
              "text": "{\"o\":4,\"l\":5}"
            }

            """, Encoding.UTF8.GetString((await _blobs.ReadAsync(name, Cancellation))!.Bytes.Span));
    }

    [Fact]
    public async Task Refused_text_of_any_size_is_kept_within_bounds()
    {
        var long_ = new string('\u0001', 5_000_000);

        var name = await new BlobQuarantine(_blobs).PutAsync(new Series("import", "X", Timeframe.M1), new BadDataException(long_, long_, long_, long_), Cancellation);

        Assert.InRange((await _blobs.ReadAsync(name, Cancellation))!.Bytes.Length, 1, 32_000);
    }
}
