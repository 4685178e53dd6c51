using System.IO.Compression;
using System.Text;
using System.Text.Json;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Connectors.Tests;

/// <summary>The recorded answers, and a plain reading of them that shares no code with the connectors.</summary>
internal static class Recordings
{
    public static byte[] Bytes(string relative)
    {
        using var file = File.OpenRead(SharedData.Path(relative));
        using var bytes = new MemoryStream();
        if (relative.EndsWith(".gz", StringComparison.Ordinal))
        {
            using var unpacked = new GZipStream(file, CompressionMode.Decompress);
            unpacked.CopyTo(bytes);
        }
        else
        {
            file.CopyTo(bytes);
        }

        return bytes.ToArray();
    }

    /// <summary>An ExVCR cassette: status, headers and body of its one answer.</summary>
    public static (int Status, IReadOnlyDictionary<string, string> Headers, string Body) ExVcr(string relative)
    {
        using var cassette = JsonDocument.Parse(Bytes(relative));
        var response = cassette.RootElement[0].GetProperty("response");
        var headers = response.GetProperty("headers").EnumerateObject().ToDictionary(h => h.Name, h => h.Value.GetString()!, StringComparer.OrdinalIgnoreCase);
        return (response.GetProperty("status_code").GetInt32(), headers, response.GetProperty("body").GetString()!);
    }

    /// <summary>The body of a VCR cassette's one answer: the last quoted string, with YAML's line folding undone.</summary>
    public static string Vcr(string relative)
    {
        const string Before = "string: '";
        var text = Encoding.UTF8.GetString(Bytes(relative));
        var start = text.LastIndexOf(Before, StringComparison.Ordinal) + Before.Length;
        var lines = text[start..text.IndexOf("'\n", start, StringComparison.Ordinal)].Split('\n');
        return string.Join(' ', lines.Select(l => l.Trim())).Replace("''", "'", StringComparison.Ordinal);
    }

    /// <summary>The rows of a klines answer.</summary>
    public static List<(WireRow Row, string Text)> Klines(ReadOnlyMemory<byte> answer)
    {
        using var json = JsonDocument.Parse(answer);
        return [.. json.RootElement.EnumerateArray().Select(r => (
            new WireRow(r[0].GetInt64(), Digits(r[1]), Digits(r[2]), Digits(r[3]), Digits(r[4]), Digits(r[5]), r[8].GetInt64(), CloseMs: r[6].GetInt64()),
            r.GetRawText()))];
    }

    /// <summary>The rows of one symbol in an answer of Alpaca's bars.</summary>
    public static List<WireRow> AlpacaBars(ReadOnlyMemory<byte> answer, string symbol)
    {
        using var json = JsonDocument.Parse(answer);
        return [.. json.RootElement.GetProperty("bars").GetProperty(symbol).EnumerateArray().Select(r => new WireRow(
            r.GetProperty("t").GetDateTimeOffset().ToUnixTimeMilliseconds(),
            Digits(r.GetProperty("o")),
            Digits(r.GetProperty("h")),
            Digits(r.GetProperty("l")),
            Digits(r.GetProperty("c")),
            Digits(r.GetProperty("v")),
            r.GetProperty("n").GetInt64(),
            Digits(r.GetProperty("vw"))))];
    }

    /// <summary>The range that rows cover, to the end of the last.</summary>
    public static TimeRange RangeOf(IReadOnlyList<WireRow> rows, Timeframe timeframe) => new(rows[0].TimeMs, rows[^1].TimeMs + timeframe.DurationMs);

    private static string Digits(JsonElement number) => number.GetRawText().Trim('"');
}
