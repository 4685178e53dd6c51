using System.Security.Cryptography;
using TraderData.Core;

namespace TraderData.Rounds;

/// <summary>Copies a round from the store into a local folder. Files that are there already are kept when they are right, so that it can be stopped and done again.</summary>
public static class RoundPull
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Copies the files; verifying them is the next step.</summary>
    /// <param name="rounds">The rounds.</param>
    /// <param name="round">One that is offered.</param>
    /// <param name="folder">The folder; made when it is not there.</param>
    /// <param name="progress">Is told how far it is; null for nobody.</param>
    /// <param name="cancellationToken">Stops the work; no part of a file has a file's name.</param>
    /// <exception cref="RoundStateException">The round is offered no more, or a file is missing.</exception>
    /// <exception cref="StorageException">The store failed.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static async Task RunAsync(IRounds rounds, RoundEntry round, string folder, IProgress<RoundBytes>? progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var (done, total) = (0L, round.Files.Sum(f => f.Bytes));
        foreach (var name in round.FileNames)
        {
            var opened = await rounds.OpenAsync(round.RoundId, name, cancellationToken)
                ?? throw new RoundStateException($"round {round.RoundId} is not offered any more, or lacks {name}");
            await using var content = opened.Content;
            var path = Path.Combine(folder, name);
            if (!await IsThereAsync(path, opened.File, cancellationToken))
                await CopyAsync(content, path, cancellationToken);
            progress?.Report(new RoundBytes(Math.Min(total, done += opened.File.Bytes), total));
        }
    }

    private static async Task<bool> IsThereAsync(string path, RoundFile file, CancellationToken cancellationToken)
    {
        if (new FileInfo(path) is not { Exists: true } found || found.Length != file.Bytes)
            return false;
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken)) == file.Sha256;
    }

    private static async Task CopyAsync(Stream content, string path, CancellationToken cancellationToken)
    {
        var part = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.part");
        await using (var stream = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            await content.CopyToAsync(stream, BufferBytes, cancellationToken);
            stream.Flush(flushToDisk: true);
        }

        File.Move(part, path, overwrite: true);
    }
}
