using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Core;

namespace TraderData.Cli;

/// <summary><c>revisions</c>: the values that bars had before they were restated, and what became of them.</summary>
internal static class RevisionsCommand
{
    // An opening time, which is seldom within a second, and a time to the millisecond.
    private const int BarWidth = -20;
    private const int TimeWidth = -24;

    public static Command Create()
    {
        var (symbol, timeframe, data, json) = (Options.Symbol(), Options.TimeframeOf(), Options.Data(), Options.Json());
        var start = Options.OptionalTime("--start", "The first opening time; from the first bar on when left out");
        var end = Options.OptionalTime("--end", "Opening times before this one; to the last bar when left out");
        var command = new Command("revisions", "List the values that bars had before they were restated") { symbol, timeframe, start, end, data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var range = Options.Range(parsed.GetValue(start), parsed.GetValue(end));
            var settings = SettingsReader.Read((nameof(Settings.DataDirectory), parsed.GetValue(data)));
            var services = await Services.OpenAsync(settings, cancellationToken).ConfigureAwait(false);
            await using (services.ConfigureAwait(false))
            {
                var store = services.GetRequiredService<IBarStore>();
                var series = await HeldAsync(store, parsed.GetRequiredValue(symbol), parsed.GetValue(timeframe), cancellationToken).ConfigureAwait(false);
                var restatements = Restatements.ReadAsync(store, series, range, cancellationToken);
                if (parsed.GetValue(json))
                    await WriteJsonAsync(series, restatements, cancellationToken).ConfigureAwait(false);
                else
                    await WriteTextAsync(series, restatements, cancellationToken).ConfigureAwait(false);
                return ExitCode.Ok;
            }
        });
        return command;
    }

    // Bars that are made of finer ones have no history of their own.
    private static async Task<Series> HeldAsync(IBarStore store, string symbol, Timeframe timeframe, CancellationToken cancellationToken)
    {
        var reading = await HeldSeries.FindAsync(store, symbol, timeframe, asOfMs: null, cancellationToken).ConfigureAwait(false);
        var held = reading.Held.Series.Timeframe;
        return reading.IsResampled
            ? throw new MisuseException($"{reading.Series} is made of {held} when it is read; ask for the revisions of --timeframe {held}")
            : reading.Series;
    }

    private static async Task WriteTextAsync(Series series, IAsyncEnumerable<Restatement> restatements, CancellationToken cancellationToken)
    {
        var (count, bars, lastMs) = (0L, 0L, long.MinValue);
        await foreach (var (old, became) in restatements.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (count++ == 0)
                await WriteLineAsync("bar", "recorded", "replaced", "old -> became").ConfigureAwait(false);
            bars += old.Old.TimeMs == lastMs ? 0 : 1;
            lastMs = old.Old.TimeMs;
            var recorded = old.RecordedMs is { } ms ? TimeText.Iso(ms) : "-";
            await WriteLineAsync(TimeText.Iso(lastMs), recorded, TimeText.Iso(old.ReplacedMs), Differences(old.Old, became)).ConfigureAwait(false);
        }

        await Console.Out.WriteLineAsync(count == 0
            ? $"{series}: no bar was restated."
            : Line($"{series}: {count:N0} {(count == 1 ? "restatement" : "restatements")} of {bars:N0} {(bars == 1 ? "bar" : "bars")}.")).ConfigureAwait(false);
    }

    private static Task WriteLineAsync(string bar, string recorded, string replaced, string values) =>
        Console.Out.WriteLineAsync(Line($"{bar,BarWidth}  {recorded,TimeWidth}  {replaced,TimeWidth}  {values}"));

    private static string Differences(Bar old, Bar? became) => became is not { } next ? "gone" : string.Join(", ", Values(old).Zip(Values(next))
        .Where(pair => pair.First.Text != pair.Second.Text)
        .Select(pair => $"{pair.First.Name} {pair.First.Text ?? "unknown"} -> {pair.Second.Text ?? "unknown"}"));

    private static async Task WriteJsonAsync(Series series, IAsyncEnumerable<Restatement> restatements, CancellationToken cancellationToken)
    {
        var output = Console.OpenStandardOutput();
        await using (output.ConfigureAwait(false))
        {
            var json = new Utf8JsonWriter(output, JsonOut.Options);
            await using (json.ConfigureAwait(false))
            {
                await WriteJsonAsync(json, series, restatements, cancellationToken).ConfigureAwait(false);
                await json.FlushAsync(cancellationToken).ConfigureAwait(false);
            }

            output.WriteByte((byte)'\n');
        }
    }

    private static async Task WriteJsonAsync(
        Utf8JsonWriter json, Series series, IAsyncEnumerable<Restatement> restatements, CancellationToken cancellationToken)
    {
        const int flushBytes = 64 * 1024;
        var count = 0L;
        json.WriteStartObject();
        JsonOut.WriteSeries(json, series);
        json.WriteStartArray("revisions");
        await foreach (var (old, became) in restatements.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            count++;
            json.WriteStartObject();
            JsonOut.WriteTime(json, "bar_ts", old.Old.TimeMs);
            JsonOut.WriteTime(json, "recorded_at", old.RecordedMs);
            JsonOut.WriteTime(json, "replaced_at", old.ReplacedMs);
            WriteBar(json, "old", old.Old);
            if (became is { } next)
                WriteBar(json, "became", next);
            else
                json.WriteNull("became");
            json.WriteEndObject();
            if (json.BytesPending >= flushBytes)
                await json.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        json.WriteEndArray();
        json.WriteNumber("count", count);
        json.WriteEndObject();
    }

    private static void WriteBar(Utf8JsonWriter json, string name, Bar bar)
    {
        json.WriteStartObject(name);
        foreach (var (field, text) in Values(bar))
        {
            json.WritePropertyName(field);
            json.WriteRawValue(text ?? "null");
        }

        json.WriteEndObject();
    }

    private static (string Name, string? Text)[] Values(Bar bar) =>
    [
        ("open", bar.Open.ToString()), ("high", bar.High.ToString()), ("low", bar.Low.ToString()), ("close", bar.Close.ToString()),
        ("volume", bar.Volume?.ToString()), ("vwap", bar.Vwap?.ToString()), ("trades", bar.Trades?.ToString(CultureInfo.InvariantCulture)),
    ];

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
