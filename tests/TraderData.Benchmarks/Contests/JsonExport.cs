using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TraderData.Core;
using TraderData.Exports;

namespace TraderData.Benchmarks;

/// <summary>A month of minutes as Lona's JSON, with the times that its gateway takes, to memory.</summary>
public class JsonExport : Contest
{
    private readonly BarBlock _block = BitcoinMinutes.Read();
    private readonly MemoryStream _ours = new(16 << 20);
    private readonly MemoryStream _rival = new(16 << 20);
    private DecimalBars _bars = null!;

    public override string Name => "export JSON, datetime";

    public override string Rival => "Utf8JsonWriter, System.Decimal, no hash";

    public override int Bars => _block.Count;

    public override Task SetupAsync()
    {
        _bars = DecimalBars.Of(_block);
        return Task.CompletedTask;
    }

    public override async Task OursAsync()
    {
        _ours.SetLength(0);
        var summary = await LonaExporter.WriteAsync(
            _ours, BitcoinMinutes.Series, BitcoinMinutes.Stream(_block), new LonaLayout(LonaFormat.Json, TimeFormat.DateTime), CancellationToken.None);
        OurBytes = summary.Bytes;
    }

    public override Task RivalAsync()
    {
        _rival.SetLength(0);
        using var json = new Utf8JsonWriter(_rival, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartArray();
        Span<char> time = stackalloc char[19];
        for (var i = 0; i < _bars.Times.Length; i++)
        {
            json.WriteStartObject();
            _ = DateTimeOffset.FromUnixTimeMilliseconds(_bars.Times[i]).TryFormat(time, out var written, "yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
            json.WriteString("timestamp"u8, time[..written]);
            json.WriteNumber("open"u8, _bars.Opens[i]);
            json.WriteNumber("high"u8, _bars.Highs[i]);
            json.WriteNumber("low"u8, _bars.Lows[i]);
            json.WriteNumber("close"u8, _bars.Closes[i]);
            json.WriteNumber("volume"u8, _bars.Volumes[i]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.Flush();
        RivalBytes = _rival.Length;
        return Task.CompletedTask;
    }

    public override Task<string?> DifferenceAsync()
    {
        var ours = JsonNode.Parse(_ours.GetBuffer().AsSpan(0, (int)_ours.Length))!["data"]!.ToJsonString();
        return Task.FromResult(FirstDifference<byte>(Encoding.UTF8.GetBytes(ours), _rival.GetBuffer().AsSpan(0, (int)_rival.Length)));
    }
}
