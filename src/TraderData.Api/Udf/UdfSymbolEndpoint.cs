using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Answers with what a chart must know of a symbol: <c>/udf/symbols</c>.</summary>
internal sealed class UdfSymbolEndpoint(IBarStore store, IInstrumentBook book)
{
    // Enough bars for every digit that a symbol's prices have to stand in one of them.
    private const int BarsLookedAt = 500;

    // Stocks are priced in cents, also where no bar shows it.
    private const int StockScale = 2;

    public async Task AnswerAsync(HttpContext context)
    {
        if (QueryText.Read(context.Request.QueryString, UdfParameters.OfSymbols, out var values) is { } badQuery)
        {
            await UdfError.WriteAsync(context, badQuery);
            return;
        }

        var (unknown, source, symbol) = await UdfSymbol.FindAsync(store, values[UdfParameters.Symbol], context.RequestAborted);
        if (unknown is not null)
        {
            await UdfError.WriteAsync(context, unknown);
            return;
        }

        var held = await HeldTimeframes.OfAsync(store, source, symbol, context.RequestAborted);
        if (held.Count == 0)
        {
            await UdfError.WriteAsync(context, HeldSeries.NothingHeld(symbol));
            return;
        }

        await JsonAnswer.WriteDataAsync(context, await DescribeAsync(source, symbol, held, context.RequestAborted), Write);
    }

    private async Task<Described> DescribeAsync(string source, string symbol, IReadOnlyList<Timeframe> held, CancellationToken cancellationToken)
    {
        var finest = new Series(source, symbol, held[0]);
        var assetClass = (await store.FindAsync(finest, cancellationToken))?.Provenance.AssetClass ?? AssetClass.Unknown;
        var (priceScale, volumeScale) = await ScalesAsync(finest, cancellationToken);
        var listed = (await book.ReadAsync(source, cancellationToken)).FirstOrDefault(i => i.Instrument.Symbol == symbol)?.Instrument;
        var step = listed?.TickSize is { Mantissa: > 0 } tick ? tick.Normalize() : new ScaledDecimal(1, assetClass == AssetClass.Stock ? Math.Max(priceScale, StockScale) : priceScale);
        return new Described(source.ToUpperInvariant(), symbol, assetClass, step, volumeScale, [.. UdfResolution.Readable(held)]);
    }

    private async Task<(int Price, int Volume)> ScalesAsync(Series series, CancellationToken cancellationToken)
    {
        var (price, volume) = (0, 0);
        await foreach (var block in store.ReadAsync(series, new BarQuery(TimeRange.All, NewestFirst: true, Limit: BarsLookedAt), cancellationToken))
            (price, volume) = (Math.Max(price, block.PriceScale), Math.Max(volume, block.VolumeScale));
        return (price, volume);
    }

    private static void Write(Utf8JsonWriter json, Described symbol)
    {
        var isStock = symbol.AssetClass == AssetClass.Stock;
        json.WriteStartObject();
        json.WriteString("name"u8, symbol.Symbol);
        json.WriteString("ticker"u8, symbol.Symbol);
        json.WriteString("full_name"u8, $"{symbol.Exchange}:{symbol.Symbol}");
        json.WriteString("description"u8, symbol.Symbol);
        json.WriteString("type"u8, AssetClassText.Of(symbol.AssetClass));
        json.WriteString("exchange"u8, symbol.Exchange);
        json.WriteString("listed_exchange"u8, symbol.Exchange);
        json.WriteString("session"u8, isStock ? "0930-1600"u8 : "24x7"u8);
        json.WriteString("timezone"u8, isStock ? "America/New_York"u8 : "Etc/UTC"u8);
        json.WriteString("format"u8, "price"u8);

        // A step of 0.25 is 25 of 100, one of 5 is 5 of 1.
        json.WriteNumber("minmov"u8, symbol.Step.Mantissa);
        json.WritePropertyName("pricescale"u8);
        json.WriteRawValue("1" + new string('0', symbol.Step.Scale));
        json.WriteNumber("volume_precision"u8, symbol.VolumeScale);
        WriteResolutions(json, symbol.Resolutions);
        json.WriteEndObject();
    }

    private static void WriteResolutions(Utf8JsonWriter json, IReadOnlyList<string> resolutions)
    {
        var intraday = resolutions.Where(UdfResolution.IsIntraday).ToList();
        json.WriteBoolean("has_intraday"u8, intraday.Count > 0);
        json.WriteBoolean("has_daily"u8, resolutions.Contains("1D", StringComparer.Ordinal));
        json.WriteBoolean("has_weekly_and_monthly"u8, resolutions.Contains("1W", StringComparer.Ordinal));
        WriteList(json, "intraday_multipliers", intraday);
        WriteList(json, "supported_resolutions", resolutions);
        json.WriteString("data_status"u8, intraday.Count > 0 ? "streaming"u8 : "endofday"u8);
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    private sealed record Described(string Exchange, string Symbol, AssetClass AssetClass, ScaledDecimal Step, int VolumeScale, IReadOnlyList<string> Resolutions);
}
