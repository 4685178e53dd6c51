using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Core;
using TraderData.Jobs;

namespace TraderData.Cli;

/// <summary><c>crosscheck</c>: compares stored bars with the source's API, its archive and finer bars.</summary>
internal static class CrossCheckCommand
{
    // A person needs no more; --json has all.
    private const int MaxRows = 20;

    public static Command Create()
    {
        var (symbol, timeframe) = (Options.Symbol(), Options.TimeframeOf());
        (symbol.Required, timeframe.Required) = (false, false);
        var day = Options.OptionalTime("--day", "The day, for timeframes of an hour and longer the month, to look at; default: one by lot");
        var (data, json) = (Options.Data(), Options.Json());
        var command = new Command("crosscheck", "Compare stored bars with their source, its archive and their finer timeframes; changes nothing")
        {
            symbol, timeframe, day, data, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var only = parsed.GetValue(timeframe) is { DurationMs: > 0 } given ? given : (Timeframe?)null;
            var request = new CrossCheckRequest(parsed.GetValue(symbol), only, parsed.GetValue(day));
            var services = await Services.OpenAsync(SettingsReader.Read((nameof(Settings.DataDirectory), parsed.GetValue(data))), cancellationToken).ConfigureAwait(false);
            await using (services.ConfigureAwait(false))
            {
                var checks = await ProgressView.RunAsync("crosscheck", () => services.GetRequiredService<CrossCheck>().RunAsync(request, cancellationToken)).ConfigureAwait(false);
                if (parsed.GetValue(json))
                    JsonOut.Write(writer => WriteJson(writer, checks));
                else
                    await TellAsync(checks).ConfigureAwait(false);
                return checks.Any(c => c.Failed) ? ExitCode.Failed : ExitCode.Ok;
            }
        });
        return command;
    }

    private static async Task TellAsync(IReadOnlyList<SeriesCheck> checks)
    {
        if (checks.Count == 0)
            await Console.Out.WriteLineAsync("There are no bars of a day that is over to compare; `trader-data series` lists what is held.").ConfigureAwait(false);
        foreach (var check in checks)
        {
            await Console.Out.WriteLineAsync(check.Summary).ConfigureAwait(false);
            if (check.Differences.Count > 0)
                TextTable.Write(Console.Out, ["time", "field", "stored", "there"], check.Differences.Take(MaxRows).Select(Row));
            if (check.DifferenceCount > MaxRows)
                await Console.Out.WriteLineAsync($"… and {check.DifferenceCount - MaxRows} more; --json lists up to {SeriesCheck.MaxListed}.").ConfigureAwait(false);
        }
    }

    private static string[] Row(BarDifference difference) => [TimeText.Iso(difference.TimeMs), difference.Field, difference.First, difference.Second];

    private static void WriteJson(Utf8JsonWriter writer, IReadOnlyList<SeriesCheck> checks)
    {
        writer.WriteStartArray();
        foreach (var check in checks)
        {
            writer.WriteStartObject();
            JsonOut.WriteSeries(writer, check.Series);
            writer.WriteString("start", TimeText.Iso(check.Range.StartMs));
            writer.WriteString("end", TimeText.Iso(check.Range.EndMs));
            writer.WriteString("against", check.Against);
            writer.WriteNumber("bars", check.Compared);
            writer.WriteNumber("difference_count", check.DifferenceCount);
            writer.WriteStartArray("differences");
            foreach (var difference in check.Differences)
                WriteDifference(writer, difference);
            writer.WriteEndArray();
            if (check.KeptAs is { } kept)
                writer.WriteString("kept_as", kept);
            if (check.Error is { } error)
                writer.WriteString("error", error);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteDifference(Utf8JsonWriter writer, BarDifference difference)
    {
        writer.WriteStartObject();
        writer.WriteString("time", TimeText.Iso(difference.TimeMs));
        writer.WriteString("field", difference.Field);
        writer.WriteString("stored", difference.First);
        writer.WriteString("there", difference.Second);
        writer.WriteEndObject();
    }
}
