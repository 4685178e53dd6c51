using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;

namespace TraderData.Api.Tests;

/// <summary>Sends random queries from several connections and holds every answer against the model.</summary>
internal sealed class QueryRun(Uri address, ModelMarket market, int seed, CancellationToken cancellationToken)
{
    // Enough that the server always has work while a client checks, on two cores.
    private const int Clients = 6;

    private static readonly UriCreationOptions AsGiven = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private readonly ConcurrentDictionary<string, int> _outcomes = new(StringComparer.Ordinal);
    private volatile string _foreignCursor = "AQAAAYzC5gAAAAAAAAAAAAAA";
    private int _sent;

    /// <summary>How often each outcome came: that the generator covers all of them is a part of the test.</summary>
    public IReadOnlyDictionary<string, int> Outcomes => _outcomes;

    /// <summary>Sends at least that many requests.</summary>
    public async Task RunAsync(int requests)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(
            async () =>
            {
                try
                {
                    await RunClientAsync(new Random(seed + client), requests, stop.Token);
                }
                catch
                {
                    await stop.CancelAsync();
                    throw;
                }
            },
            stop.Token)));
    }

    private async Task RunClientAsync(Random random, int requests, CancellationToken stop)
    {
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var generator = new QueryGenerator(market, random);
        while (Volatile.Read(ref _sent) < requests)
        {
            stop.ThrowIfCancellationRequested();
            var query = generator.Next();
            query.CountForms(Count);
            if (query.Mistakes.Count > 0)
                await CheckMistakeAsync(http, random, query, null, stop);
            else if (query.Series is null)
                await CheckUnknownAsync(http, random, query, stop);
            else if (query.Several is not null)
                await CheckSeveralAsync(http, random, query, stop);
            else if (query.Kind == QueryKind.Coverage)
                await CheckCoverageAsync(http, random, query, stop);
            else
                await CheckPagesAsync(http, random, query, stop);
            if (random.Next(100) == 0)
                await CheckStrayRequestAsync(http, random, query, stop);
        }
    }

    private async Task CheckMistakeAsync(HttpClient http, Random random, RandomQuery query, string? cursor, CancellationToken stop)
    {
        var target = query.Encode(random, cursor);
        var (status, body, _) = await SendAsync(http, HttpMethod.Get, target, stop, query.Accept);
        var code = ErrorOf(body, () => Where(target));
        Assert.True(query.Mistakes.Contains(code), $"{Where(target)}\nexpected one of {string.Join(", ", query.Mistakes)}\nbut came {status} {code}");
        Assert.True(status == code switch { "QUERY_TOO_LONG" => HttpStatusCode.RequestUriTooLong, "NOT_ACCEPTABLE" => HttpStatusCode.NotAcceptable, _ => HttpStatusCode.BadRequest }, $"{Where(target)}\n{status} {code}");
        Count(code);
    }

    private async Task CheckUnknownAsync(HttpClient http, Random random, RandomQuery query, CancellationToken stop)
    {
        var target = query.Encode(random);
        var (status, body, _) = await SendAsync(http, HttpMethod.Get, target, stop);
        Assert.True(status == HttpStatusCode.NotFound && ErrorOf(body, () => Where(target)) == "UNKNOWN_SERIES", Where(target));
        Count("UNKNOWN_SERIES");
    }

    private async Task CheckCoverageAsync(HttpClient http, Random random, RandomQuery query, CancellationToken stop)
    {
        var target = query.Encode(random);
        var (status, body, _) = await SendAsync(http, HttpMethod.Get, target, stop);
        Assert.True(status == HttpStatusCode.OK, $"{Where(target)}\n{status}");
        var (expected, actual) = (ExpectedAnswer.Coverage(query), Encoding.UTF8.GetString(body));
        Assert.True(expected == actual, $"{Where(target)}\nexpected {expected}\nbut came {actual}");
        Count("coverage");
    }

    /// <summary>Follows a query to its last page, or to its first only.</summary>
    private async Task CheckPagesAsync(HttpClient http, Random random, RandomQuery query, CancellationToken stop)
    {
        var pages = random.Next(3) == 0 ? 8 : 1;
        string? cursor = null;
        var skipped = 0;
        for (var page = 0; page < pages; page++)
        {
            var target = query.Encode(random, cursor);
            var answer = await SendAsync(http, HttpMethod.Get, target, stop, query.Accept);
            Assert.True(answer.Status == HttpStatusCode.OK, $"{Where(target)}\n{answer.Status} {Encoding.UTF8.GetString(answer.Body)}");
            cursor = ExpectedAnswer.CheckPage(query, answer, skipped, () => Where(target));
            if (random.Next(20) == 0)
                await CheckHeldAsync(http, query, target, answer.Headers["ETag"], stop);
            Count(cursor is null ? "last page" : page == 0 ? "first page" : "next page");
            if (cursor is null)
                return;
            skipped += query.Limit;
            if (random.Next(20) == 0)
                await CheckForeignCursorAsync(http, random, query, cursor, stop);

            // The limit may change between pages; the last pages take the rest at once, so that every list is read to its end.
            query.Limit = page >= pages - 2 ? 50_000 : random.Next(1, 200);
            query.Parameters.RemoveAll(p => p.Name == "limit");
            query.Parameters.Add(("limit", query.Limit.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>Several symbols at once, and the second page of one of them.</summary>
    private async Task CheckSeveralAsync(HttpClient http, Random random, RandomQuery query, CancellationToken stop)
    {
        var target = query.Encode(random);
        var answer = await SendAsync(http, HttpMethod.Get, target, stop, query.Accept);
        if (answer.Status == HttpStatusCode.NotAcceptable)
        {
            Assert.True(query.Format == "parquet" && !ExpectedAnswer.FitsParquet(query) && ErrorOf(answer.Body, () => Where(target)) == "NOT_ACCEPTABLE", Where(target));
            return;
        }

        Assert.True(answer.Status == HttpStatusCode.OK, $"{Where(target)}\n{answer.Status} {Encoding.UTF8.GetString(answer.Body)}");
        var cursors = ExpectedAnswer.CheckSeveral(query, answer, () => Where(target));
        await CheckHeldAsync(http, query, target, answer.Headers["ETag"], stop);
        Count(cursors.Count > 0 ? "several in parts" : "several");
        if (cursors.Count == 0)
            return;
        var (symbol, cursor) = cursors.First();
        query.Series = query.Several!.First(s => s.Symbol == symbol);
        query.Several = null;
        query.Parameters.RemoveAll(p => p.Name == "symbols");
        query.Parameters.Add(("symbol", symbol));
        target = query.Encode(random, cursor);
        answer = await SendAsync(http, HttpMethod.Get, target, stop, query.Accept);
        Assert.True(answer.Status == HttpStatusCode.OK, $"{Where(target)}\n{answer.Status} {Encoding.UTF8.GetString(answer.Body)}");
        ExpectedAnswer.CheckPage(query, answer, query.Limit, () => Where(target));
    }

    private async Task CheckHeldAsync(HttpClient http, RandomQuery query, string target, string tag, CancellationToken stop)
    {
        var (status, body, _) = await SendAsync(http, HttpMethod.Get, target, stop, query.Accept, tag);
        Assert.True(status == HttpStatusCode.NotModified && body.Length == 0, Where(target));
        Count("not modified");
    }

    /// <summary>A cursor of another query is refused, and so is one with a letter changed.</summary>
    private async Task CheckForeignCursorAsync(HttpClient http, Random random, RandomQuery query, string cursor, CancellationToken stop)
    {
        var foreign = Interlocked.Exchange(ref _foreignCursor, cursor);
        var at = random.Next(cursor.Length);
        var changed = cursor[..at] + (cursor[at] == 'A' ? 'B' : 'A') + cursor[(at + 1)..];

        // A change of the time's last letters is another place in the same list, and legal; the fingerprint and the version are the rest.
        var isPlace = at is > 1 and < 14;
        query.Mistakes.Add("BAD_CURSOR");
        if (!isPlace)
            await CheckMistakeAsync(http, random, query, changed, stop);
        if (foreign[14..] != cursor[14..])
            await CheckMistakeAsync(http, random, query, foreign, stop);
        query.Mistakes.Clear();
    }

    private async Task CheckStrayRequestAsync(HttpClient http, Random random, RandomQuery query, CancellationToken stop)
    {
        var target = query.Encode(random);
        var (status, body, headers) = await SendAsync(http, random.Next(2) == 0 ? HttpMethod.Post : HttpMethod.Delete, target, stop);
        Assert.True(status == HttpStatusCode.MethodNotAllowed && headers["Allow"] == "GET, HEAD" && ErrorOf(body, () => Where(target)) == "METHOD_NOT_ALLOWED", Where(target));
        var get = await SendAsync(http, HttpMethod.Get, target, stop);
        var head = await SendAsync(http, HttpMethod.Head, target, stop);
        Assert.True(head.Status == get.Status && head.Body.Length == 0, Where(target));
        (status, body, _) = await SendAsync(http, HttpMethod.Get, "/api/marketdata/ohlcv/" + target[5..], stop);
        Assert.True(status == HttpStatusCode.NotFound && ErrorOf(body, () => Where(target)) == "NOT_FOUND", Where(target));
        Count("stray");
    }

    private async Task<ReceivedAnswer> SendAsync(HttpClient http, HttpMethod method, string target, CancellationToken stop, string? accept = null, string? tag = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(address.GetLeftPart(UriPartial.Authority) + target, AsGiven));
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        if (tag is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        using var response = await http.SendAsync(request, stop);
        Interlocked.Increment(ref _sent);
        Assert.True((int)response.StatusCode < 500, $"{Where(target)}\n{response.StatusCode}");
        var headers = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        return new ReceivedAnswer(response.StatusCode, await response.Content.ReadAsByteArrayAsync(stop), headers);
    }

    private static string ErrorOf(byte[] body, Func<string> where)
    {
        using var json = JsonDocument.Parse(body);
        var root = json.RootElement;
        Assert.True(!root.GetProperty("success").GetBoolean() && root.GetProperty("message").GetString()!.Length is > 10 and < 400, where());
        return root.GetProperty("error").GetString()!;
    }

    private string Where(string target) => $"seed {seed}: {target}";

    private void Count(string outcome) => _outcomes.AddOrUpdate(outcome, 1, static (_, count) => count + 1);
}

/// <summary>An answer, read to its end.</summary>
internal sealed record ReceivedAnswer(HttpStatusCode Status, byte[] Body, IReadOnlyDictionary<string, string> Headers);
