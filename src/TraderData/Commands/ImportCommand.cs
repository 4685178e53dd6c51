using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Core;
using TraderData.Exports;

namespace TraderData.Cli;

/// <summary><c>import csv</c>: bars from a file that a person brings.</summary>
internal static class ImportCommand
{
    public static Command Create() => new("import", "Read bars from files") { Csv() };

    private static Command Csv()
    {
        var file = new Argument<string>("FILE") { Description = "A CSV file with the columns of an export, matched by name" };
        var source = new Option<string>("--source") { Description = "The source of the series", DefaultValueFactory = _ => "import" };
        source.Validators.Add(result =>
        {
            if (Series.CheckSource(result.GetValueOrDefault<string>()) is { } wrong)
                result.AddError(wrong);
        });
        var (symbol, timeframe) = (Options.Symbol(), Options.TimeframeOf());
        var timeFormat = Options.OneOf("--time-format", "How times are written", "auto", "auto", "unix-ms", "unix-s", "datetime", "iso");
        var data = Options.Data();
        var command = new Command("csv", "Read a CSV file; nothing of it is kept unless every row is right") { file, source, symbol, timeframe, timeFormat, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(file);
            if (!File.Exists(path))
                throw new MisuseException($"'{path}' is not a file");
            var request = new CsvImportRequest(
                path, new Series(parsed.GetRequiredValue(source), parsed.GetRequiredValue(symbol), parsed.GetValue(timeframe)), FormatOf(parsed.GetValue(timeFormat)));
            var services = await Services.OpenAsync(SettingsReader.Read((nameof(Settings.DataDirectory), parsed.GetValue(data))), cancellationToken).ConfigureAwait(false);
            await using (services.ConfigureAwait(false))
            {
                var content = File.OpenRead(path);
                await using (content.ConfigureAwait(false))
                    await TellAsync(request, await RunAsync(services.GetRequiredService<CsvImport>(), request, content, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
                return ExitCode.Ok;
            }
        });
        return command;
    }

    private static Task<CsvImportResult> RunAsync(CsvImport import, CsvImportRequest request, FileStream content, CancellationToken cancellationToken) =>
        ProgressView.RunAsync("import", "bytes", async listener =>
        {
            var counted = new CountingStream(content, read => listener("reading", read, content.Length));
            await using (counted.ConfigureAwait(false))
                return await import.RunAsync(request, counted, cancellationToken).ConfigureAwait(false);
        });

    private static ImportTimeFormat FormatOf(string? name) => name switch
    {
        "unix-ms" => ImportTimeFormat.UnixMs,
        "unix-s" => ImportTimeFormat.UnixS,
        "datetime" => ImportTimeFormat.DateTime,
        "iso" => ImportTimeFormat.Iso,
        _ => ImportTimeFormat.Auto,
    };

    private static async Task TellAsync(CsvImportRequest request, CsvImportResult result)
    {
        var (bars, written) = (result.Bars, result.Written);
        if (bars.IgnoredColumns.Count > 0)
            await Console.Error.WriteLineAsync($"{request.FileName}: columns without a meaning here were left out: {string.Join(", ", bars.IgnoredColumns)}").ConfigureAwait(false);
        if (bars.NewestFirst)
            await Console.Error.WriteLineAsync($"{request.FileName}: newest bar first; read from the end").ConfigureAwait(false);
        await Console.Error.WriteLineAsync(written.WroteNothing
            ? string.Create(CultureInfo.InvariantCulture, $"{request.Series}: nothing to write: {written.Same:N0} bars are the same as those held")
            : string.Create(CultureInfo.InvariantCulture, $"{request.Series}: {written.Inserted:N0} bars inserted, {written.Changed:N0} changed, {written.Same:N0} the same")).ConfigureAwait(false);
    }
}
