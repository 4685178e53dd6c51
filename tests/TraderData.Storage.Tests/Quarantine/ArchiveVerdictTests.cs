using System.Text;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

/// <summary>Verdicts on files of archives, in a folder and in Azure.</summary>
public sealed class ArchiveVerdictTests(AzuriteServer azurite)
{
    private static readonly Series Minutes = new("binance", "币USDT", Timeframe.M1);
    private static readonly ArchiveVerdict Mismatch = new("币USDT-1m-2024-01.zip", "sha256 aa of 17 bytes", "bb, which its checksum file says", 1_700_000_000_000, "quarantine/x.json");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Verdicts_in_a_folder_are_kept_replaced_and_lifted()
    {
        using var folder = new TestFolder();
        using var blobs = new LocalBlobs(folder.Path);
        await CheckAsync(blobs);
    }

    [Fact]
    public async Task Verdicts_in_Azure_are_kept_replaced_and_lifted() => await CheckAsync(await LakeStores.NewContainerAsync(azurite));

    private static async Task CheckAsync(IBlobs blobs)
    {
        var quarantine = new BlobQuarantine(blobs);
        Assert.Empty(await quarantine.VerdictsAsync(Minutes, Cancellation));
        await quarantine.CondemnAsync(Minutes, Mismatch, Cancellation);
        await quarantine.CondemnAsync(Minutes, Mismatch with { Found = "sha256 cc", AtMs = 1_700_000_001_000, KeptAs = null }, Cancellation);
        await quarantine.CondemnAsync(Minutes, Mismatch with { File = "币USDT-1m-2024-02.zip" }, Cancellation);
        await quarantine.CondemnAsync(new Series("binance", "BTCUSDT", Timeframe.M1), Mismatch, Cancellation);
        await quarantine.PutAsync(Minutes, new BadDataException("x", "y", "z"), Cancellation);

        Assert.Equal(
            [Mismatch with { Found = "sha256 cc", AtMs = 1_700_000_001_000, KeptAs = null }, Mismatch with { File = "币USDT-1m-2024-02.zip" }],
            await quarantine.VerdictsAsync(Minutes, Cancellation));
        const string Name = "quarantine/binance/%E5%B8%81USDT/1m/archives/%E5%B8%81USDT-1m-2024-02.zip.json";
        Assert.Equal(
            """
            {
              "file": "币USDT-1m-2024-02.zip",
              "found": "sha256 aa of 17 bytes",
              "expected": "bb, which its checksum file says",
              "at": "2023-11-14T22:13:20Z",
              "kept_as": "quarantine/x.json"
            }

            """,
            Encoding.UTF8.GetString((await blobs.ReadAsync(Name, Cancellation))!.Bytes.Span));

        await quarantine.PardonAsync(Minutes, "币USDT-1m-2024-02.zip", Cancellation);
        await quarantine.PardonAsync(Minutes, "币USDT-1m-2024-03.zip", Cancellation);
        Assert.Equal("币USDT-1m-2024-01.zip", Assert.Single(await quarantine.VerdictsAsync(Minutes, Cancellation)).File);

        await blobs.UpdateAsync(Name, _ => "{\"file\":1}"u8.ToArray(), Cancellation);
        var damaged = await Assert.ThrowsAsync<StorageException>(() => quarantine.VerdictsAsync(Minutes, Cancellation));
        Assert.Equal(StorageErrorKind.Damaged, damaged.Kind);
        Assert.Contains($"{Name} is no verdict on an archive's file", damaged.Message, StringComparison.Ordinal);
    }
}
