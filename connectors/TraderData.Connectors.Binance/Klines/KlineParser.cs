using System.Text.Json;
using TraderData.Core;

namespace TraderData.Connectors.Binance;

/// <summary>
/// Reads the answer of <c>/api/v3/klines</c> straight into columns. A row is an array: 0 open time, 1 open, 2 high, 3 low, 4 close, 5 base volume,
/// 6 close time, 7 quote volume, 8 trades, and others that are passed over. Times are milliseconds, prices and volumes strings.
/// </summary>
internal static class KlineParser
{
    // Compact rows of the recordings have 140 to 190 bytes: a full page fills its columns without growing or trimming them.
    private const int LeastRowBytes = 110;

    /// <summary>Parses a page.</summary>
    /// <param name="utf8">The answer.</param>
    /// <param name="series">What was asked for.</param>
    /// <param name="asked">The range that was asked for.</param>
    /// <param name="nowMs">Binance's time: bars whose close time is before it are closed.</param>
    /// <exception cref="BadDataException">The page is not to be believed; nothing of it is kept.</exception>
    public static KlinePage Parse(ReadOnlySpan<byte> utf8, Series series, TimeRange asked, long nowMs)
    {
        // Nearly every answer has the plain form; the few that have not are read from the start.
        var page = NewPage(utf8, series, asked);
        if (TryReadPlainRows(utf8, page, nowMs))
            return new KlinePage(page.Build(), page.Rows, page.LastRowMs, page.FirstOpenMs);
        page = NewPage(utf8, series, asked);
        var rows = new WireRowReader(utf8, page);
        try
        {
            ReadRows(ref rows, nowMs);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reader throws the latter for text that is not UTF-8.
            throw rows.RefuseJson(e);
        }

        return new KlinePage(page.Build(), page.Rows, page.LastRowMs, page.FirstOpenMs);
    }

    private static BarPageBuilder NewPage(ReadOnlySpan<byte> utf8, Series series, TimeRange asked) =>
        new(series, series.Timeframe, asked, Math.Min(utf8.Length / LeastRowBytes, BinanceSource.MaxRows));

    private static bool TryReadPlainRows(ReadOnlySpan<byte> utf8, BarPageBuilder page, long nowMs)
    {
        var json = new PlainJson(utf8);
        if (!json.TryPass((byte)'['))
            return false;
        do
        {
            if (!TryReadPlainRow(ref json, utf8, page, nowMs))
                return false;
        }
        while (json.TryPass((byte)','));
        return json.TryPass((byte)']') && json.AtEnd;
    }

    // The twelve fields that Binance sends, no more and no fewer.
    private static bool TryReadPlainRow(ref PlainJson json, ReadOnlySpan<byte> utf8, BarPageBuilder page, long nowMs)
    {
        var start = json.Position;
        if (!json.TryPass((byte)'[') || !json.TryReadInteger(out var openMs)
            || !json.TryReadDecimal(out var open) || !json.TryReadDecimal(out var high) || !json.TryReadDecimal(out var low)
            || !json.TryReadDecimal(out var close) || !json.TryReadDecimal(out var volume)
            || !json.TryReadInteger(out var closeMs) || closeMs < openMs
            || !json.TryPassNumber((byte)',') || !json.TryReadInteger(out var trades)
            || !json.TryPassNumber((byte)',') || !json.TryPassNumber((byte)',') || !json.TryPassNumber((byte)']'))
        {
            return false;
        }

        page.Add(new Bar(openMs, open, high, low, close, volume, Trades: trades), closeMs < nowMs, utf8[start..json.Position]);
        return true;
    }

    private static void ReadRows(ref WireRowReader rows, long nowMs)
    {
        if (!rows.Read() || rows.Token != JsonTokenType.StartArray)
            throw rows.Refuse($"{rows.Token}", "an array of rows");
        while (rows.Read() && rows.Token != JsonTokenType.EndArray)
            ReadRow(ref rows, nowMs);

        // Fails when anything follows the array.
        rows.Read();
    }

    private static void ReadRow(ref WireRowReader rows, long nowMs)
    {
        rows.BeginRow();
        if (rows.Token != JsonTokenType.StartArray)
            throw rows.Refuse($"{rows.Token}", "a row that is an array");
        var openMs = rows.ReadInteger("open time");
        var open = rows.ReadDecimal("open");
        var high = rows.ReadDecimal("high");
        var low = rows.ReadDecimal("low");
        var close = rows.ReadDecimal("close");
        var volume = rows.ReadDecimal("volume");
        var closeMs = rows.ReadInteger("close time");
        if (closeMs < openMs)
            throw rows.Refuse($"close time {closeMs} before open time {openMs}", "a bar that closes behind its opening");
        rows.Read();
        rows.Skip();
        var trades = rows.ReadInteger("number of trades");
        while (rows.Read() && rows.Token != JsonTokenType.EndArray)
            rows.Skip();
        rows.EndRow(new Bar(openMs, open, high, low, close, volume, Trades: trades), closeMs < nowMs);
    }
}
