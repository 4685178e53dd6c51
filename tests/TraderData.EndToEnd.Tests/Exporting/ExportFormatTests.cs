using System.Globalization;
using System.Text.Json;

namespace TraderData.EndToEnd.Tests;

/// <summary>Every form of an export holds exactly what the exchange said.</summary>
public sealed class ExportFormatTests(ExportedLake lake) : IClassFixture<ExportedLake>
{
    public static readonly MatrixTheoryData<string, bool> Forms = new(["unix-ms", "datetime", "iso"], [false, true]);

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Csv_file_is_the_wire_byte_for_byte(string timeFormat, bool extended)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "bars.csv");
        await ExportAsync("csv", timeFormat, extended, path);

        var header = "timestamp,open,high,low,close,volume" + (extended ? ",vwap,trades" : "");
        // Binance has no vwap: its field is empty.
        var lines = lake.Wire.Select(row => $"{TimeOf(row, timeFormat)},{string.Join(',', row[1..6])}{(extended ? $",,{row[6]}" : "")}");
        Assert.Equal(string.Concat(lines.Prepend(header).Select(line => line + "\n")), await File.ReadAllTextAsync(path));
        CheckSideFiles(path, "csv", timeFormat, header.Split(','));
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Json_file_is_the_wire_digit_for_digit(string timeFormat, bool extended)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "bars.json");
        await ExportAsync("json", timeFormat, extended, path);

        var root = JsonDocument.Parse(await File.ReadAllTextAsync(path)).RootElement;
        Assert.Equal(("BTCUSDT", "1m", "BINANCE"), (root.GetProperty("symbol").GetString(), root.GetProperty("interval").GetString(), root.GetProperty("exchange").GetString()));
        string[] columns = ["timestamp", "open", "high", "low", "close", "volume", .. extended ? ["vwap", "trades"] : Array.Empty<string>()];
        var quote = timeFormat == "unix-ms" ? "" : "\"";
        Assert.Equal(
            lake.Wire.Select(row => string.Join(' ', [$"{quote}{TimeOf(row, timeFormat)}{quote}", .. row[1..6], .. extended ? ["null", row[6]] : Array.Empty<string>()])),
            root.GetProperty("data").EnumerateArray().Select(bar => string.Join(' ', bar.EnumerateObject().Select(field => field.Value.GetRawText()))));
        Assert.Equal(columns, root.GetProperty("data")[0].EnumerateObject().Select(field => field.Name));
        CheckSideFiles(path, "json", timeFormat, columns);
    }

    private async Task ExportAsync(string format, string timeFormat, bool extended, string path)
    {
        string[] command = ["export", "lona", .. ExportedLake.Held, "--format", format, "--time-format", timeFormat, "--output", path];
        var ended = (await TraderDataProcess.RunAsync(lake.Settings, extended ? [.. command, "--extended"] : command)).Expect(0);
        Assert.Equal("", ended.Output);
        Assert.Contains("gap: 2024-08-13T02:00:00Z to 2024-08-13T06:30:00Z, 270 bars, pending", ended.Error);
        Assert.Contains($"binance:BTCUSDT:1m: 4,050 bars, {new FileInfo(path).Length:N0} bytes, {path}", ended.Error);
    }

    private void CheckSideFiles(string path, string format, string timeFormat, string[] columns)
    {
        var hash = FolderContent.HashOf(path);
        Assert.Equal($"{hash}  {Path.GetFileName(path)}\n", File.ReadAllText(path + ".sha256"));
        var manifest = JsonDocument.Parse(File.ReadAllText(path + ".manifest.json")).RootElement;
        string Text(string name) => manifest.GetProperty(name).ToString();
        Assert.Equal((Path.GetFileName(path), hash, format, timeFormat), (Text("file"), Text("sha256"), Text("format"), Text("time_format")));
        Assert.Equal(columns, manifest.GetProperty("columns").EnumerateArray().Select(column => column.GetString()));
        Assert.Equal(new FileInfo(path).Length, manifest.GetProperty("bytes").GetInt64());
        Assert.Equal(lake.Wire.Count, manifest.GetProperty("rows").GetInt32());
        Assert.Equal(("2024-08-12T00:00:00Z", "2024-08-14T23:59:00Z"), (Text("first"), Text("last")));
        Assert.Equal((270, 1, 0), (manifest.GetProperty("missing_bars").GetInt32(), manifest.GetProperty("gap_count").GetInt32(), manifest.GetProperty("unknown_volumes").GetInt32()));
        var gap = Assert.Single(manifest.GetProperty("gaps").EnumerateArray());
        Assert.Equal(
            "2024-08-13T02:00:00Z 2024-08-13T06:30:00Z 270 pending",
            string.Join(' ', gap.EnumerateObject().Select(field => field.Value.ToString())));
        Assert.Equal(JsonValueKind.Null, manifest.GetProperty("as_of").ValueKind);
        Assert.Equal(3, Directory.GetFiles(Path.GetDirectoryName(path)!).Length);
    }

    private static string TimeOf(string[] row, string timeFormat)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(row[0], CultureInfo.InvariantCulture));
        return timeFormat switch
        {
            "unix-ms" => row[0],
            "datetime" => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            _ => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        };
    }
}
