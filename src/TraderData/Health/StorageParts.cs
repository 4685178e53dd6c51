using System.Globalization;
using TraderData.Api;
using TraderData.Core;
using TraderData.Storage;

namespace TraderData.Cli;

/// <summary>The database of the hot tier answers.</summary>
internal sealed class DatabasePart(TraderDataStorage storage) : IHealthPart
{
    public string Name => "database";

    public async Task<IReadOnlyList<PartHealth>> LookAsync(CancellationToken cancellationToken)
    {
        if (storage.Database is not { } database)
            return [];
        try
        {
            await database.PingAsync(cancellationToken).ConfigureAwait(false);
            return [PartHealth.Ok(Name)];
        }
        catch (StorageException e)
        {
            return [new PartHealth(Name, PartStatus.Failed, e.Message, "bring the database back, or put DATABASE_URL right; lost bars come back with trader-data lake rebuild-postgres")];
        }
    }
}

/// <summary>The folder or container of the lake answers, and the disk of a folder has room.</summary>
internal sealed class FilesPart(IFileStore files, Settings settings) : IHealthPart
{
    // A month of minutes of 100 symbols takes 60 MB; a round of some hundred symbols, made beside the one before, most of this.
    private const long LeastFreeBytes = 1L << 30;

    // Nobody writes it: only whether the store answers is looked for.
    private const string Probe = "rounds/health-probe";

    public string Name => "files";

    private bool IsFolder => settings.AzureStorageConnectionString.Length == 0 && settings.AzureStorageAccountUrl.Length == 0;

    public async Task<IReadOnlyList<PartHealth>> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await files.OpenReadAsync(Probe, cancellationToken).ConfigureAwait(false) is { } found)
                await found.DisposeAsync().ConfigureAwait(false);
        }
        catch (StorageException e)
        {
            return [new PartHealth(Name, PartStatus.Failed, e.Message, IsFolder ? "see to the folder and its rights" : "see to the storage account, and to what the process may do there")];
        }

        return [IsFolder && FreeBytes() is { } free and < LeastFreeBytes ? NearlyFull(free) : PartHealth.Ok(Name)];
    }

    private PartHealth NearlyFull(long free) => PartHealth.Degraded(
        Name, string.Create(CultureInfo.InvariantCulture, $"{free >> 20} MiB are left on the disk of {Path.GetFullPath(settings.DataDirectory)}"), "make room, or move the folder: TRADER_DATA_DIR");

    private long? FreeBytes()
    {
        try
        {
            return new DriveInfo(Path.GetFullPath(settings.DataDirectory)).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // A folder that is not made yet.
            return null;
        }
    }
}
