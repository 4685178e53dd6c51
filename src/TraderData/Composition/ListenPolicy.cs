using System.Net;
using TraderData.Api;

namespace TraderData.Cli;

/// <summary>Who may read market data, by where the service listens.</summary>
internal static class ListenPolicy
{
    /// <summary>How the API treats those that it does not know.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="role">What the process does.</param>
    /// <param name="addresses">Where it listens, semicolons between.</param>
    /// <exception cref="MisuseException">Market data needs keys, and there can be none.</exception>
    public static ApiOptions OptionsOf(Settings settings, ServiceRole role, string addresses)
    {
        var isRequired = settings.MarketDataAuth == "required" || (settings.MarketDataAuth == "auto" && !IsLocal(addresses));
        if (isRequired && role != ServiceRole.Worker && settings.InfraTokenPepper.Length == 0)
        {
            throw new MisuseException(
                $"market data needs keys where the service listens ({addresses}), but INFRA_TOKEN_PEPPER is not set: set it to a random text of at least 32 characters, as from "
                + "openssl rand -base64 48, and make a key with 'trader-data keys create-vendor'; or set MARKET_DATA_AUTH=open to let everybody read who reaches it");
        }

        return new ApiOptions
        {
            RequireMarketDataAuth = isRequired,
            OperatorKey = settings.OperatorKey.Length > 0 ? new OperatorKey(settings.OperatorKey) : null,
            CorsOrigins = settings.CorsOrigins,
            TrustedProxies = [.. settings.TrustedProxies.Select(NetworkOf).OfType<IPNetwork>()],
            PublicUrl = settings.PublicUrl.Length > 0 ? new Uri(settings.PublicUrl) : null,
        };
    }

    /// <summary>The network of an address or of <c>10.0.0.0/8</c>; null when the text is neither.</summary>
    public static IPNetwork? NetworkOf(string text)
    {
        if (IPAddress.TryParse(text, out var address))
            return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return IPNetwork.TryParse(text, out var network) ? network : null;
    }

    // What is no address of an own kind (a name, *, +) may be reached from elsewhere.
    private static bool IsLocal(string addresses) => addresses.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).All(address =>
        Uri.TryCreate(address, UriKind.Absolute, out var url)
        && (url.Host == "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip))));
}
