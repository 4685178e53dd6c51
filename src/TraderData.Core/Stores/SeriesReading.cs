namespace TraderData.Core;

/// <summary>How a series can be read: as it is held, or made of a finer one that is.</summary>
/// <param name="Series">The series that is asked for.</param>
/// <param name="Held">The series that is read, as it was when it was found: of <paramref name="Series"/> itself, or of a timeframe that divides its.</param>
public sealed record SeriesReading(Series Series, SeriesInfo Held)
{
    /// <summary>True when bars are put together of finer ones.</summary>
    public bool IsResampled => Held.Series.Timeframe != Series.Timeframe;
}
