using System.Text;
using Microsoft.AspNetCore.Http;

namespace TraderData.Api;

/// <summary>What an answer with bars says in headers of its own.</summary>
internal static class BarHeaders
{
    /// <summary>The finer timeframe that bars are made of, when they are; of several symbols, which may differ, each with its own.</summary>
    private const string ResampledFrom = "X-Resampled-From";

    /// <summary>The cursor to the next page, for formats that have no place for it.</summary>
    private const string NextCursor = "X-Next-Cursor";

    /// <summary>The same of several symbols: <c>BTCUSDT=…, BTC%2FUSD=…</c>, percent-encoded UTF-8.</summary>
    private const string NextCursors = "X-Next-Cursors";

    /// <summary>Says what the bars are made of.</summary>
    public static void SetResampled(IHeaderDictionary headers, IReadOnlyList<BarPage> pages)
    {
        if (pages[0].Request.Symbols is null)
            headers[ResampledFrom] = pages[0].MadeOf.ToString();
        else if (pages.Any(p => p.MadeOf is not null))
            headers[ResampledFrom] = string.Join(", ", pages.Where(p => p.MadeOf is not null).Select(p => $"{Uri.EscapeDataString(p.Series.Symbol)}={p.MadeOf}"));
    }

    /// <summary>Says where the next page is, when there is one.</summary>
    public static void SetNext(HttpContext context, BarAnswer answer, in QueryValues values, IReadOnlyList<BarPage> pages)
    {
        var headers = context.Response.Headers;
        if (pages[0].Request.Symbols is not null)
        {
            var cursors = pages.Where(p => p.HasMore).Select(p => $"{Uri.EscapeDataString(p.Series.Symbol)}={BarCursor.Of(p.Request, p.LastMs)}").ToList();
            if (cursors.Count > 0)
                headers[NextCursors] = string.Join(", ", cursors);
        }
        else if (pages[0].HasMore)
        {
            var cursor = BarCursor.Of(pages[0].Request, pages[0].LastMs);
            headers[NextCursor] = cursor;
            headers.Link = $"<{context.Request.PathBase}{context.Request.Path}?{Query(answer, values)}cursor={cursor}>; rel=\"next\"";
        }
    }

    // Written anew from what was read, so that nothing that a client sent stands in a header as it came.
    private static string Query(BarAnswer answer, in QueryValues values)
    {
        var query = new StringBuilder();
        foreach (var parameter in answer.Parameters)
        {
            if (!ReferenceEquals(parameter, BarParameters.Cursor) && values[parameter] is { } value)
                query.Append(parameter.Name).Append('=').Append(Uri.EscapeDataString(value)).Append('&');
        }

        return query.ToString();
    }
}
