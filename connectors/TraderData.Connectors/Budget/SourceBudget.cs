using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Connectors;

/// <summary>
/// What may still be asked of one source: a token bucket that all jobs of the process share, with the pauses and bans that the source ordered.
/// Callers are served in the order they came. Safe for use by many at once.
/// </summary>
public sealed class SourceBudget : IDisposable
{
    // Sources count in fixed minutes. A full bucket and a minute's refill together stay under the limit, whenever that minute begins.
    private const double BurstShare = 0.1;
    private const double RefillShare = 0.85;

    // Other programs may share the address: from this share of the source's own count on, the rest of its minute is theirs.
    private const double UsedShare = 0.95;

    // By this much a source's minute may end later than ours does.
    private static readonly TimeSpan ClockAllowance = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly SourceBudgetOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly IBanMemory? _bans;
    private double _tokens;
    private long _refilledAt;
    private DateTimeOffset _pausedUntil = DateTimeOffset.MinValue;
    private DateTimeOffset _bannedUntil = DateTimeOffset.MinValue;
    private bool _recalled;

    /// <summary>Makes a full budget.</summary>
    /// <param name="source">The source's name, for messages and the ban memory.</param>
    /// <param name="options">What is allowed.</param>
    /// <param name="time">The clock that waits run on.</param>
    /// <param name="logger">Hears of pauses and bans.</param>
    /// <param name="bans">Keeps bans across restarts; null keeps them in this object only.</param>
    public SourceBudget(string source, SourceBudgetOptions options, TimeProvider time, ILogger logger, IBanMemory? bans = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.LimitPerMinute, 1);
        (Source, _options, _time, _logger, _bans) = (source, options, time, logger, bans);
        LimitPerMinute = options.LimitPerMinute;
        _tokens = Burst;
        _refilledAt = time.GetTimestamp();
    }

    /// <summary>The source's name.</summary>
    public string Source { get; }

    /// <summary>The weight that the source allows in a minute, as last heard.</summary>
    public int LimitPerMinute { get; private set; }

    private double Burst => Math.Max(1, LimitPerMinute * BurstShare);

    /// <summary>Waits until a request may be sent, and takes its weight.</summary>
    /// <param name="weight">What the source counts the request as, 1 or more.</param>
    /// <param name="cancellationToken">Stops the wait; nothing is taken.</param>
    /// <exception cref="SourceException">The source banned us, or ordered a pause longer than <see cref="SourceBudgetOptions.MaxWait"/>.</exception>
    public async ValueTask AcquireAsync(int weight, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(weight, 1);
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!_recalled)
                await RecallBanAsync(cancellationToken);
            while (TakeOrTellWait(weight) is { Ticks: > 0 } wait)
            {
                _logger.BudgetWait(Source, wait, weight);
                await Task.Delay(wait, _time, cancellationToken);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes over the limit that the source told.</summary>
    public void LearnLimit(int perMinute)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(perMinute, 1);
        lock (_gate)
        {
            if (perMinute == LimitPerMinute)
                return;
            Refill();
            _logger.LimitLearned(Source, perMinute, LimitPerMinute);
            LimitPerMinute = perMinute;
            _tokens = Math.Min(_tokens, Burst);
        }
    }

    /// <summary>Takes over the source's own count of what was used in its current minute, by us and by others at our address.</summary>
    public void ObserveUsed(int used)
    {
        lock (_gate)
        {
            if (used < LimitPerMinute * UsedShare)
                return;
            var now = _time.GetUtcNow();
            var nextMinute = new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerMinute) + TimeSpan.TicksPerMinute, TimeSpan.Zero);
            PauseUntil(nextMinute + ClockAllowance, $"a weight of {used} of {LimitPerMinute} is used");
        }
    }

    /// <summary>Stops asking for a time: the source said 429, or that nothing is left.</summary>
    /// <param name="duration">How long; null when the source did not say.</param>
    public void Pause(TimeSpan? duration)
    {
        lock (_gate)
        {
            _tokens = Math.Min(_tokens, 0);
            _refilledAt = _time.GetTimestamp();
            PauseUntil(_time.GetUtcNow() + (duration ?? _options.PauseWithoutWord), "too many requests");
        }
    }

    /// <summary>Stops asking altogether: the source banned the address. Until the ban ends every <see cref="AcquireAsync"/> fails at once.</summary>
    /// <param name="duration">How long; null when the source did not say.</param>
    /// <remarks>Takes no token: a request that is given up, or a program that is stopped, must not forget the ban.</remarks>
    public async Task BanAsync(TimeSpan? duration)
    {
        DateTimeOffset until;
        lock (_gate)
        {
            until = _time.GetUtcNow() + (duration ?? _options.BanWithoutWord);
            if (until <= _bannedUntil)
                return;
            _bannedUntil = until;
        }

        _logger.SourceBanned(Source, until);
        if (_bans is null)
            return;
        try
        {
            await _bans.RememberAsync(Source, until, CancellationToken.None);
        }
        catch (Exception e)
        {
            // The ban is obeyed by this process whether or not the next one will know of it.
            _logger.BanNotRemembered(Source, until, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task RecallBanAsync(CancellationToken cancellationToken)
    {
        if (_bans is not null && await _bans.RecallAsync(Source, cancellationToken) is { } until)
        {
            lock (_gate)
                _bannedUntil = until > _bannedUntil ? until : _bannedUntil;
        }

        _recalled = true;
    }

    private TimeSpan TakeOrTellWait(int weight)
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            if (_bannedUntil > now)
                throw Stopped(SourceErrorKind.Banned, "banned this address", _bannedUntil, now);
            if (_pausedUntil > now)
            {
                return _pausedUntil - now <= _options.MaxWait
                    ? _pausedUntil - now
                    : throw Stopped(SourceErrorKind.RateLimited, "asked to be left alone", _pausedUntil, now);
            }

            Refill();

            // A request heavier than the whole bucket goes out of a full one, and what follows waits for it.
            var missing = Math.Min(weight, Burst) - _tokens;
            if (missing > 0)
                return TimeSpan.FromMilliseconds(Math.Ceiling(missing / PerMillisecond()));
            _tokens -= weight;
            return TimeSpan.Zero;
        }
    }

    private double PerMillisecond() => LimitPerMinute * RefillShare / 60_000;

    private void Refill()
    {
        var elapsed = _time.GetElapsedTime(_refilledAt);
        _refilledAt = _time.GetTimestamp();
        _tokens = Math.Min(Burst, _tokens + (elapsed.TotalMilliseconds * PerMillisecond()));
    }

    private void PauseUntil(DateTimeOffset until, string reason)
    {
        if (until <= _pausedUntil)
            return;
        _pausedUntil = until;
        _logger.SourcePaused(Source, until, reason);
    }

    private SourceException Stopped(SourceErrorKind kind, string what, DateTimeOffset until, DateTimeOffset now) =>
        new(kind, $"{Source} {what} until {TimeText.Iso(until.ToUnixTimeMilliseconds())}; it is not asked before", until - now);
}
