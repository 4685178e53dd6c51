using System.Runtime.CompilerServices;
using TraderData.Core;

namespace TraderData.Api.Tests;

/// <summary>A store that fails, stalls or goes on for ever where a test says so: what the real ones do not do on demand.</summary>
internal sealed class FaultyStore(IBarStore inner) : IBarStore
{
    /// <summary>Runs before a look-up.</summary>
    public Func<CancellationToken, Task> BeforeLookup { get; set; } = _ => Task.CompletedTask;

    /// <summary>Runs before the list of all series is made.</summary>
    public Func<CancellationToken, Task> BeforeList { get; set; } = _ => Task.CompletedTask;

    /// <summary>Runs after each block that was given.</summary>
    public Func<int, CancellationToken, Task> AfterBlock { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Completes when a read was left, by its end, by a fault or because nobody reads on.</summary>
    public TaskCompletionSource ReadEnded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async IAsyncEnumerable<BarBlock> ReadAsync(Series series, BarQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            var blocks = 0;
            await foreach (var block in inner.ReadAsync(series, query, cancellationToken))
            {
                yield return block;
                await AfterBlock(++blocks, cancellationToken);
            }
        }
        finally
        {
            ReadEnded.TrySetResult();
        }
    }

    public async Task<string?> SourceOfAsync(string symbol, CancellationToken cancellationToken)
    {
        await BeforeLookup(cancellationToken);
        return await inner.SourceOfAsync(symbol, cancellationToken);
    }

    public async Task<IReadOnlyList<SeriesInfo>> ListAsync(CancellationToken cancellationToken)
    {
        await BeforeLookup(cancellationToken);
        await BeforeList(cancellationToken);
        return await inner.ListAsync(cancellationToken);
    }

    public IAsyncEnumerable<BarRevision> ReadRevisionsAsync(Series series, TimeRange range, CancellationToken cancellationToken) =>
        inner.ReadRevisionsAsync(series, range, cancellationToken);

    public Task<SeriesInfo?> FindAsync(Series series, CancellationToken cancellationToken) => inner.FindAsync(series, cancellationToken);

    public Task<WriteResult> WriteAsync(Series series, BarWrite write, CancellationToken cancellationToken) => inner.WriteAsync(series, write, cancellationToken);
}
