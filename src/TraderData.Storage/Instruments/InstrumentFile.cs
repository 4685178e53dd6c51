using System.Text;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>The instruments of each source: <c>instruments/{source}.json</c>.</summary>
internal sealed class InstrumentFile(IBlobs blobs) : SourceFile<IReadOnlyList<ListedInstrument>>(blobs, "instruments/", format: 2)
{
    /// <inheritdoc/>
    protected override IReadOnlyList<ListedInstrument> Empty() => [];

    /// <inheritdoc/>
    protected override string IfDeleted(string source) => $"{source} is asked anew, only the dates of former changes are lost";

    /// <inheritdoc/>
    protected override void Write(Utf8JsonWriter json, IReadOnlyList<ListedInstrument> content)
    {
        json.WriteStartArray("instruments");
        foreach (var listed in content)
            Write(json, listed);
        json.WriteEndArray();
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<ListedInstrument> Read(string source, JsonElement json) =>
        [.. json.GetProperty("instruments").EnumerateArray().Select(i => InstrumentOf(source, i))];

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
}
