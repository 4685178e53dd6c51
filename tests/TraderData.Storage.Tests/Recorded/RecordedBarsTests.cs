using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

/// <summary>Real bars through the lake, read by a foreign reader, digit by digit.</summary>
public sealed class RecordedBarsTests(DuckDb duckDb, AzuriteServer azurite) : IDisposable
{
    private readonly TestFolder _folder = new();

    public static TheoryData<string, string, string> Recordings => [.. Recording.All];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task Recorded_rows_keep_their_digits_from_block_to_DuckDB(string file, string symbol, string timeframe)
    {
        var rows = Recording.Read(file);
        var series = new Series("binance", symbol, Timeframe.Parse(timeframe));
        using var blobs = new LocalBlobs(_folder.Path);
        await LakeStores.On(blobs, time: new TestClock()).WriteAsync(series, new BarWrite(Recording.Block(rows), new Provenance(AssetClass.Crypto)), Cancellation);

        var read = await duckDb.QueryAsync(
            $"""
            SELECT bar_ts, open::varchar, high::varchar, low::varchar, close::varchar, volume::varchar, {(rows[0].Trades is null ? "NULL" : "trades")}
            FROM read_parquet('{_folder.Path}/ohlcv/**/*.parquet', hive_partitioning = true, union_by_name = true)
            WHERE source = 'binance' AND symbol = '{symbol}' AND timeframe = '{timeframe}' ORDER BY bar_ts
            """, Cancellation);

        Assert.NotEmpty(rows);
        await AssertAzureHasTheSameFilesAsync(series, rows);
        Assert.Equal(rows.Select(row => row.ToString()), read.Select(row => string.Join(' ', [row[0], .. row[1..6].Select(d => RecordedRow.Trim(d!)), row[6] ?? ""])));
    }

    private async Task AssertAzureHasTheSameFilesAsync(Series series, List<RecordedRow> rows)
    {
        var azure = await LakeStores.NewContainerAsync(azurite);
        await LakeStores.On(azure, time: new TestClock()).WriteAsync(series, new BarWrite(Recording.Block(rows), new Provenance(AssetClass.Crypto)), Cancellation);
        var blobs = await azure.ListAsync("", Cancellation);
        Assert.True(blobs.Count >= 3);
        foreach (var blob in blobs)
            Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(_folder.Path, blob.Name), Cancellation), (await azure.ReadAsync(blob.Name, Cancellation))!.Bytes.ToArray());
    }
}
