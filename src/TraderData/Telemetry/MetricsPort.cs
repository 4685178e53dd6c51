namespace TraderData.Cli;

/// <summary>Where metrics have a port of their own.</summary>
internal static class MetricsPort
{
    /// <summary>Where to listen when that is so: on that port of the first address's host as well.</summary>
    /// <param name="addresses">Where the API listens, semicolons between.</param>
    /// <param name="port">The port; 0 for none.</param>
    public static string Add(string addresses, int port)
    {
        if (port == 0)
            return addresses;
        var first = addresses.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)[0];
        // Also of addresses that are no URL to others: http://*:8000, http://+:8000.
        var host = first[..first.LastIndexOf(':')];
        return host is "http" or "https" ? $"{addresses};{first.TrimEnd('/')}:{port}" : $"{addresses};http{host[host.IndexOf("://", StringComparison.Ordinal)..]}:{port}";
    }
}
