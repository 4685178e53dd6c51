using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

/// <summary>
/// Both tiers against a model that keeps the whole of every state: random writes, restatements, seals, prunes, rebuilds and restarts, then reads of now and
/// of every time between two steps.
/// </summary>
public sealed class TieredModelTests(PostgresServer server) : IAsyncDisposable
{
    private const int Steps = 40;
    private const long MinuteMs = 60_000;

    private static readonly Series Bitcoin = TierWorker.Series;

    // The last hours of January, February and March 2024.
    private static readonly long[] Starts = [Ms("2024-01-31T23:00:00Z"), Ms("2024-02-29T23:00:00Z"), Ms("2024-03-31T23:00:00Z")];

    private readonly TestFolder _folder = new();
    private readonly SortedDictionary<long, Bar> _bars = [];
    private readonly List<(long AsOfMs, List<Bar> Bars)> _past = [];
    private TraderDataStorage? _storage;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TraderDataStorage Storage => _storage!;

    public async ValueTask DisposeAsync()
    {
        if (_storage is not null)
            await _storage.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Tiers_answer_as_a_model_that_forgets_nothing(int seed)
    {
        var random = new Random(seed);
        var database = await server.CreateDatabaseAsync(Cancellation);
        _storage = await TierWorker.OpenAsync(_folder.Path, database);
        for (var step = 0; step < Steps; step++)
        {
            await StepAsync(random, database);
            // Times are kept in milliseconds: one of its own between two steps, on either side.
            await Task.Delay(3, Cancellation);
            _past.Add((TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), [.. _bars.Values]));
            await Task.Delay(3, Cancellation);
            await CheckAsync(random, null, [.. _bars.Values]);
            var (asOfMs, bars) = _past[random.Next(_past.Count)];
            await CheckAsync(random, asOfMs, bars);
        }

        foreach (var (asOfMs, bars) in _past)
            Assert.Equal(bars, await ReadAsync(new BarQuery(TimeRange.All, AsOfMs: asOfMs)));
        Assert.Empty(await ReadAsync(new BarQuery(TimeRange.All, AsOfMs: _past[0].AsOfMs - 3_600_000)));
    }

    private static long Ms(string text) => TimeText.TryParse(text, out var timeMs) ? timeMs : throw new FormatException(text);

    private async Task StepAsync(Random random, string database)
    {
        switch (random.Next(10))
        {
            case < 6:
                await WriteAsync(random);
                break;
            case 6:
                await Storage.SealAsync(TimeText.MaxMs, Cancellation);
                await CheckCountAsync();
                break;
            case 7:
                await Storage.SealAsync(TimeText.MaxMs, Cancellation);
                await Storage.PruneAsync(Starts[random.Next(Starts.Length)] + (2 * 3_600_000), Cancellation);
                await CheckCountAsync();
                break;
            case 8:
                await foreach (var _ in Storage.RebuildHotTierAsync(null, Cancellation))
                    Assert.NotEqual(default, _);
                break;
            default:
                await Storage.DisposeAsync();
                _storage = await TierWorker.OpenAsync(_folder.Path, database);
                break;
        }
    }

    private async Task CheckCountAsync()
    {
        Assert.Equal(_bars.Count, (await Storage.Bars.FindAsync(Bitcoin, Cancellation))?.Rows ?? 0);
        Assert.Equal(_bars.Count, (await Storage.Bars.ListAsync(Cancellation)).Sum(info => info.Rows));
    }

    private async Task WriteAsync(Random random)
    {
        var start = Starts[random.Next(Starts.Length)] + (random.Next(50) * MinuteMs);
        var builder = new BarBlockBuilder("test");
        var (inserted, changed, same) = (0, 0, 0);
        for (var i = 0; i < random.Next(1, 100); i += random.Next(1, 3))
        {
            var timeMs = start + (i * MinuteMs);
            var bar = random.Next(4) == 0 && _bars.TryGetValue(timeMs, out var held) ? held : RandomBar(random, timeMs);
            builder.Add(bar);
            if (!_bars.TryGetValue(timeMs, out var old))
            {
                inserted++;
                _bars[timeMs] = bar;
                continue;
            }

            var merged = bar with { Volume = bar.Volume ?? old.Volume, Vwap = bar.Vwap ?? old.Vwap, Trades = bar.Trades ?? old.Trades };
            (changed, same) = merged == old ? (changed, same + 1) : (changed + 1, same);
            _bars[timeMs] = merged;
        }

        Assert.Equal(new WriteResult(inserted, changed, same), await Storage.Bars.WriteAsync(Bitcoin, new BarWrite(builder.Build(), Provenance.Unknown), Cancellation));
    }

    private static Bar RandomBar(Random random, long timeMs)
    {
        var price = new ScaledDecimal(random.NextInt64(1, 100_000), random.Next(0, 4));
        return new Bar(
            timeMs, price, price, price, price, random.Next(4) == 0 ? null : new ScaledDecimal(random.Next(0, 1_000), random.Next(0, 4)),
            random.Next(3) == 0 ? price : null, random.Next(3) == 0 ? random.Next(0, 9) : null);
    }

    private async Task CheckAsync(Random random, long? asOfMs, List<Bar> bars)
    {
        var start = Starts[random.Next(Starts.Length)] + (random.Next(-20, 100) * MinuteMs);
        var range = random.Next(3) == 0 ? TimeRange.All : new TimeRange(start, start + random.NextInt64(0, 40L * 86_400_000));
        var limit = random.Next(2) == 0 ? (long?)null : random.Next(1, 120);
        var newestFirst = random.Next(2) == 0;
        var expected = bars.Where(b => range.Contains(b.TimeMs)).ToList();
        expected = limit is { } most ? newestFirst ? [.. expected.TakeLast((int)most)] : [.. expected.Take((int)most)] : expected;

        Assert.Equal(expected, await ReadAsync(new BarQuery(range, newestFirst, limit, asOfMs)));
    }

    private async Task<List<Bar>> ReadAsync(BarQuery query)
    {
        var blocks = new List<BarBlock>();
        await foreach (var block in Storage.Bars.ReadAsync(Bitcoin, query, Cancellation))
            blocks.Add(block);
        if (query.NewestFirst)
            blocks.Reverse();
        return [.. blocks.SelectMany(block => Enumerable.Range(0, block.Count).Select(block.At))];
    }
}
