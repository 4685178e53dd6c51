using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;
using TraderData.Storage;

namespace TraderData.Benchmarks;

/// <summary>Writes <see cref="GeneratedMinutes"/> as a lake: <c>FOLDER [--series N] [--years Y]</c>, one series of ten years when nothing is said.</summary>
internal static class LakeMaker
{
    /// <summary>Exit code 2 when the arguments are wrong.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var (series, years) = (1, 10);
        for (var i = 1; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var number) ? number : 0;
            if (args[i] == "--series" && value is >= 1 and <= 9_999)
                series = value;
            else if (args[i] == "--years" && value is >= 1 and <= 10)
                years = value;
            else
                args = [];
        }

        if (args.Length == 0)
        {
            await Console.Error.WriteLineAsync("usage: --make-lake FOLDER [--series 1..9999] [--years 1..10]");
            return 2;
        }

        var start = Stopwatch.GetTimestamp();
        var writing = await MakeAsync(args[0], series, years);
        Console.WriteLine(
            $"{series} series of {years} years in {args[0]} ({Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s, writes {writing.TotalSeconds:F3} s)");
        return 0;
    }

    /// <summary>Writes series 1 to <paramref name="series"/>; what is there already stays as it is.</summary>
    /// <returns>How long the writes took, without generating what was written.</returns>
    public static async Task<TimeSpan> MakeAsync(string folder, int series, int years)
    {
        await using var storage = TraderDataStorage.Open(new StorageOptions { DataDirectory = folder, BlockCacheBytes = 0 }, NullLoggerFactory.Instance);
        var writing = TimeSpan.Zero;
        for (var number = 1; number <= series; number++)
        {
            var write = new BarWrite(GeneratedMinutes.Read(number, years), new Provenance(AssetClass.Crypto), GeneratedMinutes.Range(years));
            var start = Stopwatch.GetTimestamp();
            _ = await storage.Bars.WriteAsync(GeneratedMinutes.Series(number), write, CancellationToken.None);
            writing += Stopwatch.GetElapsedTime(start);
        }

        return writing;
    }
}
