namespace TraderData.Rounds;

/// <summary>Reads a set of public keys from where a person says.</summary>
public static class KeySetSource
{
    /// <summary>Reads a set.</summary>
    /// <param name="where">A file, or an https address (http of this machine alone).</param>
    /// <param name="http">Sends the request, when it is an address.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="FormatException">It is no set of keys, or an address that is not to be trusted.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="HttpRequestException">The address does not answer with one.</exception>
    public static async Task<RoundKeySet> ReadAsync(string where, HttpClient http, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await OpenAsync(where, http, cancellationToken);
            return RoundKeySet.Parse(await BoundedRead.AllAsync(stream, RoundKeySet.MaxBytes, cancellationToken));
        }
        catch (Exception e) when (e is FormatException or InvalidDataException)
        {
            throw new FormatException($"{where}: {e.Message}", e);
        }
    }

    private static async Task<Stream> OpenAsync(string where, HttpClient http, CancellationToken cancellationToken)
    {
        if (!where.Contains("://", StringComparison.Ordinal))
            return new FileStream(where, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (!Uri.TryCreate(where, UriKind.Absolute, out var url) || !(url.Scheme == "https" || (url.Scheme == "http" && url.IsLoopback)))
            throw new FormatException("keys are read from a file or an https address: what comes over plain http can be anybody's");
        return await http.GetStreamAsync(url, cancellationToken);
    }
}
