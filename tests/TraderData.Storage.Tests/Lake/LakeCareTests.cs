using System.Buffers;
using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;
using TraderData.Parquet;

namespace TraderData.Storage.Tests;

/// <summary>Verifying and compacting: every flipped bit is found and none is served, and compacting changes no answer.</summary>
public sealed class LakeCareTests : IAsyncDisposable
{
    private const string Folder = "ohlcv/source=binance/symbol=BTCUSDT/timeframe=1m/";

    private static readonly Series Bitcoin = new("binance", "BTCUSDT", Timeframe.M1);
    private static readonly Partition Month = Partition.At(Timeframe.M1, 0);

    private readonly TestFolder _folder = new();
    private readonly LocalBlobs _blobs;
    private readonly TestClock _clock = new();
    private readonly TraderDataStorage _storage;

    public LakeCareTests()
    {
        _blobs = new LocalBlobs(_folder.Path);
        _storage = TraderDataStorage.Open(new StorageOptions { DataDirectory = _folder.Path }, NullLoggerFactory.Instance);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _storage.DisposeAsync();
        _blobs.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(Folder + "1970-01.parquet")]
    [InlineData(Folder + "1970-01.revisions")]
    [InlineData(Folder + "_series.json")]
    [InlineData("symbols/BTCUSDT.json")]
    public async Task Any_flipped_bit_is_found_by_name_and_never_served(string name)
    {
        await WriteRestatedAsync();
        var blobs = await FlippedBlobs.OfAsync(_blobs, Cancellation);
        var expected = await AnswersAsync(blobs);
        var verifier = new LakeVerifier(blobs);
        var unit = (await LakeUnits.FindAsync(blobs, Cancellation)).Single(u => u.Name == name.Replace(".revisions", ".parquet", StringComparison.Ordinal));
        for (var bit = 0; bit < blobs[name].Length * 8; bit++)
        {
            blobs.Flip(name, bit);
            var findings = await verifier.CheckAsync(unit, Cancellation);
            if (!findings.Any(f => f.File == name && f.Kind == LakeFindingKind.Damaged))
                Assert.Fail($"bit {bit % 8} of byte {bit / 8}: {string.Join("; ", findings)}");
            foreach (var (answer, right) in (await AnswersAsync(blobs)).Zip(expected))
            {
                if (answer != right && !answer.StartsWith("damaged ", StringComparison.Ordinal))
                    Assert.Fail($"bit {bit % 8} of byte {bit / 8}: {answer}");
            }

            blobs.Flip(name, bit);
        }

        Assert.Empty(await verifier.CheckAsync(unit, Cancellation));
    }

    [Fact]
    public async Task Bars_and_histories_that_cannot_be_are_told()
    {
        await WriteRestatedAsync();
        Assert.Empty(await VerifyAsync());
        var high = FirstFormat.Sample(0) with { High = new ScaledDecimal(1, 0) };
        var offGrid = FirstFormat.Sample(0) with { TimeMs = 30_000 };
        foreach (var (bar, found) in ((Bar, string)[])[(high, "high 1 below open"), (offGrid, "1970-01-01T00:00:30Z")])
        {
            var bars = ModelWrite.BlockOf([bar]).Normalize();
            File.WriteAllBytes(PathOf(Folder + "1970-01.parquet"), PartitionFile.Encode(Bitcoin, new StoredBars(bars, new long[] { 1 }), 0));
            var damage = Assert.Single(await VerifyAsync(), f => f.File == Folder + "1970-01.parquet" && f.Kind == LakeFindingKind.Damaged);
            Assert.Contains(found, damage.Text, StringComparison.Ordinal);
            Assert.Contains("--again", damage.Remedy, StringComparison.Ordinal);
        }

        File.Delete(PathOf(Folder + "1970-01.parquet"));
        Assert.Contains(await VerifyAsync(), f => f.File == Folder + "1970-01.revisions" && f.Text.Contains("not there", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_of_others_and_a_symbol_with_two_sources_are_told()
    {
        await WriteRestatedAsync();
        File.WriteAllText(PathOf("ohlcv/README.md"), "mine");
        File.WriteAllText(PathOf("symbols/notes.txt"), "mine");
        var other = PathOf(LakePath.Blob(new Series("alpaca", "BTCUSDT", Timeframe.M1), Month));
        Directory.CreateDirectory(Path.GetDirectoryName(other)!);
        File.WriteAllBytes(other, PartitionFile.Encode(
            new Series("alpaca", "BTCUSDT", Timeframe.M1), new StoredBars(ModelWrite.BlockOf([FirstFormat.Sample(0)]).Normalize(), new long[] { 1 }), 0));

        var findings = await VerifyAsync();

        Assert.Equal(["ohlcv/README.md", "symbols/notes.txt"], findings.Where(f => f.Kind == LakeFindingKind.Foreign).Select(f => f.File).Order(StringComparer.Ordinal));
        Assert.Contains("belongs to binance, but there are bars of alpaca", Assert.Single(findings, f => f.Kind == LakeFindingKind.Damaged).Text, StringComparison.Ordinal);
        Assert.Empty(await CompactAsync());
        Assert.True(File.Exists(PathOf("ohlcv/README.md")));
    }

    [Fact]
    public async Task Compaction_of_a_tidy_lake_touches_nothing()
    {
        await WriteRestatedAsync();
        var before = await _blobs.ListAsync("", Cancellation);

        Assert.Empty(await CompactAsync());

        Assert.Equal(before, await _blobs.ListAsync("", Cancellation));
    }

    [Fact]
    public async Task Compaction_writes_older_formats_anew_and_drops_leftovers_and_changes_no_answer()
    {
        await WriteRestatedAsync();
        File.WriteAllBytes(PathOf(Folder + "1970-02.parquet"), FirstFormat.Encode(Bitcoin, ModelWrite.BlockOf([FirstFormat.Sample(31 * 1_440)])));
        File.WriteAllText(PathOf("symbols/BTCUSDT.json"), "{\"source\":\"binance\"}\n");
        // A killed writer was about to replace a bar of each month, and left a file behind.
        foreach (var (partition, price) in ((string, Bar)[])[("1970-01", FirstFormat.Sample(0)), ("1970-02", FirstFormat.Sample(31 * 1_440))])
        {
            var before = File.ReadAllBytes(PathOf($"{Folder}{partition}.parquet"));
            await WriteAsync(price with { Trades = 5 });
            File.WriteAllBytes(PathOf($"{Folder}{partition}.parquet"), before);
        }

        File.WriteAllText(PathOf(".trader-data/tmp/0123456789abcdef0123456789abcdef"), "half");
        var expected = await AnswersAsync(_blobs);
        Assert.All(await VerifyAsync(), finding => Assert.Equal(LakeFindingKind.Outdated, finding.Kind));
        Assert.NotEmpty(await VerifyAsync());

        var done = await CompactAsync();

        Assert.All(done, finding => Assert.Equal(LakeFindingKind.Compacted, finding.Kind));
        Assert.Equal(
            [".trader-data/tmp", Folder + "1970-01.revisions", Folder + "1970-02.parquet", Folder + "1970-02.revisions", "symbols/BTCUSDT.json"],
            done.Select(f => f.File).Order(StringComparer.Ordinal));
        Assert.Equal(expected, await AnswersAsync(_blobs));
        Assert.Empty(await VerifyAsync());
        Assert.False(File.Exists(PathOf(Folder + "1970-02.revisions")));
        Assert.Empty(await CompactAsync());
    }

    [Fact]
    public async Task Files_without_a_page_index_are_read_and_compacted()
    {
        await WriteAsync([.. Enumerable.Range(0, 5_000).Select(FirstFormat.Sample)]);
        var expected = await AnswersAsync(_blobs);
        var content = File.ReadAllBytes(PathOf(Folder + "1970-01.parquet"));
        File.WriteAllBytes(PathOf(Folder + "1970-01.parquet"), OnePage(content));

        var finding = Assert.Single(await VerifyAsync());
        Assert.Equal((LakeFindingKind.Outdated, Folder + "1970-01.parquet"), (finding.Kind, finding.File));
        Assert.Contains("index of its pages", finding.Text, StringComparison.Ordinal);
        Assert.Equal(expected, await AnswersAsync(_blobs));
        Assert.Single(await CompactAsync());
        Assert.Empty(await VerifyAsync());
        Assert.Equal(content, File.ReadAllBytes(PathOf(Folder + "1970-01.parquet")));
    }

    [Fact]
    public async Task Compaction_drops_values_that_were_replaced_by_their_equals()
    {
        Bar Priced(int trades) => FirstFormat.Sample(0) with { Trades = trades };
        var layers = ((int Trades, long Recorded, long Replaced)[])[(1, 10, 20), (1, 20, 30), (2, 30, 40), (3, 40, 50), (3, 50, 60)];
        var former = Revisions.Of(layers.Select(l => new RevisionLayer(ModelWrite.BlockOf([Priced(l.Trades)]), new[] { l.Recorded }, new[] { l.Replaced })));
        var store = LakeStores.On(_blobs);
        await store.FoldAsync(Bitcoin, Month, new StoredBars(ModelWrite.BlockOf([Priced(3)]), new long[] { 60 }), former, Provenance.Unknown, Cancellation);

        Assert.Equal(2, (await CompactAsync()).Count);

        var stored = (await LakeStores.On(_blobs).ReadStoredAsync(Bitcoin, Month, Cancellation))!;
        Assert.Equal([new BarRevision(Priced(1), 10, 30), new BarRevision(Priced(2), 30, 40)], stored.Revisions.In(TimeRange.All));
        Assert.Equal([40L], stored.Bars.UpdatedMs.ToArray());
        Assert.Empty(await VerifyAsync());
    }

    [Fact]
    public async Task Compaction_leaves_damage_as_it_is_and_tells_it()
    {
        await WriteRestatedAsync();
        File.WriteAllText(PathOf(Folder + "1970-01.parquet"), "no Parquet");

        var damage = Assert.Single(await CompactAsync());

        Assert.Equal((Folder + "1970-01.parquet", LakeFindingKind.Damaged), (damage.File, damage.Kind));
        Assert.Equal("no Parquet", File.ReadAllText(PathOf(Folder + "1970-01.parquet")));
    }

    [Fact]
    public async Task Compaction_beside_writers_loses_no_former_value()
    {
        var log = new ModelLog();
        using var ended = new CancellationTokenSource();
        var compacting = Task.Run(async () =>
        {
            while (!ended.IsCancellationRequested)
                await CompactAsync();
        });
        var store = LakeStores.On(_blobs, time: _clock);
        for (var i = 0; i < 60; i++)
        {
            _clock.NowMs += 10;
            Bar[] bars = [FirstFormat.Sample(i % 7) with { Trades = i }, FirstFormat.Sample(7 + i)];
            log.Write(bars, _clock.NowMs);
            await store.WriteAsync(Bitcoin, new BarWrite(ModelWrite.BlockOf(bars), Provenance.Unknown), Cancellation);
        }

        await ended.CancelAsync();
        await compacting;
        var revisions = new List<BarRevision>();
        await foreach (var revision in LakeStores.On(_blobs).ReadRevisionsAsync(Bitcoin, TimeRange.All, Cancellation))
            revisions.Add(revision);
        Assert.Equal(log.Revisions(TimeRange.All), revisions);
        Assert.DoesNotContain(await VerifyAsync(), f => f.Kind == LakeFindingKind.Damaged);
    }

    [Fact]
    public async Task Verification_can_be_left_early()
    {
        await WriteRestatedAsync();
        for (var i = 0; i < 200; i++)
            File.WriteAllText(PathOf($"ohlcv/{i}.txt"), "mine");
        await foreach (var finding in _storage.VerifyAsync(progress: null, Cancellation))
        {
            Assert.Equal(LakeFindingKind.Foreign, finding.Kind);
            break;
        }
    }

    private async Task WriteRestatedAsync()
    {
        await WriteAsync([.. Enumerable.Range(0, 4).Select(FirstFormat.Sample)]);
        _clock.NowMs += 100;
        await WriteAsync(FirstFormat.Sample(1) with { Trades = 1, Vwap = new ScaledDecimal(421_501, 1) });
        _clock.NowMs += 100;
        await WriteAsync(FirstFormat.Sample(1) with { Trades = 2 }, FirstFormat.Sample(2) with { Trades = 2 });
        _clock.NowMs += 100;
    }

    private Task<WriteResult> WriteAsync(params Bar[] bars) => LakeStores.On(_blobs, time: _clock).WriteAsync(
        Bitcoin, new BarWrite(ModelWrite.BlockOf(bars), new Provenance(AssetClass.Stock, "iex", "raw"), new TimeRange(0, 600_000))
        {
            IsSecondAsk = true,
            Failure = new FetchFailure(new TimeRange(600_000, 660_000), "no \"answer\"", 700_000, 2),
        },
        Cancellation);

    // The same rows with a page for each column, as nothing but an older program writes them.
    private static byte[] OnePage(byte[] content)
    {
        var reader = new ParquetReader(content);
        var output = new ArrayBufferWriter<byte>();
        using var writer = new ParquetWriter(output, reader.Footer.Schema, BarFile.Layout with { PageRows = reader.RequireRows() });
        foreach (var column in reader.Footer.Schema.Columns)
            writer.WriteColumn(reader.ReadInt64(column.Name));
        writer.Finish(reader.Footer.KeyValues);
        return output.WrittenSpan.ToArray();
    }

    // Every answer that the files have a part in.
    private static async Task<List<string>> AnswersAsync(IBlobs blobs)
    {
        var answers = new List<string>();
        foreach (var asOf in (long?[])[null, TestClock.StartMs + 50, TestClock.StartMs + 150])
        {
            await AskAsync(async store =>
            {
                var bars = new List<Bar>();
                await foreach (var block in store.ReadAsync(Bitcoin, new BarQuery(TimeRange.All, AsOfMs: asOf), Cancellation))
                    bars.AddRange(Enumerable.Range(0, block.Count).Select(block.At));
                return string.Join('\n', bars);
            });
        }

        await AskAsync(async store =>
        {
            var revisions = new List<BarRevision>();
            await foreach (var revision in store.ReadRevisionsAsync(Bitcoin, TimeRange.All, Cancellation))
                revisions.Add(revision);
            return string.Join('\n', revisions);
        });
        await AskAsync(async store => await store.FindAsync(Bitcoin, Cancellation) is { } info
            ? $"{info.Rows} {info.FirstMs} {info.LastMs} {info.Provenance} {string.Join(' ', info.Fetched)} {string.Join(' ', info.Verified)} {string.Join(' ', info.Failures)}"
            : "none");
        await AskAsync(async store => await store.SourceOfAsync("BTCUSDT", Cancellation) ?? "none");
        return answers;

        async Task AskAsync(Func<LakeBarStore, Task<string>> ask)
        {
            try
            {
                answers.Add(await ask(LakeStores.On(blobs)));
            }
            catch (StorageException e) when (e.Kind == StorageErrorKind.Damaged)
            {
                answers.Add($"damaged {e.Message}");
            }
        }
    }

    private string PathOf(string name) => Path.Combine(_folder.Path, name);

    private async Task<List<LakeFinding>> VerifyAsync()
    {
        var findings = new List<LakeFinding>();
        await foreach (var finding in _storage.VerifyAsync(progress: null, Cancellation))
            findings.Add(finding);
        return findings;
    }

    private async Task<List<LakeFinding>> CompactAsync()
    {
        var findings = new List<LakeFinding>();
        await foreach (var finding in _storage.CompactAsync(progress: null, Cancellation))
            findings.Add(finding);
        return findings;
    }
}
