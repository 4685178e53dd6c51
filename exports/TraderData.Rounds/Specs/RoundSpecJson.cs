using System.Text.Json;
using TraderData.Core;

namespace TraderData.Rounds;

/// <summary>A <see cref="RoundSpec"/> as JSON: what people write, and the one form that a manifest keeps.</summary>
public static class RoundSpecJson
{
    /// <summary>The longest spec that is read, in bytes.</summary>
    public const int MaxBytes = 1 << 20;

    private const string SplitsExample = """splits must be {"train":0.7,"validation":0.15,"test":0.15} or {"validation_start":"2024-09-01","test_start":"2024-11-01"}""";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Reads a spec.</summary>
    /// <param name="utf8">The JSON.</param>
    /// <param name="nowMs">The time, Unix milliseconds UTC; <c>as_of</c> is the latest that is settled when it is left out.</param>
    /// <param name="cutMs">The <c>as_of</c> of a spec that must have none of its own, since it is cut again and again; null for one that is cut once.</param>
    /// <exception cref="RoundSpecException">It is wrong; every fault is named.</exception>
    public static RoundSpec Parse(ReadOnlyMemory<byte> utf8, long nowMs, long? cutMs = null)
    {
        if (utf8.Length > MaxBytes)
            throw new RoundSpecException([$"a spec must have at most {MaxBytes} bytes, has {utf8.Length}"]);
        try
        {
            using var document = JsonDocument.Parse(utf8, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new RoundSpecException(["a spec must be a JSON object"]);
            return Read(document.RootElement, nowMs, cutMs);
        }
        // A text that is no Unicode shows when it is read.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new RoundSpecException([$"the spec is no JSON: {Shown.Of(e.Message)}"]);
        }
    }

    /// <summary>Writes the one form of a spec as the value of a property that was begun.</summary>
    internal static void Write(Utf8JsonWriter json, RoundSpec spec)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, spec.Name);
        if (spec.Description is { } description)
            json.WriteString("description"u8, description);
        Texts(json, "universe", spec.Universe.Select(s => s.ToString()).Order(StringComparer.Ordinal));
        Texts(json, "timeframes", spec.Timeframes.OrderBy(t => t.DurationMs).Select(t => t.ToString()));
        json.WriteString("start"u8, TimeText.Iso(spec.Range.StartMs));
        json.WriteString("end"u8, TimeText.Iso(spec.Range.EndMs));
        json.WriteStartObject("splits"u8);
        json.WriteString("validation_start"u8, TimeText.Iso(spec.Splits.Validation.StartMs));
        json.WriteString("test_start"u8, TimeText.Iso(spec.Splits.Test.StartMs));
        json.WriteEndObject();
        json.WriteNumber("embargo_bars"u8, spec.EmbargoBars);
        json.WriteStartArray("horizons"u8);
        foreach (var horizon in spec.Horizons)
            json.WriteNumberValue(horizon);
        json.WriteEndArray();
        Texts(json, "features", spec.Features);
        json.WriteString("as_of"u8, TimeText.Iso(spec.AsOfMs));
        if (spec.ExpiresMs is { } expires)
            json.WriteString("expires_at"u8, TimeText.Iso(expires));
        json.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }

    private static RoundSpec Read(JsonElement json, long nowMs, long? cutMs)
    {
        var faults = new List<string>();
        var fields = new SpecFields(json, faults);
        var name = fields.NeedText("name", "1 to 64 letters, digits, dots, dashes and underscores");
        var description = fields.Text("description");
        var universe = Universe(fields, faults);
        var timeframes = Timeframes(fields, faults);
        var asOf = cutMs is { } cut ? Cut(fields, faults, cut) : fields.Time("as_of") ?? nowMs - RoundSpec.SettledMs;
        var range = fields.Take("last") is not null ? Last(fields, faults, asOf, timeframes) : Range(fields, faults);
        var splits = Splits(fields, faults, range, timeframes);
        var horizons = fields.Numbers("horizons") ?? [1];
        var chosen = fields.Has("features") ? fields.Texts("features") : [.. FeatureSet.All.Select(f => f.Name)];
        _ = fields.Take("features");
        var embargo = fields.Number("embargo_bars") ?? FeatureSet.LongestWindow(chosen.ToHashSet(StringComparer.Ordinal));
        var expires = Expiry(fields, faults, asOf);
        fields.RefuseOthers("");
        // What was not read stands in here with something harmless, so that only what is wrong is told of.
        var spec = new RoundSpec
        {
            Name = name,
            Description = description,
            Universe = universe,
            Timeframes = timeframes,
            Splits = splits ?? RoundSplits.At(new TimeRange(0, 0), 0, 0),
            EmbargoBars = embargo,
            Horizons = horizons,
            Features = Ordered(chosen),
            AsOfMs = asOf,
            ExpiresMs = expires,
        };
        if (faults.Count == 0)
            faults.AddRange(spec.FindFaults(nowMs));
        return faults.Count == 0 ? spec : throw new RoundSpecException(faults);
    }

    // In the order of the columns; what is unknown or twice stays for the check.
    private static IReadOnlyList<string> Ordered(IReadOnlyList<string> features)
    {
        var order = FeatureSet.All.Select(f => f.Name).ToList();
        return [.. features.OrderBy(f => order.IndexOf(f))];
    }

    private static List<RoundSymbol> Universe(SpecFields fields, List<string> faults)
    {
        var symbols = new List<RoundSymbol>();
        foreach (var text in fields.Texts("universe"))
        {
            if (RoundSymbol.Parse(text, out var symbol) is { } wrong)
                faults.Add($"universe: {wrong}");
            else
                symbols.Add(symbol);
        }

        if (!fields.Has("universe"))
            faults.Add("universe is missing: a list such as [\"binance:BTCUSDT\"]");
        return symbols;
    }

    private static List<Timeframe> Timeframes(SpecFields fields, List<string> faults)
    {
        var timeframes = new List<Timeframe>();
        foreach (var text in fields.Texts("timeframes"))
        {
            if (Timeframe.TryParse(text, out var timeframe))
                timeframes.Add(timeframe);
            else
                faults.Add($"timeframes must be a number of m, h, d or w each (1m, 4h), was '{Shown.Of(text)}'");
        }

        if (!fields.Has("timeframes"))
            faults.Add("timeframes is missing: a list such as [\"1h\"]");
        return timeframes;
    }

    private static TimeRange? Range(SpecFields fields, List<string> faults)
    {
        var (start, end) = (fields.NeedTime("start"), fields.NeedTime("end"));
        if (start is not { } startMs || end is not { } endMs)
            return null;
        if (startMs < endMs)
            return new TimeRange(startMs, endMs);
        faults.Add($"start must be before end, was {TimeText.Iso(startMs)} and {TimeText.Iso(endMs)}");
        return null;
    }

    private static long Cut(SpecFields fields, List<string> faults, long cutMs)
    {
        if (fields.Take("as_of") is not null)
            faults.Add("as_of must be left out of a spec that is cut on a schedule: each round gets the time it was due at");
        return cutMs;
    }

    // Up to the last day that was over by then, and on the grid of the longest timeframe, so that no bar was still forming.
    private static TimeRange? Last(SpecFields fields, List<string> faults, long asOfMs, List<Timeframe> timeframes)
    {
        if (fields.Has("start") || fields.Has("end"))
            faults.Add("last must stand alone, without start and end");
        _ = (fields.Take("start"), fields.Take("end"));
        if (fields.Span("last") is not { } lengthMs || timeframes.Count == 0)
            return null;
        var endMs = timeframes.MaxBy(t => t.DurationMs).Floor(Timeframe.D1.Floor(asOfMs));
        return new TimeRange(endMs - lengthMs, endMs);
    }

    private static long? Expiry(SpecFields fields, List<string> faults, long asOfMs)
    {
        if (fields.Has("expires_at") && fields.Has("expires_after"))
            faults.Add("expires_at and expires_after must not be given together");
        var (at, after) = (fields.Time("expires_at"), fields.Span("expires_after"));
        return at ?? asOfMs + after;
    }

    private static RoundSplits? Splits(SpecFields fields, List<string> faults, TimeRange? range, List<Timeframe> timeframes)
    {
        if (fields.Take("splits") is not { ValueKind: JsonValueKind.Object } json)
        {
            faults.Add(SplitsExample);
            return null;
        }

        var inner = new SpecFields(json, faults);
        var borders = inner.Has("train") || inner.Has("validation") || inner.Has("test") ? Fractions(inner, faults, range, timeframes) : Borders(inner);
        inner.RefuseOthers("splits.");
        if (range is not { } whole || borders is not var (validationMs, testMs))
            return null;
        if (whole.StartMs < validationMs && validationMs < testMs && testMs < whole.EndMs)
            return RoundSplits.At(whole, validationMs, testMs);
        faults.Add($"splits must begin one behind the other within {whole}, were {TimeText.Iso(validationMs)} (validation) and {TimeText.Iso(testMs)} (test)");
        return null;
    }

    private static (long ValidationMs, long TestMs)? Borders(SpecFields fields)
    {
        var (validation, test) = (fields.NeedTime("validation_start", "splits."), fields.NeedTime("test_start", "splits."));
        return validation is { } validationMs && test is { } testMs ? (validationMs, testMs) : null;
    }

    // The borders stand on the grid of the longest timeframe, so that no bar lies across one.
    private static (long ValidationMs, long TestMs)? Fractions(SpecFields fields, List<string> faults, TimeRange? range, List<Timeframe> timeframes)
    {
        var parts = RoundSplits.Names.Select(name => fields.Take(name) is { ValueKind: JsonValueKind.Number } part && part.TryGetDecimal(out var value) ? value : 0).ToArray();
        if (parts.Any(p => p is <= 0 or >= 1) || parts.Sum() != 1)
        {
            faults.Add($"{SplitsExample}: three fractions above 0 that make 1");
            return null;
        }

        if (range is not { } whole || timeframes.Count == 0)
            return null;
        var (length, longest) = (whole.EndMs - whole.StartMs, timeframes.MaxBy(t => t.DurationMs));
        return (longest.Floor(whole.StartMs + (long)(length * parts[0])), longest.Floor(whole.StartMs + (long)(length * (parts[0] + parts[1]))));
    }
}
