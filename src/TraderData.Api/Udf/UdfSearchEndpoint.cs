using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Answers with the symbols that somebody may be typing: <c>/udf/search</c>.</summary>
internal sealed class UdfSearchEndpoint(IBarStore store, TimeProvider time)
{
    private const int DefaultLimit = 30;

    // A person types a letter every fifth of a second, and to list what is held may read a file for each series.
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    private volatile Listed? _last;

    public async Task AnswerAsync(HttpContext context)
    {
        if (QueryText.Read(context.Request.QueryString, UdfParameters.OfSearch, out var values) is { } badQuery)
        {
            await UdfError.WriteAsync(context, badQuery);
            return;
        }

        if (ReadLimit(values, out var limit) is { } badLimit)
        {
            await UdfError.WriteAsync(context, badLimit);
            return;
        }

        var (query, type, exchange) = (values[UdfParameters.Query] ?? "", values[UdfParameters.Type] ?? "", values[UdfParameters.Exchange] ?? "");
        var found = (await ListAsync(context.RequestAborted))
            .Where(s => (type.Length == 0 || s.Type == type) && (exchange.Length == 0 || s.Exchange.Equals(exchange, StringComparison.OrdinalIgnoreCase)))
            .Select(s => (Symbol: s, Rank: RankOf(s, query)))
            .Where(s => s.Rank is not null)
            .OrderBy(s => s.Rank).ThenBy(s => s.Symbol.Symbol, StringComparer.Ordinal)
            .Take(limit).Select(s => s.Symbol);
        await JsonAnswer.WriteDataAsync(context, found, Write);
    }

    // The very symbol, then those that begin like it, then those that have it somewhere.
    private static int? RankOf(Found symbol, string query)
    {
        if (symbol.Symbol.Equals(query, StringComparison.OrdinalIgnoreCase))
            return 0;
        if (symbol.Symbol.StartsWith(query, StringComparison.OrdinalIgnoreCase))
            return 1;
        return $"{symbol.Exchange}:{symbol.Symbol}".Contains(query, StringComparison.OrdinalIgnoreCase) ? 2 : null;
    }

    private static ApiError? ReadLimit(in QueryValues values, out int limit)
    {
        limit = DefaultLimit;
        if (values[UdfParameters.Limit] is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= UdfParameters.MaxFound
            ? null
            : ApiError.BadParameter(ErrorCodes.BadLimit, "limit", $"limit must be 1 to {UdfParameters.MaxFound}, was '{ApiError.Shown(text)}'");
    }

    private async Task<IReadOnlyList<Found>> ListAsync(CancellationToken cancellationToken)
    {
        if (_last is { } last && time.GetElapsedTime(last.Since) < Lifetime)
            return last.Symbols;
        var since = time.GetTimestamp();
        var held = await store.ListAsync(cancellationToken);
        var symbols = held.GroupBy(s => (s.Series.Source, s.Series.Symbol))
            .Select(g => new Found(g.Key.Source.ToUpperInvariant(), g.Key.Symbol, AssetClassText.Of(g.Max(s => s.Provenance.AssetClass)))).ToList();
        _last = new Listed(symbols, since);
        return symbols;
    }

    private static void Write(Utf8JsonWriter json, IEnumerable<Found> found)
    {
        json.WriteStartArray();
        foreach (var symbol in found)
        {
            json.WriteStartObject();
            json.WriteString("symbol"u8, symbol.Symbol);
            json.WriteString("ticker"u8, symbol.Symbol);
            json.WriteString("full_name"u8, $"{symbol.Exchange}:{symbol.Symbol}");
            json.WriteString("description"u8, symbol.Symbol);
            json.WriteString("exchange"u8, symbol.Exchange);
            json.WriteString("type"u8, symbol.Type);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private sealed record Found(string Exchange, string Symbol, string Type);

    private sealed record Listed(IReadOnlyList<Found> Symbols, long Since);
}
