using System.Diagnostics.Metrics;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Counts what is written: meter <c>TraderData.Storage</c>, <c>bars.written</c> and <c>bars.restated</c>, by source and timeframe.</summary>
internal static class WriteMeter
{
    private static readonly Meter Meter = new("TraderData.Storage");
    private static readonly Counter<long> Written = Meter.CreateCounter<long>("bars.written", description: "Bars that were stored and had not been there");
    private static readonly Counter<long> Restated = Meter.CreateCounter<long>("bars.restated", description: "Bars that were stored with other values than they had");

    /// <summary>Takes note of a write. One that stored something counts for both, if with 0: a counter that is not there yet cannot be seen to grow.</summary>
    public static WriteResult Count(Series series, WriteResult result)
    {
        if (result.WroteNothing)
            return result;
        KeyValuePair<string, object?> source = new("source", series.Source), timeframe = new("timeframe", series.Timeframe.ToString());
        Written.Add(result.Inserted, source, timeframe);
        Restated.Add(result.Changed, source, timeframe);
        return result;
    }
}
