using Microsoft.Win32.SafeHandles;

namespace TraderData.Storage;

/// <summary>A file that is open for reading. Others may rename over it meanwhile: it stays the content it was.</summary>
internal sealed class LocalBlobFile(SafeFileHandle handle, string path, long length) : IBlobFile
{
    /// <inheritdoc/>
    public long Length => length;

    /// <inheritdoc/>
    public void Read(long offset, Span<byte> target)
    {
        try
        {
            while (!target.IsEmpty)
            {
                var count = RandomAccess.Read(handle, target, offset);
                if (count == 0)
                    throw new EndOfStreamException($"it ends at {offset}, {target.Length} bytes before it should");
                target = target[count..];
                offset += count;
            }
        }
        catch (IOException e)
        {
            throw LocalFault.Translate(path, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();
}
