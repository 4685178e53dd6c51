using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Core;
using TraderData.Exports;

namespace TraderData.Cli;

/// <summary><c>export lona</c>: a range of a series as a file that Lona takes.</summary>
internal static class ExportCommand
{
    // Enough to see where the trouble is; the manifest has all of them.
    private const int GapsShown = 20;

    public static Command Create() => new("export", "Write bars to files") { Lona() };

    private static Command Lona()
    {
        var (symbol, timeframe) = (Options.Symbol(), Options.AnyTimeframe());
        var (start, end) = (Options.Time("--start", "The first opening time"), Options.Time("--end", "Opening times before this one"));
        var format = Options.OneOf("--format", "The form of the file", "csv", "csv", "json");
        var extended = new Option<bool>("--extended") { Description = "Write vwap and trades too" };
        var timeFormat = Options.OneOf("--time-format", "How times are written", "unix-ms", "unix-ms", "datetime", "iso");
        var output = new Option<string>("--output") { Description = "A file, - for standard output, or blob for the data folder or container", HelpName = "FILE|-|blob", Required = true };
        var force = new Option<bool>("--force") { Description = "Replace a file that is there" };
        var onGap = Options.OneOf("--on-gap", "With missing bars: write and warn, or write nothing and end with 3", "warn", "warn", "fail");
        var asOf = Options.AsOf();
        var complete = new Option<bool>("--complete") { Description = "Of bars made of finer ones, leave out those that lack some" };
        var data = Options.Data();
        var command = new Command("lona", "Write a range of a series as Lona takes it, with a checksum and a manifest")
        {
            symbol, timeframe, start, end, format, extended, timeFormat, output, force, onGap, asOf, complete, data,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var range = Options.Range(parsed, start, end);
            var services = await Services.OpenAsync(SettingsReader.Read((nameof(Settings.DataDirectory), parsed.GetValue(data))), cancellationToken).ConfigureAwait(false);
            await using (services.ConfigureAwait(false))
            {
                var store = services.GetRequiredService<IBarStore>();
                var (name, asOfMs) = (parsed.GetRequiredValue(symbol), parsed.GetValue(asOf));
                var reading = await HeldSeries.FindAsync(store, name, parsed.GetValue(timeframe), asOfMs, cancellationToken).ConfigureAwait(false);
                var layout = new LonaLayout(
                    parsed.GetValue(format) == "json" ? LonaFormat.Json : LonaFormat.Csv,
                    parsed.GetValue(timeFormat) switch { "datetime" => TimeFormat.DateTime, "iso" => TimeFormat.Iso, _ => TimeFormat.UnixMs },
                    parsed.GetValue(extended));
                var gaps = parsed.GetValue(onGap) == "fail" ? OnGap.Fail : OnGap.Warn;
                var request = new LonaExportRequest(
                    reading.Series, range, layout, TargetOf(parsed.GetRequiredValue(output)), parsed.GetValue(force), gaps, asOfMs,
                    parsed.GetValue(complete));
                var result = await RunAsync(services.GetRequiredService<LonaExport>(), request, cancellationToken).ConfigureAwait(false);
                return await TellAsync(result, request).ConfigureAwait(false);
            }
        });
        return command;
    }

    /// <summary>Runs an export, with progress towards the bars that are expected, of which some may be missing.</summary>
    public static Task<LonaExportResult> RunAsync(LonaExport export, LonaExportRequest request, CancellationToken cancellationToken) =>
        ProgressView.RunAsync("export", "bars", listener =>
        {
            var expected = request.Series.Timeframe.CountIn(request.Range);
            return export.RunAsync(request, new RoundCommand.Told<ExportProgress>(progress => listener(request.Series.Symbol, progress.Rows, Math.Max(progress.Rows, expected))), cancellationToken);
        });

    private static ExportTarget TargetOf(string output) => output switch
    {
        "-" => ExportTarget.To(Console.OpenStandardOutput()),
        "blob" => ExportTarget.Blob,
        _ => ExportTarget.File(output),
    };

    /// <summary>Tells a person how an export came out.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> TellAsync(LonaExportResult result, LonaExportRequest request)
    {
        var coverage = result.Coverage;
        await TellMissingAsync(coverage, request.CompleteOnly ? "left out" : "made of the others").ConfigureAwait(false);
        if (result.Written is { } written)
        {
            await Console.Error.WriteLineAsync(Line($"{request.Series}: {written.Rows:N0} bars, {written.Bytes:N0} bytes{(result.Location is { } location ? $", {location}" : "")}")).ConfigureAwait(false);
            return ExitCode.Ok;
        }

        await Console.Error.WriteLineAsync(Line($"{request.Series}: {WhyNothing(result, request)}")).ConfigureAwait(false);
        return ExitCode.Incomplete;
    }

    private static async Task TellMissingAsync(Coverage coverage, string incomplete)
    {
        var gaps = coverage.Gaps.Where(gap => gap.Cause != GapCause.NoTrade).ToList();
        foreach (var gap in gaps.Take(GapsShown))
            await Console.Error.WriteLineAsync(Line($"gap: {gap.Range}, {gap.Bars:N0} bars, {GapCauses.NameOf(gap.Cause)}")).ConfigureAwait(false);

        var unshown = gaps.Count - GapsShown + coverage.GapCount - coverage.Gaps.Count;
        if (unshown > 0)
            await Console.Error.WriteLineAsync(Line($"gap: and {unshown:N0} more, {coverage.MissingBars:N0} bars in all")).ConfigureAwait(false);
        foreach (var run in coverage.Incomplete.Take(GapsShown))
        {
            var parts = Line($"{run.Bars:N0} bars that lack {run.MissingParts:N0} of {coverage.MadeOf}");
            await Console.Error.WriteLineAsync($"incomplete: {run.Range}, {parts}, {incomplete}").ConfigureAwait(false);
        }

        var more = coverage.IncompleteCount - GapsShown;
        if (more > 0)
            await Console.Error.WriteLineAsync(Line($"incomplete: and {more:N0} more, {coverage.IncompleteBars:N0} bars in all")).ConfigureAwait(false);
    }

    private static FormattableString WhyNothing(LonaExportResult result, LonaExportRequest request)
    {
        var (coverage, series) = (result.Coverage, request.Series);
        if (coverage.Rows == 0)
        {
            var when = request.AsOfMs is { } asOf ? $"was held at {TimeText.Iso(asOf)}" : "is held";
            var command = $"trader-data coverage --symbol {series.Symbol} --timeframe {series.Timeframe}";
            return $"no bar of {request.Range} {when}; nothing was written. See what is: {command}";
        }

        if (result.IsEmpty)
            return $"none of the {coverage.Rows:N0} bars is complete; nothing was written, as --complete asks";
        return coverage.IncompleteBars == 0
            ? $"{coverage.MissingBars:N0} bars are missing; nothing was written, as --on-gap fail asks"
            : (FormattableString)$"{coverage.MissingBars:N0} bars are missing and {coverage.IncompleteBars:N0} incomplete; nothing was written, as --on-gap fail asks";
    }

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
