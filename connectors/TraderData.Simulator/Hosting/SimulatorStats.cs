using System.Text.Json;

namespace TraderData.Simulator;

/// <summary>Counts what was asked. Safe for any thread.</summary>
public sealed class SimulatorStats
{
    private const int MostTold = 20;

    private readonly Lock _lock = new();
    private readonly List<string> _told = [];
    private readonly SortedDictionary<string, (long Requests, long Weight)> _paths = new(StringComparer.Ordinal);
    private readonly SortedDictionary<FaultKind, long> _faults = [];
    private long _violations;
    private long _stragglers;
    private long _askedWhileBanned;

    /// <summary>How many requests came, those to <c>/sim</c> apart.</summary>
    public long Requests
    {
        get
        {
            lock (_lock)
                return _paths.Values.Sum(path => path.Requests);
        }
    }

    /// <summary>How many requests came although a limit was passed or a ban was on.</summary>
    public long Violations => Interlocked.Read(ref _violations);

    /// <summary>How many of the violations came while a ban was on.</summary>
    public long AskedWhileBanned => Interlocked.Read(ref _askedWhileBanned);

    /// <summary>The first of the requests that came while a ban was on.</summary>
    public IReadOnlyList<string> ToldWhileBanned
    {
        get
        {
            lock (_lock)
                return [.. _told];
        }
    }

    /// <summary>How many requests came within <see cref="SimulatorOptions.BanNotice"/> of the beginning of a ban.</summary>
    public long Stragglers => Interlocked.Read(ref _stragglers);

    /// <summary>How many faults were given.</summary>
    public long FaultsGiven
    {
        get
        {
            lock (_lock)
                return _faults.Values.Sum();
        }
    }

    /// <summary>The weight of all requests to Binance's wire.</summary>
    public long Weight
    {
        get
        {
            lock (_lock)
                return _paths.Values.Sum(path => path.Weight);
        }
    }

    /// <summary>How many faults of a kind were given.</summary>
    public long FaultsOf(FaultKind kind)
    {
        lock (_lock)
            return _faults.GetValueOrDefault(kind);
    }

    /// <summary>How many requests came to a path: <c>/api/v3/klines</c>.</summary>
    public long RequestsTo(string path)
    {
        lock (_lock)
            return _paths.GetValueOrDefault(path).Requests;
    }

    internal void Count(string path, int weight)
    {
        lock (_lock)
        {
            var (requests, weights) = _paths.GetValueOrDefault(path);
            _paths[path] = (requests + 1, weights + weight);
        }
    }

    internal void CountViolation() => Interlocked.Increment(ref _violations);

    internal void CountAskedWhileBanned(string what)
    {
        CountViolation();
        lock (_lock)
        {
            if (_askedWhileBanned++ < MostTold)
                _told.Add(what);
        }
    }

    internal void CountStraggler() => Interlocked.Increment(ref _stragglers);

    internal void CountFault(FaultKind kind)
    {
        lock (_lock)
            _faults[kind] = _faults.GetValueOrDefault(kind) + 1;
    }

    internal WireAnswer Write()
    {
        var answer = new WireAnswer();
        using var json = new Utf8JsonWriter(answer.Body);
        json.WriteStartObject();
        json.WriteNumber("requests", Requests);
        json.WriteNumber("violations", Violations);
        json.WriteNumber("faults", FaultsGiven);
        json.WriteStartObject("paths");
        lock (_lock)
        {
            foreach (var (path, (requests, weight)) in _paths)
            {
                json.WriteStartObject(path);
                json.WriteNumber("requests", requests);
                json.WriteNumber("weight", weight);
                json.WriteEndObject();
            }
        }

        json.WriteEndObject();
        json.WriteEndObject();
        return answer;
    }
}
