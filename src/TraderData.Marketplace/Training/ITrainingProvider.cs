namespace TraderData.Marketplace;

/// <summary>Somebody on whose machines training runs run, and who is paid for them. Every member throws <see cref="ProviderException"/> and may be called from any thread.</summary>
public interface ITrainingProvider
{
    /// <summary>What runs call it in <see cref="TrainingRun.Provider"/>.</summary>
    string Name { get; }

    /// <summary>Hands a run over. Not to be repeated: a second call is a second job, paid for as well.</summary>
    /// <returns>Its id there, for the other members.</returns>
    /// <exception cref="ProviderException">Nothing was handed over; of kind <see cref="ProviderErrorKind.Unclear"/>: nobody knows whether it was.</exception>
    Task<string> StartAsync(TrainingOrder order, CancellationToken cancellationToken);

    /// <summary>Asks how a job fares.</summary>
    Task<TrainingProgress> LookAsync(string providerId, CancellationToken cancellationToken);

    /// <summary>Has a job stopped, whether it waits or runs. Can be repeated.</summary>
    /// <returns>True when nothing of it waits or runs any more; false when that must be asked once more.</returns>
    Task<bool> StopAsync(string providerId, CancellationToken cancellationToken);

    /// <summary>Asks whether it can be used as it is set up.</summary>
    /// <returns>What it tells of itself, for people.</returns>
    Task<string> CheckAsync(CancellationToken cancellationToken);
}
