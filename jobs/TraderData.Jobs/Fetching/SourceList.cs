using TraderData.Connectors;

namespace TraderData.Jobs;

/// <summary>The sources of this process by name.</summary>
internal sealed class SourceList
{
    private readonly Dictionary<string, IMarketDataSource> _sources;

    public SourceList(IEnumerable<IMarketDataSource> sources) => _sources = sources.ToDictionary(s => s.Name, StringComparer.Ordinal);

    /// <summary>A source; null when there is none of that name.</summary>
    public IMarketDataSource? Find(string name) => _sources.GetValueOrDefault(name);

    /// <summary>What to tell somebody who named a source that there is not.</summary>
    public string Unknown(string name) => $"source must be one of {string.Join(", ", _sources.Keys.Order(StringComparer.Ordinal))}, was '{name}'";
}
