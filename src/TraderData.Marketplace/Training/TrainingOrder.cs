namespace TraderData.Marketplace;

/// <summary>A link to a file to train on. Whoever has it has the file: it is not shown.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Url">Where it is.</param>
/// <param name="ExpiresAt">When the link opens nothing any more, UTC.</param>
public sealed record DatasetLink(string Name, string Url, DateTime ExpiresAt)
{
    /// <summary>The file's name.</summary>
    public override string ToString() => Name;
}

/// <summary>A training run as it is handed to a provider. Holds links and the vendor's own secrets: never to be logged.</summary>
/// <param name="run">The run.</param>
/// <param name="links">Links to all files of its round, made just now.</param>
/// <param name="limit">How long it may run; null for as long as the provider lets it.</param>
public sealed class TrainingOrder(TrainingRun run, IReadOnlyList<DatasetLink> links, TimeSpan? limit)
{
    /// <summary>The run.</summary>
    public TrainingRun Run { get; } = run;

    /// <summary>Links to all files of its round.</summary>
    public IReadOnlyList<DatasetLink> Links { get; } = links;

    /// <summary>How long it may run; null for as long as the provider lets it.</summary>
    public TimeSpan? Limit { get; } = limit;

    /// <summary>The run's id.</summary>
    public override string ToString() => Run.Id;
}
