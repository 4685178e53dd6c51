namespace TraderData.Api;

/// <summary>What the document says of one endpoint.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Id">Its name in generated clients.</param>
/// <param name="Tag">The group it stands in.</param>
/// <param name="Summary">What it gives, in a few words.</param>
/// <param name="Parameters">What it takes; null when it looks at no query at all.</param>
/// <param name="Schema">The shape of its answer, of <see cref="ApiSchemas"/>.</param>
/// <param name="Example">An answer.</param>
internal sealed record ApiOperation(
    string Path, string Id, string Tag, string Summary, IReadOnlyList<Parameter>? Parameters, string Schema, string Example)
{
    private const string Bars = "bars";
    private const string Service = "service";
    private const string Jobs = "jobs";
    private const string Done = """{"success":true,"job":"ingest:binance:1m","status":"paused"}""";

    /// <summary>Every endpoint that is mapped, other than the document itself and its viewer.</summary>
    public static readonly IReadOnlyList<ApiOperation> All =
    [
        .. MarketOperations.All,
        .. RoundOperations.All,
        .. ExportOperations.All,
        .. UdfOperations.All,
        new("/api/marketdata/ohlcv", "getOhlcv", Bars, "Bars of a series, newest first", BarAnswer.Ohlcv.Parameters, ApiSchemas.Ohlcv,
            """{"success":true,"data":[{"symbol":"BTCUSDT","timeframe":"1h","bar_ts":"2024-01-31T20:00:00Z","open":42870.13,"high":42933.9,"low":42810,"close":42919.99,"volume":812.44102}]}""")
        {
            Description = "A page holds at most limit rows; next_cursor leads to the next one. Vwap, trades and source are given when fields asks for them.", GivesBars = true,
        },
        new("/api/data/candles", "getCandles", Bars, "Bars of a series with Lona's names, oldest first", BarAnswer.Candles.Parameters, ApiSchemas.Candles,
            """{"success":true,"symbol":"BTCUSDT","interval":"1h","exchange":"BINANCE","data":[{"timestamp":1706731200000,"open":42870.13,"high":42933.9,"low":42810,"close":42919.99,"volume":812.44102}]}""")
        {
            Description = "The body is also a file that Lona reads. Without a limit a page holds 50000 rows; next_cursor is there when more follow.", GivesBars = true,
        },
        new("/api/marketdata/stream", "getBarStream", Bars, "The bars of a series as they are stored, as server-sent events", StreamRequest.Parameters, ApiSchemas.Ohlcv,
            "event: bar\nid: 2024-01-31T20:00:00Z\ndata: {\"symbol\":\"BTCUSDT\",\"timeframe\":\"1h\",\"bar_ts\":\"2024-01-31T20:00:00Z\",\"open\":42870.13,\"high\":42933.9,\"low\":42810,\"close\":42919.99,\"volume\":812.44102}\n\n")
        {
            Description = "Each bar once, by rising time, from the first that is stored after the request, or behind the bar whose id Last-Event-ID gives. A comment is sent when nothing else was for 15 seconds.",
            GivesEvents = true,
        },
        new("/api/data/symbols", "getSymbols", Bars, "What is held", SymbolsEndpoint.Parameters, ApiSchemas.Symbols,
            """{"success":true,"data":[{"symbol":"AAPL","source":"alpaca","asset_class":"stock","timeframes":[{"timeframe":"1d","rows":2,"first":"2024-01-30T05:00:00Z","last":"2024-01-31T05:00:00Z","feed":"iex","adjustment":"raw"}]}]}"""),
        new("/api/data/coverage", "getCoverage", Bars, "What of a series is held, and what is missing", CoverageEndpoint.Parameters, ApiSchemas.Coverage,
            """{"success":true,"data":{"symbol":"BTCUSDT","timeframe":"1h","source":"binance","start":"2024-01-31T20:00:00Z","end":"2024-02-01T03:00:00Z","rows":5,"first":"2024-01-31T20:00:00Z","last":"2024-02-01T02:00:00Z","missing_bars":2,"causes":{"fetch_failed":0,"pending":0,"source_missing":2,"no_trade":0,"halted":0,"not_listed":0,"session_closed":0},"gap_count":1,"gaps":[{"start":"2024-01-31T23:00:00Z","end":"2024-02-01T01:00:00Z","bars":2,"cause":"source_missing"}],"failures":[]}}""")
        {
            Description = "From the first bar held to the last unless start and end say otherwise. Each gap has a cause; what is not there because nothing was traded is not missing. Of stocks, bars are expected in the regular sessions of the New York Stock Exchange. Of a timeframe that is made of a finer one, a bar counts as held when any of those is.", ReadsSeries = true,
        },
        new("/api/data/coverage/days", "getCoverageDays", Bars, "What of a series is held and missing on each day of a year", CoverageDaysEndpoint.Parameters, ApiSchemas.CoverageDays,
            """{"success":true,"data":{"symbol":"BTCUSDT","timeframe":"1h","source":"binance","year":2024,"days":[{"day":"2024-01-31","expected":4,"held":3,"missing":{"source_missing":1}},{"day":"2024-02-01","expected":3,"held":2,"missing":{"source_missing":1}}]}}""")
        {
            Description = "From the first bar held to the last. Days are of UTC; those in which no bar is expected are left out. Of a timeframe that is made of a finer one, the bars of that are counted, and resampled_from names it.", ReadsSeries = true,
        },
        new("/api/data/revisions", "getRevisions", Bars, "What bars were before they were restated", RevisionsEndpoint.Parameters, ApiSchemas.Revisions,
            """{"success":true,"symbol":"BTCUSDT","timeframe":"1h","source":"binance","data":[{"bar_ts":"2024-01-31T20:00:00Z","recorded_at":"2024-01-31T21:00:02Z","replaced_at":"2024-02-01T09:30:00Z","was":{"open":42870.13,"high":42933.9,"low":42810,"close":42919,"volume":812.4},"became":{"open":42870.13,"high":42933.9,"low":42810,"close":42919.99,"volume":812.44102}}]}""")
        {
            Description = "Ordered by the bar's time, then by when its value was replaced.", ReadsSeries = true,
        },
        new("/api/jobs", "getJobs", Jobs, "The schedule, how its jobs fare, and what may be asked of the sources", JobsEndpoint.Parameters, ApiSchemas.Jobs,
            """{"success":true,"data":{"jobs":[{"name":"ingest:binance:1m","schedule":"2 * * * * ?","paused":false,"next_run":"2024-03-01T12:35:02Z","last_run":{"started_at":"2024-03-01T12:34:02Z","ended_at":"2024-03-01T12:34:03.250Z","duration_ms":1250,"outcome":"succeeded","inserted":1,"changed":0,"same":3},"last_success":"2024-03-01T12:34:02Z","failed_runs":0,"series":[{"symbol":"BTCUSDT","known_to":"2024-03-01T12:34:00Z","lag_seconds":0}]}],"sources":[{"source":"binance","limit":6000,"minute":"2024-03-01T12:34:00Z","taken":12,"others":0}]}}""")
        {
            Description = "Lag is how long ago the first bar closed that is not known. Times of sources are their own clock.", NeedsSchedule = true,
        },
        new("/api/jobs/{name}/runs", "getJobRuns", Jobs, "Runs of a job, newest first", JobRunsEndpoint.Parameters, ApiSchemas.JobRuns,
            """{"success":true,"job":"seal","data":[{"started_at":"2024-03-01T00:20:00Z","ended_at":"2024-03-01T00:20:01Z","duration_ms":1000,"outcome":"failed","inserted":0,"changed":0,"same":0,"error":"postgres://db:5432/market: seal: disk full"}]}""")
        {
            Description = "Runs are kept for 30 days; without a database the last 20,000 of them. A job that never ran has none.", NeedsSchedule = true,
        },
        new("/api/jobs/{name}/run", "runJob", Jobs, "Run a job now, besides its schedule", JobActionEndpoint.Parameters, ApiSchemas.JobAction, Done) { IsAction = true },
        new("/api/jobs/{name}/pause", "pauseJob", Jobs, "Have a job not run until it is resumed", JobActionEndpoint.Parameters, ApiSchemas.JobAction, Done) { IsAction = true },
        new("/api/jobs/{name}/resume", "resumeJob", Jobs, "Have a paused job run on its schedule again", JobActionEndpoint.Parameters, ApiSchemas.JobAction, Done) { IsAction = true },
        new("/api/operator", "getOperator", Service, "Whether the caller may change something", null, ApiSchemas.Status, """{"success":true,"status":"operator"}""") { IsForOperators = true },
        new("/health", "getLiveness", Service, "The process answers", null, ApiSchemas.Status, """{"success":true,"status":"live"}"""),
        new("/api/health", "getHealth", Service, "Name, version and time of the service", null, ApiSchemas.Health,
            """{"success":true,"service":"trader-data","version":"0.1.0","timestamp":"2024-03-01T12:34:56Z"}"""),
        new("/ready", "getReadiness", Service, "The service can do its work", null, ApiSchemas.Ready, """{"success":true,"status":"ready","parts":[{"name":"store","status":"ok"}]}""")
        {
            Description = "503 with the reason when the store cannot be reached. The status is degraded when a part is unwell without which bars can be served, with a warning for each of the jobs that failed in all of their runs of a day. Each part has its status, and why and what to do when it is not well.", CanBeUnready = true,
        },
        new("/", "getService", Service, "Where to read on", null, ApiSchemas.Service,
            """{"success":true,"service":"trader-data","version":"0.1.0","docs":"/docs","openapi":"/openapi/v1.json"}"""),
    ];

    /// <summary>More than the summary says; null when there is no more to say.</summary>
    public string? Description { get; init; }

    /// <summary>It reads one series, which may be unknown.</summary>
    public bool ReadsSeries { get; init; }

    /// <summary>It gives bars, in any of the formats.</summary>
    public bool GivesBars
    {
        get;
        init => (field, ReadsSeries) = (value, value);
    }

    /// <summary>It gives a stream of events, which ends when the client does not want it any more.</summary>
    public bool GivesEvents
    {
        get;
        init => (field, ReadsSeries) = (value, value);
    }

    /// <summary>It is asked by chart libraries, which are told of mistakes with status 200.</summary>
    public bool IsUdf { get; init; }

    /// <summary>What it answers with.</summary>
    public string ContentType { get; init; } = JsonAnswer.ContentType;

    /// <summary>It looks at the schedule, which a process may not have.</summary>
    public bool NeedsSchedule { get; init; }

    /// <summary>It is a POST that changes the schedule.</summary>
    public bool IsAction
    {
        get;
        init => (field, NeedsSchedule, IsForOperators) = (value, value, value);
    }

    /// <summary>It is for programs on the service's machine, and for who has the operator's key.</summary>
    public bool IsForOperators { get; init; }

    /// <summary>It is about one export.</summary>
    public bool IsOfExports { get; init; }

    /// <summary>Its method.</summary>
    public HttpMethod Method
    {
        get => field ?? (IsAction ? HttpMethod.Post : HttpMethod.Get);
        init;
    }

    /// <summary>What the caller's token must be allowed to do; null when everybody may call, or market data settings decide.</summary>
    public string? Scope { get; init; }

    /// <summary>The shape of its body, of <see cref="MarketShapes"/>, and an example; null when it looks at none.</summary>
    public (string Schema, string Example)? Body { get; init; }

    /// <summary>It gives a file, to who has a link to it.</summary>
    public bool GivesFile { get; init; }

    /// <summary>It is of the marketplace, which may be off.</summary>
    public bool IsOfMarketplace { get; init; }

    /// <summary>It is answered 204 when the body is one object.</summary>
    public bool AnswersObjectsEmpty { get; init; }

    /// <summary>It may answer 503 because a check failed.</summary>
    public bool CanBeUnready { get; init; }

    /// <summary>It asks the store.</summary>
    public bool AsksStore => Parameters is not null;
}
