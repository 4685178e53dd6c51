using System.CommandLine;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace TraderData.Cli;

/// <summary><c>jobs</c>: asks the running service what its jobs do, and has it run, pause or resume one. Its API is the one place that knows the schedule.</summary>
internal static class JobsCommand
{
    // A schedule in a database that is away takes its time to say so.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Command Create() => new("jobs", "Look at the jobs of the running service, and run, pause or resume one")
    {
        List(), History(), Act("run", "Run a job now, besides its schedule"), Act("pause", "Have a job not run until it is resumed"),
        Act("resume", "Have a paused job run on its schedule again"),
    };

    private static Command List()
    {
        var (url, json) = (Url(), Options.Json());
        var command = new Command("list", "List the jobs, their last run and how far behind they are, and what may be asked of the sources") { url, json };
        command.SetAction((parsed, token) => AskAsync(parsed.GetValue(url), HttpMethod.Get, "/api/jobs", parsed.GetValue(json), WriteJobs, token));
        return command;
    }

    private static Command History()
    {
        var (name, url, json) = (Name(), Url(), Options.Json());
        var limit = new Option<int>("--limit") { Description = "How many runs at most", DefaultValueFactory = _ => 20, HelpName = "runs" };
        var command = new Command("history", "List the runs of a job, newest first") { name, limit, url, json };
        command.SetAction((parsed, token) => AskAsync(
            parsed.GetValue(url), HttpMethod.Get, PathOf(parsed.GetRequiredValue(name), string.Create(CultureInfo.InvariantCulture, $"runs?limit={parsed.GetValue(limit)}")),
            parsed.GetValue(json), WriteRuns, token));
        return command;
    }

    private static Command Act(string verb, string description)
    {
        var (name, url) = (Name(), Url());
        var command = new Command(verb, description) { name, url };
        command.SetAction((parsed, token) => AskAsync(
            parsed.GetValue(url), HttpMethod.Post, PathOf(parsed.GetRequiredValue(name), verb), json: false,
            answer => Console.WriteLine($"{Text(answer, "job")}: {Text(answer, "status")}"), token));
        return command;
    }

    private static Argument<string> Name() => new("name") { Description = "The job, as 'jobs list' names it: ingest:binance:1m, seal" };

    private static Option<string?> Url() => new("--url") { Description = "Where the service is (default http://localhost:PORT)", HelpName = "URL" };

    private static string PathOf(string name, string rest) => $"/api/jobs/{Uri.EscapeDataString(name)}/{rest}";

    private static async Task<int> AskAsync(string? url, HttpMethod method, string path, bool json, Action<JsonElement> write, CancellationToken cancellationToken)
    {
        var service = url ?? string.Create(CultureInfo.InvariantCulture, $"http://localhost:{SettingsReader.Read().Port}");
        if (!Uri.TryCreate(service, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new MisuseException($"--url must be an http or https address, was '{service}'");
        using var client = new HttpClient { BaseAddress = address, Timeout = Patience };
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        try
        {
            using var response = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
            using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false));
            if (!response.IsSuccessStatusCode)
                throw new IOException($"{service}: {Text(answer.RootElement, "message")}");
            if (json)
                JsonOut.Write(writer => answer.RootElement.GetProperty("data").WriteTo(writer));
            else
                write(answer.RootElement);
            return ExitCode.Ok;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new IOException($"no trader-data service answers at {service} ({e.Message}): start 'trader-data serve', or say where it is with --url", e);
        }
    }

    private static void WriteJobs(JsonElement answer)
    {
        var data = answer.GetProperty("data");
        TextTable.Write(
            Console.Out,
            ["job", "schedule", "next", "last", "outcome", "ms", "inserted", "changed", "lag s", "error"],
            data.GetProperty("jobs").EnumerateArray().Select(JobRow));
        Console.Out.WriteLine();
        TextTable.Write(
            Console.Out,
            ["source", "limit", "minute", "taken", "others", "state"],
            data.GetProperty("sources").EnumerateArray().Select(s => (string[])
                [Text(s, "source"), Text(s, "limit"), Text(s, "minute"), Text(s, "taken"), Text(s, "others"), StateOf(s)]));
    }

    private static string[] JobRow(JsonElement job)
    {
        var last = job.TryGetProperty("last_run", out var run) ? run : default;
        var lags = job.GetProperty("series").EnumerateArray().Where(s => s.TryGetProperty("lag_seconds", out _)).Select(s => s.GetProperty("lag_seconds").GetInt64()).ToArray();
        return
        [
            Text(job, "name"), Text(job, "schedule"), job.GetProperty("paused").GetBoolean() ? "paused" : Text(job, "next_run"),
            Text(last, "started_at"), Text(last, "outcome"), Text(last, "duration_ms"), Text(last, "inserted"), Text(last, "changed"),
            lags.Length == 0 ? "-" : lags.Max().ToString(CultureInfo.InvariantCulture), Text(last, "error"),
        ];
    }

    private static string StateOf(JsonElement source)
    {
        if (source.TryGetProperty("stopped", out var stop))
            return $"stopped until {Text(stop, "until")}: {Text(stop, "reason")}";
        if (source.TryGetProperty("banned_until", out var ban))
            return $"banned until {ban}";
        return source.TryGetProperty("paused_until", out var pause) ? $"paused until {pause}" : "open";
    }

    private static void WriteRuns(JsonElement answer) => TextTable.Write(
        Console.Out,
        ["started", "outcome", "ms", "inserted", "changed", "same", "error"],
        answer.GetProperty("data").EnumerateArray().Select(run => (string[])
        [
            Text(run, "started_at"), Text(run, "outcome"), Text(run, "duration_ms"), Text(run, "inserted"), Text(run, "changed"), Text(run, "same"), Text(run, "error"),
        ]));

    // What is not there is a dash.
    private static string Text(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) ? value.ToString() : "-";
}
