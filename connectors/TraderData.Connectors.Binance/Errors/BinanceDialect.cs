using System.Globalization;

namespace TraderData.Connectors.Binance;

/// <summary>Binance over HTTP: no keys, the used weight in a header of every answer, errors by <see cref="BinanceErrors"/>.</summary>
internal sealed class BinanceDialect(TimeProvider time) : ISourceDialect
{
    private const string UsedWeight = "X-MBX-USED-WEIGHT-1M";

    /// <inheritdoc/>
    public void Prepare(HttpRequestMessage request)
    {
        // Market data is public.
    }

    /// <inheritdoc/>
    public void Observe(HttpResponseMessage response, BudgetGrant grant)
    {
        if (response.Headers.TryGetValues(UsedWeight, out var values)
            && int.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var used))
        {
            grant.ObserveUsed(used);
        }
    }

    /// <inheritdoc/>
    public SourceException ToException(SourceRefusal refusal) => BinanceErrors.ToException(refusal, time.GetUtcNow());
}
