using System.Text.Encodings.Web;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Cli;

/// <summary>JSON on standard output, for scripts.</summary>
internal static class JsonOut
{
    /// <summary>How documents are laid out.</summary>
    public static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one document and a line end.</summary>
    public static void Write(Action<Utf8JsonWriter> write)
    {
        using var output = Console.OpenStandardOutput();
        using (var writer = new Utf8JsonWriter(output, Options))
            write(writer);
        output.WriteByte((byte)'\n');
    }

    /// <summary>The three properties that name a series.</summary>
    public static void WriteSeries(Utf8JsonWriter writer, Series series)
    {
        writer.WriteString("source", series.Source);
        writer.WriteString("symbol", series.Symbol);
        writer.WriteString("timeframe", series.Timeframe.ToString());
    }

    /// <summary>A time as ISO 8601; left out when there is none.</summary>
    public static void WriteTime(Utf8JsonWriter writer, string name, long? timeMs)
    {
        if (timeMs is { } known)
            writer.WriteString(name, TimeText.Iso(known));
    }
}
