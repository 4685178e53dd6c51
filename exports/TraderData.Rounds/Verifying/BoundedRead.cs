namespace TraderData.Rounds;

/// <summary>Reads what somebody else wrote, no more of it than it may be.</summary>
internal static class BoundedRead
{
    /// <summary>All of a stream.</summary>
    /// <exception cref="InvalidDataException">It is longer.</exception>
    public static async Task<byte[]> AllAsync(Stream stream, int maxBytes, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var buffer = new byte[16 << 10];
        int count;
        while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (content.Length + count > maxBytes)
                throw new InvalidDataException($"it has more than {maxBytes} bytes");
            content.Write(buffer, 0, count);
        }

        return content.ToArray();
    }
}
