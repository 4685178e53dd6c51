using System.Collections.Concurrent;
using TraderData.Core;

namespace TraderData.Testing;

/// <summary>What sources listed, in memory.</summary>
public sealed class MemoryBook : IInstrumentBook
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<ListedInstrument>> _known = new();

    /// <inheritdoc/>
    public Task<IReadOnlyList<ListedInstrument>> ReadAsync(string source, CancellationToken cancellationToken) =>
        Task.FromResult(_known.GetValueOrDefault(source, []));

    /// <inheritdoc/>
    public Task<IReadOnlyList<ListedInstrument>> UpdateAsync(
        string source, IReadOnlyList<Instrument> listed, long nowMs, CancellationToken cancellationToken) =>
        Task.FromResult(_known[source] = ListedInstrument.Merge(_known.GetValueOrDefault(source, []), listed, nowMs));
}
