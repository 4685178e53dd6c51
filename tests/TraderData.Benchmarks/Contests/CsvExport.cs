using System.Security.Cryptography;
using TraderData.Core;
using TraderData.Exports;

namespace TraderData.Benchmarks;

/// <summary>A month of minutes through the whole export: rendered, hashed, counted and streamed out.</summary>
public class CsvExport : Contest
{
    private readonly BarBlock _block = BitcoinMinutes.Read();
    private DecimalBars _bars = null!;
    private string _ours = "";
    private string _rival = "";

    public override string Name => "export CSV with SHA-256";

    public override string Rival => "CsvHelper through a CryptoStream";

    public override int Bars => _block.Count;

    public override Task SetupAsync()
    {
        _bars = DecimalBars.Of(_block);
        return Task.CompletedTask;
    }

    public override async Task OursAsync()
    {
        var summary = await LonaExporter.WriteAsync(
            Stream.Null, BitcoinMinutes.Series, BitcoinMinutes.Stream(_block), new LonaLayout(LonaFormat.Csv), CancellationToken.None);
        (_ours, OurBytes) = (summary.Sha256, summary.Bytes);
    }

    public override Task RivalAsync()
    {
        using var hash = SHA256.Create();
        using (var stream = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write))
            CsvRival.Write(_bars, stream);
        _rival = Convert.ToHexStringLower(hash.Hash!);
        RivalBytes = OurBytes;
        return Task.CompletedTask;
    }

    public override Task<string?> DifferenceAsync() => Task.FromResult(_ours == _rival ? null : $"hashes {_ours} and {_rival}");
}
