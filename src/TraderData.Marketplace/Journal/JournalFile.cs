using System.Text;
using TraderData.Core;

namespace TraderData.Marketplace;

/// <summary>
/// The journal on the disk, and how far this process has read it. The first line names the file's generation: after a rewrite it is another one, and is read from its beginning.
/// Not safe for use by several threads.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="restart">Is called before the file is read from its beginning.</param>
/// <param name="take">Takes the content of each line but the first.</param>
internal sealed class JournalFile(string path, Action restart, Action<ReadOnlyMemory<byte>> take)
{
    // A header is short; a file without one in so many bytes has none.
    private const int MaxHeaderLength = 200;

    private string? _generation;
    private long _offset;

    /// <summary>Reads what was appended since. What stands behind the last line end is left alone: it is being written, or its writer was killed.</summary>
    /// <returns>The fault of the first line that cannot be believed; null when all can.</returns>
    public StorageException? CatchUp()
    {
        using var file = Open();
        if (file is null || file.Length == 0)
        {
            Begin(null, 0);
            return null;
        }

        var header = new byte[Math.Min(MaxHeaderLength, file.Length)];
        file.ReadExactly(header);
        var end = header.AsSpan().IndexOf((byte)'\n');
        if (end < 0)
        {
            Begin(null, 0);
            return header.Length == MaxHeaderLength ? Damaged(0) : null;
        }

        if (!JournalLine.TryRead(header.AsMemory(0, end), out var content))
            return Damaged(0);
        var generation = Encoding.UTF8.GetString(content.Span);
        if (generation != _generation)
            Begin(generation, end + 1);
        return file.Length < _offset ? Damaged(file.Length) : ReadOn(file);
    }

    /// <summary>Writes a line behind the last whole one, and returns when it is on the disk. For the holder of the lock, who has caught up.</summary>
    public void Append(byte[] line)
    {
        if (_generation is null)
            Replace([]);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        // What a killed writer left was never told to be kept.
        if (file.Length > _offset)
            file.SetLength(_offset);
        file.Position = _offset;
        file.Write(line);
        file.Flush(flushToDisk: true);
        _offset += line.Length;
    }

    /// <summary>Puts a new file with these lines in the place of the old one. For the holder of the lock, who has caught up.</summary>
    public void Replace(IEnumerable<byte[]> lines)
    {
        var (generation, temporary) = ($"{{\"journal\":1,\"generation\":\"{Guid.CreateVersion7():N}\"}}", $"{path}.new");
        long length;
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(JournalLine.Of(Encoding.UTF8.GetBytes(generation)));
            foreach (var line in lines)
                file.Write(line);
            file.Flush(flushToDisk: true);
            length = file.Length;
        }

        File.Move(temporary, path, overwrite: true);
        FolderSync.Flush(Path.GetDirectoryName(path)!);
        (_generation, _offset) = (generation, length);
    }

    private StorageException? ReadOn(FileStream file)
    {
        var rest = new byte[checked((int)(file.Length - _offset))];
        file.Position = _offset;
        // A rewrite takes another file; this one only ever grows, or loses what was no whole line.
        var length = file.ReadAtLeast(rest, rest.Length, throwOnEndOfStream: false);
        var unread = rest.AsMemory(0, length);
        while (unread.Span.IndexOf((byte)'\n') is var end and >= 0)
        {
            if (!JournalLine.TryRead(unread[..end], out var content))
                return Damaged(_offset);
            take(content);
            _offset += end + 1;
            unread = unread[(end + 1)..];
        }

        // A whole line with another byte in the place of its end was not torn, but changed.
        return unread.Length > 1 && JournalLine.TryRead(unread[..^1], out _) ? Damaged(_offset) : null;
    }

    private FileStream? Open()
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private void Begin(string? generation, long offset)
    {
        (_generation, _offset) = (generation, offset);
        restart();
    }

    private StorageException Damaged(long offset) => new(
        StorageErrorKind.Damaged, $"{path}: the line at byte {offset} is not what was written (restore the file from a backup; cutting it off there loses what came behind)");
}
