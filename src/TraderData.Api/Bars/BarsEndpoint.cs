using Microsoft.AspNetCore.Http;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Answers with bars in one of the two forms, page by page.</summary>
internal sealed class BarsEndpoint(IBarStore store, BarAnswer answer)
{
    // ],"next_cursor":"…"}
    private const int ClosingBytes = 20 + BarCursor.Length;

    public async Task AnswerAsync(HttpContext context)
    {
        if (Read(context, out var request) is { } error)
        {
            await ErrorAnswer.WriteAsync(context, error);
            return;
        }

        if (await store.SourceOfAsync(request!.Symbol, context.RequestAborted) is not { } source)
        {
            await ErrorAnswer.WriteAsync(context, HeldSeries.NothingHeld(request.Symbol));
            return;
        }

        var series = new Series(source, request.Symbol, request.Timeframe);
        using var body = new AnswerBody(context);
        if (await WriteAsync(body, series, request, context.RequestAborted))
            await body.FinishAsync(context.RequestAborted);
        else
            await ErrorAnswer.WriteAsync(context, await HeldSeries.UnknownAsync(store, series, context.RequestAborted));
    }

    private ApiError? Read(HttpContext context, out BarRequest? request)
    {
        request = null;
        return QueryText.Read(context.Request.QueryString, answer.Parameters, out var values) ?? BarRequest.Read(values, answer, out request);
    }

    /// <summary>Writes the whole answer.</summary>
    /// <returns>False when the series is not held; nothing was sent then.</returns>
    private async Task<bool> WriteAsync(AnswerBody body, Series series, BarRequest request, CancellationToken cancellationToken)
    {
        body.Write(answer.Opening(series));
        var rows = answer.Rows(series);
        var (given, lastMs) = (0, 0L);
        var more = false;

        // One row more than asked tells whether there is a next page.
        var query = new BarQuery(request.Rest, request.NewestFirst, request.Limit + 1L);
        await foreach (var block in store.ReadAsync(series, query, cancellationToken))
        {
            var count = Math.Min(block.Count, request.Limit - given);
            more = count < block.Count;
            if (count == 0)
                break;
            var (first, step) = request.NewestFirst ? (block.Count - 1, -1) : (0, 1);
            await WriteRowsAsync(body, rows, new Slice(block, first, step, count), cancellationToken);
            if (body.IsDone)
                return true;
            given += count;
            lastMs = block.Times[first + (step * (count - 1))];
        }

        if (given == 0 && await store.FindAsync(series, cancellationToken) is null)
            return false;
        if (body.Free.Length < ClosingBytes)
            await body.FlushAsync(cancellationToken);
        if (!body.IsDone)
            WriteClosing(body, request, more ? lastMs : null);
        return true;
    }

    private static async ValueTask WriteRowsAsync(AnswerBody body, BarRows rows, Slice slice, CancellationToken cancellationToken)
    {
        var written = 0;
        while (true)
        {
            written += rows.Write(slice.Block, slice.First + (slice.Step * written), slice.Step, slice.Count - written, body.Free, out var bytes);
            body.Advance(bytes);
            if (written == slice.Count)
                return;
            await body.FlushAsync(cancellationToken);
            if (body.IsDone)
                return;
        }
    }

    private static void WriteClosing(AnswerBody body, BarRequest request, long? moreBehindMs)
    {
        if (moreBehindMs is not { } lastMs)
        {
            body.Write("]}"u8);
            return;
        }

        body.Write("],\"next_cursor\":\""u8);
        BarCursor.Write(request, lastMs, body.Free);
        body.Advance(BarCursor.Length);
        body.Write("\"}"u8);
    }

    private readonly record struct Slice(BarBlock Block, int First, int Step, int Count);
}
