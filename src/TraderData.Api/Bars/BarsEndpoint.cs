using Microsoft.AspNetCore.Http;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Answers with bars in one of the two forms, page by page.</summary>
internal sealed class BarsEndpoint(IBarStore store, IProvisionalBars provisional, TimeProvider time, AnswerCache answers, BarAnswer answer)
{
    // The formats and codings of an answer differ for the same URL.
    private const string Varying = "Accept, Accept-Encoding";

    public async Task AnswerAsync(HttpContext context)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (Read(context, nowMs, out var values, out var request) is { } error)
        {
            await ErrorAnswer.WriteAsync(context, error);
            return;
        }

        var pages = new List<BarPage>(1);
        if (await ReadPagesAsync(request!, pages, context.RequestAborted) is { } fault)
        {
            await ErrorAnswer.WriteAsync(context, fault);
            return;
        }

        if (EncodeFile(request!, pages, out var file) is { } unfit)
        {
            await ErrorAnswer.WriteAsync(context, unfit);
            return;
        }

        var coding = ContentCoding.Choose(context.Request.Headers.AcceptEncoding, IsWorthCompressing(request!, pages));
        if (!SetHeaders(context, values, pages, coding, nowMs))
            return;
        using var body = new AnswerBody(context, AnswerFormats.ContentTypeOf(request!.Format), coding);
        if (request.Format == AnswerFormat.Parquet)
        {
            await body.FinishAsync(file, context.RequestAborted);
            return;
        }

        if (coding is null && HttpMethods.IsGet(context.Request.Method) && !request.IncludeProvisional)
            await GiveAsync(context, body, pages);
        else
            await WriteAsync(body, pages, context.RequestAborted);
    }

    /// <summary>Sends the text of an answer, as it was sent before when it is kept.</summary>
    private async Task GiveAsync(HttpContext context, AnswerBody body, List<BarPage> pages)
    {
        var key = new AnswerKey(answer, context.Request.QueryString.Value ?? "", context.Response.Headers.ETag.ToString());
        if (answers.Find(key) is { } kept)
        {
            await body.FinishAsync(kept, context.RequestAborted);
            return;
        }

        if (answers.Note(key))
            body.KeepCopy();
        await WriteAsync(body, pages, context.RequestAborted);
        if (body.Copy is { } sent)
            answers.Keep(key, sent);
    }

    // What is held may be given in any other format: only a column of Parquet has one scale for all its rows.
    private ApiError? EncodeFile(BarRequest request, List<BarPage> pages, out ReadOnlyMemory<byte> file)
    {
        file = default;
        if (request.Format != AnswerFormat.Parquet)
            return null;
        try
        {
            file = ParquetPage.Encode(pages, request.Fields ?? answer.DefaultFields);
            return null;
        }
        catch (BadDataException e)
        {
            return new ApiError(StatusCodes.Status406NotAcceptable, ErrorCodes.NotAcceptable, $"these bars fit in no Parquet file: {ApiError.Shown(e.Message, 300)}");
        }
    }

    private async Task WriteAsync(AnswerBody body, List<BarPage> pages, CancellationToken cancellationToken)
    {
        await BarText.WriteAsync(body, answer, pages, cancellationToken);
        await body.FinishAsync(cancellationToken);
    }

    private ApiError? Read(HttpContext context, long nowMs, out QueryValues values, out BarRequest? request)
    {
        request = null;
        if (QueryText.Read(context.Request.QueryString, answer.Parameters, out values) is { } badQuery)
            return badQuery;
        if (BarRequest.Read(values, answer, nowMs, out request) is { } badParameter)
            return badParameter;
        if (AnswerFormats.Choose(values[BarParameters.Format], context.Request.Headers.Accept, out var format) is { } badFormat)
            return badFormat;
        if (format == AnswerFormat.Parquet && request!.IncludeProvisional)
            return ApiError.BadParameter(ErrorCodes.BadProvisional, "include_provisional", "a Parquet file holds final bars alone; ask for json, csv or ndjson");
        if (format != AnswerFormat.Json)
            request = request! with { Format = format };
        return null;
    }

    private async Task<ApiError?> ReadPagesAsync(BarRequest request, List<BarPage> pages, CancellationToken cancellationToken)
    {
        if (request.Symbols is null)
            return await ReadPageAsync(request, pages, cancellationToken);
        foreach (var symbol in request.Symbols)
        {
            if (await ReadPageAsync(request with { Symbol = symbol }, pages, cancellationToken) is { } fault)
                return fault;
        }

        return null;
    }

    private async Task<ApiError?> ReadPageAsync(BarRequest request, List<BarPage> pages, CancellationToken cancellationToken)
    {
        if (await store.SourceOfAsync(request.Symbol, cancellationToken) is not { } source)
            return HeldSeries.NothingHeld(request.Symbol);
        var page = new BarPage(request, new Series(source, request.Symbol, request.Timeframe));
        pages.Add(page);
        return await page.ReadAsync(store, provisional, cancellationToken);
    }

    // The shortest row of any format, a time and a line's end, against the bytes below which nothing is won.
    private static bool IsWorthCompressing(BarRequest request, List<BarPage> pages) =>
        request.Format != AnswerFormat.Parquet && pages.Sum(p => p.Count) * 14 >= ContentCoding.LeastBytes;

    /// <summary>Sets what stands in front of the answer.</summary>
    /// <returns>False when the client has the answer already, and was told so.</returns>
    private bool SetHeaders(HttpContext context, in QueryValues values, List<BarPage> pages, ContentCoding? coding, long nowMs)
    {
        var headers = context.Response.Headers;
        headers.Vary = Varying;
        if (pages[0].MadeOf is not null || pages.Count > 1)
            BarHeaders.SetResampled(headers, pages);
        // What may still change has no name and is nobody's to keep.
        if (pages[0].Request.IncludeProvisional)
            headers.CacheControl = "no-store";
        else if (!Name(context, pages, coding, nowMs))
            return false;
        if (pages[0].Request.Format != AnswerFormat.Json)
            BarHeaders.SetNext(context, answer, values, pages);
        return true;
    }

    // False when the client has the answer of that name already, and was told so.
    private static bool Name(HttpContext context, List<BarPage> pages, ContentCoding? coding, long nowMs)
    {
        var tag = BarTag.Of(pages, coding);
        var headers = context.Response.Headers;
        headers.ETag = tag;
        headers.CacheControl = BarFreshness.Of(pages, nowMs);
        if (!Conditions.IsHeld(context.Request, tag))
            return true;
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return false;
    }
}
