using System.Collections.Concurrent;
using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs.Tests;

/// <summary>Files of a model source's bars that fail where a test wants them to. Each is expected a day after its end.</summary>
internal sealed class ModelArchive : IBarArchive
{
    private const long DayMs = 86_400_000;

    /// <summary>Where the bars come from.</summary>
    public ModelSource? Source { get; set; }

    /// <summary>Changes what a file has; throws to fail, gives null for a file that is not there.</summary>
    public Func<ArchiveFile, BarBlock, BarBlock?> Change { get; set; } = (_, bars) => bars;

    /// <summary>The files that were asked for.</summary>
    public ConcurrentQueue<string> Read { get; } = [];

    public IReadOnlyList<ArchiveFile> FilesOf(Series series, TimeRange range)
    {
        var files = new List<ArchiveFile>();
        for (var day = Timeframe.D1.Floor(range.StartMs); day < range.EndMs; day += DayMs)
        {
            files.Add(File(series, ArchivePeriod.Day, new TimeRange(day, day + DayMs), TimeText.Iso(day)[..10]));
            var month = Partition.At(Timeframe.M1, day);
            if (day + DayMs == month.Range.EndMs || day + DayMs >= range.EndMs)
                files.Add(File(series, ArchivePeriod.Month, month.Range, month.Name));
        }

        return files;
    }

    public async Task<BarPage?> ReadAsync(ArchiveFile file, long sourceNowMs, CancellationToken cancellationToken)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        Read.Enqueue(file.Name);
        var bars = Change(file, Source!.Bars(file.Series.Symbol, file.Series.Timeframe, file.Range));
        return bars is null ? null : new BarPage(bars, file.Range);
    }

    private static ArchiveFile File(Series series, ArchivePeriod period, TimeRange range, string date) =>
        new(series, $"{series.Symbol}-{series.Timeframe}-{date}.zip", period, range, range.EndMs + DayMs, (series.Timeframe.CountIn(range) * 50) + 600);
}
