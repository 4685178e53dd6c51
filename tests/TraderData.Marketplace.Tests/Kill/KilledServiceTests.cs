using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using TraderData.Testing;

namespace TraderData.Marketplace.Tests;

/// <summary>
/// Posts of signals are repeated and come in any order while the service that takes them is killed again and again: one row stays for each key, the last said, and nothing is left in the outbox. The suite
/// sends 200 posts; <c>TRADER_DATA_SIGNAL_POSTS=10000 dotnet test … --filter-class '*KilledService*'</c> as many as it is told.
/// </summary>
public sealed class KilledServiceTests(PostgresServer server, ITestOutputHelper output) : IDisposable
{
    private const int Senders = 4;
    private static readonly int Posts = int.TryParse(Environment.GetEnvironmentVariable("TRADER_DATA_SIGNAL_POSTS"), CultureInfo.InvariantCulture, out var posts) ? posts : 200;

    // Some dozen kills, however many posts there are.
    private static readonly int PostsPerKill = Math.Max(40, Posts / 50);

    private readonly string _folder = Directory.CreateTempSubdirectory("trader-data-market-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Journal_has_one_row_for_each_key_and_the_last_said()
    {
        using var store = new JournalMarketplaceStore(Path.Combine(_folder, "marketplace", "journal.jsonl"));
        await StormAsync(store, "", () => Task.CompletedTask);
    }

    [Fact]
    public async Task Database_has_one_row_for_each_key_and_the_last_said_and_an_empty_outbox()
    {
        await using var place = await PostgresOnTest.CreateAsync(server);
        var store = place.Open();
        // A table that refuses one statement in ten, so that rows take the way through the outbox.
        await place.ExecuteAsync(
            """
            CREATE FUNCTION ml.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF random() < 0.1 THEN RAISE EXCEPTION 'not now'; END IF; RETURN NULL; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON ml.signals_latest FOR EACH STATEMENT EXECUTE FUNCTION ml.refuse();
            """);
        await StormAsync(store, place.ConnectionString, () => store.DrainAsync(100, Samples.Now, Cancellation));
        output.WriteLine($"{(await store.ReadOutboxAsync(10_000, Cancellation)).Count} rows wait in the outbox behind the last post");
        await place.ExecuteAsync("DROP TRIGGER refuse ON ml.signals_latest");
        while ((await store.DrainAsync(100, Samples.Now, Cancellation)).Stored == 100)
        {
        }

        Assert.Empty(await store.ReadOutboxAsync(10, Cancellation));
        await AssertLastSaidAsync(store);
        Assert.Equal(Posts, await place.ScalarAsync<long>("SELECT count(*) FROM ml.ingest_keys"));
    }

    private async Task StormAsync(IMarketplaceStore store, string database, Func<Task> drain)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var book = new TokenBook(store, new MarketplaceOptions { Pepper = MarketHost.Pepper }, TimeProvider.System);
        var key = (await book.CreateVendorAsync("Acme", "acme", null, Cancellation))!.Secret;
        // Each post once, half of them twice, in any order.
        var sends = Enumerable.Range(0, Posts).Concat(Enumerable.Range(0, Posts).Where(_ => random.Next(2) == 0)).ToArray();
        random.Shuffle(sends);
        var waiting = new ConcurrentQueue<int>(sends);
        var (kills, lost) = (0, 0);
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        while (!waiting.IsEmpty)
        {
            using var service = Start(database);
            var address = new Uri((await service.StandardOutput.ReadLineAsync(Cancellation))!);
            var until = waiting.Count - random.Next(1, 2 * PostsPerKill);
            var senders = Enumerable.Range(0, Senders).Select(_ => Task.Run(async () =>
            {
                while (waiting.Count > until && waiting.TryDequeue(out var post))
                {
                    if (await TryPostAsync(client, new Uri(address, "/api/signals/store"), key, post))
                        continue;
                    waiting.Enqueue(post);
                    Interlocked.Increment(ref lost);
                    return;
                }
            })).ToArray();
            await Task.WhenAny(Task.WhenAll(senders), Task.Delay(random.Next(1, 40 * PostsPerKill), Cancellation));
            service.Kill();
            await Task.WhenAll(senders);
            await service.WaitForExitAsync(Cancellation);
            kills++;
            await drain();
        }

        output.WriteLine($"{Posts} posts sent {sends.Length} times, {kills} kills, {lost} posts without an answer");
        if (database.Length == 0)
            await AssertLastSaidAsync(store);
    }

    private static async Task AssertLastSaidAsync(IMarketplaceStore store)
    {
        var expected = Enumerable.Range(0, Posts).SelectMany(SignalsOf).GroupBy(signal => signal.Bar)
            .ToDictionary(said => Samples.Now.AddHours(said.Key), said => Confidence(said.Max(signal => signal.EventSecond)));
        var held = await store.ListSignalsAsync(SignalKind.Signal, "acme", Cancellation);
        Assert.Equal(expected.Count, held.Count);
        Assert.All(held, signal => Assert.Equal(expected[signal.BarTs], signal.Confidence));
    }

    // What a post says follows from its number alone; no two say something at the same time.
    private static IEnumerable<(int Bar, int EventSecond)> SignalsOf(int post) => Enumerable.Range(0, 1 + (post % 4)).Select(i => (((post * 7919) + (i * 31)) % 97, (post * 4) + i));

    private static decimal Confidence(int eventSecond) => new(eventSecond, 0, 0, isNegative: false, scale: 6);

    // False when there was no answer: then nobody knows whether it was taken.
    private static async Task<bool> TryPostAsync(HttpClient client, Uri url, string key, int post)
    {
        var signals = SignalsOf(post).Select(signal => string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"symbol":"S","timeframe":"1h","decision":"BUY","confidence":{{Confidence(signal.EventSecond)}},"model_version":"1","model_id":"m","timestamp":"{{Samples.Now.AddHours(signal.Bar):O}}","event_time":"{{Samples.Now.AddSeconds(signal.EventSecond):O}}"}""")).ToList();
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent($"[{string.Join(',', signals)}]", null, "application/json") };
        request.Headers.TryAddWithoutValidation("authorization", $"Bearer {key}");
        request.Headers.TryAddWithoutValidation("x-idempotency-key", string.Create(CultureInfo.InvariantCulture, $"post-{post}"));
        try
        {
            using var answer = await client.SendAsync(request, Cancellation);
            var text = await answer.Content.ReadAsStringAsync(Cancellation);
            Assert.True(200 == (int)answer.StatusCode, text);
            Assert.Equal($$$"""{"success":true,"data":{"stored":{{{signals.Count}}}}}""", text);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private Process Start(string database) => Process.Start(new ProcessStartInfo(
        "dotnet", ["exec", typeof(MarketHost).Assembly.Location, MarketHost.Argument, _folder, .. database.Length == 0 ? Array.Empty<string>() : [database]])
    {
        UseShellExecute = false,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
    })!;
}
