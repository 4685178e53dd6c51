using System.Reflection;

namespace TraderData.Marketplace.Tests;

/// <summary>The process ends here, as far as it can within a test: nothing that it would have done next is done.</summary>
public sealed class KilledException() : Exception("killed");

/// <summary>A provider whose caller is killed when it has taken a run, before it can tell the id.</summary>
internal sealed class KilledProvider(ITrainingProvider inner, bool kills = true) : ITrainingProvider
{
    /// <summary>What happens while a run is handed over.</summary>
    public Func<Task> Before { get; init; } = () => Task.CompletedTask;

    public string Name => inner.Name;

    public async Task<string> StartAsync(TrainingOrder order, CancellationToken cancellationToken)
    {
        await Before();
        var id = await inner.StartAsync(order, cancellationToken);
        return kills ? throw new KilledException() : id;
    }

    public Task<TrainingProgress> LookAsync(string providerId, CancellationToken cancellationToken) => inner.LookAsync(providerId, cancellationToken);

    public Task<bool> StopAsync(string providerId, CancellationToken cancellationToken) => inner.StopAsync(providerId, cancellationToken);

    public Task<string> CheckAsync(CancellationToken cancellationToken) => inner.CheckAsync(cancellationToken);
}

/// <summary>A store whose changes of runs fail, before they are made or behind that.</summary>
public class FaultyStore : DispatchProxy
{
    private IMarketplaceStore _inner = null!;
    private Func<string, bool, Exception?> _fault = null!;

    /// <summary>Wraps a store.</summary>
    /// <param name="inner">The store.</param>
    /// <param name="fault">What is thrown at a change, by its name, and whether it was made by then; null for nothing.</param>
    public static IMarketplaceStore Over(IMarketplaceStore inner, Func<string, bool, Exception?> fault)
    {
        var made = Create<IMarketplaceStore, FaultyStore>();
        ((FaultyStore)made)._inner = inner;
        ((FaultyStore)made)._fault = fault;
        return made;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
    {
        nameof(IMarketplaceStore.ChangeRunAsync) or nameof(IMarketplaceStore.ChangeProviderAsync) =>
            ChangeAsync(targetMethod.Name, () => (Task<TrainingRun?>)targetMethod.Invoke(_inner, args)!),
        _ => targetMethod.Invoke(_inner, args),
    };

    private async Task<TrainingRun?> ChangeAsync(string name, Func<Task<TrainingRun?>> change)
    {
        if (_fault(name, false) is { } before)
            throw before;
        var changed = await change();
        return _fault(name, true) is { } behind ? throw behind : changed;
    }
}
