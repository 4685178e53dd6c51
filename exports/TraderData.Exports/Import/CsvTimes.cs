using System.Buffers.Text;
using System.Text;
using TraderData.Core;

namespace TraderData.Exports;

/// <summary>Opening times as users' files have them, in UTF-8.</summary>
internal static class CsvTimes
{
    /// <summary>The format of a time by its looks; null when that cannot be told.</summary>
    public static ImportTimeFormat? Guess(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return null;
        if (text.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return text.Contains((byte)'T') ? ImportTimeFormat.Iso : ImportTimeFormat.DateTime;

        // Seconds have 9 or 10 digits from 1973 to 2286, milliseconds 12 or 13; 11 could be either, 16 are microseconds.
        return text.Length switch
        {
            9 or 10 => ImportTimeFormat.UnixS,
            12 or 13 => ImportTimeFormat.UnixMs,
            _ => null,
        };
    }

    /// <summary>What a time of a format looks like, for messages.</summary>
    public static string Expected(ImportTimeFormat format) => format switch
    {
        ImportTimeFormat.UnixMs => "Unix milliseconds, such as 1704067200000",
        ImportTimeFormat.UnixS => "Unix seconds, such as 1704067200",
        ImportTimeFormat.DateTime => "a time such as '2024-01-31 10:00:00'",
        ImportTimeFormat.Iso => "a time such as 2024-01-31T10:00:00Z",
        _ => "Unix milliseconds, Unix seconds, '2024-01-31 10:00:00' or 2024-01-31T10:00:00Z",
    };

    /// <summary>Reads a time of one format.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, ImportTimeFormat format, out long timeMs) => format switch
    {
        ImportTimeFormat.UnixMs => TryParseUnix(text, 1, out timeMs),
        ImportTimeFormat.UnixS => TryParseUnix(text, 1_000, out timeMs),
        ImportTimeFormat.DateTime => TryParseDate(text, (byte)'T', out timeMs),
        _ => TryParseDate(text, (byte)' ', out timeMs),
    };

    private static bool TryParseDate(ReadOnlySpan<byte> text, byte notIn, out long timeMs)
    {
        timeMs = 0;

        // Behind a year stands a hyphen, so that a number of milliseconds in a column of dates is no time.
        return text.Length >= 10 && text[4] == '-' && !text.Contains(notIn) && TimeText.TryParse(Encoding.UTF8.GetString(text), out timeMs);
    }

    private static bool TryParseUnix(ReadOnlySpan<byte> text, long unitMs, out long timeMs)
    {
        timeMs = 0;
        if (!Utf8Parser.TryParse(text, out long value, out var read) || read != text.Length
            || value < TimeText.MinMs / unitMs || value >= TimeText.MaxMs / unitMs)
        {
            return false;
        }

        timeMs = value * unitMs;
        return true;
    }
}
