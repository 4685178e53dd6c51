using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Core;

namespace TraderData.Cli;

/// <summary><c>coverage</c>: what of a series is held, and what is missing.</summary>
internal static class CoverageCommand
{
    public static Command Create()
    {
        var (symbol, timeframe, asOf) = (Options.Symbol(), Options.AnyTimeframe(), Options.AsOf());
        var (data, json) = (Options.Data(), Options.Json());
        var command = new Command("coverage", "Tell what of a series is held and what is missing") { symbol, timeframe, asOf, data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var services = await Services.OpenAsync(SettingsReader.Read((nameof(Settings.DataDirectory), parsed.GetValue(data))), cancellationToken).ConfigureAwait(false);
            await using (services.ConfigureAwait(false))
            {
                var store = services.GetRequiredService<IBarStore>();
                var (name, asOfMs) = (parsed.GetRequiredValue(symbol), parsed.GetValue(asOf));
                var reading = await HeldSeries.FindAsync(store, name, parsed.GetValue(timeframe), asOfMs, cancellationToken).ConfigureAwait(false);
                reading = await SeriesReader.WithListingAsync(reading, services.GetRequiredService<IInstrumentBook>(), cancellationToken).ConfigureAwait(false);
                var coverage = await ProgressView.RunAsync("coverage", () => CoverageScan.ReadAsync(store, reading, null, asOfMs, cancellationToken)).ConfigureAwait(false);
                if (parsed.GetValue(json))
                    JsonOut.Write(writer => WriteJson(writer, coverage));
                else
                    WriteText(coverage);
                return ExitCode.Ok;
            }
        });
        return command;
    }

    private static void WriteText(Coverage coverage)
    {
        var span = coverage is { FirstMs: { } first, LastMs: { } last } ? $", from {TimeText.Iso(first)} to {TimeText.Iso(last)}" : "";
        var making = coverage.MadeOf is { } fine ? $", made of {fine}" : "";
        Console.Out.WriteLine($"{coverage.Series}: {coverage.Rows:N0} bars{span}{making}{(coverage.Provenance.ToString() is { Length: > 0 } told ? $", {told}" : "")}");
        if (coverage.MissingBars == 0)
            Console.Out.WriteLine("No bar is missing in between.");
        else
            WriteGaps(coverage);
        if (coverage.Causes.ToString() is { Length: > 0 } causes)
            Console.Out.WriteLine($"By cause: {causes}.");
        foreach (var failure in coverage.Failures)
            Console.Out.WriteLine($"{failure.Range} failed {(failure.Tries == 1 ? "once" : $"{failure.Tries} times")}, last at {TimeText.Iso(failure.AtMs)}: {failure.Message}");
        if (coverage.IncompleteBars > 0)
            WriteIncomplete(coverage);
    }

    private static void WriteGaps(Coverage coverage)
    {
        Console.Out.WriteLine($"{coverage.MissingBars:N0} bars are missing, in {coverage.GapCount:N0} {(coverage.GapCount == 1 ? "gap" : "gaps")}:");
        TextTable.Write(
            Console.Out,
            ["from", "to", "bars", "cause"],
            coverage.Gaps.Select(gap => (string[])
            [
                TimeText.Iso(gap.Range.StartMs), TimeText.Iso(gap.Range.EndMs), gap.Bars.ToString("N0", CultureInfo.InvariantCulture),
                GapCauses.NameOf(gap.Cause),
            ]));
        if (coverage.Gaps.Count < coverage.GapCount)
            Console.Out.WriteLine($"… and {coverage.GapCount - coverage.Gaps.Count:N0} more");
    }

    private static void WriteIncomplete(Coverage coverage)
    {
        Console.Out.WriteLine($"{coverage.IncompleteBars:N0} bars lack {coverage.MissingParts:N0} of {coverage.MadeOf}:");
        TextTable.Write(
            Console.Out,
            ["from", "to", "bars", "missing parts"],
            coverage.Incomplete.Select(run => (string[])
            [
                TimeText.Iso(run.Range.StartMs), TimeText.Iso(run.Range.EndMs),
                run.Bars.ToString("N0", CultureInfo.InvariantCulture), run.MissingParts.ToString("N0", CultureInfo.InvariantCulture),
            ]));
        if (coverage.Incomplete.Count < coverage.IncompleteCount)
            Console.Out.WriteLine($"… and {coverage.IncompleteCount - coverage.Incomplete.Count:N0} more");
    }

    private static void WriteJson(System.Text.Json.Utf8JsonWriter writer, Coverage coverage)
    {
        writer.WriteStartObject();
        JsonOut.WriteSeries(writer, coverage.Series);
        writer.WriteNumber("rows", coverage.Rows);
        JsonOut.WriteTime(writer, "first", coverage.FirstMs);
        JsonOut.WriteTime(writer, "last", coverage.LastMs);
        ProvenanceJson.Write(writer, coverage.Provenance);
        CoverageJson.WriteGaps(writer, coverage);
        CoverageJson.WriteFailures(writer, coverage);
        if (coverage.MadeOf is { } fine)
        {
            writer.WriteString("resampled_from", fine.ToString());
            CoverageJson.WriteIncomplete(writer, coverage);
        }

        writer.WriteEndObject();
    }
}
