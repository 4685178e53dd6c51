namespace TraderData.Core;

/// <summary>Data from outside that cannot be believed: an exchange's answer, a file, a row. Nothing of it was kept.</summary>
public sealed class BadDataException : Exception
{
    /// <summary>Makes one from where the data stands, what was found there and what was expected.</summary>
    /// <param name="where">The series, file or address, with the row or offset: <c>binance:BTCUSDT:1h row 17</c>.</param>
    /// <param name="found">What is wrong, with the value in it.</param>
    /// <param name="expected">What would have been right.</param>
    /// <param name="text">The offending text itself, as it was received; cut to a readable length. Null when there is none.</param>
    /// <param name="inner">The cause; null when there is none.</param>
    public BadDataException(string where, string found, string expected, string? text = null, Exception? inner = null)
        : base($"{where}: {found}; expected {expected}{(text is null ? "" : $": {Cut(text)}")}", inner)
    {
        (Where, Found, Expected) = (where, found, expected);
        Text = text is null ? null : Cut(text);
    }

    /// <summary>The series, file or address, with the row or offset.</summary>
    public string Where { get; }

    /// <summary>What is wrong, with the value in it.</summary>
    public string Found { get; }

    /// <summary>What would have been right.</summary>
    public string Expected { get; }

    /// <summary>The offending text, cut to 1,000 characters; null when there is none.</summary>
    public string? Text { get; }

    // Enough for any one bar of any source, little enough for a log line.
    private static string Cut(string text) => text.Length <= 1_000 ? text : text[..1_000] + "…";
}
