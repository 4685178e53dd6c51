using System.Text;

namespace TraderData.Simulator;

/// <summary>Hashes that stand for chance: the same input gives the same bits on every machine.</summary>
internal static class Noise
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>Mixes 64 bits thoroughly: the finisher of SplitMix64 (Steele, Lea and Flood, 2014).</summary>
    public static ulong Mix(ulong value)
    {
        value += Golden;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>Bits for a point of a stream.</summary>
    public static ulong At(ulong key, long point) => Mix(key ^ ((ulong)point * 0xD1342543DE82EF95));

    /// <summary>A stream's key from the seed and a name: FNV-1a over UTF-8, then mixed.</summary>
    public static ulong Key(ulong seed, string name)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var b in Encoding.UTF8.GetBytes(name))
            hash = (hash ^ b) * 0x100000001B3;
        return Mix(hash ^ Mix(seed));
    }
}
