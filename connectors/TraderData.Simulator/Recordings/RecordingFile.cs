using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using TraderData.Core;
using Key = (string Wire, string Symbol, TraderData.Core.Timeframe Timeframe);

namespace TraderData.Simulator;

/// <summary>Reads one recorded file to rows of raw text.</summary>
internal static partial class RecordingFile
{
    /// <summary>The rows of a file; none when it is of another kind.</summary>
    public static IEnumerable<(Key Key, long TimeMs, ReadOnlyMemory<byte> Row)> Read(string path)
    {
        var name = Path.GetFileName(path);
        if (KlinesName().Match(name) is { Success: true } klines)
            return ReadKlines(KlinesKey(klines), name.Contains(".exvcr.", StringComparison.Ordinal) ? CassetteBody(Content(path)) : Content(path));
        if (ArchiveName().Match(name) is { Success: true } archive)
            return ReadArchive(("binance", archive.Groups["symbol"].Value, Timeframe.Parse(archive.Groups["interval"].Value)), Content(path));
        if (BarsName().Match(name) is { Success: true } bars)
            return ReadBars(BarsTimeframe(bars), name.EndsWith(".yml", StringComparison.Ordinal) ? YamlBody(Content(path)) : Content(path));
        return [];
    }

    private static Key KlinesKey(Match name) =>
        ("binance", name.Groups["symbol"].Value.ToUpperInvariant(), Timeframe.Parse(name.Groups["interval"].Value));

    private static Timeframe BarsTimeframe(Match name)
    {
        var unit = name.Groups["unit"].Value switch { "Min" => "m", "Hour" => "h", "Day" => "d", _ => "w" };
        return Timeframe.Parse(name.Groups["count"].Value + unit);
    }

    private static byte[] Content(string path)
    {
        if (!path.EndsWith(".gz", StringComparison.Ordinal))
            return File.ReadAllBytes(path);
        using var packed = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        using var content = new MemoryStream();
        packed.CopyTo(content);
        return content.ToArray();
    }

    private static byte[] CassetteBody(byte[] cassette)
    {
        using var json = JsonDocument.Parse(cassette);
        return Encoding.UTF8.GetBytes(json.RootElement[0].GetProperty("response").GetProperty("body").GetString()!);
    }

    // The body of a VCR cassette is a YAML text in single quotes, in which a quote is doubled.
    private static byte[] YamlBody(byte[] cassette)
    {
        var match = YamlText().Match(Encoding.UTF8.GetString(cassette));
        return match.Success
            ? Encoding.UTF8.GetBytes(match.Groups["body"].Value.Replace("''", "'", StringComparison.Ordinal))
            : throw new FormatException("no body in the cassette");
    }

    private static List<(Key Key, long TimeMs, ReadOnlyMemory<byte> Row)> ReadKlines(Key key, byte[] body)
    {
        var rows = new List<(Key, long, ReadOnlyMemory<byte>)>();
        var json = new Utf8JsonReader(body);
        Expect(ref json, JsonTokenType.StartArray);
        while (json.Read() && json.TokenType == JsonTokenType.StartArray)
        {
            var start = (int)json.TokenStartIndex;
            json.Read();
            var timeMs = json.GetInt64();
            while (json.TokenType != JsonTokenType.EndArray)
                json.Read();
            rows.Add((key, timeMs, body.AsMemory(start..(int)json.BytesConsumed)));
        }

        return rows;
    }

    private static List<(Key Key, long TimeMs, ReadOnlyMemory<byte> Row)> ReadBars(Timeframe timeframe, byte[] body)
    {
        var rows = new List<(Key, long, ReadOnlyMemory<byte>)>();
        using var json = JsonDocument.Parse(body);
        var bars = json.RootElement.GetProperty("bars");

        // The shape of before 2022 has one symbol, beside its bars, and no slash in a crypto symbol.
        if (bars.ValueKind == JsonValueKind.Array)
            AddBars(rows, ("alpaca", CryptoSymbol(json.RootElement.GetProperty("symbol").GetString()!), timeframe), bars);
        else
        {
            foreach (var symbol in bars.EnumerateObject())
                AddBars(rows, ("alpaca", symbol.Name, timeframe), symbol.Value);
        }

        return rows;
    }

    private static string CryptoSymbol(string symbol) =>
        symbol.EndsWith("USD", StringComparison.Ordinal) && !symbol.Contains('/', StringComparison.Ordinal) ? $"{symbol[..^3]}/USD" : symbol;

    private static void AddBars(List<(Key Key, long TimeMs, ReadOnlyMemory<byte> Row)> rows, Key key, JsonElement bars)
    {
        foreach (var bar in bars.EnumerateArray())
        {
            var time = bar.GetProperty("t").GetString();
            if (!TimeText.TryParse(time, out var timeMs))
                throw new FormatException($"'{time}' is no time");
            rows.Add((key, timeMs, Encoding.UTF8.GetBytes(bar.GetRawText())));
        }
    }

    private static List<(Key Key, long TimeMs, ReadOnlyMemory<byte> Row)> ReadArchive(Key key, byte[] body)
    {
        var rows = new List<(Key, long, ReadOnlyMemory<byte>)>();
        foreach (var line in Encoding.UTF8.GetString(body).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            // Some archives have a header, most do not.
            if (!char.IsAsciiDigit(line[0]))
                continue;
            var f = line.Split(',');
            if (f.Length != 12)
                throw new FormatException($"'{line}' has {f.Length} columns and not 12");
            var row = $"[{f[0]},\"{f[1]}\",\"{f[2]}\",\"{f[3]}\",\"{f[4]}\",\"{f[5]}\",{f[6]},\"{f[7]}\",{f[8]},\"{f[9]}\",\"{f[10]}\",\"{f[11]}\"]";
            rows.Add((key, long.Parse(f[0], NumberStyles.None, CultureInfo.InvariantCulture), Encoding.UTF8.GetBytes(row)));
        }

        return rows;
    }

    private static void Expect(ref Utf8JsonReader json, JsonTokenType token)
    {
        if (!json.Read() || json.TokenType != token)
            throw new FormatException($"the body must begin with {token}");
    }

    [GeneratedRegex("^klines_(?<symbol>[^_]+)_(?<interval>[0-9]+[mhdw])[._].*json$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex KlinesName();

    [GeneratedRegex("^(?<symbol>[^-]+)-(?<interval>[0-9]+[mhdw])-[0-9-]+[^.]*[.]csv([.]gz)?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ArchiveName();

    [GeneratedRegex("^(crypto_)?bars_(.*_)?(?<count>[0-9]+)(?<unit>Min|Hour|Day|Week)_.*[.](json|yml)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex BarsName();

    [GeneratedRegex("string: '(?<body>\\{.*?\\})'\\n", RegexOptions.ExplicitCapture | RegexOptions.Singleline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex YamlText();
}
