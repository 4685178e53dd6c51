using System.Buffers;
using System.Security.Cryptography;
using TraderData.Core;

namespace TraderData.Exports;

/// <summary>
/// Writes bars as a file that Lona takes, straight from columns to bytes, in constant memory; hashes and counts on the way. The same bars give the
/// same bytes, however they are cut into blocks. A volume, vwap or number of trades that is not known is an empty field in CSV and null in JSON.
/// </summary>
public static class LonaExporter
{
    // Large enough that a write to a file or socket costs nothing beside the rendering, small enough to stay in a core's cache.
    private const int BufferBytes = 256 * 1024;

    /// <summary>Writes a whole file.</summary>
    /// <param name="destination">Where the bytes go; stays open, and is not flushed.</param>
    /// <param name="series">The series, for the names in a JSON file and for messages.</param>
    /// <param name="blocks">The bars, ascending.</param>
    /// <param name="layout">How they are written.</param>
    /// <param name="cancellationToken">Stops the work; the destination then has a part of the file.</param>
    /// <exception cref="BadDataException">A bar is not on a whole second and the time format has none smaller.</exception>
    public static async Task<LonaSummary> WriteAsync(
        Stream destination, Series series, IAsyncEnumerable<BarBlock> blocks, LonaLayout layout, CancellationToken cancellationToken)
    {
        var rows = new LonaRows(layout, series);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            using var output = new HashedOutput(destination, buffer);
            output.Append(rows.Head());
            await foreach (var block in blocks.WithCancellation(cancellationToken).ConfigureAwait(false))
                await WriteBlockAsync(output, rows, block, cancellationToken).ConfigureAwait(false);
            if (output.Free.Length < LonaRows.MaxRowBytes)
                await output.FlushAsync(cancellationToken).ConfigureAwait(false);
            output.Append(rows.Tail());
            await output.FlushAsync(cancellationToken).ConfigureAwait(false);
            return output.Summary(rows.UnknownVolumes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask WriteBlockAsync(HashedOutput output, LonaRows rows, BarBlock block, CancellationToken cancellationToken)
    {
        for (var row = 0; row < block.Count;)
        {
            output.Advance(rows.Render(block, ref row, output.Free.Span));
            if (row < block.Count)
                await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        output.Count(block);
    }

    private sealed class HashedOutput(Stream destination, byte[] buffer) : IDisposable
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private int _used;
        private long _bytes;
        private long _rows;
        private long? _firstMs;
        private long? _lastMs;

        public Memory<byte> Free => buffer.AsMemory(_used);

        public void Advance(int count) => _used += count;

        public void Append(ReadOnlySpan<byte> text)
        {
            text.CopyTo(Free.Span);
            _used += text.Length;
        }

        public void Count(BarBlock block)
        {
            if (block.Count == 0)
                return;
            _rows += block.Count;
            _firstMs ??= block.FirstMs;
            _lastMs = block.LastMs;
        }

        public async ValueTask FlushAsync(CancellationToken cancellationToken)
        {
            _hash.AppendData(buffer, 0, _used);
            await destination.WriteAsync(buffer.AsMemory(0, _used), cancellationToken).ConfigureAwait(false);
            _bytes += _used;
            _used = 0;
        }

        public LonaSummary Summary(long unknownVolumes) =>
            new(_rows, _firstMs, _lastMs, _bytes, Convert.ToHexStringLower(_hash.GetHashAndReset()), unknownVolumes);

        public void Dispose() => _hash.Dispose();
    }
}
