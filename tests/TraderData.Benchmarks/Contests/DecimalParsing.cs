using System.Buffers.Text;
using TraderData.Core;

namespace TraderData.Benchmarks;

/// <summary>Five decimals a bar, as Binance sends them (<c>58000.01000000</c>), from bytes to numbers.</summary>
public class DecimalParsing : Contest
{
    private readonly byte[][] _texts = RecordedPage.Decimals();
    private readonly ScaledDecimal[] _ours = new ScaledDecimal[RecordedPage.Bars * 5];
    private readonly decimal[] _rival = new decimal[RecordedPage.Bars * 5];

    public override string Name => "parse 5 decimals";

    public override string Rival => "Utf8Parser, System.Decimal";

    public override int Bars => RecordedPage.Bars;

    public override Task SetupAsync()
    {
        OurBytes = RivalBytes = _texts.Sum(t => (long)t.Length);
        return Task.CompletedTask;
    }

    public override Task OursAsync()
    {
        for (var i = 0; i < _texts.Length; i++)
            _ = Utf8Decimal.Parse(_texts[i], out _ours[i]);
        return Task.CompletedTask;
    }

    public override Task RivalAsync()
    {
        for (var i = 0; i < _texts.Length; i++)
            _ = Utf8Parser.TryParse(_texts[i], out _rival[i], out _);
        return Task.CompletedTask;
    }

    public override Task<string?> DifferenceAsync() =>
        Task.FromResult(FirstDifference<decimal>([.. _ours.Select(d => d.ToDecimal())], _rival));
}
