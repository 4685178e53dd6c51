using Microsoft.Extensions.DependencyInjection;
using TraderData.Api;
using TraderData.Rounds;

namespace TraderData.Cli;

/// <summary>The key that rounds are signed with can be had. One in Key Vault is not asked: each look would be paid for, and a signature tells.</summary>
internal sealed class SigningKeyPart(IServiceProvider services, Settings settings) : IHealthPart
{
    public string Name => "signing_key";

    public async Task<IReadOnlyList<PartHealth>> LookAsync(CancellationToken cancellationToken)
    {
        if (settings.RoundSigningKey.Length == 0)
            return [];
        try
        {
            await services.GetRequiredService<IRoundSigner>().KeyAsync(cancellationToken).ConfigureAwait(false);
            return [PartHealth.Ok(Name)];
        }
        catch (Exception e) when (e is SigningException or IOException or UnauthorizedAccessException)
        {
            return [PartHealth.Degraded(Name, e.Message, "put the file back, or set ROUND_SIGNING_KEY; a new one: trader-data round keygen")];
        }
    }
}
