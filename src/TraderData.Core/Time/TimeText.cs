using System.Globalization;
using System.Text;

namespace TraderData.Core;

/// <summary>Times as text. In the house a time is Unix milliseconds, UTC, from year 1 to year 9999.</summary>
public static class TimeText
{
    /// <summary>0001-01-01T00:00:00Z.</summary>
    public const long MinMs = -62_135_596_800_000;

    /// <summary>9999-12-31T00:00:00Z.</summary>
    public const long MaxMs = 253_402_214_400_000;

    /// <summary>The most bytes that <see cref="WriteIso"/> writes.</summary>
    public const int MaxIsoLength = 24;

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd",
        "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mmK",
    ];

    /// <summary>
    /// Reads a time that a person or program gave: ISO 8601 (<c>2024-01-31</c>, <c>2024-01-31T10:00:00Z</c>, with an offset, or a space for the T;
    /// without a zone it is UTC) or Unix milliseconds (11 digits or more, so that Unix seconds are refused and not taken for 1970).
    /// </summary>
    /// <returns>False when the text is neither, is finer than a millisecond, or is out of range.</returns>
    public static bool TryParse(string? text, out long timeMs)
    {
        timeMs = 0;
        if (string.IsNullOrEmpty(text) || text.Length > 40)
            return false;
        var digits = text[0] == '-' ? text.AsSpan(1) : text;
        if (digits.Length >= 11 && digits.IndexOfAnyExceptInRange('0', '9') < 0)
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out timeMs) && timeMs is >= MinMs and <= MaxMs;
        if (!DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return false;
        timeMs = time.ToUnixTimeMilliseconds();
        return time.UtcTicks % TimeSpan.TicksPerMillisecond == 0 && timeMs is >= MinMs and <= MaxMs;
    }

    /// <summary><c>2024-01-31T10:00:00Z</c>, with <c>.123</c> only when there are milliseconds.</summary>
    public static string Iso(long timeMs)
    {
        Span<byte> text = stackalloc byte[MaxIsoLength];
        return Encoding.ASCII.GetString(text[..WriteIso(timeMs, text)]);
    }

    /// <summary>Writes <c>2024-01-31T10:00:00Z</c>, with <c>.123</c> only when there are milliseconds.</summary>
    /// <param name="timeMs">Unix milliseconds; what is outside year 1 to 9999 is written as a plain number.</param>
    /// <param name="destination">At least <see cref="MaxIsoLength"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    public static int WriteIso(long timeMs, Span<byte> destination)
    {
        if (timeMs is < MinMs or >= MaxMs + 86_400_000)
        {
            _ = timeMs.TryFormat(destination, out var written, default, CultureInfo.InvariantCulture);
            return written;
        }

        var length = WriteDateTime(timeMs, (byte)'T', destination);
        var millis = (ulong)(timeMs - FloorTo(timeMs, 1_000));
        if (millis > 0)
        {
            destination[length++] = (byte)'.';
            Utf8Digits.WritePadded(millis, destination.Slice(length, 3));
            length += 3;
        }

        destination[length++] = (byte)'Z';
        return length;
    }

    /// <summary>Writes <c>2024-01-31 10:00:00</c>, 19 bytes, with any separator; milliseconds are left out.</summary>
    /// <returns>How many bytes were written: 19.</returns>
    public static int WriteDateTime(long timeMs, byte separator, Span<byte> destination)
    {
        var seconds = FloorTo(timeMs, 1_000) / 1_000;
        var day = FloorTo(seconds, 86_400) / 86_400;
        var second = (ulong)(seconds - (day * 86_400));
        WriteDate(day, destination);
        destination[10] = separator;
        Utf8Digits.WritePadded(second / 3_600, destination.Slice(11, 2));
        destination[13] = (byte)':';
        Utf8Digits.WritePadded(second / 60 % 60, destination.Slice(14, 2));
        destination[16] = (byte)':';
        Utf8Digits.WritePadded(second % 60, destination.Slice(17, 2));
        return 19;
    }

    private static long FloorTo(long value, long unit) => value - (((value % unit) + unit) % unit);

    // Days to a civil date by Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms": years start in March, eras have 146,097 days.
    private static void WriteDate(long day, Span<byte> destination)
    {
        var shifted = (ulong)(day + 719_468);
        var dayOfEra = shifted % 146_097;
        var yearOfEra = (dayOfEra - (dayOfEra / 1_460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var marchMonth = ((5 * dayOfYear) + 2) / 153;
        var month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
        var year = yearOfEra + (shifted / 146_097 * 400) + (month <= 2 ? 1UL : 0);
        Utf8Digits.WritePadded(year, destination[..4]);
        destination[4] = (byte)'-';
        Utf8Digits.WritePadded(month, destination.Slice(5, 2));
        destination[7] = (byte)'-';
        Utf8Digits.WritePadded(dayOfYear - (((153 * marchMonth) + 2) / 5) + 1, destination.Slice(8, 2));
    }
}
