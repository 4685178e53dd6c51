using TraderData.Core;

namespace TraderData.Api;

/// <summary>Writes the rows of an answer as text, straight from a block's columns.</summary>
internal interface IBarRows
{
    /// <summary>The most bytes that one row takes.</summary>
    int MaxRowBytes { get; }

    /// <summary>Writes rows until all are written or the next might not fit.</summary>
    /// <param name="block">The bars.</param>
    /// <param name="from">The index of the first bar to write.</param>
    /// <param name="step">1 to go on with later bars, −1 with earlier ones.</param>
    /// <param name="count">How many to write.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="bytes">How many bytes were written.</param>
    /// <returns>How many rows were written.</returns>
    int Write(BarBlock block, int from, int step, int count, Span<byte> destination, out int bytes);
}
