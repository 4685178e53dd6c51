using System.Buffers;

namespace TraderData.Simulator;

/// <summary>An answer on its way out, whole, so that a fault can still be put into it.</summary>
internal sealed class WireAnswer
{
    private const int FirstCapacity = 16_384;

    /// <summary>The HTTP status.</summary>
    public int Status { get; set; } = 200;

    /// <summary>The content type.</summary>
    public string ContentType { get; set; } = "application/json;charset=UTF-8";

    /// <summary>Headers, with the case of letters that the exchange sends.</summary>
    public List<KeyValuePair<string, string>> Headers { get; } = [];

    /// <summary>The body.</summary>
    public ArrayBufferWriter<byte> Body { get; } = new(FirstCapacity);

    /// <summary>Where in the body the rows are, separators apart.</summary>
    public List<Range> Rows { get; } = [];

    /// <summary>True when a bar that still forms was made to look closed.</summary>
    public bool Lied { get; set; }

    /// <summary>An answer of plain text, JSON mostly.</summary>
    public static WireAnswer Text(int status, string body, string contentType = "application/json;charset=UTF-8")
    {
        var answer = new WireAnswer { Status = status, ContentType = contentType };
        answer.Append(System.Text.Encoding.UTF8.GetBytes(body));
        return answer;
    }

    /// <summary>Adds bytes to the body.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => Body.Write(bytes);

    /// <summary>Ends a row that began at this offset of the body.</summary>
    public void EndRow(int startBytes) => Rows.Add(startBytes..Body.WrittenCount);

    /// <summary>Adds a header.</summary>
    public void Header(string name, string value) => Headers.Add(new(name, value));
}
