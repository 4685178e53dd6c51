using System.Security.Cryptography;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Exports;

/// <summary>An export that was written before, by the manifest beside it.</summary>
/// <param name="Path">Where the file is.</param>
/// <param name="Series">The series.</param>
/// <param name="AssetClass">What is traded.</param>
/// <param name="Range">The range that was asked for, up to the last bar that could be closed.</param>
/// <param name="Layout">How it is written.</param>
/// <param name="Sha256">The file's digest, hexadecimal.</param>
/// <param name="Rows">How many bars it has.</param>
public sealed record LonaExportFile(string Path, Series Series, AssetClass AssetClass, TimeRange Range, LonaLayout Layout, string Sha256, long Rows)
{
    /// <summary>Finds out what a file is, and checks it against its checksum.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="BadDataException">There is no manifest beside it, or the file is not the one that it describes.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<LonaExportFile> OpenAsync(string path, CancellationToken cancellationToken)
    {
        var manifestPath = path + LonaManifest.ManifestEnd;
        if (!File.Exists(manifestPath))
            throw new BadDataException(path, "no manifest beside it", $"{System.IO.Path.GetFileName(manifestPath)}, as 'trader-data export lona' writes it");
        var manifest = File.OpenRead(manifestPath);
        LonaExportFile? file;
        await using (manifest.ConfigureAwait(false))
            file = Read(path, await LonaManifest.ParseAsync(manifest, cancellationToken).ConfigureAwait(false));
        if (file is null)
            throw new BadDataException(manifestPath, "something else", "a manifest, as 'trader-data export lona' writes it");
        var content = File.OpenRead(path);
        await using (content.ConfigureAwait(false))
        {
            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false));
            return hash == file.Sha256 ? file : throw new BadDataException(path, $"SHA-256 {hash}", $"{file.Sha256}, as its manifest says; export it again");
        }
    }

    /// <summary>Reads a manifest.</summary>
    /// <returns>Null when it is none.</returns>
    internal static LonaExportFile? Read(string path, JsonElement? manifest)
    {
        if (manifest is not { ValueKind: JsonValueKind.Object } json)
            return null;
        try
        {
            var (series, range) = (json.GetProperty("series"), json.GetProperty("range"));
            var columns = json.GetProperty("columns").GetArrayLength();
            return new LonaExportFile(
                path,
                new Series(Text(series, "source"), Text(series, "symbol"), Timeframe.Parse(Text(series, "timeframe"))),
                AssetClassText.Parse(Text(series, "asset_class")),
                new TimeRange(Time(range, "start"), Time(range, "end")),
                new LonaLayout(
                    Text(json, "format") == "json" ? LonaFormat.Json : LonaFormat.Csv,
                    Text(json, "time_format") switch { "datetime" => TimeFormat.DateTime, "iso" => TimeFormat.Iso, _ => TimeFormat.UnixMs },
                    columns > LonaUpload.Layout.Columns.Count),
                Text(json, "sha256"), json.GetProperty("rows").GetInt64());
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString() ?? "";

    private static long Time(JsonElement json, string name) =>
        TimeText.TryParse(Text(json, name), out var timeMs) ? timeMs : throw new FormatException($"{name} is no time");
}
