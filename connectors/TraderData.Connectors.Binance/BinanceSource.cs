using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Connectors.Binance;

/// <summary>
/// Binance spot bars (<c>/api/v3/klines</c>). They have a number of trades and no vwap. Closed is a bar whose close time is past by Binance's clock;
/// before a halt that is earlier than the end of its interval.
/// </summary>
public sealed class BinanceSource : IMarketDataSource
{
    /// <summary>The source's name in a series.</summary>
    public const string SourceName = "binance";

    /// <summary>The most rows that Binance gives at once; it caps a larger limit silently.</summary>
    internal const int MaxRows = 1_000;

    // Weights as documented for /api/v3.
    private const int KlinesWeight = 2;
    private const int TimeWeight = 1;
    private const int ExchangeInfoWeight = 20;

    // Recorded pages have 170 bytes a row, and a third of it packed.
    private const int BytesPerRow = 60;

    // Our timer drifts by less than a millisecond in that time.
    private static readonly TimeSpan ClockAge = TimeSpan.FromMinutes(1);

    private readonly SourceBudget _budget;
    private readonly SourceClock _clock;
    private readonly ILogger _logger;
    private SourceHttp _http;

    /// <summary>Makes one.</summary>
    /// <param name="http">See <see cref="SourceHttpClient.Create"/>.</param>
    /// <param name="options">Where Binance is.</param>
    /// <param name="budget">The budget that everything that asks Binance shares.</param>
    /// <param name="time">Runs waits, and carries Binance's clock on.</param>
    /// <param name="logger">Hears of retries and refused pages.</param>
    public BinanceSource(HttpClient http, BinanceOptions options, SourceBudget budget, TimeProvider time, ILogger<BinanceSource> logger)
    {
        (_budget, _clock, Settlement, _logger) = (budget, budget.Clock, options.Settlement, logger);
        _http = new SourceHttp(http, options.BaseUrl, budget, new BinanceDialect(time), options.Http, time, logger);
    }

    /// <inheritdoc/>
    public string Name => SourceName;

    /// <inheritdoc/>
    public IReadOnlyList<Timeframe> Timeframes => Timeframe.Standard;

    /// <inheritdoc/>
    public TimeSpan Settlement { get; }

    /// <inheritdoc/>
    public SourceCosts Costs => new(MaxRows, KlinesWeight, _budget.LimitPerMinute, BytesPerRow);

    /// <inheritdoc cref="IMarketDataSource.Archive"/>
    public IBarArchive? Archive { get; init; }

    /// <inheritdoc/>
    public Provenance ProvenanceOf(string symbol) => new(AssetClass.Crypto);

    /// <inheritdoc/>
    public IMarketDataSource With(RequestPriority priority)
    {
        var view = (BinanceSource)MemberwiseClone();
        view._http = _http.With(priority);
        return view;
    }

    /// <summary>Binance's clock, asked for once a minute at most; within the minute it is carried on, never ahead of Binance's own.</summary>
    /// <inheritdoc/>
    public async Task<long> GetTimeAsync(CancellationToken cancellationToken)
    {
        if (_clock.TryTell(ClockAge, out var nowMs))
            return nowMs;
        using var answer = await _http.GetAsync("/api/v3/time", TimeWeight, cancellationToken);
        var timeMs = ParseTime(answer.Utf8);
        _clock.Hear(timeMs, answer.Took);
        return timeMs;
    }

    /// <summary>Every symbol that Binance lists, those that no longer trade included. The limit that the answer tells becomes the budget's.</summary>
    /// <inheritdoc/>
    public async IAsyncEnumerable<Instrument> ListInstrumentsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var info = await AskExchangeInfoAsync("", cancellationToken);
        foreach (var instrument in info.Instruments)
            yield return instrument;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<BarPage> FetchBarsAsync(string symbol, Timeframe timeframe, TimeRange range, CancellationToken cancellationToken)
    {
        var series = new Series(Name, symbol, timeframe);
        return timeframe.IsStandard
            ? FetchPagesAsync(series, range, cancellationToken)
            : throw new SourceException(SourceErrorKind.UnknownTimeframe, $"{Name} serves {string.Join(' ', Timeframes)}, not {timeframe}");
    }

    private async IAsyncEnumerable<BarPage> FetchPagesAsync(Series series, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var timeframe = series.Timeframe;
        // What closed later is not final.
        var nowMs = await GetTimeAsync(cancellationToken) - (long)Settlement.TotalMilliseconds;
        await LearnLimitAsync(cancellationToken);

        // Whatever opened before it is closed. Before a halt the last bar may be closed as well: its row tells.
        var closedEndMs = Math.Min(range.EndMs, timeframe.Floor(nowMs));
        var askedEndMs = Math.Min(range.EndMs, nowMs + 1);
        for (var startMs = range.StartMs; startMs < askedEndMs;)
        {
            var asked = new TimeRange(startMs, askedEndMs);
            var page = await FetchPageAsync(series, asked, nowMs, cancellationToken);
            var nextMs = page.LastRowMs + timeframe.DurationMs;

            // A page that stops short of the present may be the last, or a short one: only an empty one says that nothing follows.
            var isLast = nextMs is null || nextMs >= closedEndMs || page.FirstOpenMs is not null;
            var endMs = page.FirstOpenMs ?? (isLast ? Math.Max(closedEndMs, nextMs ?? 0) : nextMs!.Value);
            var answered = asked.StartMs >= endMs ? default : new TimeRange(startMs, Math.Min(endMs, range.EndMs));
            if (!answered.IsEmpty)
                yield return new BarPage(page.Bars, answered);
            if (isLast)
                yield break;
            startMs = nextMs!.Value;
        }
    }

    private async Task<KlinePage> FetchPageAsync(Series series, TimeRange asked, long nowMs, CancellationToken cancellationToken)
    {
        // Binance knows no time before the epoch; both of its ends are inclusive.
        var query = $"/api/v3/klines?symbol={Uri.EscapeDataString(series.Symbol)}&interval={series.Timeframe}"
            + $"&startTime={Math.Max(asked.StartMs, 0)}&endTime={Math.Max(asked.EndMs - 1, 0)}&limit={MaxRows}";
        using var answer = await _http.GetAsync(query, KlinesWeight, cancellationToken);
        try
        {
            return KlineParser.Parse(answer.Utf8, series, asked, nowMs);
        }
        catch (BadDataException e)
        {
            _logger.PageRefused(e.Message);
            throw;
        }
    }

    private async Task LearnLimitAsync(CancellationToken cancellationToken)
    {
        if (!_budget.ShouldAskLimit())
            return;
        try
        {
            // Any symbol will do; the answer for all of them has megabytes.
            await AskExchangeInfoAsync("?symbol=BTCUSDT", cancellationToken);
        }
        catch (Exception e) when (e is SourceException or BadDataException)
        {
            _logger.LimitNotLearned(Name, _budget.LimitPerMinute, e.Message);
        }
    }

    private async Task<ExchangeInfo> AskExchangeInfoAsync(string query, CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync($"/api/v3/exchangeInfo{query}", ExchangeInfoWeight, cancellationToken);
        var info = ExchangeInfoParser.Parse(answer.Utf8);
        if (info.WeightPerMinute is { } limit)
            _budget.LearnLimit(limit);
        return info;
    }

    private static long ParseTime(ReadOnlySpan<byte> utf8)
    {
        try
        {
            var json = new Utf8JsonReader(utf8);
            while (json.Read())
            {
                if (json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("serverTime"u8) && json.Read())
                    return json.GetInt64();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new BadDataException("binance time", e.Message, "a serverTime", inner: e);
        }

        throw new BadDataException("binance time", "no serverTime", "a serverTime");
    }
}
