namespace TraderData.Parquet;

/// <summary>Writes Thrift's compact protocol. Fields must come in rising order of their ids.</summary>
internal sealed class CompactWriter(GrowBuffer output)
{
    private readonly Stack<int> _outer = new();
    private int _lastField;

    public void Int8(int id, int value)
    {
        Header(id, CompactType.Int8);
        output.Append((byte)value);
    }

    public void Int32(int id, int value)
    {
        Header(id, CompactType.Int32);
        ZigZag(value);
    }

    public void Int64(int id, long value)
    {
        Header(id, CompactType.Int64);
        ZigZag(value);
    }

    public void Bool(int id, bool value) => Header(id, value ? CompactType.True : CompactType.False);

    public void Binary(int id, ReadOnlySpan<byte> value)
    {
        Header(id, CompactType.Binary);
        Binary(value);
    }

    public void Text(int id, string value) => Binary(id, StrictUtf8.Encoding.GetBytes(value));

    public void BeginStruct(int id)
    {
        Header(id, CompactType.Struct);
        BeginElement();
    }

    /// <summary>Begins a struct that is an element of a list, or the outermost one.</summary>
    public void BeginElement()
    {
        _outer.Push(_lastField);
        _lastField = 0;
    }

    public void End()
    {
        output.Append(0);
        _lastField = _outer.Pop();
    }

    public void EmptyStruct(int id)
    {
        BeginStruct(id);
        End();
    }

    public void BeginList(int id, CompactType element, long count)
    {
        Header(id, CompactType.List);
        if ((ulong)count < 15)
        {
            output.Append((byte)(((int)count << 4) | (int)element));
            return;
        }

        output.Append((byte)(0xF0 | (int)element));
        output.AppendVarint((ulong)count);
    }

    public void ZigZag(long value) => output.AppendVarint((ulong)((value << 1) ^ (value >> 63)));

    public void Binary(ReadOnlySpan<byte> value)
    {
        output.AppendVarint((ulong)value.Length);
        output.Append(value);
    }

    private void Header(int id, CompactType type)
    {
        var delta = id - _lastField;
        if (delta is > 0 and <= 15)
        {
            output.Append((byte)((delta << 4) | (int)type));
        }
        else
        {
            output.Append((byte)type);
            ZigZag(id);
        }

        _lastField = id;
    }
}
