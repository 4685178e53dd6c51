using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>The file of a source's instruments. The same content has the same bytes; the last property is the SHA-256 of the file without it.</summary>
internal static class InstrumentFile
{
    private const int Format = 2;

    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes the file.</summary>
    public static byte[] Encode(string source, IReadOnlyList<ListedInstrument> instruments) =>
        Encode(source, instruments, JsonDigest.Of(Encode(source, instruments, digest: null)));

    /// <summary>Reads the file.</summary>
    /// <exception cref="StorageException">Kind <see cref="StorageErrorKind.Damaged"/>, naming the blob.</exception>
    public static IReadOnlyList<ListedInstrument> Decode(string blob, string source, ReadOnlyMemory<byte> file)
    {
        try
        {
            using var json = JsonDocument.Parse(file);
            var root = json.RootElement;
            if (root.GetProperty("format").GetInt32() is var format && format != Format)
                throw new FormatException($"format {format}, this program reads {Format}");
            ListedInstrument[] instruments = [.. root.GetProperty("instruments").EnumerateArray().Select(i => InstrumentOf(source, i))];
            JsonDigest.RequireSame(Encode(source, instruments), file.Span);
            return instruments;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            throw new StorageException(
                StorageErrorKind.Damaged,
                $"{blob} is damaged: {e.Message} (restore it from a copy; or delete it: {source} is asked anew, only the dates of former changes are lost)",
                e);
        }
    }

    private static byte[] Encode(string source, IReadOnlyList<ListedInstrument> instruments, string? digest)
    {
        var output = new ArrayBufferWriter<byte>(256 + (instruments.Count * 256));
        using (var json = new Utf8JsonWriter(output, Layout))
        {
            json.WriteStartObject();
            json.WriteNumber("format", Format);
            json.WriteString("source", source);
            json.WriteStartArray("instruments");
            foreach (var listed in instruments)
                Write(json, listed);
            json.WriteEndArray();
            if (digest is not null)
                json.WriteString(JsonDigest.Property, digest);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        return output.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, ListedInstrument listed)
    {
        var instrument = listed.Instrument;
        json.WriteStartObject();
        json.WriteString("symbol", instrument.Symbol);
        json.WriteString("asset_class", AssetClassText.Of(instrument.AssetClass));
        json.WriteBoolean("trading", instrument.IsTrading);
        json.WriteString("tick_size", instrument.TickSize?.ToString());
        json.WriteString("lot_size", instrument.LotSize?.ToString());
        if (instrument is { RenamedTo: { } name, RenamedMs: { } renamedMs })
        {
            json.WriteString("renamed_to", name);
            json.WriteString("renamed_at", TimeText.Iso(renamedMs));
        }

        json.WriteStartArray("changes");
        foreach (var change in listed.Changes)
        {
            json.WriteStartObject();
            json.WriteString("at", TimeText.Iso(change.AtMs));
            json.WriteString("what", change.What);
            json.WriteString("status", StatusText(change.Status));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static ListedInstrument InstrumentOf(string source, JsonElement json)
    {
        var symbol = json.GetProperty("symbol").GetString();
        if (Series.CheckSymbol(symbol) is { } fault)
            throw new FormatException(fault);
        var instrument = new Instrument(
            source,
            symbol!,
            AssetClassText.Parse(json.GetProperty("asset_class").GetString()),
            json.GetProperty("trading").GetBoolean(),
            StepOf(json, "tick_size"),
            StepOf(json, "lot_size"))
        {
            RenamedTo = json.TryGetProperty("renamed_to", out var name) ? name.GetString() : null,
            RenamedMs = json.TryGetProperty("renamed_at", out _) ? TimeOf(json, "renamed_at") : null,
        };
        InstrumentChange[] changes = [.. json.GetProperty("changes").EnumerateArray().Select(c => new InstrumentChange(TimeOf(c, "at"), c.GetProperty("what").GetString() ?? "", StatusOf(c)))];
        return changes.Length > 0 ? new ListedInstrument(instrument, changes) : throw new FormatException($"{symbol} without changes");
    }

    private static string StatusText(InstrumentStatus status) => status switch
    {
        InstrumentStatus.Trading => "trading",
        InstrumentStatus.NotTrading => "not_trading",
        _ => "gone",
    };

    private static InstrumentStatus StatusOf(JsonElement change) => change.GetProperty("status").GetString() switch
    {
        "trading" => InstrumentStatus.Trading,
        "not_trading" => InstrumentStatus.NotTrading,
        "gone" => InstrumentStatus.Gone,
        var text => throw new FormatException($"status must be trading, not_trading or gone, was '{text}'"),
    };

    private static ScaledDecimal? StepOf(JsonElement json, string name) => json.GetProperty(name).GetString() is not { } text ? null
        : Utf8Decimal.Parse(Encoding.UTF8.GetBytes(text), out var value) == DecimalParse.Ok ? value
        : throw new FormatException($"{name} must be a decimal number, was '{text}'");

    private static long TimeOf(JsonElement json, string name) => TimeText.TryParse(json.GetProperty(name).GetString(), out var timeMs)
        ? timeMs
        : throw new FormatException($"{name} must be a time, was '{json.GetProperty(name)}'");
}
