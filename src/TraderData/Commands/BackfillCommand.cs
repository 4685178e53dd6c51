using System.CommandLine;
using TraderData.Jobs;

namespace TraderData.Cli;

/// <summary><c>backfill</c>: brings the history of series into the store.</summary>
internal static class BackfillCommand
{
    public static Command Create()
    {
        var source = new Option<string>("--source") { Description = "Where bars come from", HelpName = "binance|alpaca", Required = true };
        source.AcceptOnlyFromAmong("binance", "alpaca");
        var (symbols, timeframe) = (Options.Symbols(), Options.TimeframeOf());
        var (start, end) = (Options.Time("--start", "The first opening time"), Options.Time("--end", "Opening times before this one"));
        var again = new Option<bool>("--again") { Description = "Ask for what is held too, to find restatements, and for archives that were refused" };
        var noArchives = new Option<bool>("--no-archives") { Description = "Ask the API for everything, and no archive" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Tell what is missing, how it would be fetched and what that costs; fetch nothing" };
        var (data, json) = (Options.Data(), Options.Json());
        var command = new Command("backfill", "Fetch the history of series; goes on where it was stopped")
        {
            source, symbols, timeframe, start, end, again, noArchives, dryRun, data, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var request = new BackfillRequest(
                parsed.GetRequiredValue(source),
                parsed.GetRequiredValue(symbols),
                parsed.GetValue(timeframe),
                Options.Range(parsed, start, end),
                parsed.GetValue(again),
                !parsed.GetValue(noArchives));
            var services = await Services.OpenAsync(SettingsReader.Read((nameof(Settings.DataDirectory), parsed.GetValue(data))), cancellationToken).ConfigureAwait(false);
            await using (services.ConfigureAwait(false))
            {
                if (parsed.GetValue(dryRun))
                {
                    PlanOut.Write(await BackfillRun.PlanAsync(services, request, cancellationToken).ConfigureAwait(false), parsed.GetValue(json));
                    return ExitCode.Ok;
                }

                var report = await BackfillRun.RunAsync(services, request, cancellationToken).ConfigureAwait(false);
                if (parsed.GetValue(json))
                    WriteJson(report);
                return report.Failed ? ExitCode.Failed : ExitCode.Ok;
            }
        });
        return command;
    }

    private static void WriteJson(BackfillReport report) => JsonOut.Write(writer =>
    {
        writer.WriteStartArray();
        foreach (var series in report.Series)
        {
            writer.WriteStartObject();
            JsonOut.WriteSeries(writer, series.Series);
            writer.WriteNumber("inserted", series.Written.Inserted);
            writer.WriteNumber("changed", series.Written.Changed);
            writer.WriteNumber("same", series.Written.Same);
            if (series.Error is { } error)
                writer.WriteString("error", error);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });
}
