using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Connectors;

/// <summary>
/// What may still be asked of one source. All processes on one <see cref="IBudgetStore"/> share it, with the pauses, bans and stops that the source
/// ordered: weight is taken from the shared record in pieces that end with the source's minute. Safe for use by many at once.
/// </summary>
public sealed class SourceBudget : IDisposable
{
    // What other processes were told is known here after this time at most; and a busy process asks the record no oftener.
    private static readonly TimeSpan Freshness = TimeSpan.FromMilliseconds(500);

    // A store that is away is looked for this often.
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(5);

    // Limits change every few years; a 429 is a reason to ask at once.
    private static readonly TimeSpan LimitAge = TimeSpan.FromDays(1);

    // A source that tells it with each answer is not written down each time.
    private static readonly TimeSpan LimitStep = TimeSpan.FromHours(1);

    private const int MaxReasonLength = 500;

    private readonly Lock _gate = new();
    private readonly LeaseLane[] _lanes = [new(RequestPriority.Backfill), new(RequestPriority.Live)];
    private readonly HashSet<BudgetGrant> _open = [];
    private readonly SourceBudgetOptions _options;
    private readonly string _host;
    private readonly IBudgetStore _store;
    private readonly TimeProvider _time;
    private readonly BudgetTime _sourceTime;
    private readonly ILogger _logger;
    private BudgetRecord _known = BudgetRecord.Empty;
    private BudgetNews _news = BudgetNews.None;
    private long? _knownAt;
    private long? _lostAt;
    private bool _isAlone;
    private bool _isLimitInDoubt;
    private long? _limitAskedAt;
    private MinuteAmount _aloneLeft;
    private MinuteAmount _carry;
    private MinuteAmount _used;

    /// <summary>Makes one; nothing is read yet.</summary>
    /// <param name="source">The source's name, for messages and the record.</param>
    /// <param name="baseUrl">Where the source is asked.</param>
    /// <param name="options">What is allowed.</param>
    /// <param name="store">The record that processes share.</param>
    /// <param name="time">The clock that waits run on.</param>
    /// <param name="logger">Hears of pauses, bans and stops.</param>
    public SourceBudget(string source, Uri baseUrl, SourceBudgetOptions options, IBudgetStore store, TimeProvider time, ILogger logger)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.LimitPerMinute, 1);
        (Source, _host, _options, _store, _time, _logger) = (source, baseUrl.Authority, options, store, time, logger);
        Clock = new SourceClock(time);
        _sourceTime = new BudgetTime(Clock, time);
        SourceMeter.Publish(this);
    }

    /// <summary>The source's name.</summary>
    public string Source { get; }

    /// <summary>The source's clock, which tells its minutes. Whoever hears the time of the source tells it.</summary>
    public SourceClock Clock { get; }

    /// <summary>The weight that the source allows in a minute, as last heard by this process or told by another.</summary>
    public int LimitPerMinute
    {
        get
        {
            lock (_gate)
                return Effective.Limit ?? _options.LimitPerMinute;
        }
    }

    // What is known, and what only this process knows so far.
    private BudgetRecord Effective => _news.AddTo(_known);

    // As long as the source's clock was not heard, the record knows its minute better.
    private long Minute => _sourceTime.EarliestMs is { } earliestMs
        ? earliestMs / MinuteBudget.MinuteMs
        : Math.Max(_sourceTime.NowMs / MinuteBudget.MinuteMs, _known.Minute);

    private bool IsLost => _lostAt is { } at && _time.GetElapsedTime(at) < StoreRetry;

    /// <summary>Waits until a request may be sent, and takes its weight. Callers of one priority are served in the order they came.</summary>
    /// <param name="weight">What the source counts the request as, 1 or more.</param>
    /// <param name="priority">Who goes first.</param>
    /// <param name="cancellationToken">Stops the wait; nothing is taken.</param>
    /// <returns>To be disposed of when the request is over.</returns>
    /// <exception cref="SourceException">
    /// The source banned us, stopped serving us, or ordered a pause longer than <see cref="SourceBudgetOptions.MaxWait"/>; the weight is more than it allows
    /// in a minute; the shared record cannot be reached and the weight is more than may be spent without it.
    /// </exception>
    public async ValueTask<BudgetGrant> AcquireAsync(int weight, RequestPriority priority, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(weight, 1);
        var lane = _lanes[(int)priority];
        await lane.Turn.WaitAsync(cancellationToken);
        try
        {
            while (true)
            {
                if (TryGrant(lane, weight) is { } grant)
                    return grant;
                var wait = await LeaseAsync(lane, weight).WaitAsync(cancellationToken);
                if (wait == TimeSpan.Zero)
                    continue;
                _logger.BudgetWait(Source, wait, weight);
                await Task.Delay(wait, _time, cancellationToken);
            }
        }
        finally
        {
            lane.Turn.Release();
        }
    }

    /// <summary>Takes over the limit that the source told.</summary>
    public void LearnLimit(int perMinute)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(perMinute, 1);
        lock (_gate)
        {
            var isNew = perMinute != LimitPerMinute;
            if (!isNew && Effective.LimitHeardMs > _sourceTime.OrderNowMs - Milliseconds(LimitStep))
                return;
            if (isNew)
                _logger.LimitLearned(Source, perMinute, LimitPerMinute);
            _news = _news with { Limit = perMinute, LimitHeardMs = _sourceTime.OrderNowMs };
        }
    }

    /// <summary>
    /// True when the source should be asked for its limit: nobody has for a day, or it refused what should have been within the limit. Then false for an hour,
    /// so that one asks who is told so.
    /// </summary>
    public bool ShouldAskLimit()
    {
        lock (_gate)
        {
            var isOld = Effective.LimitHeardMs is not { } heardMs || heardMs < _sourceTime.OrderNowMs - Milliseconds(LimitAge);
            var isDue = _knownAt is not null && (_isLimitInDoubt || isOld);
            if (!isDue || (_limitAskedAt is { } at && _time.GetElapsedTime(at) < LimitStep))
                return false;
            (_isLimitInDoubt, _limitAskedAt) = (false, _time.GetTimestamp());
            return true;
        }
    }

    /// <summary>Stops asking for a time: the source said 429, or that nothing is left. <see cref="ShareAsync"/> tells the others.</summary>
    /// <param name="duration">How long; null when the source did not say.</param>
    public void Pause(TimeSpan? duration)
    {
        lock (_gate)
        {
            var untilMs = _sourceTime.OrderNowMs + Milliseconds(duration ?? _options.PauseWithoutWord);
            if (untilMs <= Effective.PausedUntilMs)
                return;
            _logger.SourcePaused(Source, DateTimeOffset.FromUnixTimeMilliseconds(untilMs), "too many requests");
            _isLimitInDoubt = true;
            _news = _news with { PausedUntilMs = untilMs };
        }
    }

    /// <summary>Stops asking altogether: the source banned the address. Until the ban ends every <see cref="AcquireAsync"/> fails at once.</summary>
    /// <param name="duration">How long; null when the source did not say.</param>
    public void Ban(TimeSpan? duration)
    {
        lock (_gate)
        {
            var untilMs = _sourceTime.AtMostMs + Milliseconds(duration ?? _options.BanWithoutWord);
            if (untilMs <= Effective.BannedUntilMs)
                return;
            _logger.SourceBanned(Source, DateTimeOffset.FromUnixTimeMilliseconds(untilMs));
            _news = _news with { BannedUntilMs = untilMs };
        }
    }

    /// <summary>Stops asking this host: it will not serve us until something is changed. Every <see cref="AcquireAsync"/> fails with the reason.</summary>
    /// <param name="refusal">What the source answered.</param>
    public void Stop(SourceException refusal)
    {
        lock (_gate)
        {
            var reason = refusal.Message.Length <= MaxReasonLength ? refusal.Message : refusal.Message[..MaxReasonLength] + "…";
            var stop = new SourceStop(_host, refusal.Kind.ToString(), reason, _sourceTime.OrderNowMs, _sourceTime.OrderNowMs + Milliseconds(_options.StopFor));
            _logger.SourceStopped(Source, DateTimeOffset.FromUnixTimeMilliseconds(stop.UntilMs), reason);
            _news = _news with { Stop = stop };
        }
    }

    /// <summary>Brings what this process heard (a limit, a pause, a ban, a stop) to the others; does nothing when they know.</summary>
    /// <remarks>Takes no token: a request that is given up, or a program that is stopped, must not forget a ban.</remarks>
    public async Task ShareAsync()
    {
        BudgetNews news;
        lock (_gate)
        {
            news = _news;
            if (news == BudgetNews.None || IsLost)
                return;
        }

        try
        {
            var record = await _store.UpdateAsync(Source, r => (news.AddTo(r), news.AddTo(r)), CancellationToken.None);
            lock (_gate)
                Hear(record, news);
        }
        catch (StorageException e)
        {
            // This process obeys it whether or not the others will know of it.
            _logger.BudgetNotShared(Source, e.Message);
            lock (_gate)
                _lostAt = _time.GetTimestamp();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var lane in _lanes)
            lane.Turn.Dispose();
    }

    /// <summary>What is known now, for those that watch.</summary>
    internal BudgetState Look()
    {
        lock (_gate)
        {
            var (now, known) = (_sourceTime.OrderNowMs, Effective);
            var untilMs = BudgetNews.Later(BudgetNews.Later(known.PausedUntilMs, known.BannedUntilMs), known.Stop?.Host == _host ? known.Stop.UntilMs : null) ?? now;
            return new BudgetState(known.Minute == Minute ? known.Taken : 0, known.Limit ?? _options.LimitPerMinute, Math.Max(0, untilMs - now) / 1_000.0);
        }
    }

    internal TimeSpan AgeOf(BudgetGrant grant) => _time.GetElapsedTime(grant.Timestamp);

    internal void ObserveUsed(BudgetGrant grant, int used)
    {
        lock (_gate)
        {
            // Sent at the turn of a minute, nobody knows which one the count is of.
            if (_sourceTime.EarliestMs is null || grant.SentMinute != _sourceTime.LatestMinute)
                return;
            _used.Set(grant.SentMinute, Math.Max(_used.In(grant.SentMinute), used));
        }
    }

    internal void Finish(BudgetGrant grant)
    {
        lock (_gate)
        {
            if (!_open.Remove(grant))
                return;
            var minute = _sourceTime.LatestMinute;
            if (minute > grant.Minute)
                _carry.Add(minute, grant.Weight);
        }
    }

    private BudgetGrant? TryGrant(LeaseLane lane, int weight)
    {
        lock (_gate)
        {
            if (_knownAt is not { } at || _time.GetElapsedTime(at) > Freshness)
                return null;
            var now = _sourceTime.OrderNowMs;
            BudgetRefusal.ThrowIfStopped(Source, _host, Effective, now, _sourceTime.SurelyMs);
            if (Effective.PausedUntilMs > now || !lane.TryTake(weight, Minute))
                return null;
            var grant = new BudgetGrant(this, weight, Minute, _time.GetTimestamp());
            _open.Add(grant);
            return grant;
        }
    }

    /// <summary>Takes a piece from the record.</summary>
    /// <returns>How long to wait until it is worth asking again; zero when there may be enough now.</returns>
    private async Task<TimeSpan> LeaseAsync(LeaseLane lane, int weight)
    {
        BudgetAsk ask;
        lock (_gate)
        {
            if (IsLost)
                return TakeAlone(lane, weight);
            ask = Ask(lane, weight);
        }

        try
        {
            var (record, granted) = await _store.UpdateAsync(
                Source,
                r =>
                {
                    var taken = MinuteBudget.Take(r, ask);
                    return (taken.Record, taken);
                },
                CancellationToken.None);
            lock (_gate)
                return Take(lane, weight, ask, record, granted);
        }
        catch (StorageException e)
        {
            lock (_gate)
            {
                _carry.Add(ask.NowMs / MinuteBudget.MinuteMs, ask.Carry);
                if (!_isAlone)
                    _logger.BudgetAlone(Source, MinuteBudget.AloneOf(LimitPerMinute), e.Message);
                (_isAlone, _lostAt) = (true, _time.GetTimestamp());
                return TakeAlone(lane, weight);
            }
        }
    }

    private BudgetAsk Ask(LeaseLane lane, int weight)
    {
        var (now, minute, limit) = (_sourceTime.OrderNowMs, Minute, LimitPerMinute);
        if (weight > MinuteBudget.CapOf(limit))
            throw BudgetRefusal.TooHeavy(Source, weight, limit);
        var isPaused = Effective.PausedUntilMs > now || BudgetRefusal.IsStopped(_host, Effective, now, _sourceTime.SurelyMs);
        var least = isPaused ? 0 : Math.Max(0, weight - lane.LeftIn(minute));
        return new BudgetAsk
        {
            NowMs = _sourceTime.NowMs,
            IsClockKnown = _sourceTime.EarliestMs is not null,
            DefaultLimit = _options.LimitPerMinute,
            Priority = lane.Priority,
            Least = least,
            Most = isPaused ? 0 : Math.Max(least, lane.NextPiece(minute, weight, MinuteBudget.PieceOf(limit)) - lane.LeftIn(minute)),
            Carry = TakeCarry(minute),
            Used = _used.In(_used.Minute),
            UsedMinute = _used.Minute,
            News = _news,
        };
    }

    private TimeSpan Take(LeaseLane lane, int weight, BudgetAsk ask, BudgetRecord record, int granted)
    {
        if (_isAlone)
            _logger.BudgetSharedAgain(Source);
        (_isAlone, _lostAt) = (false, null);
        var before = LimitPerMinute;
        Hear(record, ask.News);
        if (LimitPerMinute != before)
            _logger.LimitLearned(Source, LimitPerMinute, before);
        var now = _sourceTime.OrderNowMs;
        if (granted > 0)
            lane.Add(granted, record.Minute);
        BudgetRefusal.ThrowIfStopped(Source, _host, Effective, now, _sourceTime.SurelyMs);
        if (Effective.PausedUntilMs is { } pausedUntilMs && pausedUntilMs > now)
            return BudgetRefusal.WaitOrThrow(Source, pausedUntilMs, now, _options.MaxWait);
        return lane.LeftIn(Minute) >= weight ? TimeSpan.Zero : MinuteBudget.WaitOf(record, ask);
    }

    // Without the record a process knows nothing of the others: it spends what was left over for this case, from the next minute on.
    private TimeSpan TakeAlone(LeaseLane lane, int weight)
    {
        var (now, minute) = (_sourceTime.OrderNowMs, Minute);
        var share = MinuteBudget.AloneOf(LimitPerMinute);
        BudgetRefusal.ThrowIfStopped(Source, _host, Effective, now, _sourceTime.SurelyMs);
        if (weight > share)
            throw BudgetRefusal.TooHeavyAlone(Source, weight, share);
        if (Effective.PausedUntilMs is { } pausedUntilMs && pausedUntilMs > now)
            return BudgetRefusal.WaitOrThrow(Source, pausedUntilMs, now, _options.MaxWait);
        _knownAt = _time.GetTimestamp();
        if (lane.LeftIn(minute) >= weight)
            return TimeSpan.Zero;
        if (_aloneLeft.Minute != minute)
            _aloneLeft.Set(minute, _known.Minute == minute ? 0 : share);
        if (_aloneLeft.In(minute) < weight)
            return TimeSpan.FromMilliseconds(MinuteBudget.MinuteMs - (_sourceTime.NowMs % MinuteBudget.MinuteMs));
        _aloneLeft.Add(minute, -weight);
        lane.Add(weight, minute);
        return TimeSpan.Zero;
    }

    // The weight of requests that began in an earlier minute and are not answered, or were answered in this one.
    private int TakeCarry(long minute)
    {
        foreach (var grant in _open.Where(grant => grant.Minute < minute))
        {
            grant.Minute = minute;
            _carry.Add(minute, grant.Weight);
        }

        return _carry.Take(minute);
    }

    private void Hear(BudgetRecord record, BudgetNews told)
    {
        _known = record;
        _knownAt = _time.GetTimestamp();
        if (ReferenceEquals(_news, told))
            _news = BudgetNews.None;
    }

    private static long Milliseconds(TimeSpan duration) => (long)Math.Ceiling(duration.TotalMilliseconds);
}
