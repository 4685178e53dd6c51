using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Tells of each day of a year what of a series is held and what is missing: what a calendar of coverage is drawn from.</summary>
internal sealed class CoverageDaysEndpoint(IBarStore store, IInstrumentBook book, TimeProvider time)
{
    private static readonly Parameter Year = new("year", "The year, in UTC. Without it, the year of the last bar held.", "2024");

    public static readonly IReadOnlyList<Parameter> Parameters = [BarParameters.Symbol, BarParameters.Timeframe, Year, BarParameters.AsOf];

    public async Task AnswerAsync(HttpContext context)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (Read(context, nowMs, out var request) is { } error)
        {
            await ErrorAnswer.WriteAsync(context, error);
            return;
        }

        var (days, unknown) = await FindAsync(request!, nowMs, context.RequestAborted);
        if (unknown is not null)
            await ErrorAnswer.WriteAsync(context, unknown);
        else
            await JsonAnswer.WriteDataAsync(context, days!, Write);
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
        if (ParameterValues.AsOf(values, nowMs, out var asOfMs) is { } badAsOf)
            return badAsOf;
        int? year = null;
        if (values[Year] is { } text)
        {
            if (text.Length != 4 || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1970)
                return ApiError.BadParameter(ErrorCodes.BadYear, Year.Name, $"year must be 1970 to 9999, was '{ApiError.Shown(text)}'");
            year = number;
        }

        request = new Request(symbol, timeframe, year, asOfMs);
        return null;
    }

    private async Task<(Answer? Days, ApiError? Error)> FindAsync(Request request, long nowMs, CancellationToken cancellationToken)
    {
        if (await store.SourceOfAsync(request.Symbol, cancellationToken) is not { } source)
            return (null, HeldSeries.NothingHeld(request.Symbol));
        var series = new Series(source, request.Symbol, request.Timeframe);
        if (await SeriesReader.FindAsync(store, series, request.AsOfMs, cancellationToken) is not { } reading)
            return (null, await HeldSeries.UnknownAsync(store, series, cancellationToken));

        // The bars of a made timeframe may belong to two days: those that it is made of tell more.
        reading = await SeriesReader.WithListingAsync(new SeriesReading(reading.Held.Series, reading.Held), book, cancellationToken);
        var year = request.Year ?? DateTimeOffset.FromUnixTimeMilliseconds(reading.Held.LastMs ?? nowMs).Year;
        var range = RangeOf(reading.Held, year, request.AsOfMs ?? nowMs);
        var days = range.IsEmpty ? [] : await CoverageDays.ReadAsync(store, reading, range, request.AsOfMs, cancellationToken);
        return (new Answer(series, reading.Series.Timeframe, year, days), null);
    }

    /// <summary>The part of a year from the first bar held to the last, and never beyond the last that can have closed.</summary>
    private static TimeRange RangeOf(SeriesInfo held, int year, long nowMs)
    {
        if (held is not { FirstMs: { } first, LastMs: { } last })
            return new TimeRange(0, 0);
        var timeframe = held.Series.Timeframe;
        var closedMs = Math.Min(timeframe.Floor(nowMs), Math.Min(last + timeframe.DurationMs, TimeText.MaxMs));
        var all = new TimeRange(Math.Min(first, closedMs), closedMs);
        return all.Intersect(new TimeRange(StartOf(year), year == DateTime.MaxValue.Year ? TimeText.MaxMs : StartOf(year + 1)));
    }

    private static long StartOf(int year) => new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static void Write(Utf8JsonWriter json, Answer answer)
    {
        json.WriteStartObject();
        json.WriteBoolean("success"u8, value: true);
        json.WriteStartObject("data"u8);
        json.WriteString("symbol"u8, answer.Series.Symbol);
        json.WriteString("timeframe"u8, answer.Series.Timeframe.ToString());
        json.WriteString("source"u8, answer.Series.Source);
        if (answer.Counted != answer.Series.Timeframe)
            json.WriteString("resampled_from"u8, answer.Counted.ToString());
        json.WriteNumber("year"u8, answer.Year);
        json.WriteStartArray("days"u8);
        foreach (var day in answer.Days)
        {
            json.WriteStartObject();
            json.WriteString("day"u8, TimeText.Iso(day.StartMs).AsSpan(0, "2024-01-31".Length));
            json.WriteNumber("expected"u8, day.Expected);
            json.WriteNumber("held"u8, day.Rows);
            WriteMissing(json, day.Causes);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMissing(Utf8JsonWriter json, CauseCounts causes)
    {
        json.WriteStartObject("missing"u8);
        foreach (var (cause, bars) in causes.All)
        {
            if (bars > 0 && cause != GapCause.SessionClosed)
                json.WriteNumber(GapCauses.NameOf(cause), bars);
        }

        json.WriteEndObject();
    }

    private sealed record Request(string Symbol, Timeframe Timeframe, int? Year, long? AsOfMs);

    private sealed record Answer(Series Series, Timeframe Counted, int Year, IReadOnlyList<CoverageDay> Days);
}
