using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TraderData.Marketplace;

/// <summary>Rows by key, as the journal fills them.</summary>
internal abstract class JournalTable(string name)
{
    /// <summary>What the table is called in the journal.</summary>
    public string Name { get; } = name;

    public abstract int Count { get; }

    public abstract void Clear();

    /// <summary>Takes what a line says of a key; null removes it.</summary>
    /// <exception cref="JsonException">The value is none of this table.</exception>
    public abstract void Apply(string key, JsonElement? value);

    /// <summary>Every row, as lines of so many rows at most.</summary>
    public abstract IEnumerable<byte[]> Lines(int rowsPerLine);
}

/// <summary>Rows of one type by key. Read and changed under the journal's lock alone.</summary>
internal sealed class JournalTable<T>(string name, JsonTypeInfo<T> type) : JournalTable(name)
    where T : class
{
    private readonly Dictionary<string, T> _rows = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, T> Rows => _rows;

    public JsonTypeInfo<T> Type { get; } = type;

    public override int Count => _rows.Count;

    public T? Find(string key) => _rows.GetValueOrDefault(key);

    public void Set(string key, T value) => _rows[key] = value;

    public void Remove(string key) => _rows.Remove(key);

    public override void Clear() => _rows.Clear();

    public override void Apply(string key, JsonElement? value)
    {
        if (value is { } given)
            _rows[key] = given.Deserialize(Type) ?? throw new JsonException($"{Name} {key} is null");
        else
            _rows.Remove(key);
    }

    public override IEnumerable<byte[]> Lines(int rowsPerLine)
    {
        foreach (var rows in _rows.Chunk(rowsPerLine))
        {
            using var change = new JournalChange();
            foreach (var (key, value) in rows)
                change.Put(this, key, value);
            yield return JournalLine.Of(change.Finish());
        }
    }
}
