using System.Globalization;
using System.Text;

namespace TraderData.Api.Tests;

/// <summary>The bars of a series at one time, as plain text: what the API must say of each, made without any of the product's decimals, times or renderers.</summary>
internal sealed class ModelRows(string source, string symbol, string timeframe)
{
    private static readonly string[] Numbers = ["open", "high", "low", "close", "volume", "vwap", "trades"];

    private readonly List<string?[]> _cells = [];

    public List<long> Times { get; } = [];

    /// <summary>Each bar as an object of /api/marketdata/ohlcv.</summary>
    public List<byte[]> OhlcvRows { get; } = [];

    /// <summary>Each bar as an object of /api/data/candles.</summary>
    public List<byte[]> CandleRows { get; } = [];

    /// <summary>Adds a bar behind the last.</summary>
    /// <param name="time">Its time.</param>
    /// <param name="cells">Open to trades, null where not known.</param>
    public void Add(long time, string?[] cells)
    {
        Times.Add(time);
        _cells.Add(cells);
        OhlcvRows.Add(Encoding.UTF8.GetBytes(Json(Times.Count - 1, ["symbol", "timeframe", "bar_ts", "open", "high", "low", "close", "volume"])));
        CandleRows.Add(Encoding.UTF8.GetBytes(Json(Times.Count - 1, ["timestamp", "open", "high", "low", "close", "volume"])));
    }

    /// <summary>Open to trades of a bar.</summary>
    public string?[] Cells(int index) => _cells[index];

    public int IndexAtOrAfter(long timeMs)
    {
        var index = Times.BinarySearch(timeMs);
        return index < 0 ? ~index : index;
    }

    /// <summary>A bar as an object with some fields.</summary>
    public string Json(int index, IReadOnlyList<string> fields) => $"{{{string.Join(',', fields.Select(f => $"\"{f}\":{JsonCell(index, f)}"))}}}";

    /// <summary>A bar as a line of CSV, without its end.</summary>
    public string Csv(int index, IReadOnlyList<string> fields) => string.Join(',', fields.Select(f => Cell(index, f)));

    /// <summary>A field of a bar as text; null when it is not known.</summary>
    public string? Cell(int index, string field) => field switch
    {
        "symbol" => symbol,
        "timeframe" => timeframe,
        "source" => source,
        "bar_ts" => ModelTime.Iso(Times[index]),
        "timestamp" => Times[index].ToString(CultureInfo.InvariantCulture),
        _ => _cells[index][Array.IndexOf(Numbers, field)],
    };

    private string JsonCell(int index, string field)
    {
        var cell = Cell(index, field);
        return cell is null ? "null" : field is "symbol" or "timeframe" or "source" or "bar_ts" ? $"\"{cell}\"" : cell;
    }
}
