using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

public sealed class TraderDataStorageTests(AzuriteServer azurite, PostgresServer postgres) : IDisposable
{
    private readonly TestFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Options_of_a_folder_give_the_lake_alone()
    {
        await using var storage = TraderDataStorage.Open(new StorageOptions { DataDirectory = _folder.Path }, NullLoggerFactory.Instance);

        await AssertKeepsBarsAsync(storage);

        Assert.Equal($"lake in the folder {_folder.Path}", storage.ToString());
        Assert.Null(storage.Database);
        Assert.Empty(await storage.MigrateAsync(Cancellation));
        Assert.Equal(0, await storage.SealAsync(0, Cancellation));
        Assert.True(File.Exists(Path.Combine(_folder.Path, "exports", "a.txt")));
    }

    [Fact]
    public async Task Options_of_everything_give_both_tiers_and_tell_no_secret()
    {
        var options = new StorageOptions
        {
            DataDirectory = Path.Combine(_folder.Path, "unused"),
            AzureConnectionString = await azurite.ConnectionStringAsync(),
            AzureContainer = azurite.NewContainerName(),
            DatabaseUrl = await postgres.CreateDatabaseAsync(Cancellation),
        };
        await using var storage = TraderDataStorage.Open(options, NullLoggerFactory.Instance);
        Assert.NotEmpty(await storage.MigrateAsync(Cancellation));

        await AssertKeepsBarsAsync(storage);

        Assert.Equal($"hot tier in {storage.Database}, lake in the Azure container {options.AzureContainer}", storage.ToString());
        Assert.Equal(1, await storage.SealAsync(TimeText.MaxMs, Cancellation));
        Assert.Equal(0, await storage.SealAsync(TimeText.MaxMs, Cancellation));
        Assert.False(Directory.Exists(options.DataDirectory));
    }

    [Fact]
    public void Options_that_are_wrong_are_all_named_at_once()
    {
        var options = new StorageOptions { DataDirectory = " ", AzureContainer = "Trader_Data", BlockCacheBytes = -1 };

        var refusal = Assert.Throws<ArgumentException>(() => TraderDataStorage.Open(options, NullLoggerFactory.Instance));

        Assert.All((string[])["DataDirectory", "'Trader_Data'", "was -1"], part => Assert.Contains(part, refusal.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Services_share_one_storage()
    {
        var services = new ServiceCollection().AddTraderDataStorage(new StorageOptions { DataDirectory = _folder.Path });
        await using var storage = (TraderDataStorage)Make(services, typeof(TraderDataStorage), new OneService(NullLoggerFactory.Instance));
        var provider = new OneService(storage);

        Assert.Same(storage.Bars, Make(services, typeof(IBarStore), provider));
        Assert.Same(storage.Quarantine, Make(services, typeof(IQuarantine), provider));
        Assert.Same(storage.Files, Make(services, typeof(IFileStore), provider));
        Assert.All(services, service => Assert.Equal(ServiceLifetime.Singleton, service.Lifetime));
    }

    private static object Make(IServiceCollection services, Type type, IServiceProvider provider) =>
        Assert.Single(services, service => service.ServiceType == type).ImplementationFactory!(provider);

    private static async Task AssertKeepsBarsAsync(TraderDataStorage storage)
    {
        var series = new Series("import", "X", Timeframe.D1);
        var builder = new BarBlockBuilder("test");
        var price = new ScaledDecimal(15, 1);
        builder.Add(new Bar(0, price, price, price, price, null));
        var block = builder.Build();

        Assert.Equal(new WriteResult(1, 0, 0), await storage.Bars.WriteAsync(series, new BarWrite(block, Provenance.Unknown), Cancellation));
        Assert.Equal(new WriteResult(0, 0, 1), await storage.Bars.WriteAsync(series, new BarWrite(block, Provenance.Unknown), Cancellation));
        await storage.Files.WriteAsync("exports/a.txt", false, async (stream, token) => await stream.WriteAsync("a"u8.ToArray(), token), Cancellation);

        Assert.Equal(series, Assert.Single(await storage.Bars.ListAsync(Cancellation)).Series);
    }

    private sealed class OneService(object service) : IServiceProvider
    {
        public object? GetService(Type serviceType) => serviceType.IsInstanceOfType(service) ? service : null;
    }
}
