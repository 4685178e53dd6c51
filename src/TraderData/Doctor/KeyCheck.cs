using TraderData.Rounds;

namespace TraderData.Cli;

/// <summary>Whether the keys that the service has of its own can be used.</summary>
internal static class KeyCheck
{
    /// <summary>The key that rounds are signed with.</summary>
    /// <exception cref="SigningException">It cannot be had.</exception>
    public static async Task<IReadOnlyList<Finding>> SigningAsync(Func<IRoundSigner> open, CancellationToken cancellationToken)
    {
        var signer = open();
        var key = await signer.KeyAsync(cancellationToken).ConfigureAwait(false);
        // A public key, or an identity without the right to sign, shows only here.
        _ = await signer.SignAsync(new byte[32], cancellationToken).ConfigureAwait(false);
        return [Finding.Ok("signing key", $"rounds are signed with key {key.Kid}")];
    }

    /// <summary>Whether the service may start where it would listen.</summary>
    public static Finding Auth(Settings settings)
    {
        try
        {
            _ = ListenPolicy.OptionsOf(settings, ServiceRole.All, $"http://localhost:{settings.Port}");
            return Finding.Ok("keys", settings.InfraTokenPepper.Length > 0 ? "the marketplace is on" : "INFRA_TOKEN_PEPPER is not set: the marketplace is off");
        }
        catch (MisuseException e)
        {
            return Finding.Failed("keys", e.Message, "set INFRA_TOKEN_PEPPER, or MARKET_DATA_AUTH=auto");
        }
    }
}
