namespace TraderData.Connectors;

/// <summary>An amount that counts within one minute of the source, and for nothing in a later one.</summary>
internal struct MinuteAmount
{
    private int _value;

    /// <summary>The minute it counts in: Unix time in whole minutes.</summary>
    public long Minute { get; private set; }

    /// <summary>What it is in a minute.</summary>
    public readonly int In(long minute) => Minute == minute ? _value : 0;

    /// <summary>Makes it an amount of a minute.</summary>
    public void Set(long minute, int value) => (Minute, _value) = (minute, value);

    /// <summary>Adds to it, unless it counts in a later minute already.</summary>
    public void Add(long minute, int value)
    {
        if (minute >= Minute)
            Set(minute, In(minute) + value);
    }

    /// <summary>Takes all that counts in a minute.</summary>
    public int Take(long minute)
    {
        var taken = In(minute);
        if (taken != 0)
            _value = 0;
        return taken;
    }
}
