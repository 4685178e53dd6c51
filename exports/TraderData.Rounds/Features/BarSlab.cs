namespace TraderData.Rounds;

/// <summary>
/// Bars of one series that follow each other without a gap, ascending, as doubles: some that features were given before, and the new ones behind them. Each
/// span but <see cref="Times"/> has a value for all of both. A volume that is not known is NaN, as is the return of a bar that follows none.
/// </summary>
/// <param name="history">How many of the bars were given before: all there are without a gap, up to <see cref="MaxHistory"/>.</param>
/// <param name="times">Opening times of the new bars, Unix milliseconds UTC.</param>
/// <param name="highs">Highest prices.</param>
/// <param name="lows">Lowest prices.</param>
/// <param name="closes">Closing prices.</param>
/// <param name="volumes">Base volumes.</param>
/// <param name="returns">Log returns from the close before.</param>
internal readonly ref struct BarSlab(
    int history, ReadOnlySpan<long> times, ReadOnlySpan<double> highs, ReadOnlySpan<double> lows, ReadOnlySpan<double> closes, ReadOnlySpan<double> volumes, ReadOnlySpan<double> returns)
{
    /// <summary>The most bars that any feature looks back beside the bar itself.</summary>
    public const int MaxHistory = 20;

    public int History { get; } = history;

    public int Count => Times.Length;

    public ReadOnlySpan<long> Times { get; } = times;

    public ReadOnlySpan<double> Highs { get; } = highs;

    public ReadOnlySpan<double> Lows { get; } = lows;

    public ReadOnlySpan<double> Closes { get; } = closes;

    public ReadOnlySpan<double> Volumes { get; } = volumes;

    public ReadOnlySpan<double> Returns { get; } = returns;
}
