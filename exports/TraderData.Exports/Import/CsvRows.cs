using System.Text;
using TraderData.Core;

namespace TraderData.Exports;

/// <summary>Reads a line as a bar and checks it.</summary>
internal sealed class CsvRows(CsvImportRequest request, CsvColumns columns, long nowMs)
{
    private readonly Timeframe _timeframe = request.Series.Timeframe;

    /// <summary>How times are read; from the first row on never <see cref="ImportTimeFormat.Auto"/>.</summary>
    public ImportTimeFormat TimeFormat { get; private set; } = request.TimeFormat;

    /// <summary>Reads the current line.</summary>
    /// <exception cref="BadDataException">It is no bar, breaks a rule, or is not closed yet.</exception>
    public Bar Read(CsvLines line)
    {
        var bar = new Bar(
            Time(line),
            Price(line, columns.Open, "open"),
            Price(line, columns.High, "high"),
            Price(line, columns.Low, "low"),
            Price(line, columns.Close, "close"),
            Number(line, columns.Volume, "volume"),
            Number(line, columns.Vwap, "vwap"),
            Trades(line));
        // Days and weeks of stocks begin at midnight of their exchange, which is on no grid in UTC; a file does not say what it holds.
        if (BarRules.FindViolation(bar, _timeframe.DurationMs < Timeframe.D1.DurationMs ? _timeframe : null) is var (found, expected))
            throw new BadDataException(line.Where, found, expected, line.Text);
        if (bar.TimeMs > nowMs - _timeframe.DurationMs)
            throw new BadDataException(line.Where, $"a {_timeframe} bar of {TimeText.Iso(bar.TimeMs)}, which is not over yet", "closed bars only: leave that row out", line.Text);
        return bar;
    }

    private long Time(CsvLines line)
    {
        var text = line[columns.Time];
        if (TimeFormat == ImportTimeFormat.Auto)
            TimeFormat = CsvTimes.Guess(text) ?? throw BadTime(line, text, ", or the time format said");
        return CsvTimes.TryParse(text, TimeFormat, out var timeMs) ? timeMs : throw BadTime(line, text, "");
    }

    private BadDataException BadTime(CsvLines line, ReadOnlySpan<byte> text, string remedy) =>
        new(line.Where, $"time '{Encoding.UTF8.GetString(text)}'", CsvTimes.Expected(TimeFormat) + remedy, line.Text);

    private static ScaledDecimal Price(CsvLines line, int column, string name) =>
        Number(line, column, name) ?? throw new BadDataException(line.Where, $"no {name}", "a decimal number", line.Text);

    private long? Trades(CsvLines line) => Number(line, columns.Trades, "trades")?.Normalize() is not { } trades ? null
        : trades.Scale == 0 ? trades.Mantissa
        : throw new BadDataException(line.Where, $"trades {trades}", "a whole number", line.Text);

    private static ScaledDecimal? Number(CsvLines line, int column, string name)
    {
        if (column < 0)
            return null;
        var text = line[column];
        if (text.IsEmpty)
            return null;
        return Utf8Decimal.Parse(text, out var value) switch
        {
            DecimalParse.Ok => value,
            DecimalParse.TooManyDigits => throw new BadDataException(
                line.Where, $"{name} {Encoding.UTF8.GetString(text)}", $"at most {ScaledDecimal.MaxScale} digits in all and as many behind the point", line.Text),
            _ => throw new BadDataException(line.Where, $"{name} '{Encoding.UTF8.GetString(text)}'", "a decimal number with a point and no separators", line.Text),
        };
    }
}
