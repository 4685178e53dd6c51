namespace TraderData.Storage;

/// <summary>What binary COPY streams have in common.</summary>
internal static class PgCopy
{
    /// <summary>Eleven bytes of signature, four of flags (none), four that say no header extension follows.</summary>
    public static ReadOnlySpan<byte> Header => [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>Stands for the number of columns behind the last row.</summary>
    public const short Trailer = -1;

    /// <summary>Stands for the length of a value that is null.</summary>
    public const int Null = -1;
}
