using System.Text.Json;
using TraderData.Core;

namespace TraderData.Connectors.Binance;

/// <summary>What a message of a combined stream says: a bar, or the answer to a subscription.</summary>
/// <param name="Series">The series of the bar; null when there is none.</param>
/// <param name="Bar">The bar.</param>
/// <param name="IsClosed">True when Binance says that its interval is over.</param>
/// <param name="IsAnswer">True for the answer to a subscription.</param>
internal readonly record struct KlineMessage(Series? Series, Bar Bar, bool IsClosed, bool IsAnswer)
{
    private const string Where = "binance stream message";

    /// <summary>
    /// Reads <c>{"stream":"btcusdt@kline_1m","data":{"E":…,"k":{"t","T","o","h","l","c","v","n","x"}}}</c> or <c>{"result":null,"id":1}</c>. What is neither
    /// (an event such as <c>serverShutdown</c>) says nothing.
    /// </summary>
    /// <exception cref="BadDataException">It cannot be believed.</exception>
    /// <exception cref="SourceException">Binance refuses a subscription.</exception>
    public static KlineMessage Parse(ReadOnlySpan<byte> utf8, SeriesNames names)
    {
        var json = new WireMessage(Where, utf8);
        try
        {
            return Read(ref json, names);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reader throws the latter for text that is not UTF-8.
            throw json.RefuseJson(e);
        }
    }

    private static KlineMessage Read(ref WireMessage json, SeriesNames names)
    {
        if (!json.Read() || json.Token != JsonTokenType.StartObject)
            throw json.Refuse($"{json.Token}", "an object");
        Series? series = null;
        KlineMessage? kline = null;
        var (hasStream, isAnswer) = (false, false);
        while (json.Read() && json.Token == JsonTokenType.PropertyName)
        {
            if (json.Is("stream"u8))
            {
                (hasStream, series) = (true, json.ReadSeries("stream", names));
            }
            else if (json.Is("data"u8))
            {
                json.Enter("data");
                kline = ReadEvent(ref json);
            }
            else if (json.Is("result"u8))
            {
                isAnswer = true;
                json.Skip();
            }
            else if (json.Is("error"u8) || json.Is("code"u8))
            {
                throw new SourceException(SourceErrorKind.BadRequest, json.Refuse("a refusal", "the answer to a subscription").Message);
            }
            else
            {
                json.Skip();
            }
        }

        // Fails when anything follows.
        json.Read();
        if (kline is not { } bar)
            return new KlineMessage(null, default, false, isAnswer);
        if (!hasStream || series is null)
            throw json.Refuse("a bar of a stream that was not asked for", "one of those");
        json.Require(series, bar.Bar);
        return bar with { Series = series };
    }

    private static KlineMessage? ReadEvent(ref WireMessage json)
    {
        KlineMessage? kline = null;
        long? eventMs = null, closeMs = null;
        while (json.Read() && json.Token == JsonTokenType.PropertyName)
        {
            if (json.Is("E"u8))
            {
                eventMs = json.ReadInteger("event time");
            }
            else if (json.Is("k"u8))
            {
                json.Enter("k");
                kline = ReadKline(ref json, out closeMs);
            }
            else
            {
                json.Skip();
            }
        }

        return kline is { IsClosed: true } && (eventMs is null || eventMs < closeMs)
            ? throw json.Refuse($"a closed bar at {eventMs}, before its close time {closeMs}", "a bar that is closed behind it")
            : kline;
    }

    private static KlineMessage ReadKline(ref WireMessage json, out long? closeMs)
    {
        long? openMs = null, trades = null;
        ScaledDecimal? open = null, high = null, low = null, close = null, volume = null;
        bool? isClosed = null;
        closeMs = null;
        while (json.Read() && json.Token == JsonTokenType.PropertyName)
        {
            if (json.Is("t"u8))
                openMs = json.ReadInteger("open time");
            else if (json.Is("T"u8))
                closeMs = json.ReadInteger("close time");
            else if (json.Is("o"u8))
                open = json.ReadDecimal("open");
            else if (json.Is("h"u8))
                high = json.ReadDecimal("high");
            else if (json.Is("l"u8))
                low = json.ReadDecimal("low");
            else if (json.Is("c"u8))
                close = json.ReadDecimal("close");
            else if (json.Is("v"u8))
                volume = json.ReadDecimal("volume");
            else if (json.Is("n"u8))
                trades = json.ReadInteger("number of trades");
            else if (json.Is("x"u8))
                isClosed = json.ReadBoolean("x");
            else
                json.Skip();
        }

        if (openMs is null || closeMs is null || open is null || high is null || low is null || close is null || volume is null || trades is null || isClosed is null)
            throw json.Refuse("a kline without all of its fields", "t, T, o, h, l, c, v, n and x");
        var bar = new Bar(openMs.Value, open.Value, high.Value, low.Value, close.Value, volume, Trades: trades);
        return new KlineMessage(null, bar, isClosed.Value, false);
    }
}
