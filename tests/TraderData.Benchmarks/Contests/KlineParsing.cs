using System.Globalization;
using System.Text.Json;
using TraderData.Connectors.Binance;
using TraderData.Core;

namespace TraderData.Benchmarks;

/// <summary>A page of 1,000 klines from bytes to columns, every rule checked.</summary>
public class KlineParsing : Contest
{
    private readonly byte[] _page = RecordedPage.Read();
    private BarBlock _ours = BarBlock.Empty;
    private List<decimal> _rival = [];

    public override string Name => "parse klines";

    public override string Rival => "JsonDocument, System.Decimal";

    public override int Bars => RecordedPage.Bars;

    public override Task SetupAsync()
    {
        OurBytes = RivalBytes = _page.Length;
        return Task.CompletedTask;
    }

    public override Task OursAsync()
    {
        _ours = KlineParser.Parse(_page, BitcoinMinutes.Series, TimeRange.All, TimeText.MaxMs).Bars;
        return Task.CompletedTask;
    }

    public override Task RivalAsync()
    {
        using var page = JsonDocument.Parse(_page);
        _rival = new List<decimal>(RecordedPage.Bars * 7);
        foreach (var row in page.RootElement.EnumerateArray())
        {
            _rival.Add(row[0].GetInt64());
            for (var i = 1; i <= 5; i++)
                _rival.Add(decimal.Parse(row[i].GetString()!, CultureInfo.InvariantCulture));
            _rival.Add(row[8].GetInt64());
        }

        return Task.CompletedTask;
    }

    public override Task<string?> DifferenceAsync()
    {
        var ours = Enumerable.Range(0, _ours.Count).Select(_ours.At).SelectMany(b => (decimal[])
        [
            b.TimeMs, b.Open.ToDecimal(), b.High.ToDecimal(), b.Low.ToDecimal(), b.Close.ToDecimal(), b.Volume!.Value.ToDecimal(), b.Trades!.Value,
        ]).ToArray();
        return Task.FromResult(FirstDifference<decimal>(ours, _rival.ToArray()));
    }
}
