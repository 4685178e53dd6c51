using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TraderData.Core;
using TraderData.Exports;

namespace TraderData.Api;

/// <summary>Makes exports for Lona, and tells how they stand.</summary>
/// <param name="desk">Makes them.</param>
/// <param name="store">Tells what is held.</param>
/// <param name="time">The clock.</param>
internal sealed class ExportEndpoints(ExportDesk desk, IBarStore store, TimeProvider time)
{
    public static readonly IReadOnlyList<Parameter> Parameters = [];

    // What the newest export still takes, about.
    private const int BusySeconds = 30;

    private static readonly string[] Formats = ["csv", "json"];
    private static readonly string[] TimeFormats = ["unix-ms", "datetime", "iso"];
    private static readonly string[] OnGaps = ["warn", "fail"];

    private static readonly ApiError Busy = new(
        StatusCodes.Status503ServiceUnavailable, ErrorCodes.TooManyExports, $"{ExportDesk.MostWaiting} exports wait already: ask again when some of them are done")
    {
        RetryAfterSeconds = BusySeconds,
    };

    /// <summary>The error for an export that nobody knows.</summary>
    public static ApiError Unknown(string id) => new(
        StatusCodes.Status404NotFound, ErrorCodes.UnknownExport, $"there is no export '{ApiError.Shown(id)}'; GET /api/exports lists those that are remembered");

    /// <summary><c>POST /api/exports</c>.</summary>
    public Task AnswerOrderAsync(HttpContext context) => JsonBody.AnswerAsync(context, async (fields, fault) =>
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var asked = Read(fields, nowMs);
        if (fault() is { } error)
            return error;
        var cancellation = context.RequestAborted;
        if (await store.SourceOfAsync(asked.Symbol, cancellation) is not { } source)
            return HeldSeries.NothingHeld(asked.Symbol);
        var series = new Series(source, asked.Symbol, asked.Timeframe);
        if (await SeriesReader.FindAsync(store, series, asked.AsOfMs, cancellation) is null)
            return await HeldSeries.UnknownAsync(store, series, cancellation);
        var order = new ExportOrder(series, asked.Range, asked.Layout, asked.AsOfMs ?? nowMs, asked.OnGap, asked.CompleteOnly);
        if (await desk.AddAsync(order, isAsOfNow: asked.AsOfMs is null, cancellation) is not { } record)
            return Busy;
        context.Response.Headers.Location = $"/api/exports/{order.Id}";
        await JsonAnswer.WriteAsync(context, record.IsOpen ? StatusCodes.Status202Accepted : StatusCodes.Status200OK, record, static (json, one) => ExportText.WriteOne(json, one));
        return null;
    });

    /// <summary><c>GET /api/exports</c>.</summary>
    public async Task AnswerListAsync(HttpContext context)
    {
        if (QueryText.Read(context.Request.QueryString, Parameters, out _) is { } error)
        {
            await ErrorAnswer.WriteAsync(context, error);
            return;
        }

        var all = await desk.ListAsync(context.RequestAborted);
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, all, static (json, records) =>
        {
            json.WriteStartObject();
            json.WriteBoolean("success"u8, value: true);
            json.WriteStartArray("data"u8);
            foreach (var record in records)
                ExportText.Write(json, record);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <summary><c>GET /api/exports/{id}</c>.</summary>
    public async Task AnswerOneAsync(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        var error = QueryText.Read(context.Request.QueryString, Parameters, out _);
        var record = error is null ? await desk.FindAsync(id, context.RequestAborted) : null;
        if (record is not null)
            await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, record, static (json, one) => ExportText.WriteOne(json, one));
        else
            await ErrorAnswer.WriteAsync(context, error ?? Unknown(id));
    }

    /// <summary><c>DELETE /api/exports/{id}</c>.</summary>
    public async Task AnswerRemoveAsync(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        var error = QueryText.Read(context.Request.QueryString, Parameters, out _);
        var record = error is null ? await desk.RemoveAsync(id, context.RequestAborted) : null;
        if (record is { IsOpen: false })
            await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, record, static (json, one) => ExportText.WriteOne(json, one));
        else
            await ErrorAnswer.WriteAsync(context, error ?? (record is null ? Unknown(id) : Open(id)));
    }

    private static ApiError Open(string id) => new(
        StatusCodes.Status409Conflict, ErrorCodes.ExportOpen, $"the export {id} waits or is being written: remove it when GET /api/exports/{id} says that it has ended");

    private static Asked Read(Fields fields, long nowMs)
    {
        var symbol = fields.Text("symbol", Series.MaxSymbolLength);
        if (symbol.Length > 0 && Series.CheckSymbol(symbol) is { } badSymbol)
            fields.Fault("symbol", badSymbol);
        var timeframe = Timeframe.D1;
        if (fields.Text("timeframe") is { Length: > 0 } text && !(Timeframe.TryParse(text, out timeframe) && timeframe.ToString() == text))
            fields.Fault("timeframe", $"must be one of {string.Join(' ', Timeframe.Standard)}, or a number of m, h, d or w in its shortest spelling, was '{ApiError.Shown(text)}'");
        var (start, end) = (fields.TimeMs("start"), fields.TimeMs("end"));
        if (start >= end && start != 0)
            fields.Fault("start", $"must be before end, but is {TimeText.Iso(start)}, and end is {TimeText.Iso(end)}");
        var asOf = fields.OptionalTimeMs("as_of");
        if (asOf > nowMs)
            fields.Fault("as_of", $"must not be in the future, was {TimeText.Iso(asOf.Value)}; now it is {TimeText.Iso(nowMs)}");
        var layout = new LonaLayout(
            fields.OptionalChoice("format", Formats) == Formats[0] ? LonaFormat.Csv : LonaFormat.Json,
            fields.OptionalChoice("time_format", TimeFormats) switch { "datetime" => TimeFormat.DateTime, "iso" => TimeFormat.Iso, _ => TimeFormat.UnixMs },
            fields.Flag("extended"));
        var onGap = fields.OptionalChoice("on_gap", OnGaps) == OnGaps[0] ? OnGap.Warn : OnGap.Fail;
        return new Asked(symbol, timeframe, new TimeRange(Math.Min(start, end), end), layout, asOf, onGap, fields.Flag("complete"));
    }

    private sealed record Asked(string Symbol, Timeframe Timeframe, TimeRange Range, LonaLayout Layout, long? AsOfMs, OnGap OnGap, bool CompleteOnly);
}

/// <summary>Exports as JSON.</summary>
internal static class ExportText
{
    public static void WriteOne(Utf8JsonWriter json, ExportRecord record)
    {
        json.WriteStartObject();
        json.WriteBoolean("success"u8, value: true);
        json.WritePropertyName("data"u8);
        Write(json, record);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, ExportRecord record)
    {
        var order = record.Order;
        json.WriteStartObject();
        json.WriteString("id"u8, order.Id);
        json.WriteString("status"u8, NameOf(record.State));
        json.WriteString("file"u8, order.FileName);
        json.WriteString("source"u8, order.Series.Source);
        json.WriteString("symbol"u8, order.Series.Symbol);
        json.WriteString("timeframe"u8, order.Series.Timeframe.ToString());
        json.WriteString("start"u8, TimeText.Iso(order.Range.StartMs));
        json.WriteString("end"u8, TimeText.Iso(order.Range.EndMs));
        json.WriteString("format"u8, order.Layout.Extension);
        json.WriteString("time_format"u8, order.Layout.TimeFormatName);
        json.WriteBoolean("extended"u8, order.Layout.Extended);
        json.WriteBoolean("complete"u8, order.CompleteOnly);
        json.WriteString("on_gap"u8, order.OnGap == OnGap.Fail ? "fail" : "warn");
        json.WriteString("as_of"u8, TimeText.Iso(order.AsOfMs));
        json.WriteString("created_at"u8, TimeText.Iso(record.CreatedMs));
        JobText.WriteTime(json, "finished_at", record.FinishedMs);
        json.WriteNumber("rows"u8, record.Rows);
        if (record.Bytes is { } bytes)
            json.WriteNumber("bytes"u8, bytes);
        if (record.Progress is { } progress)
            json.WriteNumber("progress"u8, Math.Round(progress, 3));
        if (record.MissingBars is { } missing)
            json.WriteNumber("missing_bars"u8, missing);
        if (record.Error is { } error)
            json.WriteString("error"u8, error);
        json.WriteEndObject();
    }

    private static string NameOf(ExportState state) => state switch
    {
        ExportState.Queued => "queued",
        ExportState.Running => "running",
        ExportState.Done => "done",
        ExportState.Incomplete => "incomplete",
        ExportState.Failed => "failed",
        _ => "interrupted",
    };
}
