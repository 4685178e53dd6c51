using System.Buffers;
using System.Text.Json;

namespace TraderData.Marketplace;

/// <summary>What one call does to the tables: written as one line, so that all of it is there or nothing.</summary>
internal sealed class JournalChange : IDisposable
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly Utf8JsonWriter _json;
    private readonly List<Action> _applies = [];

    public JournalChange()
    {
        _json = new Utf8JsonWriter(_bytes);
        _json.WriteStartArray();
    }

    /// <summary>How many rows it touches.</summary>
    public int Count => _applies.Count;

    /// <summary>Adds a row or replaces it. The table has it once the line is on the disk.</summary>
    public void Put<T>(JournalTable<T> table, string key, T value)
        where T : class
    {
        _json.WriteStartObject();
        _json.WriteString("t"u8, table.Name);
        _json.WriteString("k"u8, key);
        _json.WritePropertyName("v"u8);
        JsonSerializer.Serialize(_json, value, table.Type);
        _json.WriteEndObject();
        _applies.Add(() => table.Set(key, value));
    }

    /// <summary>Takes a row away.</summary>
    public void Remove<T>(JournalTable<T> table, string key)
        where T : class
    {
        _json.WriteStartObject();
        _json.WriteString("t"u8, table.Name);
        _json.WriteString("k"u8, key);
        _json.WriteEndObject();
        _applies.Add(() => table.Remove(key));
    }

    /// <summary>The line's content; nothing can be added behind it.</summary>
    public ReadOnlySpan<byte> Finish()
    {
        _json.WriteEndArray();
        _json.Flush();
        return _bytes.WrittenSpan;
    }

    /// <summary>Brings it into the tables.</summary>
    public void Apply() => _applies.ForEach(apply => apply());

    /// <inheritdoc/>
    public void Dispose() => _json.Dispose();
}
