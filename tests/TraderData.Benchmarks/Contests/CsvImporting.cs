using CsvHelper;
using TraderData.Exports;

namespace TraderData.Benchmarks;

/// <summary>A month of minutes from CSV to columns, every rule checked.</summary>
public class CsvImporting : Contest
{
    private byte[] _file = [];
    private CsvBars _ours = null!;
    private List<decimal> _rival = [];

    public override string Name => "import CSV";

    public override string Rival => "CsvHelper alone, System.Decimal, no rules";

    public override int Bars => 44_640;

    public override async Task SetupAsync()
    {
        using var stream = new MemoryStream();
        _ = await LonaExporter.WriteAsync(
            stream, BitcoinMinutes.Series, BitcoinMinutes.Stream(BitcoinMinutes.Read()), new LonaLayout(LonaFormat.Csv), CancellationToken.None);
        _file = stream.ToArray();
        OurBytes = RivalBytes = _file.Length;
    }

    public override async Task OursAsync()
    {
        using var stream = new MemoryStream(_file);
        _ours = await CsvImport.ReadAsync(new CsvImportRequest("x.csv", BitcoinMinutes.Series), stream, TimeProvider.System, CancellationToken.None);
    }

    public override Task RivalAsync()
    {
        using var reader = CsvReader.Create(new MemoryStream(_file));
        _rival = new List<decimal>(Bars * 6);
        while (reader.Read())
        {
            _rival.Add(reader.Parse<long>(0));
            for (var i = 1; i < 6; i++)
                _rival.Add(reader.Parse<decimal>(i));
        }

        return Task.CompletedTask;
    }

    public override Task<string?> DifferenceAsync() => Task.FromResult(FirstDifference<decimal>(
        [
            .. _ours.Blocks.SelectMany(block => Enumerable.Range(0, block.Count).Select(block.At)).SelectMany(b => (decimal[])
            [
                b.TimeMs, b.Open.ToDecimal(), b.High.ToDecimal(), b.Low.ToDecimal(), b.Close.ToDecimal(), b.Volume!.Value.ToDecimal(),
            ]),
        ],
        _rival.ToArray()));
}
