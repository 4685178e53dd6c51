using System.Globalization;
using TraderData.Exports;
using TraderData.Testing;

namespace TraderData.Benchmarks;

/// <summary>
/// The .NET side of <c>compare/parts.sh</c>: <c>--part tools</c>, <c>--part prepare FOLDER YEARS</c>, <c>--part sizes FOLDER YEARS</c>, <c>--part NAME FOLDER YEARS RUN</c>, <c>--part postgres FOLDER YEARS RUNS</c>, and <c>--part answer FILE</c> for
/// contestants that are not .NET.
/// </summary>
internal static class PartRun
{
    /// <summary>Exit code 2 when the arguments are wrong.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        switch (args)
        {
            case ["answer", var file]:
                Console.WriteLine(TextAnswer.Of(file));
                return 0;
            case ["tools"]:
                _ = await NodeTools.FolderAsync();
                return 0;
            case ["prepare", var folder, var years]:
                await new PartFolder(folder, int.Parse(years, CultureInfo.InvariantCulture)).PrepareAsync();
                return 0;
            case ["sizes", var folder, var years]:
                await ParquetSizes.PrintAsync(new PartFolder(folder, int.Parse(years, CultureInfo.InvariantCulture)));
                return 0;
            case ["postgres", var folder, var years, var runs]:
                await using (var postgres = await PostgresParts.StartAsync(new PartFolder(folder, int.Parse(years, CultureInfo.InvariantCulture))))
                    await postgres.MeasureAsync(int.Parse(runs, CultureInfo.InvariantCulture));
                return 0;
            case [var name, var folder, var years, var run] when Find(name, new PartFolder(folder, int.Parse(years, CultureInfo.InvariantCulture))) is { } part:
                await part.MeasureAsync(int.Parse(run, CultureInfo.InvariantCulture));
                return 0;
            default:
                await Console.Error.WriteLineAsync("usage: --part prepare|sizes FOLDER YEARS | --part NAME FOLDER YEARS RUN | --part postgres FOLDER YEARS RUNS | --part answer FILE; see compare/parts.sh");
                return 2;
        }
    }

    private static Part? Find(string name, PartFolder folder) => name switch
    {
        "klines" => new KlinePart(folder),
        "tokens" => new KlineTokens(folder),
        "encode" => new ParquetEncodePart(folder),
        "decode" => new ParquetDecodePart(folder),
        "csv" => new LonaPart(folder, LonaFormat.Csv),
        "csvhelper" => new CsvHelperPart(folder),
        "json" => new LonaPart(folder, LonaFormat.Json),
        _ => null,
    };
}
