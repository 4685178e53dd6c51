using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace TraderData.Api;

/// <summary>The shapes of the API's answers, as they are written by hand in the endpoints; the tests hold the two together.</summary>
internal static class ApiSchemas
{
    public const string Error = "Error";
    public const string Ohlcv = "OhlcvAnswer";
    public const string Candles = "CandlesAnswer";
    public const string Symbols = "SymbolsAnswer";
    public const string Coverage = "CoverageAnswer";
    public const string CoverageDays = "CoverageDaysAnswer";
    public const string Revisions = "RevisionsAnswer";
    public const string Jobs = "JobsAnswer";
    public const string JobRuns = "JobRunsAnswer";
    public const string JobAction = "JobActionAnswer";
    public const string Ready = "ReadyAnswer";

    /// <summary>How a part of the service fares.</summary>
    public const string Part = "PartHealth";
    public const string Status = "StatusAnswer";
    public const string Service = "ServiceAnswer";
    public const string Health = "HealthAnswer";

    private const string Bar = "Bar";
    private const string Candle = "Candle";
    private const string Symbol = "HeldSymbol";
    private const string Timeframe = "HeldTimeframe";
    private const string Gap = "Gap";
    private const string Causes = "GapCauses";
    private const string Failure = "FetchFailure";
    private const string Incomplete = "Incomplete";
    private const string Revision = "Revision";
    private const string Day = "CoverageDay";
    private const string Values = "BarValues";

    /// <summary>Adds every shape to a document.</summary>
    public static void AddTo(OpenApiDocument document)
    {
        document.Components ??= new OpenApiComponents();
        document.Components.Schemas = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            [Error] = ErrorShape(),
            [Bar] = BarShape(),
            [Candle] = CandleShape(),
            [Ohlcv] = Page(document, Bar, Cursors()),
            [Candles] = Page(document, Candle, ("symbol", Text("The symbol.")), ("interval", Text("How long a bar is.")), ("exchange", Text("The source, upper case."))),
            [Symbol] = SymbolShape(document),
            [Timeframe] = TimeframeShape(),
            [Symbols] = Object(null, ("success", Always(value: true)), ("data", List(document, Symbol, "Ordered by symbol."))),
            [Gap] = GapShape(),
            [Causes] = CausesShape(),
            [Failure] = FailureShape(),
            [Incomplete] = IncompleteShape(),
            [Coverage] = Object(null, ("success", Always(value: true)), ("data", CoverageShape(document))),
            [Day] = DayShape(),
            [CoverageDays] = Object(null, ("success", Always(value: true)), ("data", CoverageDaysShape(document))),
            [Values] = Object(["vwap", "trades"], [.. Prices(), ("vwap", Decimal("The volume-weighted average price; absent when it is not known.")), ("trades", Count("The number of trades; absent when it is not known."))]),
            [Revision] = RevisionShape(document),
            [Revisions] = Page(document, Revision, ("symbol", Text("The symbol.")), ("timeframe", Text("How long a bar is.")), ("source", Text("Where the bars come from."))),
            [JobShapes.Run] = JobShapes.RunShape(),
            [JobShapes.Job] = JobShapes.JobShape(document),
            [JobShapes.LaggingSeries] = JobShapes.SeriesShape(),
            [JobShapes.Source] = JobShapes.SourceShape(),
            [Jobs] = Object(null, ("success", Always(value: true)), ("data", JobShapes.ListShape(document))),
            [JobRuns] = Object(null, ("success", Always(value: true)), ("job", Text("The job.")), ("data", List(document, JobShapes.Run, "Newest first."))),
            [JobAction] = Object(null, ("success", Always(value: true)), ("job", Text("The job.")), ("status", Text("started, paused, or resumed."))),
            [Ready] = Object(["warnings"], ("success", Always(value: true)), ("status", Text("ready, or degraded.")), ("warnings", Strings("Which jobs failed all day, and how.")), ("parts", List(document, Part, "The parts of the service."))),
            [Part] = Object(
                ["reason", "remedy"],
                ("name", Text("Which part: store, database, files, jobs, source:binance, ingest:binance:1m, signing_key.")),
                ("status", Text("ok, degraded, or failed.")),
                ("reason", Text("Why it is not well; absent when it is.")),
                ("remedy", Text("What a person does about it; absent when nothing is to be done."))),
            [Status] = Object(null, ("success", Always(value: true)), ("status", Text("live."))),
            [Service] = Object(
                null, ("success", Always(value: true)), ("service", Text("trader-data")), ("version", Text("The version of the service.")), ("docs", Text("Where a person reads on.")), ("openapi", Text("Where a program reads on."))),
            [Health] = Object(
                null, ("success", Always(value: true)), ("service", Text("trader-data")), ("version", Text("The version of the service.")), ("timestamp", Time("The time at the service."))),
        };
        MarketShapes.AddTo(document);
        RoundOperations.AddTo(document);
        ExportOperations.AddTo(document);
        UdfOperations.AddTo(document);
    }

    private static OpenApiSchema ErrorShape()
    {
        var details = Object(
            ["parameter", "symbol", "timeframes", "faults"],
            ("parameter", Text("The parameter that is wrong.")),
            ("symbol", Text("The symbol asked for.")),
            ("timeframes", Strings("What is held of the symbol.")),
            ("faults", Strings("Which checks failed, and how.")));
        details.Description = "What a program may want to know beyond the code.";
        return Object(
            ["details"],
            ("success", Always(value: false)),
            ("error", Text("The word for programs; it never changes its meaning.")),
            ("message", Text("The text for people: what was wrong, and what to do.")),
            ("details", details));
    }

    private static OpenApiSchema BarShape() => Row(
        ("symbol", Text("The symbol.")),
        ("timeframe", Text("How long the bar is.")),
        ("bar_ts", Time("The opening time.")),
        ("source", Text("Where the bar comes from; there when fields asks for it.")));

    private static OpenApiSchema CandleShape() => Row(
        ("timestamp", new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int64", Description = "The opening time, Unix milliseconds." }));

    // Which fields a row has is for the client to say.
    private static OpenApiSchema Row(params (string Name, IOpenApiSchema Schema)[] head)
    {
        (string Name, IOpenApiSchema Schema)[] all =
        [
            .. head,
            .. Prices(),
            ("vwap", Unknowable(JsonSchemaType.Number, "decimal", "The volume-weighted average price; null when it is not known. There when fields asks for it.")),
            ("trades", Unknowable(JsonSchemaType.Integer, "int64", "The number of trades; null when it is not known. There when fields asks for it.")),
            ("provisional", new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = "Whether the bar may still change. There when include_provisional asks for such bars." }),
        ];
        return Object([.. all.Select(p => p.Name)], all);
    }

    private static (string Name, IOpenApiSchema Schema)[] Prices() =>
    [
        ("open", Decimal("The first price.")),
        ("high", Decimal("The highest price.")),
        ("low", Decimal("The lowest price.")),
        ("close", Decimal("The last price.")),
        ("volume", Unknowable(JsonSchemaType.Number, "decimal", "The base volume, exactly as the source gave it; null when it is not known.")),
    ];

    private static OpenApiSchema SymbolShape(OpenApiDocument document) => Object(
        null,
        ("symbol", Text("The symbol.")),
        ("source", Text("Where its bars come from.")),
        ("asset_class", new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["crypto", "stock", "unknown"] }),
        ("timeframes", List(document, Timeframe, "Shortest first.")));

    private static OpenApiSchema TimeframeShape() => Object(
        ["first", "last", "feed", "adjustment"],
        ("timeframe", Text("How long a bar is.")),
        ("rows", Count("How many bars are held.")),
        ("first", Time("The opening time of the first bar; absent when there is none.")),
        ("last", Time("The opening time of the last bar; absent when there is none.")),
        ("feed", Text("Which feed of the source; absent when it has only one.")),
        ("adjustment", Text("How prices were adjusted for splits and dividends; absent when that has no meaning.")));

    private static OpenApiSchema CoverageShape(OpenApiDocument document) => Object(
        ["first", "last", "feed", "adjustment", "resampled_from", "incomplete_bars", "missing_parts", "incomplete_count", "incomplete"],
        ("symbol", Text("The symbol.")),
        ("timeframe", Text("How long a bar is.")),
        ("source", Text("Where the bars come from.")),
        ("resampled_from", Text("The finer timeframe that the bars are made of; absent when they are held.")),
        ("start", Time("The range looked at begins here.")),
        ("end", Time("The range looked at ends before this; never behind the last bar that can have closed.")),
        ("rows", Count("How many bars are held in the range.")),
        ("first", Time("The opening time of the first of them; absent when there is none.")),
        ("last", Time("The opening time of the last of them; absent when there is none.")),
        ("feed", Text("Which feed of the source; absent when it has only one.")),
        ("adjustment", Text("How prices were adjusted for splits and dividends; absent when that has no meaning.")),
        ("missing_bars", Count("How many bars are missing: those of fetch_failed, pending and source_missing.")),
        ("causes", new OpenApiSchemaReference(Causes, document)),
        ("gap_count", Count("How many gaps there are.")),
        ("gaps", List(document, Gap, "The gaps, oldest first, those of session_closed left out; at most 10000 are listed, all are counted.")),
        ("failures", List(document, Failure, "What the source did not answer when it was asked last, oldest bars first.")),
        ("incomplete_bars", Count("How many of the held bars lack some of the finer ones they are made of. This and what follows is absent when bars are held as they are.")),
        ("missing_parts", Count("How many finer bars they lack in all.")),
        ("incomplete_count", Count("How many runs of such bars there are.")),
        ("incomplete", List(document, Incomplete, "These runs, oldest first; at most 10000 are listed, all are counted.")));

    private static OpenApiSchema CoverageDaysShape(OpenApiDocument document) => Object(
        ["resampled_from"],
        ("symbol", Text("The symbol.")),
        ("timeframe", Text("How long the bars are that were asked for.")),
        ("source", Text("Where the bars come from.")),
        ("resampled_from", Text("The finer timeframe that they are made of, whose bars are counted; absent when they are held.")),
        ("year", Count("The year.")),
        ("days", List(document, Day, "The days that have bars or should, oldest first.")));

    private static OpenApiSchema DayShape() => Object(
        null,
        ("day", new OpenApiSchema { Type = JsonSchemaType.String, Format = "date", Description = "The day, UTC." }),
        ("expected", Count("How many bars the calendar has for it.")),
        ("held", Count("How many are held.")),
        ("missing", new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = Count("How many."), Description = "How many are not there for each cause, as in coverage; causes without any are absent." }));

    private static OpenApiSchema RevisionShape(OpenApiDocument document) => Object(
        ["recorded_at", "became"],
        ("bar_ts", Time("The opening time of the bar.")),
        ("recorded_at", Time("When the value was stored; absent when that is not known.")),
        ("replaced_at", Time("When another one was.")),
        ("was", new OpenApiSchemaReference(Values, document)),
        ("became", new OpenApiSchemaReference(Values, document)));

    private static OpenApiSchema IncompleteShape() => Object(
        null,
        ("start", Time("The opening time of the first bar that lacks some.")),
        ("end", Time("The end of the last.")),
        ("bars", Count("How many bars.")),
        ("missing_parts", Count("How many finer bars they lack in all.")));

    private static OpenApiSchema GapShape() => Object(
        null,
        ("start", Time("The first missing opening time.")),
        ("end", Time("The opening time behind the last one: of a held bar, of one that is not there for another cause, or the end of the range.")),
        ("bars", Count("How many bars are not there.")),
        ("cause", new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["fetch_failed", "pending", "source_missing", "no_trade", "halted", "not_listed"], Description = "Why." }));

    private static OpenApiSchema CausesShape()
    {
        var causes = Object(
            null,
            ("fetch_failed", Count("The source was asked last and did not give an answer that can be used; repair asks again.")),
            ("pending", Count("The source was never asked, or once; repair asks again.")),
            ("source_missing", Count("The source was asked twice and has none.")),
            ("no_trade", Count("A stock, within a session, asked for twice: there was no trade. Not missing.")),
            ("halted", Count("Asked for twice, and the source was seen not to trade it then. Not missing.")),
            ("not_listed", Count("Crypto before its first bar, where its source was asked; or anything that its source lists no more. Not missing.")),
            ("session_closed", Count("Of stocks: outside the regular sessions. Not missing.")));
        causes.Description = "How many bars are not there for each cause; exact, however many gaps are listed.";
        return causes;
    }

    private static OpenApiSchema FailureShape() => Object(
        null,
        ("start", Time("The first opening time that was asked for.")),
        ("end", Time("Opening times before this were.")),
        ("message", Text("What came back.")),
        ("at", Time("When.")),
        ("tries", Count("How often in a row it failed.")));

    private static (string Name, IOpenApiSchema Schema) Cursors() => ("next_cursors", new OpenApiSchema
    {
        Type = JsonSchemaType.Object,
        AdditionalProperties = Text("The cursor."),
        Description = "Of an answer with several symbols: the cursor of each symbol of which more follow, to be sent with it as symbol; absent when none do.",
    });

    private static OpenApiSchema Page(OpenApiDocument document, string row, params (string Name, IOpenApiSchema Schema)[] head) => Object(
        ["next_cursor", "next_cursors"],
        [
            ("success", Always(value: true)),
            .. head,
            ("data", List(document, row, "The bars.")),
            ("next_cursor", Text("Send it as cursor, with the rest of the query as it was, for the rows that follow; absent when none do.")),
        ]);

    internal static OpenApiSchema Object(string[]? optional, params (string Name, IOpenApiSchema Schema)[] properties) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = properties.ToDictionary(p => p.Name, p => p.Schema, StringComparer.Ordinal),
        Required = properties.Select(p => p.Name).Where(n => optional is null || !optional.Contains(n, StringComparer.Ordinal)).ToHashSet(StringComparer.Ordinal),
        AdditionalPropertiesAllowed = false,
    };

    internal static OpenApiSchema List(OpenApiDocument document, string item, string description) => new()
    {
        Type = JsonSchemaType.Array,
        Items = new OpenApiSchemaReference(item, document),
        Description = description,
    };

    internal static OpenApiSchema Strings(string description) => new()
    {
        Type = JsonSchemaType.Array,
        Items = new OpenApiSchema { Type = JsonSchemaType.String },
        Description = description,
    };

    internal static OpenApiSchema Always(bool value) => new() { Type = JsonSchemaType.Boolean, Enum = [JsonValue.Create(value)] };

    internal static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };

    internal static OpenApiSchema Time(string description) => new() { Type = JsonSchemaType.String, Format = "date-time", Description = $"{description} ISO 8601, UTC." };

    internal static OpenApiSchema Count(string description) => new() { Type = JsonSchemaType.Integer, Format = "int64", Minimum = "0", Description = description };

    private static OpenApiSchema Unknowable(JsonSchemaType type, string format, string description) =>
        new() { Type = type | JsonSchemaType.Null, Format = format, Description = description };

    private static OpenApiSchema Decimal(string description) => new()
    {
        Type = JsonSchemaType.Number,
        Format = "decimal",
        Description = $"{description} Exactly the digits of the source, trailing zeros apart.",
    };
}
