using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Tells what of a series is held and what is missing.</summary>
internal sealed class CoverageEndpoint(IBarStore store, TimeProvider time)
{
    public static readonly IReadOnlyList<Parameter> Parameters = [BarParameters.Symbol, BarParameters.Timeframe, BarParameters.Start, BarParameters.End];

    public async Task AnswerAsync(HttpContext context)
    {
        if (Read(context, out var symbol, out var timeframe, out var bounds) is { } error)
        {
            await ErrorAnswer.WriteAsync(context, error);
            return;
        }

        if (await store.SourceOfAsync(symbol, context.RequestAborted) is not { } source)
        {
            await ErrorAnswer.WriteAsync(context, HeldSeries.NothingHeld(symbol));
            return;
        }

        var series = new Series(source, symbol, timeframe);
        if (await store.FindAsync(series, context.RequestAborted) is not { } info)
        {
            await ErrorAnswer.WriteAsync(context, await HeldSeries.UnknownAsync(store, series, context.RequestAborted));
            return;
        }

        var coverage = await CoverageScan.ReadAsync(store, info, RangeOf(info, bounds), context.RequestAborted);
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, coverage, Write);
    }

    private static ApiError? Read(HttpContext context, out string symbol, out Timeframe timeframe, out (long? StartMs, long? EndMs) bounds)
    {
        (symbol, timeframe, bounds) = ("", default, default);
        if (QueryText.Read(context.Request.QueryString, Parameters, out var values) is { } badQuery)
            return badQuery;
        if (ParameterValues.Symbol(values, BarParameters.Symbol, out symbol) is { } badSymbol)
            return badSymbol;
        if (ParameterValues.Timeframe(values, BarParameters.Timeframe, out timeframe) is { } badTimeframe)
            return badTimeframe;
        if (ParameterValues.Range(values, out var start, out var end) is { } badRange)
            return badRange;
        bounds = (start, end);
        return null;
    }

    /// <summary>From the first bar to the last where the query names no bounds; never beyond the last bar that can have closed.</summary>
    private TimeRange RangeOf(SeriesInfo info, (long? StartMs, long? EndMs) bounds)
    {
        var timeframe = info.Series.Timeframe;
        var closedMs = timeframe.Floor(time.GetUtcNow().ToUnixTimeMilliseconds());
        var heldEndMs = Math.Min((info.LastMs ?? closedMs) + timeframe.DurationMs, TimeText.MaxMs);
        var endMs = Math.Min(bounds.EndMs ?? heldEndMs, closedMs);
        var startMs = bounds.StartMs ?? Math.Min(info.FirstMs ?? endMs, endMs);
        return new TimeRange(startMs, Math.Max(startMs, endMs));
    }

    private static void Write(Utf8JsonWriter json, Coverage coverage)
    {
        json.WriteStartObject();
        json.WriteBoolean("success"u8, value: true);
        json.WriteStartObject("data"u8);
        json.WriteString("symbol"u8, coverage.Series.Symbol);
        json.WriteString("timeframe"u8, coverage.Series.Timeframe.ToString());
        json.WriteString("source"u8, coverage.Series.Source);
        json.WriteString("start"u8, TimeText.Iso(coverage.Range.StartMs));
        json.WriteString("end"u8, TimeText.Iso(coverage.Range.EndMs));
        json.WriteNumber("rows"u8, coverage.Rows);
        if (coverage is { FirstMs: { } first, LastMs: { } last })
        {
            json.WriteString("first"u8, TimeText.Iso(first));
            json.WriteString("last"u8, TimeText.Iso(last));
        }

        json.WriteNumber("missing_bars"u8, coverage.MissingBars);
        json.WriteNumber("gap_count"u8, coverage.GapCount);
        json.WriteStartArray("gaps"u8);
        foreach (var gap in coverage.Gaps)
        {
            json.WriteStartObject();
            json.WriteString("start"u8, TimeText.Iso(gap.Range.StartMs));
            json.WriteString("end"u8, TimeText.Iso(gap.Range.EndMs));
            json.WriteNumber("bars"u8, gap.Bars);
            json.WriteBoolean("asked"u8, gap.Asked);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
