using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace TraderData.Connectors.Tests;

/// <summary>A model of one exchange's wire: answers bars from rows, honouring range and paging, unless a test has put an answer in front.</summary>
internal abstract class Exchange
{
    private readonly ConcurrentQueue<Func<HttpContext, Task>> _script = new();
    private int _barRequests;

    public required IReadOnlyList<WireRow> Rows { get; set; }

    public required FastClock Clock { get; init; }

    /// <summary>How far the exchange's clock is ahead of ours.</summary>
    public TimeSpan Ahead { get; init; } = TimeSpan.Zero;

    public long NowMs => (Clock.GetUtcNow() + Ahead).ToUnixTimeMilliseconds();

    /// <summary>How many requests for bars came.</summary>
    public int BarRequests => Volatile.Read(ref _barRequests);

    public abstract string Symbol { get; }

    public abstract IMarketDataSource Connect(Uri url, ListLogger<SourceBudget> log, SourceHttpOptions http);

    /// <summary>An answer with these rows and nothing behind them.</summary>
    public abstract string PageOf(params IEnumerable<WireRow> rows);

    /// <summary>The text of one row in an answer.</summary>
    public abstract string TextOf(WireRow row);

    public void Next(Func<HttpContext, Task> answer) => _script.Enqueue(answer);

    public void Next(int status, string body, params (string Name, string Value)[] headers) => Next(context =>
    {
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;
        return WriteAsync(context, body);
    });

    public async Task AnswerAsync(HttpContext context)
    {
        context.Response.Headers.Date = Clock.GetUtcNow().Add(Ahead).ToString("R");
        if (IsClockRequest(context.Request))
        {
            await WriteAsync(context, ClockBody());
            return;
        }

        Interlocked.Increment(ref _barRequests);
        await (_script.TryDequeue(out var scripted) ? scripted(context) : WriteAsync(context, AnswerOf(context.Request.Query)));
    }

    public static Task WriteAsync(HttpContext context, string body) => context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body)).AsTask();

    protected abstract bool IsClockRequest(HttpRequest request);

    protected abstract string ClockBody();

    protected abstract string AnswerOf(IQueryCollection query);

    protected IEnumerable<WireRow> Between(long startMs, long endInclusiveMs) => Rows.Where(r => r.TimeMs >= startMs && r.TimeMs <= endInclusiveMs);
}
