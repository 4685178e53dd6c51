using System.Text;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Writes the pages of an answer as text: an opening, the rows as they fit into the buffer, a closing.</summary>
internal static class BarText
{
    // ],"next_cursor":"…"}
    private const int ClosingBytes = 20 + BarCursor.Length;

    // "…":"…", with a symbol of the greatest length.
    private const int NextOfSymbolBytes = 6 + BarCursor.Length + (Series.MaxSymbolLength * 3);

    /// <summary>Writes everything into the body; what is in its buffer at the end is not sent yet.</summary>
    public static async ValueTask WriteAsync(AnswerBody body, BarAnswer answer, IReadOnlyList<BarPage> pages, CancellationToken cancellationToken)
    {
        var request = pages[0].Request;
        body.Write(answer.Opening(request, pages[0].Series));
        var isFirst = true;
        foreach (var page in pages)
        {
            var rows = answer.Rows(request, page.Series, isFirst && !(request.NewestFirst && page.Provisional is not null));
            foreach (var block in page.Blocks)
            {
                var isProvisional = ReferenceEquals(block, page.Provisional);
                var writer = isProvisional ? answer.Rows(request, page.Series, isFirst && (request.NewestFirst || page.Count == block.Count), isProvisional) : rows;
                await WriteRowsAsync(body, writer, block, request.NewestFirst, cancellationToken);
                if (body.IsDone)
                    return;
            }

            isFirst &= page.Count == 0;
        }

        if (request.Format != AnswerFormat.Json)
            return;
        if (body.Free.Length < ClosingBytes + (request.Symbols is null ? 0 : NextOfSymbolBytes * pages.Count))
            await body.FlushAsync(cancellationToken);
        if (!body.IsDone)
            WriteClosing(body, request, pages);
    }

    private static async ValueTask WriteRowsAsync(AnswerBody body, IBarRows rows, BarBlock block, bool newestFirst, CancellationToken cancellationToken)
    {
        var (first, step) = newestFirst ? (block.Count - 1, -1) : (0, 1);
        var written = 0;
        while (true)
        {
            written += rows.Write(block, first + (step * written), step, block.Count - written, body.Free, out var bytes);
            body.Advance(bytes);
            if (written == block.Count)
                return;
            await body.FlushAsync(cancellationToken);
            if (body.IsDone)
                return;
        }
    }

    private static void WriteClosing(AnswerBody body, BarRequest request, IReadOnlyList<BarPage> pages)
    {
        if (!pages.Any(p => p.HasMore))
        {
            body.Write("]}"u8);
        }
        else if (request.Symbols is null)
        {
            body.Write("],\"next_cursor\":\""u8);
            WriteCursor(body, pages[0]);
            body.Write("\"}"u8);
        }
        else
        {
            body.Write("],\"next_cursors\":"u8);
            var separator = '{';
            foreach (var page in pages.Where(p => p.HasMore))
            {
                body.Write(Encoding.UTF8.GetBytes($"{separator}\"{page.Series.Symbol}\":\""));
                WriteCursor(body, page);
                body.Write("\""u8);
                separator = ',';
            }

            body.Write("}}"u8);
        }
    }

    private static void WriteCursor(AnswerBody body, BarPage page)
    {
        BarCursor.Write(page.Request, page.LastMs, body.Free);
        body.Advance(BarCursor.Length);
    }
}
