using System.Text;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Something that a process wrote to <c>market.ohlcv</c>.</summary>
/// <param name="Series">The series; null when any may have changed.</param>
/// <param name="Range">The opening times of bars that may have changed; null when it may be any of the series, or only what is known of the series.</param>
/// <param name="Version">The version the series has now, <c>market.series_state.version</c>; 0 without a series.</param>
public readonly record struct BarsChanged(Series? Series, TimeRange? Range, long Version)
{
    /// <summary>Anything may have changed.</summary>
    public static readonly BarsChanged Anything = new(null, null, 0);

    /// <summary>Where changes are told of.</summary>
    internal const string Channel = "trader_data_bars";

    /// <summary>Tells of a change when the transaction commits. Parameter: <see cref="Payload"/>.</summary>
    internal const string Notify = $"SELECT pg_notify('{Channel}', $1)";

    /// <summary>
    /// <c>["binance","BTCUSDT","1m",first,last,version]</c>, the times of the first and last bar in Unix milliseconds or null: ASCII, and with the longest
    /// symbol less than 400 bytes of the 8,000 that a notification may have.
    /// </summary>
    internal string Payload()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            json.WriteStringValue(Series!.Source);
            json.WriteStringValue(Series.Symbol);
            json.WriteStringValue(Series.Timeframe.ToString());
            WriteTime(json, Range?.StartMs);
            WriteTime(json, Range?.EndMs - 1);
            json.WriteNumberValue(Version);
            json.WriteEndArray();
        }

        return Encoding.ASCII.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>What a notification says; <see cref="Anything"/> when it is of another program, or cannot be understood.</summary>
    internal static BarsChanged Parse(string payload)
    {
        try
        {
            using var json = JsonDocument.Parse(payload);
            if (json.RootElement is not { ValueKind: JsonValueKind.Array } parts || parts.GetArrayLength() != 6)
                return Anything;
            var series = new Series(parts[0].GetString()!, parts[1].GetString()!, Timeframe.Parse(parts[2].GetString()!));
            var range = parts[3].ValueKind == JsonValueKind.Null ? (TimeRange?)null : new TimeRange(parts[3].GetInt64(), parts[4].GetInt64() + 1);
            return new BarsChanged(series, range, parts[5].GetInt64());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            return Anything;
        }
    }

    private static void WriteTime(Utf8JsonWriter json, long? timeMs)
    {
        if (timeMs is { } time)
            json.WriteNumberValue(time);
        else
            json.WriteNullValue();
    }
}
