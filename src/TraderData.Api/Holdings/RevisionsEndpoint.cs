using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Lists the values that bars had before they were restated, with what each became.</summary>
internal sealed class RevisionsEndpoint(IBarStore store)
{
    /// <summary>The most revisions of one answer: for each bar among them the present value is looked up.</summary>
    private const int MaxLimit = 1_000;

    private static readonly Parameter Limit = new("limit", "The most revisions of the answer; next_cursor is there when more follow.", "100")
    {
        Number = (1, MaxLimit, 100),
    };

    private static readonly Parameter Cursor = new(
        "cursor", "Goes on behind the last revision of a page: the next_cursor of its answer, with the same symbol, timeframe, start and end. The limit may differ.", Example: null);

    public static readonly IReadOnlyList<Parameter> Parameters =
        [BarParameters.Symbol, BarParameters.HeldTimeframe, BarParameters.Start, BarParameters.End, Limit, Cursor];

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
        if (await store.FindAsync(series, context.RequestAborted) is null)
        {
            await ErrorAnswer.WriteAsync(context, await HeldSeries.UnknownAsync(store, series, context.RequestAborted));
            return;
        }

        var page = await RevisionPage.ReadAsync(store, series, request, context.RequestAborted);
        await JsonAnswer.WriteDataAsync(context, page, Write);
    }

    private static ApiError? Read(HttpContext context, out RevisionRequest? request)
    {
        request = null;
        if (QueryText.Read(context.Request.QueryString, Parameters, out var values) is { } badQuery)
            return badQuery;
        if (ParameterValues.Symbol(values, BarParameters.Symbol, out var symbol) is { } badSymbol)
            return badSymbol;
        if (ParameterValues.Timeframe(values, BarParameters.HeldTimeframe, out var timeframe) is { } badTimeframe)
            return badTimeframe;
        if (ParameterValues.Range(values, out var start, out var end) is { } badRange)
            return badRange;
        if (ParameterValues.Number(values, Limit, ErrorCodes.BadLimit, out var limit) is { } badLimit)
            return badLimit;
        var whole = new RevisionRequest(symbol, timeframe, new TimeRange(start ?? TimeRange.All.StartMs, end ?? TimeRange.All.EndMs), limit);
        if (values[Cursor] is not { } cursor)
        {
            request = whole;
            return null;
        }

        if (!RevisionCursor.TryRead(cursor, whole, out var place))
        {
            return ApiError.BadParameter(
                ErrorCodes.BadCursor, "cursor", $"cursor must be the next_cursor of the page before, with the same symbol, tf, start and end, was '{ApiError.Shown(cursor)}'");
        }

        request = whole with { After = place };
        return null;
    }

    private static void Write(Utf8JsonWriter json, RevisionPage page)
    {
        json.WriteStartObject();
        json.WriteBoolean("success"u8, value: true);
        json.WriteString("symbol"u8, page.Series.Symbol);
        json.WriteString("timeframe"u8, page.Series.Timeframe.ToString());
        json.WriteString("source"u8, page.Series.Source);
        json.WriteStartArray("data"u8);
        for (var i = 0; i < page.Revisions.Count; i++)
            WriteRevision(json, page.Revisions[i], page.Became[i]);
        json.WriteEndArray();
        if (page.NextCursor is { } cursor)
            json.WriteString("next_cursor"u8, cursor);
        json.WriteEndObject();
    }

    private static void WriteRevision(Utf8JsonWriter json, in BarRevision revision, in Bar? became)
    {
        json.WriteStartObject();
        json.WriteString("bar_ts"u8, TimeText.Iso(revision.Old.TimeMs));
        if (revision.RecordedMs is { } recorded)
            json.WriteString("recorded_at"u8, TimeText.Iso(recorded));
        json.WriteString("replaced_at"u8, TimeText.Iso(revision.ReplacedMs));
        WriteValues(json, "was"u8, revision.Old);
        if (became is { } bar)
            WriteValues(json, "became"u8, bar);
        json.WriteEndObject();
    }

    private static void WriteValues(Utf8JsonWriter json, ReadOnlySpan<byte> name, in Bar bar)
    {
        json.WriteStartObject(name);
        WriteDecimal(json, "open"u8, bar.Open);
        WriteDecimal(json, "high"u8, bar.High);
        WriteDecimal(json, "low"u8, bar.Low);
        WriteDecimal(json, "close"u8, bar.Close);
        if (bar.Volume is { } volume)
            WriteDecimal(json, "volume"u8, volume);
        else
            json.WriteNull("volume"u8);
        if (bar.Vwap is { } vwap)
            WriteDecimal(json, "vwap"u8, vwap);
        if (bar.Trades is { } trades)
            json.WriteNumber("trades"u8, trades);
        json.WriteEndObject();
    }

    private static void WriteDecimal(Utf8JsonWriter json, ReadOnlySpan<byte> name, ScaledDecimal value)
    {
        Span<byte> text = stackalloc byte[Utf8Decimal.MaxLength];
        json.WritePropertyName(name);
        json.WriteRawValue(text[..Utf8Decimal.Format(value.Mantissa, value.Scale, text)], skipInputValidation: true);
    }
}
