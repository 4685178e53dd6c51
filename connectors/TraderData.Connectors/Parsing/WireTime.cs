using System.Text.Json;
using TraderData.Core;

namespace TraderData.Connectors;

/// <summary>Times read from JSON.</summary>
internal static class WireTime
{
    // 2024-01-31T10:00:00Z, the form that nearly every time on the wire has.
    private const int PlainLength = 20;
    private const long SecondMs = 1_000;

    /// <summary>Reads the current string as RFC 3339, Unix milliseconds UTC.</summary>
    /// <returns>False when it has another form, no zone, or is finer than a millisecond.</returns>
    public static bool TryRead(ref Utf8JsonReader json, out long timeMs)
    {
        if (!json.ValueIsEscaped && TryReadPlain(json.ValueSpan, out timeMs))
            return true;
        timeMs = 0;
        var text = json.GetString();
        return text is { Length: >= PlainLength } && (text[^1] is 'Z' || text[^6] is '+' or '-') && TimeText.TryParse(text, out timeMs);
    }

    private static bool TryReadPlain(ReadOnlySpan<byte> text, out long timeMs)
    {
        timeMs = 0;
        if (text.Length != PlainLength || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != 'Z')
            return false;
        var (century, year, month, day) = (Pair(text, 0), Pair(text, 2), Pair(text, 5), Pair(text, 8));
        var (hour, minute, second) = (Pair(text, 11), Pair(text, 14), Pair(text, 17));
        if (century < 0 || year < 0 || month is < 1 or > 12 || hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59)
            return false;
        year += century * 100;
        if (year < 1 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;

        var days = new DateOnly(year, month, day).DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber;
        timeMs = ((((((days * 24L) + hour) * 60) + minute) * 60) + second) * SecondMs;
        return true;
    }

    // Two digits; -1 when either is none.
    private static int Pair(ReadOnlySpan<byte> text, int at)
    {
        var (tens, units) = ((uint)(text[at] - '0'), (uint)(text[at + 1] - '0'));
        return tens > 9 || units > 9 ? -1 : (int)((tens * 10) + units);
    }
}
