using System.Globalization;
using TraderData.Core;

namespace TraderData.Benchmarks;

/// <summary>Five decimals a bar, from numbers to bytes.</summary>
public class DecimalFormatting : Contest
{
    private readonly BarBlock _block = BitcoinMinutes.Read();
    private readonly byte[] _ours = new byte[44_640 * 5 * 24];
    private readonly byte[] _rival = new byte[44_640 * 5 * 24];
    private DecimalBars _bars = null!;

    public override string Name => "format 5 decimals";

    public override string Rival => "System.Decimal.TryFormat";

    public override int Bars => _block.Count;

    public override Task SetupAsync()
    {
        _bars = DecimalBars.Of(_block);
        return Task.CompletedTask;
    }

    public override Task OursAsync()
    {
        var at = 0;
        foreach (var column in (ReadOnlySpan<int>)[0, 1, 2, 3, 4])
        {
            var scale = column == 4 ? _block.VolumeScale : _block.PriceScale;
            foreach (var mantissa in column switch { 0 => _block.Opens, 1 => _block.Highs, 2 => _block.Lows, 3 => _block.Closes, _ => _block.Volumes })
                at += Utf8Decimal.Format(mantissa, scale, _ours.AsSpan(at));
        }

        OurBytes = at;
        return Task.CompletedTask;
    }

    public override Task RivalAsync()
    {
        var at = 0;
        foreach (var column in (ReadOnlySpan<decimal[]>)[_bars.Opens, _bars.Highs, _bars.Lows, _bars.Closes, _bars.Volumes])
        {
            foreach (var value in column)
            {
                _ = value.TryFormat(_rival.AsSpan(at), out var written, default, CultureInfo.InvariantCulture);
                at += written;
            }
        }

        RivalBytes = at;
        return Task.CompletedTask;
    }

    public override Task<string?> DifferenceAsync() =>
        Task.FromResult(FirstDifference<byte>(_ours.AsSpan(0, (int)OurBytes), _rival.AsSpan(0, (int)RivalBytes)));
}
