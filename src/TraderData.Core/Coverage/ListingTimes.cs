namespace TraderData.Core;

/// <summary>When a source did not trade an instrument, as far as it was seen.</summary>
/// <param name="Halted">When it was listed and not traded.</param>
/// <param name="Gone">When it was not listed any more.</param>
public sealed record ListingTimes(RangeSet Halted, RangeSet Gone)
{
    /// <summary>Nothing was seen.</summary>
    public static readonly ListingTimes Unknown = new(RangeSet.Empty, RangeSet.Empty);

    // Lists are read once an hour: a change can be so much older than its date.
    private const long SeenWithinMs = 3_600_000;

    /// <summary>What the changes of an instrument tell.</summary>
    public static ListingTimes Of(ListedInstrument instrument)
    {
        return new ListingTimes(In(InstrumentStatus.NotTrading), In(InstrumentStatus.Gone));

        RangeSet In(InstrumentStatus status) => RangeSet.Of(instrument.Changes
            .Zip(instrument.Changes.Skip(1).Select(next => next.AtMs).Append(TimeText.MaxMs))
            .Where(c => c.First.Status == status && c.Second >= c.First.AtMs)
            .Select(c => new TimeRange(Math.Max(TimeText.MinMs, c.First.AtMs - SeenWithinMs), c.Second)));
    }
}
