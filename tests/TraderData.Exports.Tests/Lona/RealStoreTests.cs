using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;
using TraderData.Storage;
using TraderData.Testing;

namespace TraderData.Exports.Tests;

/// <summary>A recorded file through import, a real lake and export, with the real file stores of a folder and of Azure.</summary>
public sealed class RealStoreTests(AzuriteServer azurite) : IClassFixture<AzuriteServer>, IDisposable
{
    private static readonly Series Btc = new("import", "BTC/USDT", Timeframe.H1);
    private static readonly StoppedClock Clock = new("2026-11-21T10:30:00Z");
    private readonly string _folder = Directory.CreateTempSubdirectory("export-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Recorded_bars_come_back_out_and_a_hole_leaves_nothing_when_it_is_to_fail(bool azure)
    {
        await using var storage = TraderDataStorage.Open(
            new StorageOptions
            {
                DataDirectory = _folder,
                AzureConnectionString = azure ? await azurite.ConnectionStringAsync() : null,
                AzureContainer = azurite.NewContainerName(),
            },
            NullLoggerFactory.Instance);
        await using var file = File.OpenRead(SharedData.Path("binance/csv/BTCUSDT-1h-2023-03.csv"));
        var imported = await new CsvImport(storage.Bars, Clock).RunAsync(new CsvImportRequest("BTCUSDT-1h-2023-03.csv", Btc), file, CancellationToken.None);
        var export = new LonaExport(storage.Bars, storage.Files, storage.Instruments, Clock);
        var request = new LonaExportRequest(Btc, Bars.Range("2023-03-01", "2023-04-01"), new LonaLayout(LonaFormat.Csv), ExportTarget.Blob, OnGap: OnGap.Fail);

        // The outage of 2023-03-24 is in the recording.
        var refused = await export.RunAsync(request, CancellationToken.None);
        Assert.Null(refused.Written);
        Assert.Equal([new Gap(Bars.Range("2023-03-24T13:00:00Z", "2023-03-24T14:00:00Z"), 1, GapCause.Pending)], refused.Coverage.Gaps);

        // Not to be replaced, so that this fails when the one before left something.
        var written = await export.RunAsync(request with { OnGap = OnGap.Warn }, CancellationToken.None);
        Assert.Equal("exports/lona/import/BTC%2FUSDT/1h/20230301_20230401.csv", written.Location);
        Assert.Equal(imported.Bars.Rows, written.Written!.Rows);
        var e = await Assert.ThrowsAsync<StorageException>(() => export.RunAsync(request with { OnGap = OnGap.Warn }, CancellationToken.None));
        Assert.Equal(StorageErrorKind.Refused, e.Kind);

        using var expected = new MemoryStream();
        _ = await LonaExporter.WriteAsync(expected, Btc, Bars.Stream([.. imported.Bars.Blocks]), request.Layout, CancellationToken.None);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(expected.ToArray())), written.Written.Sha256);
    }
}
