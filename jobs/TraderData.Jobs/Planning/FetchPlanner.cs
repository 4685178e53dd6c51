using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>
/// Decides how what is missing of a series is fetched: by the month's file of the source's archive, by files of days, or from the API, whatever takes the
/// least time. It asks nobody.
/// </summary>
/// <param name="source">Where bars come from.</param>
/// <param name="useArchives">False to plan without files.</param>
internal sealed class FetchPlanner(IMarketDataSource source, bool useArchives)
{
    /// <summary>True when files are to be had.</summary>
    public bool HasArchive => useArchives && source.Archive is not null;

    /// <summary>Plans.</summary>
    /// <param name="series">The series.</param>
    /// <param name="ranges">What is to be held afterwards, ascending, as far as it is closed.</param>
    /// <param name="held">What is held.</param>
    /// <param name="condemned">Names of files that are not to be fetched.</param>
    /// <param name="sourceNowMs">The source's clock: files that are not to be expected yet are not planned with.</param>
    public FetchPlan Plan(Series series, IEnumerable<TimeRange> ranges, RangeSet held, IReadOnlySet<string> condemned, long sourceNowMs)
    {
        var costs = source.Costs;
        var chunks = ranges.SelectMany(range => ChunkPlan.Split(series.Timeframe, range)).Select(chunk =>
        {
            var missing = RangeSet.Of(held.Missing(chunk));
            return new FetchChunk(chunk, PartsOf(series, missing, condemned, sourceNowMs, costs));
        });
        return new FetchPlan(series, [.. chunks], costs);
    }

    private List<FetchPart> PartsOf(Series series, RangeSet missing, IReadOnlySet<string> condemned, long sourceNowMs, SourceCosts costs)
    {
        var choice = new Choice(series.Timeframe, missing, costs);
        if (missing.Count > 0 && HasArchive)
        {
            foreach (var file in source.Archive!.FilesOf(series, new TimeRange(missing[0].StartMs, missing[^1].EndMs)))
            {
                if (condemned.Contains(file.Name))
                    choice.Refuse(file);
                else
                    choice.Offer(file, file.ExpectedMs <= sourceNowMs);
            }
        }

        return choice.Parts();
    }

    /// <summary>Takes files as they end, days before their month, and keeps the cheapest way so far.</summary>
    private sealed class Choice(Timeframe timeframe, RangeSet missing, SourceCosts costs)
    {
        private readonly List<FetchPart> _files = [];
        private readonly List<FetchPart> _month = [];

        public void Offer(ArchiveFile file, bool isExpected)
        {
            var within = RangeSet.Of(missing.Select(range => range.Intersect(file.Range)));
            if (within.Count > 0 && isExpected)
                Weigh(file, within);
            if (file.Period != ArchivePeriod.Month)
                return;
            _files.AddRange(_month);
            _month.Clear();
        }

        // The days of a month that is not to be believed are of the same make.
        public void Refuse(ArchiveFile file)
        {
            if (file.Period == ArchivePeriod.Month)
                _month.Clear();
        }

        /// <summary>The files, and the API for whatever they leave.</summary>
        public List<FetchPart> Parts()
        {
            var left = RangeSet.Of(_files.Select(part => part.Range));
            var asked = missing.SelectMany(left.Missing).Select(range => new FetchPart(range, null, FetchCost.OfRows(timeframe.CountIn(range), costs)));
            return [.. _files.Concat(asked).OrderBy(part => part.Range.StartMs)];
        }

        private void Weigh(ArchiveFile file, RangeSet within)
        {
            // What is held in between comes with the file, and is the same.
            var part = new FetchPart(new TimeRange(within[0].StartMs, within[^1].EndMs), file, new FetchCost(ArchiveFile.Calls, 0, file.EstimatedBytes));
            IReadOnlyList<FetchPart> others = file.Period == ArchivePeriod.Month ? _month : [];
            var days = RangeSet.Of(others.Select(day => day.Range));
            if (TimeOf(part) >= others.Sum(TimeOf) + within.SelectMany(days.Missing).Sum(TimeOfRows))
                return;
            if (file.Period == ArchivePeriod.Month)
                _month.Clear();
            _month.Add(part);
        }

        private double TimeOf(FetchPart part) => part.Cost.TimeOf(costs).TotalMilliseconds;

        // A part of a call, where the range is a part of a longer one.
        private double TimeOfRows(TimeRange range)
        {
            var page = FetchCost.OfRows(costs.RowsPerCall, costs).TimeOf(costs).TotalMilliseconds;
            return page * timeframe.CountIn(range) / costs.RowsPerCall;
        }
    }
}
