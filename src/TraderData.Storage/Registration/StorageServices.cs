using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Registers the stores.</summary>
public static class StorageServices
{
    /// <summary>
    /// Adds <see cref="TraderDataStorage"/> and its <see cref="IBarStore"/>, <see cref="IBarChanges"/>, <see cref="IProvisionalBars"/>, <see cref="IQuarantine"/>, <see cref="IInstrumentBook"/>, <see cref="IWatchDates"/>,
    /// <see cref="IFileStore"/>, <see cref="IBudgetStore"/> and <see cref="IJobHistory"/>, one of each for the program. Needs an <see cref="ILoggerFactory"/>; tells the time by a
    /// <see cref="TimeProvider"/> when there is one.
    /// </summary>
    public static IServiceCollection AddTraderDataStorage(this IServiceCollection services, StorageOptions options)
    {
        services.AddSingleton(provider => TraderDataStorage.Open(options, provider.GetRequiredService<ILoggerFactory>(), provider.GetService<TimeProvider>()));
        services.AddSingleton(provider => provider.GetRequiredService<TraderDataStorage>().Bars);
        services.AddSingleton(provider => provider.GetRequiredService<TraderDataStorage>().Changes);
        services.AddSingleton(provider => provider.GetRequiredService<TraderDataStorage>().Provisional);
        services.AddSingleton(provider => provider.GetRequiredService<TraderDataStorage>().Quarantine);
        services.AddSingleton(provider => provider.GetRequiredService<TraderDataStorage>().Instruments);
        services.AddSingleton(provider => provider.GetRequiredService<TraderDataStorage>().Watched);
        services.AddSingleton(provider => provider.GetRequiredService<TraderDataStorage>().Files);
        services.AddSingleton(provider => provider.GetRequiredService<TraderDataStorage>().Budgets);
        services.AddSingleton(provider => provider.GetRequiredService<TraderDataStorage>().JobRuns);
        return services;
    }
}
