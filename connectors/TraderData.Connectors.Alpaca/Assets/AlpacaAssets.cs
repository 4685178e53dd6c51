using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Connectors.Alpaca;

/// <summary>
/// The list of all that Alpaca trades, active or not (<c>/v2/assets</c> of its trading API, another host than its market data), with what became of symbols that were
/// changed (<c>/v1/corporate-actions</c> of the market data API).
/// </summary>
public sealed class AlpacaAssets
{
    private const int RequestWeight = 1;

    // A thousand changes are about three years.
    private const int MaxPages = 100;

    private readonly SourceHttp _trading;

    /// <summary>Makes one.</summary>
    /// <param name="http">See <see cref="SourceHttpClient.Create"/>.</param>
    /// <param name="tradingUrl">The trading API that the keys are for: that of paper accounts is another host.</param>
    /// <param name="options">Keys, limits and retries.</param>
    /// <param name="budget">The budget of the trading API, which Alpaca counts apart.</param>
    /// <param name="time">Runs waits.</param>
    /// <param name="logger">Hears of retries.</param>
    public AlpacaAssets(HttpClient http, Uri tradingUrl, AlpacaOptions options, SourceBudget budget, TimeProvider time, ILogger<AlpacaAssets> logger) =>
        _trading = new SourceHttp(http, tradingUrl, budget, new AlpacaDialect(options.Credentials, budget, time), options.Http, time, logger);

    /// <summary>Everything that is listed, and the symbols that were changed, which need not be.</summary>
    /// <param name="data">Asks the market data API.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    internal async Task<IReadOnlyList<Instrument>> ListAsync(SourceHttp data, CancellationToken cancellationToken)
    {
        var changes = new Dictionary<string, SymbolChange>(StringComparer.Ordinal);
        await foreach (var change in ChangesAsync(data, cancellationToken))
            changes[change.From] = change;
        using var answer = await _trading.GetAsync("/v2/assets", RequestWeight, cancellationToken);
        var listed = AlpacaAssetParser.ParseAssets(answer.Utf8);

        // A symbol that is traded again belongs to somebody else by now.
        var instruments = listed.Select(i => !i.IsTrading && changes.TryGetValue(i.Symbol, out var change) ? Renamed(i, change) : i).ToList();
        var known = listed.Select(i => i.Symbol).ToHashSet(StringComparer.Ordinal);
        instruments.AddRange(changes.Values.Where(c => !known.Contains(c.From))
            .Select(c => Renamed(new Instrument(AlpacaSource.SourceName, c.From, AssetClass.Stock, IsTrading: false, null, null), c)));
        return instruments;
    }

    private static Instrument Renamed(Instrument instrument, SymbolChange change) => instrument with { RenamedTo = change.To, RenamedMs = change.AtMs };

    // Oldest first: of a symbol that changed twice, the last counts.
    private static async IAsyncEnumerable<SymbolChange> ChangesAsync(
        SourceHttp data, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? token = null;
        for (var page = 0; page < MaxPages; page++)
        {
            var next = token is null ? "" : $"&page_token={Uri.EscapeDataString(token)}";
            using var answer = await data.GetAsync($"/v1/corporate-actions?types=name_change&start=2016-01-01&limit=1000&sort=asc{next}", RequestWeight, cancellationToken);
            (var changes, token) = AlpacaAssetParser.ParseChanges(answer.Utf8);
            foreach (var change in changes)
                yield return change;
            if (token is null)
                yield break;
        }

        throw new BadDataException("alpaca corporate actions", $"more than {MaxPages} pages", "an end");
    }
}
