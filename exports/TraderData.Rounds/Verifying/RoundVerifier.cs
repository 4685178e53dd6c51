using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TraderData.Rounds;

/// <summary>How far a round is read or copied.</summary>
/// <param name="Done">Bytes so far.</param>
/// <param name="Total">Bytes of all of its files.</param>
public readonly record struct RoundBytes(long Done, long Total);

/// <summary>What came of checking a round.</summary>
/// <param name="Fault">The first thing that is wrong; null when nothing is.</param>
/// <param name="RoundId">The round; null while the manifest could not be believed.</param>
/// <param name="Kid">The key that it was signed with; null while that is not known.</param>
/// <param name="Files">Its files; empty while the manifest could not be believed.</param>
public sealed record RoundVerification(RoundFault? Fault, string? RoundId, string? Kid, IReadOnlyList<RoundFile> Files)
{
    /// <summary>True when every byte is what was signed.</summary>
    public bool IsSound => Fault is null;

    /// <summary>The manifest's bytes; empty while it could not be believed.</summary>
    internal ReadOnlyMemory<byte> Manifest { get; init; }
}

/// <summary>Checks a round: the signature over the manifest first, then every file against it. Needs no network.</summary>
public static class RoundVerifier
{
    private const int BufferBytes = 1 << 20;

    /// <summary>Opens a file of a round by its plain name; gives null when there is none.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public delegate Task<Stream?> Opener(string name, CancellationToken cancellationToken);

    /// <summary>Checks a round in a local folder, which must hold its files and nothing else.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="keys">The keys to believe.</param>
    /// <param name="progress">Is told how far it is; null for nobody.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public static async Task<RoundVerification> VerifyAsync(string folder, RoundKeySet keys, IProgress<RoundBytes>? progress, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
            return Bad(new RoundFault(folder, "there is no such folder", "name the folder that holds manifest.json"));
        var names = new List<string>();
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0 }))
        {
            if (entry.Attributes.HasFlag(FileAttributes.ReparsePoint) || entry is not FileInfo)
                return Bad(new RoundFault(entry.Name, "it is no plain file", "a round is a folder of plain files: remove it, or pull the round into an empty folder"));
            names.Add(entry.Name);
        }

        return await VerifyAsync((name, _) => Task.FromResult<Stream?>(OpenFile(folder, name)), names, keys, progress, cancellationToken);
    }

    /// <summary>Checks a round.</summary>
    /// <param name="open">Opens its files.</param>
    /// <param name="names">The names of all files that are there; null when that cannot be told.</param>
    /// <param name="keys">The keys to believe.</param>
    /// <param name="progress">Is told how far it is; null for nobody.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static async Task<RoundVerification> VerifyAsync(
        Opener open, IReadOnlyCollection<string>? names, RoundKeySet keys, IProgress<RoundBytes>? progress, CancellationToken cancellationToken)
    {
        var (manifest, fault) = await ReadAsync(open, RoundManifest.FileName, ManifestFiles.MaxBytes, cancellationToken);
        if (fault is not null)
            return Bad(fault);
        (var jws, fault) = await ReadAsync(open, DetachedJws.FileName, DetachedJws.MaxBytes, cancellationToken);
        if (fault is not null)
            return Bad(fault);
        string? kid = null;
        fault = DetachedJws.Check(manifest, Encoding.Latin1.GetString(jws), keys, out kid);
        if (fault is not null)
            return Bad(fault) with { Kid = kid };
        if (ManifestFiles.TryRead(manifest, out var id, out var files) is { } wrong)
            return Bad(new RoundFault(RoundManifest.FileName, wrong, "it is signed, so that it was made so: tell who publishes it, or use a newer trader-data")) with { Kid = kid };
        fault = FindExtra(names, files) ?? await CheckFilesAsync(open, files, progress, cancellationToken);
        return new RoundVerification(fault, id, kid, files) { Manifest = manifest };
    }

    private static RoundVerification Bad(RoundFault fault) => new(fault, null, null, []);

    private static async Task<(byte[] Content, RoundFault? Fault)> ReadAsync(Opener open, string name, int maxBytes, CancellationToken cancellationToken)
    {
        await using var stream = await open(name, cancellationToken);
        if (stream is null)
            return ([], new RoundFault(name, "it is missing", RoundFault.PullAgain));
        try
        {
            return (await BoundedRead.AllAsync(stream, maxBytes, cancellationToken), null);
        }
        catch (InvalidDataException e)
        {
            return ([], new RoundFault(name, e.Message, RoundFault.PullAgain));
        }
    }

    private static RoundFault? FindExtra(IReadOnlyCollection<string>? names, IReadOnlyList<RoundFile> files)
    {
        var known = files.Select(f => f.Name).Append(RoundManifest.FileName).Append(DetachedJws.FileName).ToHashSet(StringComparer.Ordinal);
        return names?.Order(StringComparer.Ordinal).FirstOrDefault(name => !known.Contains(name)) is { } extra
            ? new RoundFault(Shown.Of(extra), "it is not a file of the round", "remove it, or pull the round into an empty folder")
            : null;
    }

    private static async Task<RoundFault?> CheckFilesAsync(Opener open, IReadOnlyList<RoundFile> files, IProgress<RoundBytes>? progress, CancellationToken cancellationToken)
    {
        var (buffer, read, total) = (new byte[BufferBytes], 0L, files.Sum(f => f.Bytes));
        foreach (var file in files)
        {
            await using var stream = await open(file.Name, cancellationToken);
            if (stream is null)
                return new RoundFault(file.Name, "it is missing", RoundFault.PullAgain);
            if (stream.Length != file.Bytes)
                return new RoundFault(file.Name, string.Create(CultureInfo.InvariantCulture, $"it has {stream.Length} bytes, the manifest says {file.Bytes}"), RoundFault.PullAgain);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            int count;
            while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                hash.AppendData(buffer, 0, count);
                progress?.Report(new RoundBytes(read += count, total));
            }

            var digest = Convert.ToHexStringLower(hash.GetHashAndReset());
            if (digest != file.Sha256)
                return new RoundFault(file.Name, $"its SHA-256 is {digest}, the manifest says {file.Sha256}", RoundFault.PullAgain);
        }

        return null;
    }

    private static FileStream? OpenFile(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        return File.Exists(path) ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0) : null;
    }
}
