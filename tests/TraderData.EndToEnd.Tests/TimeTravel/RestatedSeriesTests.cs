using System.Globalization;
using System.Text.Json;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>Bars that were restated: what they were is exported and listed, as the program does it from the command line.</summary>
public sealed class RestatedSeriesTests(PostgresServer postgres)
{
    private static readonly string[] Hours = ["--symbol", "GOLD", "--timeframe", "1h"];
    private static readonly string[] Day = ["--start", "2024-08-12", "--end", "2024-08-13"];
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Export_as_of_a_time_gives_what_was_held_then(bool withPostgres)
    {
        using var folder = new TemporaryFolder();
        var settings = await SettingsAsync(folder, withPostgres);
        var first = await ImportAsync(settings, folder, hour => (100 + hour, 5));
        var second = await ImportAsync(settings, folder, hour => hour is 3 or 4 ? (200 + hour, 7) : (100 + hour, 5));
        _ = await ImportAsync(settings, folder, hour => hour == 3 ? (300, 7) : hour == 4 ? (204, 7) : (100 + hour, 5));

        string[] export = ["export", "lona", .. Hours, .. Day, "--output"];
        var now = (await RunAsync(settings, [.. export, "-"])).Expect(0).Output;
        Assert.Equal(Csv(hour => hour == 3 ? (300, 7) : hour == 4 ? (204, 7) : (100 + hour, 5)), now);
        Assert.Equal(Csv(hour => (100 + hour, 5)), (await RunAsync(settings, [.. export, "-", "--as-of", first])).Expect(0).Output);
        var between = (await RunAsync(settings, [.. export, "-", "--as-of", second])).Expect(0).Output;
        Assert.Equal(Csv(hour => hour is 3 or 4 ? (200 + hour, 7) : (100 + hour, 5)), between);

        // The same question has the same bytes, side files too, whatever is written later.
        (await RunAsync(settings, [.. export, Path.Combine(folder.Path, "bars.csv"), "--as-of", first])).Expect(0);
        var before = FilesOf(folder);
        Assert.Contains($"\"as_of\": \"{first}\"", await File.ReadAllTextAsync(Path.Combine(folder.Path, "bars.csv.manifest.json"), Token));
        await ImportAsync(settings, folder, hour => (400 + hour, 9));
        (await RunAsync(settings, [.. export, Path.Combine(folder.Path, "bars.csv"), "--as-of", first, "--force"])).Expect(0);
        Assert.Equal(before, FilesOf(folder));

        var made = (await RunAsync(settings, ["export", "lona", .. Hours[..3], "6h", .. Day, "--output", "-", "--as-of", second])).Expect(0).Output;
        Assert.Equal("1723420800000,100,204,100,105,34\n", made.Split('\n')[1] + "\n");
    }

    [Fact]
    public async Task Nothing_was_held_before_the_first_write_and_the_future_is_refused()
    {
        using var folder = new TemporaryFolder();
        var settings = await SettingsAsync(folder, withPostgres: false);
        await ImportAsync(settings, folder, hour => (100 + hour, 5));
        string[] export = ["export", "lona", .. Hours, .. Day, "--output", "-", "--as-of"];

        var before = (await RunAsync(settings, [.. export, "2020-01-01"])).Expect(3);
        var future = (await RunAsync(settings, [.. export, "2100-01-01"])).Expect(2);

        Assert.Equal("", before.Output);
        Assert.Contains("was held at 2020-01-01T00:00:00Z; nothing was written", before.Error);
        Assert.Contains("--as-of must not be in the future, was 2100-01-01T00:00:00Z", future.Error);
        Assert.Contains("import:GOLD:1h: 0 bars\n", (await RunAsync(settings, ["coverage", .. Hours, "--as-of", "2020-01-01"])).Expect(0).Output);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Revisions_lists_what_was_replaced_and_by_what(bool withPostgres)
    {
        using var folder = new TemporaryFolder();
        var settings = await SettingsAsync(folder, withPostgres);
        var first = await ImportAsync(settings, folder, hour => (100 + hour, 5));
        Assert.Equal("import:GOLD:1h: no bar was restated.\n", (await RunAsync(settings, ["revisions", .. Hours])).Expect(0).Output);
        var second = await ImportAsync(settings, folder, hour => hour is 3 or 4 ? (200 + hour, 7) : (100 + hour, 5));
        await ImportAsync(settings, folder, hour => hour == 3 ? (300, 7) : hour == 4 ? (204, 7) : (100 + hour, 5));

        var lines = (await RunAsync(settings, ["revisions", .. Hours])).Expect(0).Output.TrimEnd('\n').Split('\n');
        Assert.Equal(5, lines.Length);
        Assert.Matches(@"^bar +recorded +replaced +old -> became$", lines[0]);
        Assert.Matches(@"^2024-08-12T03:00:00Z  \S+Z? +\S+Z +open 103 -> 203, high 103 -> 203, low 103 -> 203, close 103 -> 203, volume 5 -> 7$", lines[1]);
        Assert.Matches(@"^2024-08-12T03:00:00Z  \S+Z +\S+Z +open 203 -> 300, high 203 -> 300, low 203 -> 300, close 203 -> 300$", lines[2]);
        Assert.Matches(@"^2024-08-12T04:00:00Z  \S+Z? +\S+Z +open 104 -> 204, high 104 -> 204, low 104 -> 204, close 104 -> 204, volume 5 -> 7$", lines[3]);
        Assert.Equal("import:GOLD:1h: 3 restatements of 2 bars.", lines[4]);

        string[] part = ["--start", "2024-08-12T04:00:00Z", "--json"];
        var json = JsonDocument.Parse((await RunAsync(settings, ["revisions", .. Hours, .. part])).Expect(0).Output).RootElement;
        var only = Assert.Single(json.GetProperty("revisions").EnumerateArray());
        Assert.Equal(1, json.GetProperty("count").GetInt32());
        Assert.Equal("104", only.GetProperty("old").GetProperty("close").GetRawText());
        Assert.Equal("204", only.GetProperty("became").GetProperty("close").GetRawText());
        Assert.InRange(only.GetProperty("replaced_at").GetDateTimeOffset(), Time(first), Time(second));

        Assert.Contains("ask for the revisions of --timeframe 1h", (await RunAsync(settings, ["revisions", .. Hours[..3], "1d"])).Expect(2).Error);
    }

    [Fact]
    public async Task Coverage_of_a_made_timeframe_names_the_bars_that_lack_parts()
    {
        using var folder = new TemporaryFolder();
        var settings = await SettingsAsync(folder, withPostgres: false);
        var path = Path.Combine(folder.Path, "holes.csv");
        var rows = Csv(hour => (100 + hour, 5)).Split('\n').Where((_, line) => line is not (4 or 5 or 9 or 10 or 11 or 12));
        await File.WriteAllTextAsync(path, string.Join('\n', rows), Token);
        (await RunAsync(settings, ["import", "csv", path, .. Hours])).Expect(0);

        var text = (await RunAsync(settings, ["coverage", .. Hours[..3], "4h"])).Expect(0).Output;
        Assert.Contains("import:GOLD:4h: 5 bars, from 2024-08-12T00:00:00Z to 2024-08-12T20:00:00Z, made of 1h\n", text);
        Assert.Contains("1 bars are missing, in 1 gap:", text);
        Assert.Matches(@"\n2 bars lack 2 of 1h:\n[^\n]+\n2024-08-12T00:00:00Z  2024-08-12T08:00:00Z  2 +2\n", text);
        var json = JsonDocument.Parse((await RunAsync(settings, ["coverage", .. Hours[..3], "4h", "--json"])).Expect(0).Output).RootElement;
        Assert.Equal("1h", json.GetProperty("resampled_from").GetString());
        Assert.Equal((2, 2), (json.GetProperty("incomplete_bars").GetInt32(), json.GetProperty("missing_parts").GetInt32()));

        var complete = (await RunAsync(settings, ["export", "lona", .. Hours[..3], "4h", .. Day, "--output", "-", "--complete"])).Expect(0);
        Assert.Equal(4, complete.Output.Count(c => c == '\n'));
        Assert.Contains("incomplete: 2024-08-12T00:00:00Z to 2024-08-12T08:00:00Z, 2 bars that lack 2 of 1h, left out", complete.Error);
        Assert.Contains("of which 7m cannot be made", (await RunAsync(settings, ["coverage", .. Hours[..3], "7m"])).Expect(2).Error);
    }

    // Returns a time behind it, to the millisecond, at which nothing is being written.
    private static async Task<string> ImportAsync(Dictionary<string, string> settings, TemporaryFolder folder, Func<int, (int Price, int Volume)> bars)
    {
        var path = Path.Combine(folder.Path, "import.csv.txt");
        await File.WriteAllTextAsync(path, Csv(bars), Token);
        (await RunAsync(settings, ["import", "csv", path, .. Hours])).Expect(0);
        File.Delete(path);
        await Task.Delay(5, Token);
        var time = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        await Task.Delay(5, Token);
        return time;
    }

    private static string Csv(Func<int, (int Price, int Volume)> bars)
    {
        var rows = Enumerable.Range(0, 24).Select(hour =>
        {
            var (price, volume) = bars(hour);
            return string.Create(CultureInfo.InvariantCulture, $"{1_723_420_800_000 + (hour * 3_600_000L)},{price},{price},{price},{price},{volume}\n");
        });
        return "timestamp,open,high,low,close,volume\n" + string.Concat(rows);
    }

    private static DateTimeOffset Time(string iso) => DateTimeOffset.Parse(iso, CultureInfo.InvariantCulture);

    private static Dictionary<string, string> FilesOf(TemporaryFolder folder) =>
        Directory.GetFiles(folder.Path, "bars.csv*").ToDictionary(path => Path.GetFileName(path)!, FolderContent.HashOf);

    private static Task<TraderDataProcess.Ended> RunAsync(Dictionary<string, string> settings, string[] arguments) =>
        TraderDataProcess.RunAsync(settings, arguments);

    private async Task<Dictionary<string, string>> SettingsAsync(TemporaryFolder folder, bool withPostgres)
    {
        var settings = new Dictionary<string, string> { ["TRADER_DATA_DIR"] = Path.Combine(folder.Path, "data") };
        if (withPostgres)
            settings["DATABASE_URL"] = PostgresServer.UrlOf(await postgres.CreateDatabaseAsync(Token));
        return settings;
    }
}
