using System.IO.Compression;
using CsvHelper;
using TraderData.Connectors;
using TraderData.Connectors.Binance;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Benchmarks;

/// <summary>A recorded month of minutes of Binance's archive, CSV to columns, every rule checked.</summary>
public class ArchiveParsing : Contest
{
    private byte[] _csv = [];
    private ArchiveFile _file = null!;
    private BarBlock _ours = BarBlock.Empty;
    private List<decimal> _rival = [];

    public override string Name => "parse archive CSV";

    public override string Rival => "CsvHelper alone, System.Decimal, no rules";

    public override int Bars => 44_640;

    public override Task SetupAsync()
    {
        using var packed = File.OpenRead(SharedData.Path("binance/csv/FILUSDT-1m-2023-05_um_futures.csv.gz"));
        using var unpacked = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Decompress))
            gzip.CopyTo(unpacked);
        _csv = unpacked.ToArray();
        _file = ArchiveFiles.Of(new Series("binance", "FILUSDT", Timeframe.M1), new TimeRange(1_682_899_200_000, 1_682_899_200_001))[^1];
        OurBytes = RivalBytes = _csv.Length;
        return Task.CompletedTask;
    }

    public override Task OursAsync()
    {
        _ours = KlineCsv.Parse(new MemoryStream(_csv), _file, TimeText.MaxMs).Bars;
        return Task.CompletedTask;
    }

    public override Task RivalAsync()
    {
        using var reader = CsvReader.Create(new MemoryStream(_csv));
        _rival = new List<decimal>(Bars * 7);
        while (reader.Read())
        {
            _rival.Add(reader.Parse<long>(0));
            for (var i = 1; i < 6; i++)
                _rival.Add(reader.Parse<decimal>(i));
            _rival.Add(reader.Parse<long>(8));
        }

        return Task.CompletedTask;
    }

    public override Task<string?> DifferenceAsync() => Task.FromResult(FirstDifference<decimal>(
        [
            .. Enumerable.Range(0, _ours.Count).Select(_ours.At).SelectMany(b => (decimal[])
            [
                b.TimeMs, b.Open.ToDecimal(), b.High.ToDecimal(), b.Low.ToDecimal(), b.Close.ToDecimal(), b.Volume!.Value.ToDecimal(), b.Trades!.Value,
            ]),
        ],
        _rival.ToArray()));
}
