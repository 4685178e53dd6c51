using System.Globalization;
using TraderData.Core;

namespace TraderData.Exports;

/// <summary>
/// An export in the file store. Each file appears whole; the manifest appears last, so that an export with a manifest is complete. What a kill
/// left without one is replaced with <see cref="LonaExportRequest.Force"/>.
/// </summary>
internal static class LonaBlobTarget
{
    public static async Task<LonaExportResult> WriteAsync(IFileStore files, string name, WatchedBars bars, CancellationToken cancellationToken)
    {
        var request = bars.Request;
        (Coverage Coverage, LonaSummary Summary)? done = null;
        await files.WriteAsync(
            name,
            request.Force,
            async (stream, token) => done = await bars.WriteAsync(stream, token).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        var (coverage, summary) = done!.Value;
        var fileName = name[(name.LastIndexOf('/') + 1)..];
        await PutAsync(files, name + LonaManifest.ChecksumEnd, LonaManifest.Checksum(fileName, summary), cancellationToken).ConfigureAwait(false);
        var manifest = LonaManifest.Manifest(fileName, request, bars.Reading, coverage, summary);
        await PutAsync(files, name + LonaManifest.ManifestEnd, manifest, cancellationToken).ConfigureAwait(false);
        return new LonaExportResult(coverage, summary, name);
    }

    /// <summary>
    /// <c>exports/lona/{source}/{symbol}/{timeframe}/{start}_{end}.{csv|json}</c>, the symbol percent-encoded where it holds what a path does
    /// not (<c>BTC%2FUSD</c>), times as <c>20240101</c> or <c>20240101T103000Z</c>; behind the end <c>_as_of_{time}</c> and <c>_complete</c> where they were
    /// asked for and make a difference, so that other bars have another name.
    /// </summary>
    public static string NameOf(LonaExportRequest request, SeriesReading reading)
    {
        var (series, range) = (request.Series, request.Range);
        var asOf = request.AsOfMs is { } time ? $"_as_of_{Stamp(time)}" : "";
        var complete = request.CompleteOnly && reading.IsResampled ? "_complete" : "";
        return $"exports/lona/{series.Source}/{NamePart(series.Symbol)}/{series.Timeframe}/"
            + $"{Stamp(range.StartMs)}_{Stamp(range.EndMs)}{asOf}{complete}.{request.Layout.Extension}";
    }

    /// <summary>A symbol as a part of a name.</summary>
    public static string NamePart(string symbol) => Uri.EscapeDataString(symbol);

    /// <summary>A time as a part of a name: <c>20240101</c> or <c>20240101T103000Z</c>.</summary>
    public static string Stamp(long timeMs)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(timeMs);
        var format = time.TimeOfDay == TimeSpan.Zero ? "yyyyMMdd" : timeMs % 1_000 == 0 ? "yyyyMMdd'T'HHmmss'Z'" : "yyyyMMdd'T'HHmmss.fff'Z'";
        return time.ToString(format, CultureInfo.InvariantCulture);
    }

    private static Task PutAsync(IFileStore files, string name, byte[] content, CancellationToken cancellationToken) =>
        files.WriteAsync(name, overwrite: true, async (stream, token) => await stream.WriteAsync(content, token).ConfigureAwait(false), cancellationToken);
}
