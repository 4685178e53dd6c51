namespace TraderData.Exports;

/// <summary>The two file forms that Lona takes.</summary>
public enum LonaFormat
{
    /// <summary>A header line and one line for each bar, LF, never quoted.</summary>
    Csv,

    /// <summary>One object: <c>{symbol,interval,exchange,data:[{timestamp,open,high,low,close,volume}]}</c>.</summary>
    Json,
}

/// <summary>How opening times are written and read.</summary>
public enum TimeFormat
{
    /// <summary>Unix milliseconds: <c>1704067200000</c>; a bare number in JSON.</summary>
    UnixMs,

    /// <summary><c>2024-01-01 00:00:00</c>, UTC: what Lona's gateway takes.</summary>
    DateTime,

    /// <summary><c>2024-01-01T00:00:00Z</c>.</summary>
    Iso,
}

/// <summary>How bars stand in a Lona file.</summary>
/// <param name="Format">CSV or JSON.</param>
/// <param name="TimeFormat">How opening times are written.</param>
/// <param name="Extended">True for the columns vwap and trades behind the six that Lona asks for.</param>
public sealed record LonaLayout(LonaFormat Format, TimeFormat TimeFormat = TimeFormat.UnixMs, bool Extended = false)
{
    private static readonly string[] Base = ["timestamp", "open", "high", "low", "close", "volume"];
    private static readonly string[] WithExtras = [.. Base, "vwap", "trades"];

    /// <summary>The columns, in the order of the file.</summary>
    public IReadOnlyList<string> Columns => Extended ? WithExtras : Base;

    /// <summary>The end of the file's name: <c>csv</c> or <c>json</c>.</summary>
    public string Extension => Format == LonaFormat.Csv ? "csv" : "json";

    /// <summary>The time format as a command line and a manifest spell it: <c>unix-ms</c>, <c>datetime</c>, <c>iso</c>.</summary>
    public string TimeFormatName => TimeFormat switch { TimeFormat.UnixMs => "unix-ms", TimeFormat.DateTime => "datetime", _ => "iso" };
}
