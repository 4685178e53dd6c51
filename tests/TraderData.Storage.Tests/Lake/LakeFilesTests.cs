using System.Text;
using TraderData.Core;

namespace TraderData.Storage.Tests;

/// <summary>The lake's files: the same bars have the same bytes, nothing is rewritten for nothing, damage is named.</summary>
public sealed class LakeFilesTests : IDisposable
{
    private const string Partition = "ohlcv/source=binance/symbol=BTCUSDT/timeframe=1m/2024-01.parquet";
    private const string SidecarName = "ohlcv/source=binance/symbol=BTCUSDT/timeframe=1m/_series.json";

    private static readonly Series Bitcoin = new("binance", "BTCUSDT", Timeframe.M1);

    private readonly TestFolder _folder = new();
    private readonly LocalBlobs _blobs;

    public LakeFilesTests() => _blobs = new LocalBlobs(_folder.Path);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _blobs.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Same_bars_in_any_pieces_and_scales_at_the_same_time_have_the_same_bytes()
    {
        var clock = new TestClock();
        await LakeStores.On(_blobs, time: clock).WriteAsync(Bitcoin, new BarWrite(Minutes(0, 3_000), Provenance.Unknown), Cancellation);
        var expected = Read(Partition);
        File.Delete(PathOf(Partition));

        var store = LakeStores.On(_blobs, time: clock);
        foreach (var start in (int[])[2_000, 0, 500, 1_000])
            await store.WriteAsync(Bitcoin, new BarWrite(Minutes(start, 1_000).Rescale(6, 5, 0), Provenance.Unknown), Cancellation);

        Assert.Equal(expected, Read(Partition));
    }

    [Fact]
    public async Task Write_that_changes_nothing_touches_no_file()
    {
        await WriteAsync(Minutes(0, 100));
        var before = (await _blobs.ListAsync("", Cancellation)).ToList();

        await WriteAsync(Minutes(0, 100));
        await WriteAsync(Minutes(50, 10));

        Assert.Equal(before, await _blobs.ListAsync("", Cancellation));
        Assert.Equal([Partition, SidecarName, "symbols/BTCUSDT.json"], before.Select(b => b.Name));
    }

    [Fact]
    public async Task Sidecar_tells_the_series_in_plain_json()
    {
        var fetched = new TimeRange(1_704_067_200_000, 1_704_153_600_000);
        await LakeStores.On(_blobs).WriteAsync(Bitcoin, new BarWrite(Minutes(0, 1), new Provenance(AssetClass.Stock, "iex", "raw"), fetched), Cancellation);
        await LakeStores.On(_blobs).WriteAsync(Bitcoin, new BarWrite(Minutes(0, 1), Provenance.Unknown), Cancellation);

        var without = Encoding.UTF8.GetString(Read(SidecarName)).Split(",\n  \"sha256\": \"");
        Assert.Equal(
            """
            {
              "format": 2,
              "source": "binance",
              "symbol": "BTCUSDT",
              "timeframe": "1m",
              "asset_class": "stock",
              "feed": "iex",
              "adjustment": "raw",
              "fetched": [
                {
                  "start": "2024-01-01T00:00:00Z",
                  "end": "2024-01-02T00:00:00Z"
                }
              ],
              "sha256": "DIGEST"
            }

            """, without[0] + ",\n  \"sha256\": \"DIGEST" + without[1][64..]);
        // The digest is of the file without it, as anybody can compute it.
        Assert.Equal(
            without[1][..64], Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(without[0] + "\n}\n"))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(-1)]
    [InlineData(-9)]
    public async Task Partition_that_is_cut_short_is_reported_by_name(int length)
    {
        await WriteAsync(Minutes(0, 1_000));
        var bytes = Read(Partition);
        File.WriteAllBytes(PathOf(Partition), bytes[..(length < 0 ? bytes.Length + length : length)]);

        await AssertDamagedAsync(Partition, "2024-01-01T00:00:00Z to 2024-02-01T00:00:00Z");
    }

    [Fact]
    public async Task Partition_with_any_flipped_bit_is_reported_by_name_or_reads_the_same()
    {
        await WriteAsync(Minutes(0, 300));
        var bytes = Read(Partition);
        var expected = await TextAsync();
        var damaged = 0;
        for (var at = 0; at < bytes.Length; at += 7)
        {
            var flipped = bytes.ToArray();
            flipped[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(PathOf(Partition), flipped);
            try
            {
                Assert.Equal(expected, await TextAsync());
            }
            catch (StorageException e)
            {
                Assert.Equal(StorageErrorKind.Damaged, e.Kind);
                Assert.Contains(Partition, e.Message, StringComparison.Ordinal);
                damaged++;
            }
        }

        Assert.True(damaged > bytes.Length / 7 * 9 / 10, $"only {damaged} of {bytes.Length / 7} were found");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Piece_of_a_partition_with_any_flipped_bit_is_reported_or_reads_the_same(bool fromWhole)
    {
        await WriteAsync(Minutes(0, 10_000));
        var bytes = Read(Partition);
        var month = Core.Partition.TryParse(Timeframe.M1, "2024-01")!.Value;
        var series = new Series("binance", "BTCUSDT", Timeframe.M1);
        var query = new BarQuery(new TimeRange(month.Range.StartMs + (5_000 * 60_000L), month.Range.EndMs), Limit: 50);
        string Digest(byte[] file) => BarDigest.Of(fromWhole
            ? PartitionFile.DecodePiece(Partition, series, month, file, query)
            : PartitionFile.DecodePiece(Partition, series, month, new MemoryFile(file), query)!);
        var expected = Digest(bytes);
        var damaged = 0;
        for (var at = 0; at < bytes.Length; at++)
        {
            var flipped = bytes.ToArray();
            flipped[at] ^= (byte)(1 << (at % 8));
            try
            {
                Assert.Equal(expected, Digest(flipped));
            }
            catch (StorageException e)
            {
                Assert.Equal(StorageErrorKind.Damaged, e.Kind);
                damaged++;
            }
        }

        Assert.InRange(damaged, bytes.Length / 4, bytes.Length - 1);
    }

    [Fact]
    public async Task Partition_of_another_series_or_month_is_reported()
    {
        await WriteAsync(Minutes(0, 10));
        var other = PathOf(Partition.Replace("BTCUSDT", "ETHUSDT", StringComparison.Ordinal));
        Directory.CreateDirectory(Path.GetDirectoryName(other)!);
        File.Copy(PathOf(Partition), other);
        File.Copy(PathOf(Partition), PathOf(Partition.Replace("2024-01", "2024-02", StringComparison.Ordinal)));

        var series = await Assert.ThrowsAsync<StorageException>(() => LakeStores.On(_blobs).FindAsync(new Series("binance", "ETHUSDT", Timeframe.M1), Cancellation));
        Assert.Contains("bars of binance:BTCUSDT:1m where binance:ETHUSDT:1m belongs", series.Message, StringComparison.Ordinal);
        var month = await Assert.ThrowsAsync<StorageException>(TextAsync);
        Assert.Contains("2024-02.parquet is damaged", month.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("{\"format\":3}")]
    [InlineData("{\"format\":1,\"source\":\"binance\",\"symbol\":\"ETHUSDT\",\"timeframe\":\"1m\"}")]
    [InlineData("{\"format\":1,\"source\":\"binance\",\"symbol\":\"BTCUSDT\",\"timeframe\":\"1m\",\"asset_class\":\"bond\",\"feed\":null,\"adjustment\":null,\"fetched\":[]}")]
    [InlineData("{\"format\":1,\"source\":\"binance\",\"symbol\":\"BTCUSDT\",\"timeframe\":\"1m\",\"asset_class\":\"stock\",\"feed\":null,\"adjustment\":null,\"fetched\":[{\"start\":\"2025\",\"end\":3}]}")]
    public async Task Sidecar_that_is_damaged_is_reported_by_name(string content)
    {
        await WriteAsync(Minutes(0, 10));
        File.WriteAllText(PathOf(SidecarName), content);

        await AssertDamagedAsync(SidecarName, "delete it");
    }

    [Fact]
    public async Task Lake_of_partitions_alone_is_read_and_keeps_its_owner()
    {
        await WriteAsync(Minutes(0, 10));
        File.Delete(PathOf(SidecarName));
        File.Delete(PathOf("symbols/BTCUSDT.json"));
        var store = LakeStores.On(_blobs);

        Assert.Equal(10, (await store.FindAsync(Bitcoin, Cancellation))!.Rows);
        Assert.Equal("binance", await store.SourceOfAsync("BTCUSDT", Cancellation));
        var refusal = await Assert.ThrowsAsync<StorageException>(
            () => LakeStores.On(_blobs).WriteAsync(new Series("alpaca", "BTCUSDT", Timeframe.M1), new BarWrite(Minutes(0, 1), Provenance.Unknown), Cancellation));
        Assert.Equal(StorageErrorKind.SymbolTaken, refusal.Kind);
    }

    [Fact]
    public async Task Files_of_others_in_the_lake_are_left_alone()
    {
        await WriteAsync(Minutes(0, 10));
        File.WriteAllText(PathOf("ohlcv/README.md"), "mine");
        File.WriteAllText(PathOf(Partition.Replace("2024-01", "notes", StringComparison.Ordinal)), "mine");

        Assert.Equal(10, Assert.Single(await LakeStores.On(_blobs).ListAsync(Cancellation)).Rows);
        Assert.Equal(10, (await TextAsync()).Count);
    }

    [Fact]
    public async Task Bars_that_no_scale_holds_together_are_refused_and_nothing_is_lost()
    {
        await WriteAsync(Minutes(0, 1));
        var huge = new ScaledDecimal(ScaledDecimal.MaxMantissa, 0);
        var builder = new BarBlockBuilder("test");
        builder.Add(new Bar(1_704_070_800_000, huge, huge, huge, huge, null));

        var refusal = await Assert.ThrowsAsync<BadDataException>(() => WriteAsync(builder.Build()));

        Assert.Contains("binance:BTCUSDT:1m 2024-01", refusal.Message, StringComparison.Ordinal);
        Assert.Single(await TextAsync());
    }

    private static BarBlock Minutes(int first, int count)
    {
        var builder = new BarBlockBuilder("test");
        for (var i = first; i < first + count; i++)
        {
            var price = new ScaledDecimal(4_215_050 + (i * 7 % 100), 2);
            builder.Add(new Bar(1_704_067_200_000 + (i * 60_000L), price, price, price, price, new ScaledDecimal(i, 3)));
        }

        return builder.Build();
    }

    private string PathOf(string name) => Path.Combine(_folder.Path, name);

    private byte[] Read(string name) => File.ReadAllBytes(PathOf(name));

    private Task<WriteResult> WriteAsync(BarBlock bars) => LakeStores.On(_blobs).WriteAsync(Bitcoin, new BarWrite(bars, Provenance.Unknown), Cancellation);

    private async Task<List<string>> TextAsync()
    {
        var store = LakeStores.On(_blobs);
        var text = new List<string>();
        await foreach (var block in store.ReadAsync(Bitcoin, new BarQuery(TimeRange.All), Cancellation))
            text.AddRange(Enumerable.Range(0, block.Count).Select(i => block.At(i).ToString()));
        return text;
    }

    private async Task AssertDamagedAsync(string name, string remedy)
    {
        var before = Read(name);
        StorageException[] refusals =
        [
            await Assert.ThrowsAsync<StorageException>(() => LakeStores.On(_blobs).FindAsync(Bitcoin, Cancellation)),
            await Assert.ThrowsAsync<StorageException>(() => WriteAsync(Minutes(0, 20))),
        ];

        Assert.All(refusals, refusal => Assert.Equal(StorageErrorKind.Damaged, refusal.Kind));
        Assert.All(refusals, refusal => Assert.Contains(name, refusal.Message, StringComparison.Ordinal));
        Assert.All(refusals, refusal => Assert.Contains(remedy, refusal.Message, StringComparison.Ordinal));
        Assert.Equal(before, Read(name));
    }
}
