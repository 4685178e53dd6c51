using System.Text;
using TraderData.Core;

namespace TraderData.Connectors;

/// <summary>The series of a connection, found by what messages call them. Nothing is allocated for a look-up.</summary>
internal sealed class SeriesNames
{
    // In characters; a longer name is none of ours.
    private const int MaxLength = Series.MaxSymbolLength + 8;

    private readonly Dictionary<string, Series> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Series>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    /// <summary>Takes the series with their names.</summary>
    public SeriesNames(IEnumerable<Series> series, Func<Series, string> nameOf)
    {
        foreach (var one in series)
            _byName[nameOf(one)] = one;
        _lookup = _byName.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Finds a series; null when none has that name.</summary>
    /// <param name="utf8">The name, unescaped.</param>
    public Series? Find(ReadOnlySpan<byte> utf8)
    {
        Span<char> name = stackalloc char[MaxLength];
        return Encoding.UTF8.TryGetChars(utf8, name, out var length) && _lookup.TryGetValue(name[..length], out var series) ? series : null;
    }
}
