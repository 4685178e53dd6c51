using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Tells what of a series is held and what is missing.</summary>
internal sealed class CoverageEndpoint(IBarStore store, IInstrumentBook book, TimeProvider time)
{
    public static readonly IReadOnlyList<Parameter> Parameters = [BarParameters.Symbol, BarParameters.Timeframe, BarParameters.Start, BarParameters.End, BarParameters.AsOf];

    public async Task AnswerAsync(HttpContext context)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (Read(context, nowMs, out var request) is { } error)
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
        if (await SeriesReader.FindAsync(store, series, request.AsOfMs, context.RequestAborted) is not { } reading)
        {
            await ErrorAnswer.WriteAsync(context, await HeldSeries.UnknownAsync(store, series, context.RequestAborted));
            return;
        }

        var info = reading.IsResampled ? MadeOf(reading) : reading.Held;
        reading = await SeriesReader.WithListingAsync(reading, book, context.RequestAborted);
        var coverage = await CoverageScan.ReadAsync(
            store, reading, RangeOf(info, request, request.AsOfMs ?? nowMs), request.AsOfMs, context.RequestAborted);
        await JsonAnswer.WriteDataAsync(context, coverage, Write);
    }

    private static ApiError? Read(HttpContext context, long nowMs, out Request? request)
    {
        request = null;
        if (QueryText.Read(context.Request.QueryString, Parameters, out var values) is { } badQuery)
            return badQuery;
        if (ParameterValues.Symbol(values, BarParameters.Symbol, out var symbol) is { } badSymbol)
            return badSymbol;
        if (ParameterValues.Timeframe(values, BarParameters.Timeframe, out var timeframe) is { } badTimeframe)
            return badTimeframe;
        if (ParameterValues.Range(values, out var start, out var end) is { } badRange)
            return badRange;
        if (ParameterValues.AsOf(values, nowMs, out var asOfMs) is { } badAsOf)
            return badAsOf;
        request = new Request(symbol, timeframe, start, end, asOfMs);
        return null;
    }

    // From the bar that the first finer one falls in to the last that has all its time behind it.
    private static SeriesInfo MadeOf(SeriesReading reading)
    {
        var (to, from) = (reading.Series.Timeframe, reading.Held.Series.Timeframe);
        return reading.Held with
        {
            Series = reading.Series,
            FirstMs = reading.Held.FirstMs is { } first ? to.Floor(first) : null,
            LastMs = reading.Held.LastMs is { } last ? to.Floor(from.Floor(last) + from.DurationMs) - to.DurationMs : null,
        };
    }

    /// <summary>From the first bar to the last where the query names no bounds; never beyond the last bar that can have closed.</summary>
    private static TimeRange RangeOf(SeriesInfo info, Request bounds, long nowMs)
    {
        var timeframe = info.Series.Timeframe;
        var closedMs = timeframe.Floor(nowMs);
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
        if (coverage.MadeOf is { } finer)
            json.WriteString("resampled_from"u8, finer.ToString());
        json.WriteString("start"u8, TimeText.Iso(coverage.Range.StartMs));
        json.WriteString("end"u8, TimeText.Iso(coverage.Range.EndMs));
        json.WriteNumber("rows"u8, coverage.Rows);
        if (coverage is { FirstMs: { } first, LastMs: { } last })
        {
            json.WriteString("first"u8, TimeText.Iso(first));
            json.WriteString("last"u8, TimeText.Iso(last));
        }

        ProvenanceJson.Write(json, coverage.Provenance);
        CoverageJson.WriteGaps(json, coverage);
        CoverageJson.WriteFailures(json, coverage);
        if (coverage.MadeOf is not null)
            CoverageJson.WriteIncomplete(json, coverage);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private sealed record Request(string Symbol, Timeframe Timeframe, long? StartMs, long? EndMs, long? AsOfMs);
}
