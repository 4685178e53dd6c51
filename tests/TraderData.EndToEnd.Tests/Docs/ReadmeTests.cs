using System.Diagnostics;
using System.Text.RegularExpressions;
using TraderData.Simulator;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>What the README tells people to type does what it says.</summary>
public sealed partial class ReadmeTests(DuckDb duckDb)
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "README.md"));
    private static readonly string[] Typed = ["trader-data ", "curl ", "export "];
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Readme_begins_with_the_two_commands()
    {
        Assert.Equal(["dotnet run --project src/TraderData -- demo", "dotnet test"], Blocks("sh").Take(2).Select(block => block.Trim()));
        Assert.True(Readme.Count(c => c == '\n') <= 150, "the README is to be read in one go");
    }

    [Fact]
    public async Task Commands_of_the_Readme_run_one_after_another()
    {
        await using var exchange = await SimulatorHost.StartAsync(new SimulatorOptions(), Token);
        using var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string> { ["BINANCE_BASE_URL"] = exchange.BaseUrl.ToString(), ["PORT"] = "0" };
        TraderDataProcess? service = null;
        try
        {
            var lines = Blocks("sh").SelectMany(block => block.Split('\n')).Where(line => Typed.Any(word => line.StartsWith(word, StringComparison.Ordinal))).ToList();
            Assert.True(lines.Count >= 6, "the README lost its first steps");
            foreach (var words in lines.Select(Words))
            {
                if (words[0] == "export")
                    await ExportAsync(settings, string.Join(' ', words[1..]));
                else if (words is ["trader-data", "serve", ..])
                    service = TraderDataProcess.StartIn(folder.Path, settings, words[1..]);
                else if (words[0] == "curl")
                    await FetchAsync(service!, words[^1]);
                else
                    await RunAsync(folder, settings, words[1..]);
            }

            (await service!.TerminateAsync()).Expect(0);
        }
        finally
        {
            if (service is not null)
                await service.DisposeAsync();
        }

        Assert.Equal(44_640 + 1, (await File.ReadAllLinesAsync(Path.Combine(folder.Path, "btc.csv"), Token)).Length);
        var query = Assert.Single(Blocks("sql")).Replace("'data/", $"'{folder.Path}/data/", StringComparison.Ordinal);
        Assert.Equal(2 * 44_640, (await duckDb.QueryAsync(query, Token)).Count);
    }

    // As the shell has it: a value may be what a program says.
    private static async Task ExportAsync(Dictionary<string, string> settings, string assignments)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", $"export {assignments} && env"]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var environment = (await shell.StandardOutput.ReadToEndAsync(Token)).Split('\n').Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).ToLookup(pair => pair[0], pair => pair[1]);
        foreach (var name in Assigned().Matches(assignments).Select(match => match.Groups["name"].Value))
            settings[name] = environment[name].Single();
    }

    private static async Task RunAsync(TemporaryFolder folder, Dictionary<string, string> settings, string[] arguments)
    {
        await using var process = TraderDataProcess.StartIn(folder.Path, settings, arguments);
        (await process.EndAsync()).Expect(0);
    }

    // Port 8000 may be somebody else's here: the port alone is not what the README says.
    private static async Task FetchAsync(TraderDataProcess service, string url)
    {
        var address = new Uri((await service.WaitForAsync("Listening on ", Token)).Split(' ')[2].TrimEnd('.'));
        var said = new Uri(url);
        Assert.Equal("http://localhost:8000", said.GetLeftPart(UriPartial.Authority));
        using var http = new HttpClient();
        Assert.Contains("\"success\":true", await http.GetStringAsync(new Uri(address, said.PathAndQuery), Token));
    }

    private static IEnumerable<string> Blocks(string language) =>
        Block().Matches(Readme).Where(match => match.Groups["language"].Value == language).Select(match => match.Groups["text"].Value);

    private static string[] Words(string line) => [.. Word().Matches(line).Select(match => match.Value.Trim('\''))];

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Block();

    [GeneratedRegex(@"(?<name>[A-Z_]+)=", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Assigned();

    [GeneratedRegex(@"'[^']*'|\S+", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Word();
}
