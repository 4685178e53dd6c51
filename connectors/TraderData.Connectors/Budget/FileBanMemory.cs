using System.Text;
using TraderData.Core;

namespace TraderData.Connectors;

/// <summary>Bans in one small file per source: <c>binance.ban</c> holds the time that the ban ends, ISO 8601.</summary>
/// <param name="folder">Made on the first ban.</param>
public sealed class FileBanMemory(string folder) : IBanMemory
{
    /// <inheritdoc/>
    /// <exception cref="BadDataException">The file is there but holds no time.</exception>
    public async Task<DateTimeOffset?> RecallAsync(string source, CancellationToken cancellationToken)
    {
        var path = PathOf(source);
        if (!File.Exists(path))
            return null;
        var text = (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
        return TimeText.TryParse(text, out var untilMs)
            ? DateTimeOffset.FromUnixTimeMilliseconds(untilMs)
            : throw new BadDataException(path, "no time", "the ISO time that the ban ends", text);
    }

    /// <inheritdoc/>
    public async Task RememberAsync(string source, DateTimeOffset until, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var temporary = $"{PathOf(source)}.{Guid.NewGuid():N}";
        try
        {
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                await file.WriteAsync(Encoding.ASCII.GetBytes(TimeText.Iso(until.ToUnixTimeMilliseconds())), cancellationToken);
                // An empty file behind a crash of the machine would be one that a person has to remove.
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, PathOf(source), overwrite: true);
            FolderSync.Flush(folder);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private string PathOf(string source) => Path.Combine(folder, $"{source}.ban");
}
