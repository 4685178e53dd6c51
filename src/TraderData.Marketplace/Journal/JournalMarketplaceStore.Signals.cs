using System.Globalization;

namespace TraderData.Marketplace;

/// <content>Signals, consensus and the keys of their requests.</content>
internal sealed partial class JournalMarketplaceStore
{
    // No text of a signal has it: the API refuses control characters.
    private const char Separator = '\u001f';

    // Looking at all keys for every one that comes would take ever longer.
    private const int KeysPerSweep = 1_000;

    /// <inheritdoc/>
    public Task<SignalReceipt> AcceptAsync(SignalBatch batch, CancellationToken cancellationToken) => _journal.ChangeAsync(
        change =>
        {
            var key = batch.IdempotencyKey is { } text ? string.Join(Separator, batch.Kind, batch.Principal, text) : null;
            if (key is not null && _keys.Find(key) is { } known)
                return new SignalReceipt(known.Stored, IsReplay: true);
            var table = TableOf(batch.Kind);
            foreach (var signal in batch.Signals.GroupBy(KeyOf, StringComparer.Ordinal).Select(same => same.OrderBy(s => s.EventTime).Last()))
            {
                if (table.Find(KeyOf(signal)) is not { } held || held.EventTime <= signal.EventTime)
                    change.Put(table, KeyOf(signal), signal);
            }

            if (key is not null)
                change.Put(_keys, key, new JournalKey(batch.Signals.Count, batch.ReceivedAt));
            if (key is not null && _keys.Count % KeysPerSweep == 0)
                SweepKeys(change, batch.ReceivedAt - SignalBatch.KeyLifetime);
            return new SignalReceipt(batch.Signals.Count, IsReplay: false);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<DrainResult> DrainAsync(int max, DateTime now, CancellationToken cancellationToken) => Task.FromResult(default(DrainResult));

    /// <inheritdoc/>
    public Task<IReadOnlyList<OutboxRow>> ReadOutboxAsync(int max, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<OutboxRow>>([]);

    /// <inheritdoc/>
    public Task<OutboxDepth> CountOutboxAsync(CancellationToken cancellationToken) => Task.FromResult(default(OutboxDepth));

    /// <inheritdoc/>
    public Task<IReadOnlyList<Signal>> ListSignalsAsync(SignalKind kind, string owner, CancellationToken cancellationToken) => _journal.ReadAsync<IReadOnlyList<Signal>>(
        () =>
        [
            .. TableOf(kind).Rows.Values.Where(signal => signal.Owner == owner).OrderBy(signal => signal.ModelId, StringComparer.Ordinal)
                .ThenBy(signal => signal.Symbol, StringComparer.Ordinal).ThenBy(signal => signal.Timeframe, StringComparer.Ordinal).ThenBy(signal => signal.BarTs),
        ],
        cancellationToken);

    private void SweepKeys(JournalChange change, DateTime oldest)
    {
        foreach (var (key, _) in _keys.Rows.Where(row => row.Value.ReceivedAt < oldest))
            change.Remove(_keys, key);
    }

    private static string KeyOf(Signal signal) =>
        string.Join(Separator, signal.Owner, signal.ModelId, signal.Symbol, signal.Timeframe, signal.BarTs.Ticks.ToString(CultureInfo.InvariantCulture));

    private JournalTable<Signal> TableOf(SignalKind kind) => kind == SignalKind.Signal ? _signals : _consensus;
}
