using System.Globalization;
using System.Text;
using TraderData.Core;

namespace TraderData.Simulator;

/// <summary>
/// Where the next page begins: base64 of <c>AAPL|M|1717443600000000000</c>, symbol, unit and time in nanoseconds, with bars behind it until the
/// text ends in an equals sign, as the recorded ones do.
/// </summary>
internal static class PageToken
{
    public static string Write(string symbol, Timeframe timeframe, long timeMs)
    {
        var unit = char.ToUpperInvariant(timeframe.ToString()[^1]);
        var bytes = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{symbol}|{unit}|{timeMs}000000")).ToList();
        while (bytes.Count % 3 == 0)
            bytes.Add((byte)'|');
        return Convert.ToBase64String([.. bytes]);
    }

    public static bool TryRead(string token, out string symbol, out long timeMs)
    {
        (symbol, timeMs) = ("", 0);
        var bytes = new byte[token.Length];
        if (!Convert.TryFromBase64String(token, bytes, out var length))
            return false;
        var parts = Encoding.UTF8.GetString(bytes, 0, length).Split('|');
        if (parts.Length < 3 || !long.TryParse(parts[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var nanos))
            return false;
        (symbol, timeMs) = (parts[0], nanos / 1_000_000);
        return true;
    }
}
