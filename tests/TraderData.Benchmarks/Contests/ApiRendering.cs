using System.Buffers;
using System.Text.Json;
using TraderData.Api;
using TraderData.Core;

namespace TraderData.Benchmarks;

/// <summary>A month of minutes from columns to the JSON of <c>/api/data/candles</c>.</summary>
public class ApiRendering : Contest
{
    private readonly BarBlock _block = BitcoinMinutes.Read();
    private readonly byte[] _ours = new byte[16 << 20];
    private readonly ArrayBufferWriter<byte> _rival = new(16 << 20);
    private DecimalBars _bars = null!;

    public override string Name => "render API JSON";

    public override string Rival => "Utf8JsonWriter, System.Decimal";

    public override int Bars => _block.Count;

    public override Task SetupAsync()
    {
        _bars = DecimalBars.Of(_block);
        return Task.CompletedTask;
    }

    public override Task OursAsync()
    {
        _ours[0] = (byte)'[';
        _ = new BarRows(",{\"timestamp\":", isoTime: false).Write(_block, 0, 1, _block.Count, _ours.AsSpan(1), out var bytes);
        _ours[bytes + 1] = (byte)']';
        OurBytes = bytes + 2;
        return Task.CompletedTask;
    }

    public override Task RivalAsync()
    {
        _rival.ResetWrittenCount();
        using var json = new Utf8JsonWriter(_rival, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartArray();
        for (var i = 0; i < _bars.Times.Length; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("timestamp"u8, _bars.Times[i]);
            json.WriteNumber("open"u8, _bars.Opens[i]);
            json.WriteNumber("high"u8, _bars.Highs[i]);
            json.WriteNumber("low"u8, _bars.Lows[i]);
            json.WriteNumber("close"u8, _bars.Closes[i]);
            json.WriteNumber("volume"u8, _bars.Volumes[i]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Flush();
        RivalBytes = _rival.WrittenCount;
        return Task.CompletedTask;
    }

    public override Task<string?> DifferenceAsync() => Task.FromResult(FirstDifference(_ours.AsSpan(0, (int)OurBytes), _rival.WrittenSpan));
}
