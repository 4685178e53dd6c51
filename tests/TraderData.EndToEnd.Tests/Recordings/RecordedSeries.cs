using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>A bar as its recording spells it, trailing zeros apart; null where the source sends no such value.</summary>
internal sealed record RecordedBar(long TimeMs, string Open, string High, string Low, string Close, string Volume, string? Vwap, string? Trades);

/// <summary>Every recorded bar of one series, read with nothing of the program: the measure of what has to come out.</summary>
internal sealed record RecordedSeries(string Source, string Symbol, string Timeframe, SortedDictionary<long, RecordedBar> Bars)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>All series that are recorded as answers of an exchange.</summary>
    public static IReadOnlyList<RecordedSeries> All { get; } = ReadAll();

    public override string ToString() => $"{Source}:{Symbol}:{Timeframe}";

    private static List<RecordedSeries> ReadAll()
    {
        var all = new Dictionary<string, RecordedSeries>(StringComparer.Ordinal);
        foreach (var file in Files("binance/wire", "klines_*.json"))
            ReadBinance(file, all);
        foreach (var file in Files("alpaca/wire", "bars_*.json").Where(name => !name.Contains("bars_latest") && !name.Contains("bars_empty")))
            ReadAlpaca(JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("bars"), AlpacaTimeframe(file), all);
        ReadCassette(all);
        return [.. all.Values];
    }

    private static IEnumerable<string> Files(string folder, string pattern) => Directory.GetFiles(SharedData.Path(folder), pattern).Order(StringComparer.Ordinal);

    private static void ReadBinance(string file, Dictionary<string, RecordedSeries> all)
    {
        var parts = Path.GetFileName(file).Split('_', '.');
        var root = JsonDocument.Parse(File.ReadAllText(file)).RootElement;
        if (root[0].ValueKind == JsonValueKind.Object)
            root = JsonDocument.Parse(root[0].GetProperty("response").GetProperty("body").GetString()!).RootElement;
        // A lone first bar is the answer to startTime=0, its timeframe stands in the name like all others.
        var series = Of(all, "binance", parts[1].ToUpperInvariant(), parts[2]);
        foreach (var row in root.EnumerateArray())
        {
            var bar = new RecordedBar(
                row[0].GetInt64(), Plain(row[1].GetString()!), Plain(row[2].GetString()!), Plain(row[3].GetString()!), Plain(row[4].GetString()!),
                Plain(row[5].GetString()!), null, row[8].GetRawText());
            series.Bars[bar.TimeMs] = bar;
        }
    }

    private static void ReadAlpaca(JsonElement bars, string timeframe, Dictionary<string, RecordedSeries> all)
    {
        foreach (var symbol in bars.EnumerateObject())
        {
            var series = Of(all, "alpaca", symbol.Name, timeframe);
            foreach (var row in symbol.Value.EnumerateArray())
                AddAlpaca(series, row);
        }
    }

    private static void AddAlpaca(RecordedSeries series, JsonElement row)
    {
        var time = DateTimeOffset.Parse(row.GetProperty("t").GetString()!, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds();
        series.Bars[time] = new RecordedBar(
            time, Raw(row, "o"), Raw(row, "h"), Raw(row, "l"), Raw(row, "c"), Raw(row, "v"), Raw(row, "vw"), row.GetProperty("n").GetRawText());
    }

    // The cassette is YAML; its body is one line of JSON in single quotes.
    private static void ReadCassette(Dictionary<string, RecordedSeries> all)
    {
        var text = File.ReadAllText(SharedData.Path("alpaca/wire/crypto_bars_SOLUSD_1Min_100rows.vcr.yml"));
        var body = Regex.Match(text, @"string: '(?<body>\{""bars"".*?\})'\r?\n", RegexOptions.Singleline, Patience).Groups["body"].Value;
        foreach (var row in JsonDocument.Parse(Regex.Replace(body, @"\s*\n\s*", " ", RegexOptions.None, Patience)).RootElement.GetProperty("bars").EnumerateArray())
            AddAlpaca(Of(all, "alpaca", "SOL/USD", "1m"), row);
    }

    private static RecordedSeries Of(Dictionary<string, RecordedSeries> all, string source, string symbol, string timeframe)
    {
        var key = $"{source}:{symbol}:{timeframe}";
        if (!all.TryGetValue(key, out var series))
            all[key] = series = new RecordedSeries(source, symbol, timeframe, []);
        return series;
    }

    private static string AlpacaTimeframe(string file) =>
        file.Contains("_1Min_") ? "1m" : file.Contains("_15Min_") ? "15m" : file.Contains("_1Day_") ? "1d" : throw new InvalidDataException(file);

    private static string Raw(JsonElement row, string name) => Plain(row.GetProperty(name).GetRawText());

    /// <summary>The digits without trailing zeros behind the point.</summary>
    internal static string Plain(string digits) => digits.Contains('.') ? digits.TrimEnd('0').TrimEnd('.') : digits;
}
