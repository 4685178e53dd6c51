using TraderData.Core;
using TraderData.Parquet;

namespace TraderData.Rounds;

/// <summary>Looks at every series of a round before a byte is written: that it is held, what is missing, how many digits its numbers have.</summary>
internal sealed class UniverseScan(IBarStore store, IInstrumentBook book, RoundSpec spec)
{
    /// <summary>Looks at all of them, one after the other.</summary>
    /// <exception cref="RoundSpecException">Series are not held, or have no bar in the range.</exception>
    public async Task<IReadOnlyList<SeriesFacts>> RunAsync(IProgress<RoundProgress>? progress, CancellationToken cancellationToken)
    {
        var (facts, faults) = (new List<SeriesFacts>(), new List<string>());
        foreach (var series in spec.Series)
        {
            progress?.Report(new RoundProgress("looking", series, facts.Count + faults.Count, spec.Series.Count));
            if (await LookAsync(series, cancellationToken) is { } found)
                facts.Add(found);
            else
                faults.Add($"{series}: no bar of {spec.Range} was held at {TimeText.Iso(spec.AsOfMs)}; see what is: trader-data coverage --symbol {series.Symbol} --timeframe {series.Timeframe}");
        }

        return faults.Count == 0 ? facts : throw new RoundSpecException(faults);
    }

    /// <summary>The columns of the files of these series.</summary>
    /// <exception cref="RoundSpecException">There is no scale that holds all prices, or all volumes, of some series exactly.</exception>
    public static RoundLayout LayoutOf(RoundSpec spec, IReadOnlyList<SeriesFacts> facts)
    {
        var faults = new List<string>();
        var (prices, volumes) = (FormOf(facts, f => f.Prices, "prices", faults), FormOf(facts, f => f.Volumes, "volumes", faults));
        return faults.Count == 0
            ? new RoundLayout(FeatureSet.Of(spec.Features.ToHashSet(StringComparer.Ordinal)), spec.Horizons, prices, volumes)
            : throw new RoundSpecException(faults);
    }

    private static DecimalForm FormOf(IReadOnlyList<SeriesFacts> facts, Func<SeriesFacts, DigitScan> digits, string what, List<string> faults)
    {
        faults.AddRange(facts.Where(f => !digits(f).FitsAt(digits(f).Scale)).Select(f =>
            $"{what} of {f.Series} have more than {ParquetColumn.MaxInt64Precision} digits, {digits(f).Scale} of them behind the point: put a part of its time into a round of its own"));
        var scale = facts.Max(f => digits(f).Scale);
        return new DecimalForm(scale, facts.All(f => digits(f).FitsAt(scale)) ? ParquetColumn.MaxInt64Precision : ParquetColumn.MaxPrecision);
    }

    private async Task<SeriesFacts?> LookAsync(Series series, CancellationToken cancellationToken)
    {
        if (await SeriesReader.FindAsync(store, series, spec.AsOfMs, cancellationToken) is not { } found)
            return null;
        var reading = await SeriesReader.WithListingAsync(found, book, cancellationToken);
        var (scan, prices, volumes) = (new CoverageScan(reading, spec.Range), new DigitScan(), new DigitScan());
        var (rows, unknown, firstMs, lastMs) = (0L, 0L, 0L, 0L);
        await foreach (var block in scan.WatchAsync(store, SeriesFacts.CompleteOnly(reading), spec.AsOfMs, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            prices.Look(block.Opens, block.PriceScale);
            prices.Look(block.Highs, block.PriceScale);
            prices.Look(block.Lows, block.PriceScale);
            prices.Look(block.Closes, block.PriceScale);
            volumes.Look(block.Volumes, block.VolumeScale);
            unknown += block.Volumes.Count(BarBlock.Missing);
            firstMs = rows == 0 ? block.FirstMs : firstMs;
            lastMs = block.LastMs;
            rows += block.Count;
        }

        return rows == 0
            ? null
            : new SeriesFacts(reading, scan.Finish(), prices, volumes, (firstMs, lastMs), rows, await RestatementsAsync(reading, cancellationToken), unknown);
    }

    private async Task<long> RestatementsAsync(SeriesReading reading, CancellationToken cancellationToken)
    {
        var count = 0L;
        await foreach (var revision in store.ReadRevisionsAsync(reading.Held.Series, spec.Range, cancellationToken))
            count += revision.ReplacedMs <= spec.AsOfMs ? 1 : 0;
        return count;
    }
}
