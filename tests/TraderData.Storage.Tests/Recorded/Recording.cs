using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

/// <summary>One row as it was recorded: its digits are text.</summary>
/// <param name="TimeMs">Opening time, Unix milliseconds UTC.</param>
/// <param name="Digits">Open, high, low, close, volume.</param>
/// <param name="Trades">Number of trades; null when the recording has none.</param>
internal sealed record RecordedRow(long TimeMs, string[] Digits, long? Trades)
{
    public Bar Bar => new(TimeMs, Parse(0), Parse(1), Parse(2), Parse(3), Parse(4), null, Trades);

    /// <summary>The row without trailing zeros behind the point.</summary>
    public override string ToString() => string.Join(' ', [TimeText.Iso(TimeMs), .. Digits.Select(Trim), Trades?.ToString(CultureInfo.InvariantCulture) ?? ""]);

    public static string Trim(string digits) => digits.Contains('.', StringComparison.Ordinal) ? digits.TrimEnd('0').TrimEnd('.') : digits;

    private ScaledDecimal Parse(int column) => Utf8Decimal.Parse(Encoding.UTF8.GetBytes(Digits[column]), out var value) == DecimalParse.Ok
        ? value
        : throw new FormatException(Digits[column]);
}

/// <summary>Recorded bars of Binance, read by means that share nothing with the product's parsers.</summary>
internal static class Recording
{
    /// <summary>Every recording of Binance bars: file, symbol, timeframe.</summary>
    public static readonly (string File, string Symbol, string Timeframe)[] All =
    [
        ("wire/klines_1000SATSUSDT_1d.json", "1000SATSUSDT", "1d"), ("wire/klines_BTCUSDT_1d_first.json", "BTCUSDT", "1d"),
        ("wire/klines_BTCUSDT_1h_limit5_last_open.json", "BTCUSDT", "1h"), ("wire/klines_BTCUSDT_1m_5rows_2026-09-26.json", "BTCUSDT", "1m"),
        ("wire/klines_BTCUSDT_1m_first.json", "BTCUSDT", "1m"), ("wire/klines_BTCUSDT_1m_limit1000.json", "BTCUSDT", "1m"),
        ("wire/klines_BTCUSDT_4h_1year.json", "BTCUSDT", "4h"), ("wire/klines_BTCUSDT_4h_limit1000.json", "BTCUSDT", "4h"),
        ("wire/klines_ETHUSDT_1d.json", "ETHUSDT", "1d"), ("wire/klines_HOMEUSDT_1d.json", "HOMEUSDT", "1d"),
        ("wire/klines_LTCBTC_1h_2rows.exvcr.json", "LTCBTC", "1h"), ("wire/klines_altBTC_5m_2018-03_pretty.json", "ALTBTC", "5m"),
        ("wire/klines_unknown_1m_2019-11-22.json", "UNKNOWN", "1m"), ("csv/BTCUSDT-1h-2023-01.csv", "BTCUSDT", "1h"),
        ("csv/BTCUSDT-1h-2023-02.csv", "BTCUSDT", "1h"), ("csv/BTCUSDT-1h-2023-03.csv", "BTCUSDT", "1h"),
        ("csv/BTCUSDT_1m_2024-12.csv.gz", "BTCUSDT", "1m"), ("csv/ETHUSDT_1m_2021-08-09_09-13_outage.csv.gz", "ETHUSDT", "1m"),
        ("csv/FILUSDT-1m-2023-04_um_futures.csv.gz", "FILUSDT", "1m"), ("csv/FILUSDT-1m-2023-05_um_futures.csv.gz", "FILUSDT", "1m"),
        ("csv/FILUSDT-1m-2023-06_um_futures.csv.gz", "FILUSDT", "1m"),
    ];

    /// <summary>The rows of a recording, in order of time.</summary>
    public static List<RecordedRow> Read(string file)
    {
        var text = ReadText(SharedData.Path("binance/" + file));
        return file.StartsWith("csv/", StringComparison.Ordinal) ? [.. Csv(text)] : [.. Json(text)];
    }

    public static BarBlock Block(IEnumerable<RecordedRow> rows)
    {
        var builder = new BarBlockBuilder("recording");
        foreach (var row in rows)
            builder.Add(row.Bar);
        return builder.Build();
    }

    private static string ReadText(string path)
    {
        if (!path.EndsWith(".gz", StringComparison.Ordinal))
            return File.ReadAllText(path);
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        return reader.ReadToEnd();
    }

    private static List<RecordedRow> Json(string text)
    {
        using var json = JsonDocument.Parse(text);
        // A cassette holds the answer as a string.
        if (json.RootElement[0].ValueKind == JsonValueKind.Object)
            return Json(json.RootElement[0].GetProperty("response").GetProperty("body").GetString()!);
        return [.. json.RootElement.EnumerateArray().Select(row => new RecordedRow(
            row[0].GetInt64(), [.. Enumerable.Range(1, 5).Select(i => row[i].GetString()!)], row[8].GetInt64()))];
    }

    private static IEnumerable<RecordedRow> Csv(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var header = lines[0].Split(',');
        string[] wanted = ["open", "high", "low", "close", "volume"];
        var columns = wanted.Select(name => Array.IndexOf(header, name)).ToArray();
        var trades = Array.FindIndex(header, name => name is "count" or "trades");
        return lines.Skip(1).Select(line => line.Split(',')).Select(cells => new RecordedRow(
            TimeMs(header, cells), [.. columns.Select(i => cells[i])], trades < 0 ? null : long.Parse(cells[trades], CultureInfo.InvariantCulture)));
    }

    private static long TimeMs(string[] header, string[] cells)
    {
        const long MinuteMs = 60_000;
        string? Cell(string name) => Array.IndexOf(header, name) is >= 0 and var i ? cells[i] : null;
        if (Cell("open_time") is { } openTime)
            return long.Parse(openTime, CultureInfo.InvariantCulture);
        if (Cell("close_datetime") is { } closeTime)
            return DateTimeOffset.Parse(closeTime, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds() + 1 - MinuteMs;
        return DateTimeOffset.Parse(Cell("timestamp")!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds();
    }
}
