using System.Globalization;
using TraderData.Simulator;

namespace TraderData.EndToEnd.Tests;

/// <summary>When the simulated week is, how fast it passes, and what goes wrong in each of its hours.</summary>
internal static class WeekPlan
{
    /// <summary>
    /// A Tuesday before midnight and the end of a month, so that a short run has the nightly jobs, a month to seal, and a session of the stock exchange in the
    /// day that ingest begins with; a whole one has a weekend and Labor Day too. Ahead of the machine's clock, which Postgres goes by.
    /// </summary>
    public static readonly DateTimeOffset Start = new(2027, 8, 31, 23, 0, 0, TimeSpan.Zero);

    /// <summary>Where the backfill begins that runs beside the ingest.</summary>
    public static readonly DateTimeOffset BackfillStart = new(2027, 8, 27, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How many hours are simulated: 168 are a week.</summary>
    public static int Hours => Number("TRADER_DATA_WEEK_HOURS", 3);

    /// <summary>How many simulated seconds pass in one.</summary>
    public static int Speed => Number("TRADER_DATA_WEEK_SPEED", 240);

    /// <summary>How long a ban lasts: two and a half seconds of the machine, so that who does not obey it is seen.</summary>
    public static TimeSpan Ban => TimeSpan.FromSeconds(2.5 * Speed);

    /// <summary>A second of the machine: within it a request may be under way when a ban comes, on a busy one.</summary>
    public static TimeSpan BanNotice => TimeSpan.FromSeconds(Speed);

    /// <summary>Stocks, with a quiet one, and coins; the rest of the 200 symbols is Binance's.</summary>
    public static readonly string[] Alpaca =
    [
        "SPY", "QQQ", "IWM", "AAPL", "MSFT", "NVDA", "AMZN", "TSLA", "NIO", "PBJ", "BTC/USD", "ETH/USD", "SOL/USD", "LTC/USD", "AVAX/USD", "LINK/USD", "DOGE/USD", "SHIB/USD",
    ];

    /// <summary>How many pairs Binance's market lists besides those it always has, 13 of which trade.</summary>
    public static int MorePairs => 200 - 13 - Alpaca.Length;

    /// <summary>What goes wrong in each hour, by its minute.</summary>
    public static readonly (int Minute, Fault Fault)[] Hourly =
    [
        (4, Klines(FaultKind.TooManyRequests, 2) with { RetryAfter = 20 }),
        (5, Bars(FaultKind.TooManyRequests, 1)),
        (8, Klines(FaultKind.Banned, 1) with { Delay = Ban }),
        (14, Klines(FaultKind.Status, 4)),
        (15, Bars(FaultKind.Status, 2) with { Status = 503 }),
        (16, Klines(FaultKind.Status, 4) with { Status = 502 }),
        (18, Klines(FaultKind.Hang, 2)),
        (20, Klines(FaultKind.ConnectionReset, 3)),
        (22, Klines(FaultKind.Truncated, 3)),
        (23, Bars(FaultKind.Truncated, 1)),
        (25, Klines(FaultKind.MalformedJson, 3)),
        (27, Klines(FaultKind.HtmlPage, 3)),
        (28, Bars(FaultKind.HtmlPage, 1)),
        (30, Klines(FaultKind.DuplicateRow, 3)),
        (31, Klines(FaultKind.UnsortedRows, 3)),
        (33, Klines(FaultKind.RuleBreakingRow, 3)),
        (38, Klines(FaultKind.SlowBody, 3)),
        // What streams bring is early; whatever they lose comes by REST.
        (45, Streams(FaultKind.StreamLost, 5)),
        (46, Streams(FaultKind.StreamDuplicate, 5)),
        (47, Streams(FaultKind.StreamLate, 5)),
        (48, Streams(FaultKind.StreamMalformed, 3)),
        (50, Streams(FaultKind.StreamDrop, 2)),
        (55, Streams(FaultKind.StreamSilence, 1)),
        // Longer than a request is tried again.
        (40, Klines(FaultKind.Status, 12) with { Contains = "SIM7USDT" }),
    ];

    /// <summary>An answer that is refused, and is to be kept for a person to look at.</summary>
    public static Fault ToKeep => Klines(FaultKind.MalformedJson, 3);

    /// <summary>What goes wrong with files of the archive, once each.</summary>
    public static readonly Fault[] OfArchives =
    [
        new(FaultKind.WrongChecksum) { Contains = "SIM1USDT-1m-2027-08-28" },
        new(FaultKind.HeaderLine) { Contains = "SIM2USDT-1m-2027-08-28" },
        new(FaultKind.HalfDoneRow) { Contains = "SIM3USDT-1m-2027-08-28" },
        new(FaultKind.OffGridRow) { Contains = "SIM4USDT-1m-2027-08-28" },
        // Of any symbol: on a busy machine one of them may get its bars from the API.
        new(FaultKind.NotPublished) { Contains = "-1m-2027-08-29" },
        new(FaultKind.DuplicateRow) { Contains = "SIM6USDT-1m-2027-08-28" },
    ];

    private static Fault Klines(FaultKind kind, int count) => new(kind) { Contains = "/api/v3/klines", Count = count };

    private static Fault Streams(FaultKind kind, int count) => new(kind) { Contains = "closed", Count = count, Delay = TimeSpan.FromMinutes(3) };

    private static Fault Bars(FaultKind kind, int count) => new(kind) { Contains = "/bars?", Count = count };

    private static int Number(string variable, int standard) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : standard;
}
