using TraderData.Core;

namespace TraderData.Connectors.Alpaca;

/// <summary>
/// When Alpaca's bars are closed. Bars under a day stand on the UTC grid, and so do the day and week bars of crypto (since 2025; before, they
/// stood on Chicago's midnight). Day and week bars of stocks open at midnight in New York, which is 04:00Z or 05:00Z.
/// </summary>
internal sealed class BarSchedule
{
    private const int DaysOfWeek = 7;

    private readonly Timeframe _timeframe;
    private readonly long _settlementMs;
    private readonly int _sessionDays;

    public BarSchedule(Timeframe timeframe, AssetClass assetClass, TimeSpan settlement)
    {
        (_timeframe, _settlementMs) = (timeframe, (long)settlement.TotalMilliseconds);
        _sessionDays = assetClass != AssetClass.Stock ? 0 : timeframe == Timeframe.W1 ? DaysOfWeek : timeframe == Timeframe.D1 ? 1 : 0;
    }

    /// <summary>The grid that bars stand on; null when they follow New York.</summary>
    public Timeframe? Grid => _sessionDays == 0 ? _timeframe : null;

    /// <summary>The time that all bars opening before it are closed and settled, and no other is, when Alpaca's clock shows <paramref name="nowMs"/>.</summary>
    public long ClosedEndMs(long nowMs) => _sessionDays == 0
        ? _timeframe.Floor(nowMs - (_timeframe.DurationMs < Timeframe.D1.DurationMs ? _settlementMs : 0))
        : NyseCalendar.MidnightMs(NyseCalendar.DateAt(nowMs).AddDays(1 - _sessionDays));

    /// <summary>The first time that a bar can open behind one that opens at <paramref name="openMs"/>.</summary>
    public long NextOpenMs(long openMs) => _sessionDays == 0 ? openMs + _timeframe.DurationMs : NyseCalendar.MidnightMs(NyseCalendar.DateAt(openMs).AddDays(_sessionDays));
}
