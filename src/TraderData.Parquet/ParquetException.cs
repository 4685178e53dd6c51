namespace TraderData.Parquet;

/// <summary>A Parquet file is damaged, exceeds a limit, or uses something that this codec does not read. The message says what and where.</summary>
public sealed class ParquetException : Exception
{
    /// <summary>Creates the exception for a damaged file.</summary>
    /// <param name="message">What was found and what was expected.</param>
    /// <param name="offset">Byte offset in the file where it was found.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public ParquetException(string message, long offset, Exception? innerException = null)
        : base($"{message} (at byte {offset} of the file)", innerException) => Offset = offset;

    /// <summary>Byte offset in the file (inside a compressed page: of the page's payload plus the position in its decompressed form).</summary>
    public long Offset { get; }

    /// <summary>True when the file may be sound, but uses a codec, encoding or type that this codec does not read.</summary>
    public bool IsUnsupported { get; private init; }

    internal static ParquetException Unsupported(string message, long offset) => new(message, offset) { IsUnsupported = true };
}
