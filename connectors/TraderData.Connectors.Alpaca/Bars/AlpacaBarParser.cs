using System.Text.Json;
using TraderData.Core;

namespace TraderData.Connectors.Alpaca;

/// <summary>
/// Reads <c>{"bars":{"AAPL":[{"t","o","h","l","c","v","n","vw"}]},"next_page_token"}</c> straight into columns. Keys come in any order and unknown
/// ones are passed over; numbers are bare, in the shortest form that Go prints, exponents included.
/// </summary>
internal static class AlpacaBarParser
{
    // Compact rows of the recordings have 90 to 120 bytes.
    private const int LeastRowBytes = 85;

    /// <summary>Parses a page.</summary>
    /// <param name="utf8">The answer.</param>
    /// <param name="series">What was asked for.</param>
    /// <param name="grid">The grid that times must stand on; null for the day and week bars of stocks.</param>
    /// <param name="asked">The range that was asked for, all of it closed.</param>
    /// <exception cref="BadDataException">The page is not to be believed; nothing of it is kept.</exception>
    public static AlpacaBarPage Parse(ReadOnlySpan<byte> utf8, Series series, Timeframe? grid, TimeRange asked)
    {
        var page = new BarPageBuilder(series, grid, asked, Math.Min(utf8.Length / LeastRowBytes, AlpacaSource.MaxRows));
        var rows = new WireRowReader(utf8, page);
        try
        {
            var token = ReadAnswer(ref rows, series.Symbol);
            return new AlpacaBarPage(page.Build(), page.LastRowMs, string.IsNullOrEmpty(token) ? null : token);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reader throws the latter for text that is not UTF-8.
            throw rows.RefuseJson(e);
        }
    }

    private static string? ReadAnswer(ref WireRowReader rows, string symbol)
    {
        if (!rows.Read() || rows.Token != JsonTokenType.StartObject)
            throw rows.Refuse($"{rows.Token}", "an object with bars");
        var (hasBars, token) = (false, (string?)null);
        while (rows.Read() && rows.Token == JsonTokenType.PropertyName)
        {
            if (rows.Is("bars"u8))
            {
                ReadSymbols(ref rows, symbol);
                hasBars = true;
            }
            else if (rows.Is("next_page_token"u8))
            {
                rows.Read();
                token = rows.TextOrNull("next_page_token");
            }
            else
            {
                rows.Skip();
            }
        }

        // Fails when anything follows the object.
        rows.Read();
        return hasBars ? token : throw rows.Refuse("an object without bars", "an object with bars");
    }

    private static void ReadSymbols(ref WireRowReader rows, string symbol)
    {
        rows.Read();
        if (rows.Token == JsonTokenType.Null)
            return;
        if (rows.Token != JsonTokenType.StartObject)
            throw rows.Refuse($"bars that are {rows.Token}", "an object with an array of bars for each symbol");
        while (rows.Read() && rows.Token == JsonTokenType.PropertyName)
        {
            if (rows.TextOf() is var found && found != symbol)
                throw rows.Refuse($"bars of '{found}'", $"bars of {symbol}");
            rows.Read();
            if (rows.Token == JsonTokenType.Null)
                continue;
            if (rows.Token != JsonTokenType.StartArray)
                throw rows.Refuse($"bars of {symbol} that are {rows.Token}", "an array of bars");
            while (rows.Read() && rows.Token != JsonTokenType.EndArray)
                ReadRow(ref rows);
        }
    }

    private static void ReadRow(ref WireRowReader rows)
    {
        rows.BeginRow();
        if (rows.Token != JsonTokenType.StartObject)
            throw rows.Refuse($"{rows.Token}", "a row that is an object");
        long? timeMs = null, trades = null;
        ScaledDecimal? open = null, high = null, low = null, close = null, volume = null, vwap = null;
        while (rows.Read() && rows.Token == JsonTokenType.PropertyName)
        {
            if (rows.Is("t"u8))
                timeMs = rows.ReadTime("time");
            else if (rows.Is("o"u8))
                open = rows.ReadDecimal("open");
            else if (rows.Is("h"u8))
                high = rows.ReadDecimal("high");
            else if (rows.Is("l"u8))
                low = rows.ReadDecimal("low");
            else if (rows.Is("c"u8))
                close = rows.ReadDecimal("close");
            else if (rows.Is("v"u8))
                volume = rows.ReadDecimal("volume");
            else if (rows.Is("vw"u8))
                vwap = rows.ReadDecimal("vwap");
            else if (rows.Is("n"u8))
                trades = rows.ReadInteger("number of trades");
            else
                rows.Skip();
        }

        if (timeMs is null || open is null || high is null || low is null || close is null || volume is null)
            throw rows.Refuse("a bar without all of its fields", "t, o, h, l, c and v");
        rows.EndRow(new Bar(timeMs.Value, open.Value, high.Value, low.Value, close.Value, volume, vwap, trades), isClosed: true);
    }
}
