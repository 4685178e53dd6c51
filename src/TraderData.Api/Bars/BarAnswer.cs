using System.Text;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>One of the two forms in which bars are given: what an endpoint takes, and how it writes.</summary>
internal sealed class BarAnswer
{
    /// <summary>The original form: newest first, 100 rows unless asked otherwise, the names and times of market.ohlcv.</summary>
    public static readonly BarAnswer Ohlcv = new(BarParameters.Timeframe, BarParameters.Limit(100), newestFirst: true, isoTime: true);

    /// <summary>Lona's names, ascending. As many rows as one answer may have, so that a range comes in one piece unless it is long.</summary>
    public static readonly BarAnswer Candles = new(BarParameters.Interval, BarParameters.Limit(BarParameters.MaxLimit), newestFirst: false, isoTime: false);

    private readonly bool _isoTime;

    private BarAnswer(Parameter timeframe, Parameter limit, bool newestFirst, bool isoTime)
    {
        (Timeframe, Limit, NewestFirst, _isoTime) = (timeframe, limit, newestFirst, isoTime);
        Parameters = isoTime
            ? [BarParameters.Symbol, timeframe, limit, BarParameters.Start, BarParameters.End, BarParameters.Order, BarParameters.Cursor]
            : [BarParameters.Symbol, timeframe, BarParameters.Start, BarParameters.End, limit, BarParameters.Cursor];
    }

    /// <summary>What the endpoint takes.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The parameter that names the timeframe.</summary>
    public Parameter Timeframe { get; }

    /// <summary>The parameter that bounds the rows.</summary>
    public Parameter Limit { get; }

    /// <summary>The order when the query names none.</summary>
    public bool NewestFirst { get; }

    /// <summary>What stands before the first row.</summary>
    public byte[] Opening(Series series) => _isoTime
        ? "{\"success\":true,\"data\":["u8.ToArray()
        : Encoding.UTF8.GetBytes(
            $"{{\"success\":true,\"symbol\":\"{series.Symbol}\",\"interval\":\"{series.Timeframe}\",\"exchange\":\"{series.Source.ToUpperInvariant()}\",\"data\":[");

    /// <summary>The writer of a series' rows.</summary>
    public BarRows Rows(Series series) => _isoTime
        ? new BarRows($",{{\"symbol\":\"{series.Symbol}\",\"timeframe\":\"{series.Timeframe}\",\"bar_ts\":\"", isoTime: true)
        : new BarRows(",{\"timestamp\":", isoTime: false);
}
