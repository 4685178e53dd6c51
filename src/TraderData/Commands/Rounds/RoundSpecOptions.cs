using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TraderData.Rounds;

namespace TraderData.Cli;

/// <summary>A round's spec from a file, from flags, or from a file that flags change. What is wrong with it is told in one place, by the reader of specs.</summary>
internal sealed class RoundSpecOptions
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly Option<string?> _file = Text("--spec", "FILE", "A spec as JSON; flags beside it replace its fields");
    private readonly Option<string?> _splits = Text("--splits", "A,B[,C]", "Fractions 0.7,0.15,0.15, or the starts of validation and test 2024-09-01,2024-11-01");

    // The flags of single texts, lists of texts, and numbers, and the fields that they are.
    private readonly (Option<string?> Option, string Field, Func<string, JsonNode?> Read)[] _fields =
    [
        (Text("--name", "NAME", "A name for people"), "name", One),
        (Text("--description", "TEXT", "A text for people"), "description", One),
        (Text("--universe", "A,B", "Symbols with their source: binance:BTCUSDT,alpaca:SPY"), "universe", Many),
        (Text("--timeframes", "1m,1h", "How long bars are"), "timeframes", Many),
        (Text("--start", "T", "The first opening time"), "start", One),
        (Text("--end", "T", "Opening times before this one"), "end", One),
        (Text("--last", "730d", "In place of start and end: so many h, d or w up to the last whole day"), "last", One),
        (Text("--horizons", "1,5", "How many bars ahead labels look (default 1)"), "horizons", Numbers),
        (Text("--embargo", "BARS", "Bars left out in front of validation and test (default: the longest feature window)"), "embargo_bars", Number),
        (Text("--features", "A,B", "Which features (default all)"), "features", Many),
        (Text("--as-of", "T", "The bars as they were held then (default now)"), "as_of", One),
        (Text("--expires-at", "T", "Offered no more from then on"), "expires_at", One),
        (Text("--expires-after", "30d", "Offered no more so many h, d or w behind as_of"), "expires_after", One),
    ];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_file);
        foreach (var (option, _, _) in _fields)
            command.Options.Add(option);
        command.Options.Add(_splits);
    }

    /// <summary>The spec that a command line asks for.</summary>
    /// <exception cref="MisuseException">The file is no spec.</exception>
    /// <exception cref="RoundSpecException">The spec is wrong; every fault is named.</exception>
    public RoundSpec Read(ParseResult parsed, long nowMs)
    {
        var file = parsed.GetValue(_file) is { } path ? ReadFile(path) : null;
        var flags = _fields.Where(f => parsed.GetValue(f.Option) is not null).ToArray();
        if (file is not null && flags.Length == 0 && parsed.GetValue(_splits) is null)
            return RoundSpecJson.Parse(file, nowMs);
        var json = ObjectOf(file);
        foreach (var (option, field, read) in flags)
            json[field] = read(parsed.GetValue(option)!);
        if (parsed.GetValue(_splits) is { } splits)
            json["splits"] = Splits(splits);
        return RoundSpecJson.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()), nowMs);
    }

    private static Option<string?> Text(string name, string helpName, string description) => new(name) { HelpName = helpName, Description = description };

    private static byte[] ReadFile(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new MisuseException($"--spec must name a file, '{path}' is none");
        return file.Length <= RoundSpecJson.MaxBytes ? File.ReadAllBytes(path) : throw new MisuseException($"--spec must name a file of at most {RoundSpecJson.MaxBytes} bytes, '{path}' has {file.Length}");
    }

    private static JsonObject ObjectOf(byte[]? file)
    {
        try
        {
            return file is null ? [] : JsonNode.Parse(file, documentOptions: Strict) as JsonObject ?? throw new MisuseException("--spec must name a file with a JSON object");
        }
        catch (JsonException e)
        {
            throw new MisuseException($"--spec must name a file with a JSON object: {e.Message}", e);
        }
    }

    private static JsonNode? One(string text) => JsonValue.Create(text);

    private static JsonArray Many(string text) => new JsonArray([.. Parts(text).Select(One)]);

    private static JsonNode? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : One(text);

    private static JsonArray Numbers(string text) => new JsonArray([.. Parts(text).Select(Number)]);

    private static JsonObject Splits(string text)
    {
        var parts = Parts(text);
        var fractions = parts.Select(p => decimal.TryParse(p, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? (decimal?)value : null).ToArray();
        if (parts.Length == 3 && fractions.All(f => f is not null))
            return new JsonObject { ["train"] = fractions[0], ["validation"] = fractions[1], ["test"] = fractions[2] };
        return parts.Length == 2
            ? new JsonObject { ["validation_start"] = parts[0], ["test_start"] = parts[1] }
            : throw new MisuseException($"--splits must be three fractions or two times with commas between them, was '{text}'");
    }

    private static string[] Parts(string text) => text.Split(',', StringSplitOptions.TrimEntries);
}
