using TraderData.Core;
using TraderData.Exports;

namespace TraderData.Benchmarks;

/// <summary>A month of minutes from columns to CSV in memory.</summary>
public class CsvRendering : Contest
{
    private readonly BarBlock _block = BitcoinMinutes.Read();
    private readonly byte[] _ours = new byte[8 << 20];
    private readonly byte[] _rival = new byte[8 << 20];
    private DecimalBars _bars = null!;

    public override string Name => "render CSV";

    public override string Rival => "CsvHelper, System.Decimal";

    public override int Bars => _block.Count;

    public override Task SetupAsync()
    {
        _bars = DecimalBars.Of(_block);
        return Task.CompletedTask;
    }

    public override Task OursAsync()
    {
        var rows = new LonaRows(new LonaLayout(LonaFormat.Csv), BitcoinMinutes.Series);
        var head = rows.Head();
        head.CopyTo(_ours, 0);
        var row = 0;
        OurBytes = head.Length + rows.Render(_block, ref row, _ours.AsSpan(head.Length));
        return Task.CompletedTask;
    }

    public override Task RivalAsync()
    {
        using var stream = new MemoryStream(_rival);
        CsvRival.Write(_bars, stream);
        RivalBytes = stream.Position;
        return Task.CompletedTask;
    }

    public override Task<string?> DifferenceAsync() =>
        Task.FromResult(FirstDifference<byte>(_ours.AsSpan(0, (int)OurBytes), _rival.AsSpan(0, (int)RivalBytes)));
}
