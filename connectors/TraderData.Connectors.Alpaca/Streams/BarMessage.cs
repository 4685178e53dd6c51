using System.Text.Json;
using TraderData.Core;

namespace TraderData.Connectors.Alpaca;

/// <summary>
/// A message of Alpaca's streams: an array of objects whose <c>T</c> tells what they are. <c>b</c> is a bar, <c>u</c> the same bar when late trades changed it; <c>success</c>,
/// <c>subscription</c> and <c>error</c> are about the connection; others are passed over.
/// </summary>
internal static class BarMessage
{
    /// <summary>What a message says of the connection.</summary>
    internal enum Sign
    {
        /// <summary>Nothing.</summary>
        None,

        /// <summary>The keys are right.</summary>
        Authenticated,

        /// <summary>The subscription counts.</summary>
        Subscribed,
    }

    private const string Where = "alpaca stream message";

    /// <summary>Tells a listener the bars of a message, in its order, when all of it has been read and can be believed.</summary>
    /// <returns>What the message says of the connection.</returns>
    /// <exception cref="BadDataException">It cannot be believed; nothing of it was told.</exception>
    /// <exception cref="SourceException">Alpaca refuses.</exception>
    public static Sign Read(ReadOnlySpan<byte> utf8, SeriesNames names, IBarListener listener)
    {
        var json = new WireMessage(Where, utf8);
        var bars = new List<(Series Series, Bar Bar)>();
        var sign = Sign.None;
        try
        {
            if (!json.Read() || json.Token != JsonTokenType.StartArray)
                throw json.Refuse($"{json.Token}", "an array");
            while (json.Read() && json.Token != JsonTokenType.EndArray)
            {
                // What else stands in the message does not take it back.
                if (ReadObject(ref json, names, bars) is var said and not Sign.None)
                    sign = said;
            }

            // Fails when anything follows.
            json.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reader throws the latter for text that is not UTF-8.
            throw json.RefuseJson(e);
        }

        foreach (var (series, bar) in bars)
            listener.Heard(series, bar, isClosed: true);
        return sign;
    }

    private static Sign ReadObject(ref WireMessage json, SeriesNames names, List<(Series Series, Bar Bar)> bars)
    {
        if (json.Token != JsonTokenType.StartObject)
            throw json.Refuse($"{json.Token}", "an object");
        var (kind, text, series, isOfSeries) = ("", "", (Series?)null, false);
        long? code = null, timeMs = null, trades = null;
        ScaledDecimal? open = null, high = null, low = null, close = null, volume = null, vwap = null;
        while (json.Read() && json.Token == JsonTokenType.PropertyName)
        {
            if (json.Is("T"u8))
                kind = json.ReadText("T");
            else if (json.Is("S"u8))
                (series, isOfSeries) = (json.ReadSeries("S", names), true);
            else if (json.Is("msg"u8))
                text = json.ReadText("msg");
            else if (json.Is("code"u8))
                code = json.ReadInteger("code");
            else if (json.Is("t"u8))
                timeMs = json.ReadTime("time");
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
            else if (json.Is("vw"u8))
                vwap = json.ReadDecimal("vwap");
            else if (json.Is("n"u8))
                trades = json.ReadInteger("number of trades");
            else
                json.Skip();
        }

        if (kind == "error")
            throw new SourceException(KindOf(code), json.Refuse($"error {code}{AdviceFor(code)}", "bars").Message);
        if (kind is not ("b" or "u"))
            return kind == "subscription" ? Sign.Subscribed : kind == "success" && text == "authenticated" ? Sign.Authenticated : Sign.None;
        if (!isOfSeries || timeMs is null || open is null || high is null || low is null || close is null || volume is null)
            throw json.Refuse("a bar without all of its fields", "S, t, o, h, l, c and v");
        if (series is null)
            throw json.Refuse("a bar of a symbol that was not asked for", "one of those");
        var bar = new Bar(timeMs.Value, open.Value, high.Value, low.Value, close.Value, volume, vwap, trades);
        json.Require(series, bar);
        bars.Add((series, bar));
        return Sign.None;
    }

    // The codes of Alpaca's documents of its streams.
    private static SourceErrorKind KindOf(long? code) => code switch
    {
        401 or 402 => SourceErrorKind.Unauthorized,
        400 or 410 => SourceErrorKind.BadRequest,
        405 or 409 => SourceErrorKind.NotInPlan,
        404 or 406 or 407 or 500 => SourceErrorKind.Unavailable,
        _ => SourceErrorKind.Unknown,
    };

    private static string AdviceFor(long? code) => code switch
    {
        401 or 402 => " (are ALPACA_API_KEY and ALPACA_API_SECRET right?)",
        405 => " (the plan streams fewer symbols: watch fewer at 1m)",
        406 => " (the account has a connection already: another worker or program)",
        409 => " (the plan does not include the feed: AlpacaFeed)",
        _ => "",
    };
}
