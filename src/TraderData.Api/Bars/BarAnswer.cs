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

    // Stands in rows when provisional bars are asked for, and only then.
    private static readonly BarField ProvisionalField = new("provisional", BarColumn.Provisional);

    // Open to volume: vwap and trades are given to those who ask.
    private const int DefaultNumbers = 5;

    private BarAnswer(Parameter timeframe, Parameter limit, bool newestFirst, bool isoTime)
    {
        (Timeframe, Limit, NewestFirst, IsIsoTime) = (timeframe, limit, newestFirst, isoTime);
        IReadOnlyList<BarField> head = isoTime
            ? [new("symbol", BarColumn.Symbol), new("timeframe", BarColumn.Timeframe), new("bar_ts", BarColumn.Time)]
            : [new("timestamp", BarColumn.Time)];
        DefaultFields = [.. head, .. BarField.Numbers.Take(DefaultNumbers)];
        KnownFields = [.. head, .. BarField.Numbers, .. isoTime ? [new BarField("source", BarColumn.Source)] : Array.Empty<BarField>()];
        Fields = BarParameters.Fields(KnownFields);
        IReadOnlyList<Parameter> form = [BarParameters.AsOf, BarParameters.Complete, Fields, BarParameters.Format, BarParameters.Cursor];
        Symbol = isoTime ? BarParameters.SymbolOrSymbols : BarParameters.Symbol;
        Parameters = isoTime
            ? [Symbol, BarParameters.Symbols, timeframe, limit, BarParameters.Start, BarParameters.End, BarParameters.Order, BarParameters.IncludeProvisional, .. form]
            : [Symbol, timeframe, BarParameters.Start, BarParameters.End, limit, BarParameters.IncludeProvisional, .. form];
    }

    /// <summary>What the endpoint takes.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The parameter that names one symbol.</summary>
    public Parameter Symbol { get; }

    /// <summary>The parameter that names the timeframe.</summary>
    public Parameter Timeframe { get; }

    /// <summary>The parameter that bounds the rows.</summary>
    public Parameter Limit { get; }

    /// <summary>The parameter that chooses the fields.</summary>
    public Parameter Fields { get; }

    /// <summary>The fields that a row may have.</summary>
    public IReadOnlyList<BarField> KnownFields { get; }

    /// <summary>The fields that a row has unless others are asked for.</summary>
    public IReadOnlyList<BarField> DefaultFields { get; }

    /// <summary>The order when the query names none.</summary>
    public bool NewestFirst { get; }

    /// <summary>Times as ISO 8601; otherwise as Unix milliseconds.</summary>
    public bool IsIsoTime { get; }

    /// <summary>What stands before the first row.</summary>
    public byte[] Opening(BarRequest request, Series series) => request.Format switch
    {
        AnswerFormat.Csv => FieldRows.Header(FieldsOf(request)),
        AnswerFormat.NdJson => [],
        _ when IsIsoTime => "{\"success\":true,\"data\":["u8.ToArray(),
        _ => Encoding.UTF8.GetBytes(
            $"{{\"success\":true,\"symbol\":\"{series.Symbol}\",\"interval\":\"{series.Timeframe}\",\"exchange\":\"{series.Source.ToUpperInvariant()}\",\"data\":["),
    };

    /// <summary>The fields of the rows of a request.</summary>
    public IReadOnlyList<BarField> FieldsOf(BarRequest request) => FieldsOf(request.Fields, request.IncludeProvisional);

    /// <summary>The fields of rows.</summary>
    /// <param name="named">Those that were asked for; null when none were.</param>
    /// <param name="includeProvisional">Whether rows tell bars apart that may still change.</param>
    public IReadOnlyList<BarField> FieldsOf(IReadOnlyList<BarField>? named, bool includeProvisional) =>
        includeProvisional ? [.. named ?? DefaultFields, ProvisionalField] : named ?? DefaultFields;

    /// <summary>The writer of a series' rows.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="series">The series.</param>
    /// <param name="isFirst">True when no row of the answer stands before.</param>
    /// <param name="isProvisional">True for the rows of bars that may still change.</param>
    public IBarRows Rows(BarRequest request, Series series, bool isFirst, bool isProvisional = false)
    {
        if (request.Format != AnswerFormat.Json || request.Fields is not null || request.IncludeProvisional)
            return new FieldRows(request.Format, FieldsOf(request), series, IsIsoTime, isFirst, isProvisional);
        return IsIsoTime
            ? new BarRows($",{{\"symbol\":\"{series.Symbol}\",\"timeframe\":\"{series.Timeframe}\",\"bar_ts\":\"", isoTime: true, isFirst)
            : new BarRows(",{\"timestamp\":", isoTime: false, isFirst);
    }
}
