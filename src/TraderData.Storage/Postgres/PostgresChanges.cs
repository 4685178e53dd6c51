using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace TraderData.Storage;

/// <summary>
/// Tells what any process writes to <c>market.ohlcv</c>, soon after it is committed, by <c>LISTEN</c> on a connection of its own. Behind a pooler that
/// shares sessions a LISTEN is accepted and nothing ever arrives: so the listener sends itself a notification every few seconds, and only says it is live
/// while they arrive. Whoever keeps bars in memory asks the store anew from time to time while it is not, as <see cref="HotView"/> does.
/// </summary>
/// <param name="database">The database; not owned.</param>
/// <param name="logger">Is told when notifications stop and begin.</param>
/// <param name="probeEvery">How often it is proved that notifications arrive, <see cref="ProbeEvery"/> by default.</param>
/// <param name="probeWithin">How long a proof may take, <see cref="ProbeWithin"/> by default.</param>
public sealed class PostgresChanges(PostgresDatabase database, ILogger<PostgresChanges> logger, TimeSpan? probeEvery = null, TimeSpan? probeWithin = null) : IAsyncDisposable
{
    /// <summary>A dead connection that nobody closed is found so late, with <see cref="ProbeWithin"/>. A proof is a transaction that writes nothing.</summary>
    public static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(1);

    /// <summary>A server under load answers within it.</summary>
    public static readonly TimeSpan ProbeWithin = TimeSpan.FromSeconds(1);

    // The first query of a process does not share the processor with this: until it is live, what is known is believed for a second.
    private static readonly TimeSpan BeginAfter = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly TimeSpan _probeEvery = probeEvery ?? ProbeEvery;
    private readonly TimeSpan _probeWithin = probeWithin ?? ProbeWithin;
    private readonly CancellationTokenSource _stopping = new();

    // Proofs go to this listener alone: the others need not wake.
    private readonly string _proofs = $"trader_data_proof_{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
    private Task _listening = Task.CompletedTask;
    private long _sent;
    private long _proved;
    private volatile bool _isLive;
    private bool _hasFailed;

    /// <summary>
    /// Called on a thread of the pool, one change after the other, for every change; <see cref="BarsChanged.Anything"/> when another program wrote, and
    /// after every time in which changes may have been missed. A handler must be quick and must not throw.
    /// </summary>
    public event Action<BarsChanged>? Changed;

    /// <summary>True while notifications are known to arrive.</summary>
    public bool IsLive => _isLive;

    /// <summary>Begins to listen, half a second later. To be called once.</summary>
    public void Start() => _listening = Task.Run(() => ListenAsync(_stopping.Token));

    /// <summary>Stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(BeginAfter, cancellationToken);
        var pause = FirstPause;
        while (true)
        {
            try
            {
                await ListenOnceAsync(() => pause = FirstPause, cancellationToken);
            }
            catch (Exception e) when (PostgresFault.IsOne(e) && !cancellationToken.IsCancellationRequested)
            {
                if (!_hasFailed)
                    PostgresLog.NotListening(logger, database.ToString(), e.Message);
                _hasFailed = true;
            }

            await Task.Delay(pause, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    // Ends by an exception alone.
    private async Task ListenOnceAsync(Action onProof, CancellationToken cancellationToken)
    {
        await using var connection = await database.Connections.OpenConnectionAsync(cancellationToken);
        connection.Notification += OnNotification;
        try
        {
            await using (var listen = new NpgsqlCommand($"LISTEN {BarsChanged.Channel}; LISTEN {_proofs}", connection))
                await listen.ExecuteNonQueryAsync(cancellationToken);
            while (true)
            {
                await ProveAsync(connection, cancellationToken);
                onProof();
                if (!_isLive)
                {
                    (_isLive, _hasFailed) = (true, false);
                    PostgresLog.Listening(logger, database.ToString());
                    Changed?.Invoke(BarsChanged.Anything);
                }

                await HearAsync(connection, _probeEvery, until: null, cancellationToken);
            }
        }
        finally
        {
            // Also when it ends by what nobody foresaw.
            _isLive = false;
            connection.Notification -= OnNotification;
            await UnlistenAsync(connection);
        }
    }

    // By another connection than the one that listens: a pooler may hand a notification to whoever asked last.
    private async Task ProveAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        _sent++;
        await using (var probe = database.Connections.CreateCommand("SELECT pg_notify($1, $2)"))
        {
            probe.CommandTimeout = Math.Max(1, (int)_probeWithin.TotalSeconds);
            probe.Parameters.Add(new NpgsqlParameter { Value = _proofs });
            probe.Parameters.Add(new NpgsqlParameter { Value = _sent.ToString(CultureInfo.InvariantCulture) });
            await probe.ExecuteNonQueryAsync(cancellationToken);
        }

        await HearAsync(connection, _probeWithin, until: () => _proved == _sent, cancellationToken);
        if (_proved != _sent)
            throw new TimeoutException($"a notification to itself did not arrive within {_probeWithin.TotalSeconds:0.#} s; a pooler that shares sessions lets none through");
    }

    private static async Task HearAsync(NpgsqlConnection connection, TimeSpan time, Func<bool>? until, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        while (until?.Invoke() != true && time - Stopwatch.GetElapsedTime(began) is var rest && rest > TimeSpan.Zero)
            await connection.WaitAsync(rest < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : rest, cancellationToken);
    }

    // The connection goes back to the pool, where nobody waits for notifications.
    private static async Task UnlistenAsync(NpgsqlConnection connection)
    {
        try
        {
            await using var unlisten = new NpgsqlCommand("UNLISTEN *", connection) { CommandTimeout = 1 };
            await unlisten.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception e) when (PostgresFault.IsOne(e) || e is InvalidOperationException)
        {
            // It is gone, and its LISTEN with it.
        }
    }

    private void OnNotification(object sender, NpgsqlNotificationEventArgs e)
    {
        if (e.Channel == _proofs)
            _proved = long.TryParse(e.Payload, NumberStyles.None, CultureInfo.InvariantCulture, out var proof) ? proof : _proved;
        else
            Changed?.Invoke(BarsChanged.Parse(e.Payload));
    }
}
