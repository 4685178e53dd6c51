using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Connectors.Alpaca;

/// <summary>
/// Alpaca stock bars (<c>/v2/stocks/bars</c>) and, for symbols with a slash, crypto bars (<c>/v1beta3/crypto/us/bars</c>). They have a vwap and a
/// number of trades. Where nothing was traded there is no bar. Alpaca does not tell an unknown symbol from one without bars: both give none.
/// </summary>
public sealed class AlpacaSource : IMarketDataSource
{
    /// <summary>The source's name in a series.</summary>
    public const string SourceName = "alpaca";

    /// <summary>The most rows that Alpaca gives at once.</summary>
    internal const int MaxRows = 10_000;

    private const string SipFeed = "sip";
    private const int RequestWeight = 1;

    // Recorded pages have 100 bytes a row, and a third of it packed.
    private const int BytesPerRow = 35;

    // Alpaca's clock stands in whole seconds in every answer; our timer carries it on, with a drift of milliseconds in that time.
    private static readonly TimeSpan ClockAge = TimeSpan.FromMinutes(10);

    // "Within 15 minutes" as Alpaca's documents have it, and a little, since two clocks are compared.
    private static readonly TimeSpan SipDelay = TimeSpan.FromMinutes(15) + TimeSpan.FromSeconds(5);

    private readonly AlpacaOptions _options;
    private readonly SourceBudget _budget;
    private readonly SourceClock _clock;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private SourceHttp _http;
    private volatile bool _sipIsDelayed;

    /// <summary>Makes one.</summary>
    /// <param name="http">See <see cref="SourceHttpClient.Create"/>.</param>
    /// <param name="options">Where Alpaca is, and which of its data is wanted.</param>
    /// <param name="budget">The budget that everything that asks Alpaca shares.</param>
    /// <param name="time">Runs waits, and carries Alpaca's clock on.</param>
    /// <param name="logger">Hears of retries and refused pages.</param>
    /// <exception cref="ArgumentException">The options have faults; all of them are named.</exception>
    public AlpacaSource(HttpClient http, AlpacaOptions options, SourceBudget budget, TimeProvider time, ILogger<AlpacaSource> logger)
    {
        if (options.FindFaults() is { Count: > 0 } faults)
            throw new ArgumentException(string.Join("; ", faults));
        (_options, _time, _logger, _budget, _clock) = (options, time, logger, budget, budget.Clock);
        var dialect = new AlpacaDialect(options.Credentials, budget, time);
        _http = new SourceHttp(http, options.DataUrl, budget, dialect, options.Http, time, logger);
    }

    /// <inheritdoc/>
    public string Name => SourceName;

    /// <inheritdoc/>
    public IReadOnlyList<Timeframe> Timeframes => Timeframe.Standard;

    /// <inheritdoc/>
    public TimeSpan Settlement => _options.Settlement;

    /// <inheritdoc/>
    public SourceCosts Costs => new(MaxRows, RequestWeight, _budget.LimitPerMinute, BytesPerRow);

    /// <inheritdoc/>
    public Provenance ProvenanceOf(string symbol) => AssetClassOf(symbol) == AssetClass.Crypto
        ? new Provenance(AssetClass.Crypto)
        : new Provenance(AssetClass.Stock, _options.Feed, _options.Adjustment);

    /// <inheritdoc/>
    public IMarketDataSource With(RequestPriority priority)
    {
        var view = (AlpacaSource)MemberwiseClone();
        view._http = _http.With(priority);
        return view;
    }

    /// <summary>
    /// Alpaca's clock. Its market data API has no call for it, but every answer has a <c>Date</c>: the last one, no older than ten minutes, is carried
    /// on by our timer. When there is none yet, the smallest answer there is (the latest crypto bar, which needs no key) is asked for; an error's
    /// <c>Date</c> will do. Our own clock stands in only when answers have no <c>Date</c>.
    /// </summary>
    /// <inheritdoc/>
    public async Task<long> GetTimeAsync(CancellationToken cancellationToken)
    {
        if (_clock.TryTell(ClockAge, out var nowMs))
            return nowMs;
        try
        {
            using var answer = await _http.GetAsync("/v1beta3/crypto/us/latest/bars?symbols=BTC%2FUSD", RequestWeight, cancellationToken);
        }
        catch (SourceException) when (_clock.TryTell(ClockAge, out _))
        {
            // What it refuses does not matter: the refusal told the time.
        }

        return _clock.TryTell(ClockAge, out nowMs) ? nowMs : _time.GetUtcNow().ToUnixTimeMilliseconds();
    }

    /// <summary>Where the list of all that Alpaca trades is asked for; null for nowhere.</summary>
    public AlpacaAssets? Assets { get; init; }

    /// <summary>All that <see cref="Assets"/> lists; without it the configured symbols, of which steps are not known, and all count as trading.</summary>
    /// <inheritdoc/>
    public async IAsyncEnumerable<Instrument> ListInstrumentsAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (Assets is not null)
        {
            foreach (var instrument in await Assets.ListAsync(_http, cancellationToken))
                yield return instrument;
            yield break;
        }

        foreach (var symbol in _options.Symbols)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new Instrument(Name, symbol, AssetClassOf(symbol), IsTrading: true, TickSize: null, LotSize: null);
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<BarPage> FetchBarsAsync(string symbol, Timeframe timeframe, TimeRange range, CancellationToken cancellationToken)
    {
        var series = new Series(Name, symbol, timeframe);
        return timeframe.IsStandard
            ? FetchPagesAsync(new Request(series, AssetClassOf(symbol), _options.Settlement), range, cancellationToken)
            : throw new SourceException(SourceErrorKind.UnknownTimeframe, $"{Name} serves {string.Join(' ', Timeframes)}, not {timeframe}");
    }

    private static AssetClass AssetClassOf(string symbol) => symbol.Contains('/', StringComparison.Ordinal) ? AssetClass.Crypto : AssetClass.Stock;

    private async IAsyncEnumerable<BarPage> FetchPagesAsync(Request request, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (asked, page) = await FetchFirstAsync(request, range, cancellationToken);
        var tokens = new HashSet<string>(StringComparer.Ordinal);
        var startMs = asked.StartMs;
        while (true)
        {
            var nextMs = page.LastRowMs is { } lastMs ? request.Schedule.NextOpenMs(lastMs) : startMs;
            var endMs = page.NextPageToken is null ? asked.EndMs : Math.Min(nextMs, asked.EndMs);

            // A page may be empty although others follow: it answers nothing by itself.
            if (endMs > startMs)
                yield return new BarPage(page.Bars, new TimeRange(startMs, endMs));
            if (page.NextPageToken is not { } token || endMs == asked.EndMs)
                yield break;
            if (!tokens.Add(token))
                throw new BadDataException($"{request.Series}", $"page token '{token}' for the second time", "a new token, or none");
            startMs = endMs;
            page = await FetchPageAsync(request, asked, startMs, token, cancellationToken);
        }
    }

    private async Task<(TimeRange Asked, AlpacaBarPage Page)> FetchFirstAsync(Request request, TimeRange range, CancellationToken cancellationToken)
    {
        var isSip = request.AssetClass == AssetClass.Stock && _options.Feed == SipFeed;
        var nowMs = await GetTimeAsync(cancellationToken);
        var asked = ClosedPart(request, range, nowMs, isSip && _sipIsDelayed);
        try
        {
            return (asked, await FetchPageAsync(request, asked, asked.StartMs, null, cancellationToken));
        }
        catch (SourceException e) when (isSip && !_sipIsDelayed && AlpacaDialect.IsTooRecent(e))
        {
            _sipIsDelayed = true;
            asked = ClosedPart(request, range, nowMs, isDelayed: true);
            return (asked, await FetchPageAsync(request, asked, asked.StartMs, null, cancellationToken));
        }
    }

    // A delayed feed is behind as a whole: its bars are whole when the delay has passed as well.
    private static TimeRange ClosedPart(Request request, TimeRange range, long nowMs, bool isDelayed)
    {
        var closedEndMs = request.Schedule.ClosedEndMs(isDelayed ? nowMs - (long)SipDelay.TotalMilliseconds : nowMs);
        return new TimeRange(range.StartMs, Math.Max(range.StartMs, Math.Min(range.EndMs, closedEndMs)));
    }

    private async Task<AlpacaBarPage> FetchPageAsync(Request request, TimeRange asked, long startMs, string? token, CancellationToken cancellationToken)
    {
        if (asked.IsEmpty)
            return new AlpacaBarPage(BarBlock.Empty, null, null);
        using var answer = await _http.GetAsync(QueryOf(request, asked, token), RequestWeight, cancellationToken);
        try
        {
            return AlpacaBarParser.Parse(answer.Utf8, request.Series, request.Schedule.Grid, new TimeRange(startMs, asked.EndMs));
        }
        catch (BadDataException e)
        {
            _logger.PageRefused(e.Message);
            throw;
        }
    }

    private string QueryOf(Request request, TimeRange asked, string? token)
    {
        // Both ends are inclusive. Nothing was traded before the epoch.
        var start = TimeText.Iso(Math.Max(asked.StartMs, 0));
        var end = TimeText.Iso(Math.Max(asked.EndMs - 1, 0));
        var path = request.AssetClass == AssetClass.Crypto ? "/v1beta3/crypto/us/bars" : "/v2/stocks/bars";
        var stock = request.AssetClass == AssetClass.Crypto ? "" : $"&adjustment={_options.Adjustment}&feed={_options.Feed}";
        var page = token is null ? "" : $"&page_token={Uri.EscapeDataString(token)}";
        return $"{path}?symbols={Uri.EscapeDataString(request.Series.Symbol)}&timeframe={NameOf(request.Series.Timeframe)}"
            + $"&start={start}&end={end}&limit={MaxRows}{stock}&sort=asc{page}";
    }

    // 1m is 1Min, 4h is 4Hour.
    private static string NameOf(Timeframe timeframe)
    {
        var text = timeframe.ToString();
        return text[..^1] + text[^1] switch { 'm' => "Min", 'h' => "Hour", 'd' => "Day", _ => "Week" };
    }

    private sealed record Request(Series Series, AssetClass AssetClass, TimeSpan Settlement)
    {
        public BarSchedule Schedule { get; } = new(Series.Timeframe, AssetClass, Settlement);
    }
}
