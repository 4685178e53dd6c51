using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;
using TraderData.Storage;
using TraderData.Testing;

namespace TraderData.Rounds.Tests;

/// <summary>Rounds in a local folder.</summary>
public sealed class LocalPublishTests : PublishContract
{
    private readonly TestFolder _folder = new();
    private TraderDataStorage? _storage;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_storage is not null)
            await _storage.DisposeAsync();
        _folder.Dispose();
    }

    private protected override Task<IFileStore> FilesAsync() =>
        Task.FromResult((_storage = TraderDataStorage.Open(new StorageOptions { DataDirectory = _folder.Path }, NullLoggerFactory.Instance)).Files);
}

/// <summary>Rounds in Azure Blob Storage.</summary>
public sealed class AzurePublishTests(AzuriteServer azurite) : PublishContract
{
    private readonly TestFolder _folder = new();
    private TraderDataStorage? _storage;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_storage is not null)
            await _storage.DisposeAsync();
        _folder.Dispose();
    }

    private protected override async Task<IFileStore> FilesAsync()
    {
        var options = new StorageOptions { DataDirectory = _folder.Path, AzureConnectionString = await azurite.ConnectionStringAsync(), AzureContainer = azurite.NewContainerName() };
        return (_storage = TraderDataStorage.Open(options, NullLoggerFactory.Instance)).Files;
    }
}
