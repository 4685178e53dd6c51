using TraderData.Core;

namespace TraderData.Benchmarks;

/// <summary>A month of minutes from a file to columns.</summary>
public class ParquetDecoding : Contest
{
    private readonly BarBlock _block = BitcoinMinutes.Read();
    private byte[] _parquet = [];
    private byte[] _csv = [];
    private BarBlock _ours = BarBlock.Empty;
    private List<decimal> _rival = [];

    public override string Name => "decode Parquet";

    public override string Rival => "CSV, gzip; Utf8Parser, System.Decimal";

    public override int Bars => _block.Count;

    public override Task SetupAsync()
    {
        OurBytes = (_parquet = ParquetFile.Encode(_block)).Length;
        RivalBytes = (_csv = ParquetFile.EncodeCsv(_block)).Length;
        return Task.CompletedTask;
    }

    public override Task OursAsync()
    {
        _ours = ParquetFile.Decode(_parquet, _block);
        return Task.CompletedTask;
    }

    public override Task RivalAsync()
    {
        _rival = ParquetFile.DecodeCsv(_csv);
        return Task.CompletedTask;
    }

    public override Task<string?> DifferenceAsync() => Task.FromResult(Difference(_ours, _rival));

    internal static string? Difference(BarBlock ours, List<decimal> rival)
    {
        var values = Enumerable.Range(0, ours.Count).Select(ours.At).SelectMany(b => (decimal[])
        [
            b.TimeMs, b.Open.ToDecimal(), b.High.ToDecimal(), b.Low.ToDecimal(), b.Close.ToDecimal(), b.Volume!.Value.ToDecimal(), b.Trades!.Value,
        ]).ToArray();
        return FirstDifference<decimal>(values, rival.ToArray());
    }
}
