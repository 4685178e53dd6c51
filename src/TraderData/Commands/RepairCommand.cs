using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Core;
using TraderData.Jobs;

namespace TraderData.Cli;

/// <summary><c>repair</c>: asks the sources again for bars that are missing.</summary>
internal static class RepairCommand
{
    public static Command Create()
    {
        var (symbol, timeframe) = (Options.Symbol(), Options.TimeframeOf());
        (symbol.Required, timeframe.Required) = (false, false);
        var dryRun = new Option<bool>("--dry-run") { Description = "Tell what is due, and ask nothing" };
        var (data, json) = (Options.Data(), Options.Json());
        var command = new Command("repair", "Ask again for missing bars between the first and the last of each series, when it is time to")
        {
            symbol, timeframe, dryRun, data, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var only = parsed.GetValue(timeframe) is { DurationMs: > 0 } given ? given : (Timeframe?)null;
            var request = new RepairRequest(parsed.GetValue(symbol), only, parsed.GetValue(dryRun));
            var services = await Services.OpenAsync(SettingsReader.Read((nameof(Settings.DataDirectory), parsed.GetValue(data))), cancellationToken).ConfigureAwait(false);
            await using (services.ConfigureAwait(false))
            {
                var report = await ProgressView.RunAsync("repair", () => services.GetRequiredService<Repair>().RunAsync(request, cancellationToken)).ConfigureAwait(false);
                if (parsed.GetValue(json))
                    JsonOut.Write(writer => WriteJson(writer, report));
                await TellAsync(report, parsed.GetValue(json) ? Console.Error : Console.Out, request.DryRun).ConfigureAwait(false);
                return report.Failed ? ExitCode.Failed : ExitCode.Ok;
            }
        });
        return command;
    }

    private static async Task TellAsync(RepairReport report, TextWriter output, bool withGaps)
    {
        if (report.Series.Count == 0)
            await output.WriteLineAsync($"Nothing is due; {report.Looked} series looked at.").ConfigureAwait(false);
        foreach (var repair in report.Series)
        {
            await output.WriteLineAsync($"{repair.Series}: {repair.Summary}").ConfigureAwait(false);
            if (withGaps)
                TextTable.Write(output, ["from", "to", "bars", "cause"], repair.Due.Select(Row));
        }
    }

    private static string[] Row(Gap gap) =>
        [TimeText.Iso(gap.Range.StartMs), TimeText.Iso(gap.Range.EndMs), gap.Bars.ToString("N0", CultureInfo.InvariantCulture), GapCauses.NameOf(gap.Cause)];

    private static void WriteJson(Utf8JsonWriter writer, RepairReport report)
    {
        writer.WriteStartArray();
        foreach (var repair in report.Series)
        {
            writer.WriteStartObject();
            JsonOut.WriteSeries(writer, repair.Series);
            writer.WriteNumber("due_bars", repair.DueBars);
            writer.WriteNumber("due_gaps", repair.Due.Count);
            if (repair.Fetch is { } fetch)
                writer.WriteNumber("inserted", fetch.Written.Inserted);
            if (repair.Left is { } left)
                CoverageJson.WriteCauses(writer, left);
            if (repair.Fetch?.Error is { } error)
                writer.WriteString("error", error);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
