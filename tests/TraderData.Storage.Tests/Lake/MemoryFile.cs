namespace TraderData.Storage.Tests;

/// <summary>A file in memory, which counts what is read of it.</summary>
internal sealed class MemoryFile(byte[] content) : IBlobFile
{
    public long Length => content.Length;

    public long BytesRead { get; private set; }

    public void Read(long offset, Span<byte> target)
    {
        content.AsSpan((int)offset, target.Length).CopyTo(target);
        BytesRead += target.Length;
    }

    public void Dispose()
    {
    }
}
