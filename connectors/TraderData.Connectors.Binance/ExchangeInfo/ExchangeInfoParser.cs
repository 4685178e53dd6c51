using System.Text.Json;
using TraderData.Core;

namespace TraderData.Connectors.Binance;

/// <summary>What an answer of <c>/api/v3/exchangeInfo</c> tells.</summary>
/// <param name="WeightPerMinute">The weight allowed in a minute; null when it does not say.</param>
/// <param name="ServerTimeMs">Binance's time; null when it does not say.</param>
/// <param name="Instruments">The symbols, in Binance's order.</param>
internal sealed record ExchangeInfo(int? WeightPerMinute, long? ServerTimeMs, IReadOnlyList<Instrument> Instruments);

/// <summary>
/// Reads <c>/api/v3/exchangeInfo</c> from its bytes. Fields are added every year: what is not known is passed over.
/// A symbol that cannot name a series is left out.
/// </summary>
internal static class ExchangeInfoParser
{
    private const string Where = "binance exchangeInfo";

    /// <summary>Parses the answer.</summary>
    /// <exception cref="BadDataException">It is malformed.</exception>
    public static ExchangeInfo Parse(ReadOnlySpan<byte> utf8)
    {
        var json = new Utf8JsonReader(utf8);
        try
        {
            return ReadAnswer(ref json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            // The reader's typed getters throw the latter two for tokens of another type.
            throw new BadDataException(Where, $"malformed JSON at byte {json.BytesConsumed} of {utf8.Length}: {e.Message}", "a list of symbols", inner: e);
        }
    }

    private static ExchangeInfo ReadAnswer(ref Utf8JsonReader json)
    {
        int? weight = null;
        long? time = null;
        List<Instrument>? instruments = null;
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
            throw new JsonException($"{json.TokenType} instead of an object");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (Entered(ref json, "serverTime"u8))
                time = json.GetInt64();
            else if (Entered(ref json, "rateLimits"u8))
                weight = ReadRateLimits(ref json);
            else if (Entered(ref json, "symbols"u8))
                instruments = ReadSymbols(ref json);
            else
                json.Skip();
        }

        return new ExchangeInfo(weight, time, instruments ?? throw new JsonException("no 'symbols'"));
    }

    // Moves to the value of a property when it has the name.
    private static bool Entered(ref Utf8JsonReader json, ReadOnlySpan<byte> name) =>
        json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals(name) && json.Read();

    private static int? ReadRateLimits(ref Utf8JsonReader json)
    {
        int? perMinute = null;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            var (isWeight, isMinute, intervals, limit) = (false, false, 1, 0);
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (Entered(ref json, "rateLimitType"u8))
                    isWeight = json.ValueTextEquals("REQUEST_WEIGHT"u8);
                else if (Entered(ref json, "interval"u8))
                    isMinute = json.ValueTextEquals("MINUTE"u8);
                else if (Entered(ref json, "intervalNum"u8))
                    intervals = json.GetInt32();
                else if (Entered(ref json, "limit"u8))
                    limit = json.GetInt32();
                else
                    json.Skip();
            }

            if (isWeight && isMinute && intervals > 0 && limit >= intervals)
                perMinute = limit / intervals;
        }

        return perMinute;
    }

    private static List<Instrument> ReadSymbols(ref Utf8JsonReader json)
    {
        var instruments = new List<Instrument>(4_096);
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (ReadSymbol(ref json) is { } instrument)
                instruments.Add(instrument);
        }

        return instruments;
    }

    private static Instrument? ReadSymbol(ref Utf8JsonReader json)
    {
        string? symbol = null;
        var isTrading = false;
        (ScaledDecimal? Tick, ScaledDecimal? Lot) steps = default;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (Entered(ref json, "symbol"u8))
                symbol = json.GetString();
            else if (Entered(ref json, "status"u8))
                isTrading = json.ValueTextEquals("TRADING"u8);
            else if (Entered(ref json, "filters"u8))
                steps = ReadFilters(ref json);
            else
                json.Skip();
        }

        return Series.CheckSymbol(symbol) is null
            ? new Instrument(BinanceSource.SourceName, symbol!, AssetClass.Crypto, isTrading, steps.Tick, steps.Lot)
            : null;
    }

    private static (ScaledDecimal? Tick, ScaledDecimal? Lot) ReadFilters(ref Utf8JsonReader json)
    {
        (ScaledDecimal? Tick, ScaledDecimal? Lot) steps = default;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            var (isPrice, isLot) = (false, false);
            ScaledDecimal? tick = null, step = null;
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (Entered(ref json, "filterType"u8))
                    (isPrice, isLot) = (json.ValueTextEquals("PRICE_FILTER"u8), json.ValueTextEquals("LOT_SIZE"u8));
                else if (Entered(ref json, "tickSize"u8))
                    tick = ReadStep(ref json);
                else if (Entered(ref json, "stepSize"u8))
                    step = ReadStep(ref json);
                else
                    json.Skip();
            }

            steps = (isPrice ? tick : steps.Tick, isLot ? step : steps.Lot);
        }

        return steps;
    }

    // A step of 0 switches the filter off.
    private static ScaledDecimal? ReadStep(ref Utf8JsonReader json) => WireNumber.ReadDecimal(ref json, out var step) switch
    {
        DecimalParse.Ok => step.Mantissa == 0 ? null : step,
        _ => throw new FormatException("a step that is no decimal number of 18 digits"),
    };
}
