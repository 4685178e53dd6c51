using Microsoft.Extensions.DependencyInjection;
using TraderData.Storage;

namespace TraderData.Marketplace;

/// <summary>Registers the marketplace.</summary>
public static class MarketplaceServices
{
    /// <summary>
    /// Adds the <see cref="IMarketplaceStore"/>: in the database of the registered <see cref="TraderDataStorage"/>, or in <c>marketplace/journal.jsonl</c> of the data folder where there is none.
    /// </summary>
    /// <param name="services">The container.</param>
    /// <param name="dataDirectory">The data folder.</param>
    public static IServiceCollection AddTraderDataMarketplaceStore(this IServiceCollection services, string dataDirectory) =>
        services.AddSingleton<IMarketplaceStore>(provider => provider.GetRequiredService<TraderDataStorage>().Database is { } database
            ? new PostgresMarketplaceStore(database)
            : new JournalMarketplaceStore(Path.Combine(dataDirectory, "marketplace", "journal.jsonl")));

    /// <summary>Adds the <see cref="TokenBook"/>, and with it the marketplace's endpoints. The container must also hold a <see cref="TimeProvider"/>.</summary>
    /// <exception cref="ArgumentException">The options are wrong.</exception>
    public static IServiceCollection AddTraderDataTokens(this IServiceCollection services, MarketplaceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.FindFaults() is { Count: > 0 } faults
            ? throw new ArgumentException(string.Join("; ", faults))
            : services.AddSingleton(provider => new TokenBook(provider.GetRequiredService<IMarketplaceStore>(), options, provider.GetRequiredService<TimeProvider>()));
    }

    /// <summary>
    /// Adds RunPod as the <see cref="ITrainingProvider"/>, and its <see cref="IPods"/>. The container must also hold an <see cref="HttpClient"/> that follows no redirect, and a <see cref="TimeProvider"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The options are wrong.</exception>
    public static IServiceCollection AddTraderDataRunPod(this IServiceCollection services, RunPodOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.FindFaults() is { Count: > 0 } faults
            ? throw new ArgumentException(string.Join("; ", faults))
            : services
                .AddSingleton(provider => new RunPodHttp(provider.GetRequiredService<HttpClient>(), options, provider.GetRequiredService<TimeProvider>()))
                .AddSingleton<ITrainingProvider>(provider => new RunPodTraining(provider.GetRequiredService<RunPodHttp>(), options))
                .AddSingleton<IPods>(provider => new RunPodPods(provider.GetRequiredService<RunPodHttp>(), options));
    }
}
