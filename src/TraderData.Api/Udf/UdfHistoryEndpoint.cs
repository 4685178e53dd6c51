using Microsoft.AspNetCore.Http;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Answers with the bars that a chart shows next: <c>/udf/history</c>.</summary>
internal sealed class UdfHistoryEndpoint(IBarStore store, IProvisionalBars provisional, TimeProvider time)
{
    // Per bar: six values of a digit with their commas.
    private const int LeastBarBytes = 12;

    public async Task AnswerAsync(HttpContext context)
    {
        if (QueryText.Read(context.Request.QueryString, UdfParameters.OfHistory, out var values) is { } badQuery)
        {
            await UdfError.WriteAsync(context, badQuery);
            return;
        }

        if (UdfHistoryRequest.Read(values, out var request) is { } badParameter)
        {
            await UdfError.WriteAsync(context, badParameter);
            return;
        }

        var (unknown, source, symbol) = await UdfSymbol.FindAsync(store, values[UdfParameters.Symbol], context.RequestAborted);
        if (unknown is not null)
        {
            await UdfError.WriteAsync(context, unknown);
            return;
        }

        var page = PageOf(request!, source, symbol, request!.Range, request.Limit);
        if (await page.ReadAsync(store, provisional, context.RequestAborted) is { } fault)
            await UdfError.WriteAsync(context, fault);
        else if (page.Count == 0)
            await WriteNoDataAsync(context, request, await BeforeAsync(page, context.RequestAborted));
        else
            await WriteAsync(context, page);
    }

    private static BarPage PageOf(UdfHistoryRequest request, string source, string symbol, TimeRange range, int limit) => new(
        new BarRequest(symbol, request.Timeframe, range, NewestFirst: true) { Limit = limit }, new Series(source, symbol, request.Timeframe));

    private static Task WriteNoDataAsync(HttpContext context, UdfHistoryRequest request, long? beforeMs) =>
        JsonAnswer.WriteDataAsync(context, (request.Timeframe, beforeMs), static (json, state) =>
        {
            json.WriteStartObject();
            json.WriteString("s"u8, "no_data"u8);
            if (state.beforeMs is { } openMs)
                json.WriteNumber("nextTime"u8, UdfHistoryRequest.SecondsOf(state.Timeframe, openMs));
            json.WriteEndObject();
        });

    // The newest bar in front of a range without any: where a chart that scrolls back goes on.
    private async Task<long?> BeforeAsync(BarPage empty, CancellationToken cancellationToken)
    {
        var range = new TimeRange(TimeRange.All.StartMs, empty.Request.Range.StartMs);
        if (range.IsEmpty)
            return null;
        var before = new BarPage(empty.Request with { Range = range, Rest = range, Limit = 1 }, empty.Series);
        return await before.ReadAsync(store, provisional, cancellationToken) is null && before.Count > 0 ? before.LastMs : null;
    }

    private async Task WriteAsync(HttpContext context, BarPage page)
    {
        var coding = ContentCoding.Choose(context.Request.Headers.AcceptEncoding, page.Count * LeastBarBytes >= ContentCoding.LeastBytes);
        var tag = BarTag.Of([page], coding);
        var headers = context.Response.Headers;
        (headers.ETag, headers.Vary) = (tag, "Accept-Encoding");
        headers.CacheControl = BarFreshness.Of([page], time.GetUtcNow().ToUnixTimeMilliseconds());
        if (page.MadeOf is not null)
            BarHeaders.SetResampled(headers, [page]);
        if (Conditions.IsHeld(context.Request, tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        using var body = new AnswerBody(context, JsonAnswer.ContentType, coding);
        await UdfHistoryText.WriteAsync(body, page, context.RequestAborted);
        await body.FinishAsync(context.RequestAborted);
    }
}
