using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Core;
using TraderData.Exports;

namespace TraderData.Cli;

/// <summary><c>lona upload</c>: an export that is there, or a range of a series, to Lona's gateway.</summary>
internal static class LonaUploadCommand
{
    public static Command Create()
    {
        var file = new Option<string?>("--file") { Description = "An export with its manifest: export lona --time-format datetime --output FILE", HelpName = "FILE" };
        var (symbol, timeframe) = (Options.Symbol(), Options.AnyTimeframe());
        (symbol.Required, timeframe.Required) = (false, false);
        var (start, end) = (Options.OptionalTime("--start", "The first opening time"), Options.OptionalTime("--end", "Opening times before this one"));
        var replace = new Option<bool>("--replace") { Description = "Delete a symbol of that name first" };
        var (data, json) = (Options.Data(), Options.Json());
        var command = new Command("upload", "Upload bars, and ask for them again") { file, symbol, timeframe, start, end, replace, data, json };
        command.SetAction((parsed, cancellationToken) => LonaCommand.WithGatewayAsync(parsed.GetValue(data), async (services, gateway) =>
        {
            var (path, named) = (parsed.GetValue(file), parsed.GetValue(symbol));
            if (path is null == named is null)
                throw new MisuseException("give either --file, or --symbol, --timeframe, --start and --end");
            if (path is not null)
                return await UploadAsync(gateway, await OpenAsync(path, cancellationToken).ConfigureAwait(false), parsed.GetValue(replace), parsed.GetValue(json), cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(timeframe) is not { DurationMs: > 0 } wanted || parsed.GetValue(start) is not { } startMs || parsed.GetValue(end) is not { } endMs)
                throw new MisuseException("--symbol needs --timeframe, --start and --end");
            var folder = Directory.CreateTempSubdirectory("trader-data-lona-");
            try
            {
                var exported = await ExportAsync(services, named!, wanted, Options.Range(startMs, endMs), Path.Combine(folder.FullName, "data.csv"), cancellationToken).ConfigureAwait(false);
                return exported is null ? ExitCode.Incomplete
                    : await UploadAsync(gateway, exported, parsed.GetValue(replace), parsed.GetValue(json), cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }, cancellationToken));
        return command;
    }

    private static async Task<LonaExportFile> OpenAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            throw new MisuseException($"'{path}' is not a file");
        return await LonaExportFile.OpenAsync(path, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<LonaExportFile?> ExportAsync(
        IServiceProvider services, string symbol, Timeframe timeframe, TimeRange range, string path, CancellationToken cancellationToken)
    {
        CheckTimeframe(timeframe);
        var reading = await HeldSeries.FindAsync(services.GetRequiredService<IBarStore>(), symbol, timeframe, asOfMs: null, cancellationToken).ConfigureAwait(false);
        var request = new LonaExportRequest(reading.Series, range, LonaUpload.Layout, ExportTarget.File(path));
        var result = await ExportCommand.RunAsync(services.GetRequiredService<LonaExport>(), request, cancellationToken).ConfigureAwait(false);
        return await ExportCommand.TellAsync(result, request).ConfigureAwait(false) == ExitCode.Ok ? await LonaExportFile.OpenAsync(path, cancellationToken).ConfigureAwait(false) : null;
    }

    private static void CheckTimeframe(Timeframe timeframe)
    {
        if (!LonaUpload.Timeframes.Contains(timeframe.ToString(), StringComparer.Ordinal))
            throw new MisuseException($"Lona takes timeframes {string.Join(' ', LonaUpload.Timeframes)}, was '{timeframe}'");
    }

    private static async Task<int> UploadAsync(LonaGateway gateway, LonaExportFile file, bool replace, bool asJson, CancellationToken cancellationToken)
    {
        CheckTimeframe(file.Series.Timeframe);
        if (file.Layout != LonaUpload.Layout)
            throw new MisuseException($"the gateway takes CSV with six columns and times as 'datetime', and {file.Path} is otherwise: export it with --format csv --time-format datetime, without --extended");
        var upload = LonaUpload.Of(file.Series, new Provenance(file.AssetClass), file.Range);
        if (replace && await gateway.FindAsync(upload.Name, cancellationToken).ConfigureAwait(false) is { } former)
        {
            await gateway.DeleteAsync(former.Id, cancellationToken).ConfigureAwait(false);
            await Console.Error.WriteLineAsync($"{upload.Name}: {former.Id} is deleted").ConfigureAwait(false);
        }

        var symbol = await SendAsync(gateway, upload, file.Path, cancellationToken).ConfigureAwait(false);
        if (asJson)
            JsonOut.Write(writer => symbol.Json.WriteTo(writer));
        else
            await Console.Out.WriteLineAsync(symbol.Id).ConfigureAwait(false);
        await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{upload.Name}: {file.Rows:N0} bars uploaded, and the gateway has them as {symbol.Id}")).ConfigureAwait(false);
        return ExitCode.Ok;
    }

    private static Task<LonaSymbol> SendAsync(LonaGateway gateway, LonaUpload upload, string path, CancellationToken cancellationToken) =>
        ProgressView.RunAsync("upload", "bytes", async listener =>
        {
            var content = File.OpenRead(path);
            await using (content.ConfigureAwait(false))
            {
                var counted = new CountingStream(content, read => listener(upload.Name, read, content.Length));
                await using (counted.ConfigureAwait(false))
                    return await gateway.UploadAsync(upload, counted, cancellationToken).ConfigureAwait(false);
            }
        });
}
