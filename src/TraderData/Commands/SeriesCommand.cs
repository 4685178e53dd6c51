using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Core;

namespace TraderData.Cli;

/// <summary><c>series</c>: every series that is held.</summary>
internal static class SeriesCommand
{
    public static Command Create()
    {
        var (data, json) = (Options.Data(), Options.Json());
        var command = new Command("series", "List the series that are held") { data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var services = await Services.OpenAsync(SettingsReader.Read((nameof(Settings.DataDirectory), parsed.GetValue(data))), cancellationToken).ConfigureAwait(false);
            await using (services.ConfigureAwait(false))
            {
                var held = await ProgressView.RunAsync("series", () => services.GetRequiredService<IBarStore>().ListAsync(cancellationToken)).ConfigureAwait(false);
                if (parsed.GetValue(json))
                    WriteJson(held);
                else
                    WriteTable(held);
                return ExitCode.Ok;
            }
        });
        return command;
    }

    private static void WriteTable(IReadOnlyList<SeriesInfo> held)
    {
        if (held.Count == 0)
        {
            Console.Error.WriteLine("No series is held yet. Try: trader-data backfill --source binance --symbols BTCUSDT --timeframe 1h --start 2024-01-01 --end 2024-02-01");
            return;
        }

        TextTable.Write(
            Console.Out,
            ["source", "symbol", "timeframe", "rows", "first", "last", "feed", "adjustment"],
            held.Select(info => (string[])
            [
                info.Series.Source, info.Series.Symbol, info.Series.Timeframe.ToString(), info.Rows.ToString("N0", CultureInfo.InvariantCulture),
                info.FirstMs is { } first ? TimeText.Iso(first) : "-", info.LastMs is { } last ? TimeText.Iso(last) : "-",
                info.Provenance.Feed ?? "-", info.Provenance.Adjustment ?? "-",
            ]));
    }

    private static void WriteJson(IReadOnlyList<SeriesInfo> held) => JsonOut.Write(writer =>
    {
        writer.WriteStartArray();
        foreach (var info in held)
        {
            writer.WriteStartObject();
            JsonOut.WriteSeries(writer, info.Series);
            writer.WriteNumber("rows", info.Rows);
            JsonOut.WriteTime(writer, "first", info.FirstMs);
            JsonOut.WriteTime(writer, "last", info.LastMs);
            ProvenanceJson.Write(writer, info.Provenance);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });
}
