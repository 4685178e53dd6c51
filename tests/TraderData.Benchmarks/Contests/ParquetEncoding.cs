using TraderData.Core;

namespace TraderData.Benchmarks;

/// <summary>A month of minutes from columns to a file.</summary>
public class ParquetEncoding : Contest
{
    private readonly BarBlock _block = BitcoinMinutes.Read();
    private byte[] _ours = [];
    private byte[] _rival = [];

    public override string Name => "encode Parquet";

    public override string Rival => "CSV, gzip (fastest)";

    public override int Bars => _block.Count;

    public override Task SetupAsync() => Task.CompletedTask;

    public override Task OursAsync()
    {
        OurBytes = (_ours = ParquetFile.Encode(_block)).Length;
        return Task.CompletedTask;
    }

    public override Task RivalAsync()
    {
        RivalBytes = (_rival = ParquetFile.EncodeCsv(_block)).Length;
        return Task.CompletedTask;
    }

    public override Task<string?> DifferenceAsync() => Task.FromResult(ParquetDecoding.Difference(ParquetFile.Decode(_ours, _block), ParquetFile.DecodeCsv(_rival)));
}
