using Microsoft.Extensions.DependencyInjection;
using TraderData.Api;

namespace TraderData.Cli;

/// <summary>Registers what <c>/ready</c> tells of beyond what the API knows by itself.</summary>
internal static class HealthParts
{
    /// <summary>Adds the database, the files and the key.</summary>
    public static void AddTo(IServiceCollection services, Settings settings)
    {
        services.AddSingleton<IHealthPart, DatabasePart>();
        services.AddSingleton<IHealthPart>(provider => ActivatorUtilities.CreateInstance<FilesPart>(provider, settings));
        services.AddSingleton<IHealthPart>(provider => new SigningKeyPart(provider, settings));
    }
}
