namespace TraderData.Simulator;

/// <summary>The faults that wait for a request, in the order they were added. Safe for any thread.</summary>
public sealed class FaultScript
{
    private readonly Lock _lock = new();
    private readonly List<(Fault Fault, int Left)> _waiting = [];
    private readonly ulong _key;
    private long _throws;

    internal FaultScript(ulong seed, IEnumerable<Fault> faults)
    {
        _key = Noise.Key(seed, "faults");
        foreach (var fault in faults)
            Add(fault);
    }

    /// <summary>How many faults wait, one that is given several times counted once.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    /// <summary>Adds a fault.</summary>
    public void Add(Fault fault)
    {
        lock (_lock)
            _waiting.Add((fault, fault.Count ?? int.MaxValue));
    }

    /// <summary>Forgets every fault that waits.</summary>
    public void Clear()
    {
        lock (_lock)
            _waiting.Clear();
    }

    /// <summary>Takes a fault back that could not be given after all.</summary>
    internal void Return(Fault fault)
    {
        if (fault.Count is null)
            return;
        lock (_lock)
        {
            var at = _waiting.FindIndex(entry => ReferenceEquals(entry.Fault, fault));
            if (at < 0)
                _waiting.Insert(0, (fault, 1));
            else
                _waiting[at] = (fault, _waiting[at].Left + 1);
        }
    }

    /// <summary>The first fault that suits a request, counted as given; null when there is none.</summary>
    internal Fault? Take(string target, Predicate<Fault> suits)
    {
        lock (_lock)
        {
            for (var i = 0; i < _waiting.Count; i++)
            {
                var (fault, left) = _waiting[i];
                if (!IsFor(fault, target) || !suits(fault) || !Hits(fault.Percent))
                    continue;
                if (left == 1)
                    _waiting.RemoveAt(i);
                else if (fault.Count is not null)
                    _waiting[i] = (fault, left - 1);
                return fault;
            }
        }

        return null;
    }

    private static bool IsFor(Fault fault, string target) => fault.Contains is null || target.Contains(fault.Contains, StringComparison.Ordinal);

    private bool Hits(int percent) => percent >= 100 || (int)(Noise.At(_key, _throws++) % 100) < percent;
}
