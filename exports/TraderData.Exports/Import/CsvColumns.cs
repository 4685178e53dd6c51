using TraderData.Core;

namespace TraderData.Exports;

/// <summary>Where the columns of a bar stand in a file; −1 for vwap and trades that it does not have.</summary>
internal sealed record CsvColumns(int Time, int Open, int High, int Low, int Close, int Volume, int Vwap, int Trades, IReadOnlyList<string> Ignored)
{
    // What exports, chart programs and data vendors call the opening time.
    private static readonly string[] TimeNames = ["timestamp", "datetime", "date", "time", "open_time"];

    /// <summary>Matches a header by name, whatever the case and order.</summary>
    /// <exception cref="BadDataException">A column is missing, or there twice.</exception>
    public static CsvColumns Match(IReadOnlyList<string> header, string where)
    {
        var taken = new bool[header.Count];
        int Find(bool required, params ReadOnlySpan<string> names)
        {
            var found = -1;
            for (var i = 0; i < header.Count; i++)
            {
                if (!IsOneOf(header[i], names))
                    continue;
                if (found >= 0)
                    throw new BadDataException(where, $"the columns '{header[found]}' and '{header[i]}'", $"one column for {names[0]}");
                taken[found = i] = true;
            }

            return found >= 0 || !required
                ? found
                : throw new BadDataException(where, $"no column {names[0]} in '{string.Join(',', header)}'", "the columns timestamp, open, high, low, close and volume");
        }

        return new CsvColumns(
            Find(true, TimeNames), Find(true, "open"), Find(true, "high"), Find(true, "low"), Find(true, "close"), Find(true, "volume"),
            Find(false, "vwap"), Find(false, "trades"), [.. header.Where((_, i) => !taken[i])]);
    }

    private static bool IsOneOf(string column, ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (column.Equals(name, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
