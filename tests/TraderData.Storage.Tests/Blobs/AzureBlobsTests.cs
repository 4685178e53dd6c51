using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

/// <summary>What is particular to Azure: conflicts, and faults that tell no secret.</summary>
public sealed class AzureBlobsTests(AzuriteServer azurite)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Update_that_another_writer_comes_before_is_done_again_on_its_content()
    {
        var blobs = await LakeStores.NewContainerAsync(azurite);
        await blobs.UpdateAsync("a.txt", _ => "1"u8.ToArray(), Cancellation);
        var seen = new List<string>();

        await blobs.UpdateAsync("a.txt", present =>
        {
            var text = Encoding.UTF8.GetString(present!.Bytes.Span);
            seen.Add(text);
            // Twice another writer is faster, between the reading and the writing.
            if (seen.Count <= 2)
                Task.Run(() => blobs.UpdateAsync("a.txt", p => [.. p!.Bytes.Span, (byte)'x'], Cancellation), Cancellation).GetAwaiter().GetResult();
            return Encoding.UTF8.GetBytes(text + "2");
        }, Cancellation);

        Assert.Equal(["1", "1x", "1xx"], seen);
        Assert.Equal("1xx2", Encoding.UTF8.GetString((await blobs.ReadAsync("a.txt", Cancellation))!.Bytes.Span));
    }

    [Fact]
    public async Task Update_that_never_is_the_fastest_ends_as_a_conflict()
    {
        var blobs = await LakeStores.NewContainerAsync(azurite);
        var tries = 0;

        var refusal = await Assert.ThrowsAsync<StorageException>(() => blobs.UpdateAsync("a.txt", present =>
        {
            Task.Run(() => blobs.UpdateAsync("a.txt", _ => Encoding.UTF8.GetBytes($"other {++tries}"), Cancellation), Cancellation).GetAwaiter().GetResult();
            return "mine"u8.ToArray();
        }, Cancellation));

        Assert.Equal((StorageErrorKind.Conflict, true), (refusal.Kind, refusal.IsTransient));
        Assert.Contains("blob a.txt", refusal.Message, StringComparison.Ordinal);
        Assert.InRange(tries, 5, 20);
    }

    [Fact]
    public async Task Link_opens_its_own_blob_alone_and_until_it_ends()
    {
        var blobs = await LakeStores.NewContainerAsync(azurite);
        foreach (var name in new[] { "rounds/r/train.csv", "rounds/r/test.csv" })
            await blobs.UpdateAsync(name, _ => Encoding.UTF8.GetBytes(name), Cancellation);
        using var http = new HttpClient();

        var link = blobs.LinkTo("rounds/r/train.csv", TimeProvider.System.GetUtcNow().AddMinutes(15))!;
        var ended = blobs.LinkTo("rounds/r/train.csv", TimeProvider.System.GetUtcNow().AddMinutes(-1))!;

        Assert.Equal("rounds/r/train.csv", await http.GetStringAsync(link, Cancellation));
        var other = new UriBuilder(link) { Path = link.AbsolutePath.Replace("train", "test", StringComparison.Ordinal) }.Uri;
        var longer = new Uri(link.AbsoluteUri.Replace("&se=20", "&se=30", StringComparison.Ordinal));
        Assert.NotEqual(link, longer);
        foreach (var refused in new[] { other, longer, ended, new Uri(link.GetLeftPart(UriPartial.Path)) })
        {
            using var answer = await http.GetAsync(refused, Cancellation);
            Assert.True((int)answer.StatusCode is 403 or 404, $"{refused}: {answer.StatusCode}");
        }

        using var write = await http.PutAsync(link, new StringContent("changed"), Cancellation);
        Assert.False(write.IsSuccessStatusCode);
    }

    [Fact]
    public async Task Bars_of_two_stores_on_one_container_are_merged()
    {
        var container = azurite.NewContainerName();
        var connection = await azurite.ConnectionStringAsync();
        var series = new Series("binance", "BTCUSDT", Timeframe.M1);
        var stores = Enumerable.Range(0, 4).Select(_ => LakeStores.On(new AzureBlobs(connection, container, NullLogger.Instance))).ToList();

        await Task.WhenAll(stores.Select((store, i) => Task.Run(async () =>
        {
            for (var chunk = i; chunk < 16; chunk += 4)
            {
                var builder = new BarBlockBuilder("test");
                for (var bar = chunk * 10; bar < (chunk + 1) * 10; bar++)
                    builder.Add(new Bar(bar * 60_000L, new(bar + 1, 1), new(bar + 1, 1), new(bar + 1, 1), new(bar + 1, 1), null));
                await store.WriteAsync(series, new BarWrite(builder.Build(), Provenance.Unknown, new TimeRange(chunk * 600_000L, (chunk + 1) * 600_000L)), Cancellation);
            }
        })));

        var info = await stores[0].FindAsync(series, Cancellation);
        Assert.Equal((160, 0L, 159 * 60_000L), (info!.Rows, info.FirstMs, info.LastMs));
        Assert.Equal([new TimeRange(0, 9_600_000)], info.Fetched);
    }

    [Fact]
    public async Task Faults_name_container_and_blob_and_no_secret()
    {
        var key = Convert.ToBase64String("a key that is not this account's."u8);
        var real = await azurite.ConnectionStringAsync();
        var wrongKey = string.Join(';', real.Split(';').Select(part => part.StartsWith("AccountKey=", StringComparison.Ordinal) ? $"AccountKey={key}" : part));

        var refusal = await Assert.ThrowsAsync<StorageException>(() => new AzureBlobs(wrongKey, "test-faults", NullLogger.Instance).ReadAsync("a/b.txt", Cancellation));

        Assert.Equal(StorageErrorKind.Refused, refusal.Kind);
        Assert.Contains("container test-faults, blob a/b.txt: 403", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key, refusal.ToString(), StringComparison.Ordinal);
        Assert.Null(refusal.InnerException);
    }

    [Fact]
    public async Task Account_that_does_not_answer_is_unavailable()
    {
        var real = await azurite.ConnectionStringAsync();
        var nobody = string.Join(';', real.Split(';').Select(part => part.StartsWith("BlobEndpoint=", StringComparison.Ordinal) ? "BlobEndpoint=http://127.0.0.1:1/devstoreaccount1" : part));

        var refusal = await Assert.ThrowsAsync<StorageException>(() => new AzureBlobs(nobody, "test-faults", NullLogger.Instance).UpdateAsync("a.txt", _ => [1], Cancellation));

        Assert.Equal((StorageErrorKind.Unavailable, true), (refusal.Kind, refusal.IsTransient));
    }

    [Fact]
    public async Task Container_that_is_deleted_is_made_again()
    {
        var container = azurite.NewContainerName();
        var blobs = new AzureBlobs(await azurite.ConnectionStringAsync(), container, NullLogger.Instance);
        await blobs.UpdateAsync("a.txt", _ => "1"u8.ToArray(), Cancellation);
        await new Azure.Storage.Blobs.BlobContainerClient(await azurite.ConnectionStringAsync(), container).DeleteAsync(cancellationToken: Cancellation);

        await blobs.UpdateAsync("a.txt", present => present is null ? "2"u8.ToArray() : null, Cancellation);

        Assert.Equal("2"u8.ToArray(), (await blobs.ReadAsync("a.txt", Cancellation))!.Bytes.ToArray());
    }

    [Theory]
    [InlineData("secret")]
    [InlineData("DefaultEndpointsProtocol=http;AccountName=a;AccountKey=not-base64-secret;")]
    [InlineData("AccountKey=secret")]
    public void Connection_string_that_is_none_is_refused_without_repeating_it(string text)
    {
        var refusal = Assert.Throws<FormatException>(() => new AzureBlobs(text, "trader-data", NullLogger.Instance));

        Assert.Contains("AZURE_STORAGE_CONNECTION_STRING", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.ToString(), StringComparison.Ordinal);
    }
}
