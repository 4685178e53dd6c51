using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Values inside the text of a statement, for COPY, which takes no parameters.</summary>
internal static class PgLiteral
{
    /// <summary>A string constant, the same under every setting of <c>standard_conforming_strings</c> (as libpq's PQescapeLiteral writes it).</summary>
    /// <exception cref="ArgumentException">The text holds a NUL, which Postgres cannot.</exception>
    public static string Text(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("text for Postgres must not hold a NUL character");
        var quoted = text.Replace("'", "''", StringComparison.Ordinal);
        return quoted.Contains('\\', StringComparison.Ordinal)
            ? $" E'{quoted.Replace("\\", "\\\\", StringComparison.Ordinal)}'"
            : $"'{quoted}'";
    }

    /// <summary>A <c>timestamptz</c> constant.</summary>
    public static string Time(long timeMs) => $"timestamptz '{TimeText.Iso(timeMs)}'";
}
