using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace TraderData.Simulator;

/// <summary>How a simulated exchange behaves.</summary>
public sealed class SimulatorOptions
{
    /// <summary>Binance's weight for each minute and address, as its exchangeInfo says today.</summary>
    public const int DefaultBinanceWeight = 6_000;

    /// <summary>Alpaca's requests for each minute on the free plan.</summary>
    public const int DefaultAlpacaRequests = 200;

    /// <summary>The port on the loopback address; 0 for any that is free.</summary>
    public int Port { get; set; }

    /// <summary>Chooses the generated market: the same seed gives the same bytes on every machine.</summary>
    public ulong Seed { get; set; } = 1;

    /// <summary>
    /// A folder of recorded answers with the layout <c>binance/wire</c>, <c>binance/csv</c>, <c>alpaca/wire</c>, which is then served instead of the
    /// generated market; null for the generated market. Rows are given with the bytes that were recorded. Files of one symbol and timeframe are
    /// merged by opening time; where two hold the same time, the file whose name comes later wins.
    /// </summary>
    public string? RecordingsDirectory { get; set; }

    /// <summary>The exchange's clock.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>Weight that Binance's wire allows for each minute of the clock.</summary>
    public int BinanceWeightPerMinute { get; set; } = DefaultBinanceWeight;

    /// <summary>Requests that Alpaca's wire allows for each minute of the clock.</summary>
    public int AlpacaRequestsPerMinute { get; set; } = DefaultAlpacaRequests;

    /// <summary>How often streams tell how bars have come on, by the clock.</summary>
    public TimeSpan StreamEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How many requests Binance's wire answers with 429 before it bans.</summary>
    public int BinanceTolerance { get; set; } = 10;

    /// <summary>How long Binance's wire bans for; Binance itself begins at two minutes.</summary>
    public TimeSpan BinanceBan { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How long after a ban was told requests that come count as already on their way, and not as violations. Real clients have some: a clock that runs
    /// faster than the machine's makes them look late.
    /// </summary>
    public TimeSpan BanNotice { get; set; }

    /// <summary>True to refuse stock requests without the right key with 401.</summary>
    public bool RequireAlpacaKeys { get; set; }

    /// <summary>The key that is right; null when any is.</summary>
    public string? AlpacaKeyId { get; set; }

    /// <summary>The secret that is right; null when any is.</summary>
    public string? AlpacaSecret { get; set; }

    /// <summary>True to give the youngest 15 minutes of the SIP feed, as the paid plan does.</summary>
    public bool AllowRecentSip { get; set; }

    /// <summary>True to end some of Alpaca's pages before their limit, as the real one may.</summary>
    public bool ShortPages { get; set; } = true;

    /// <summary>True to invent instruments for symbols that are not listed, except in recordings.</summary>
    public bool AcceptAnySymbol { get; set; }

    /// <summary>How many further pairs the generated Binance market lists: <c>SIM1USDT</c> and so on.</summary>
    public int MorePairs { get; set; }

    /// <summary>How often minutes of the generated market come late, change afterwards, or never come.</summary>
    public MarketFlaws Flaws { get; set; } = new();

    /// <summary>True for a halt of the generated Binance market each August 13, 02:00 to 06:29 UTC.</summary>
    public bool YearlyHalt { get; set; } = true;

    /// <summary>Faults from the start; more can be added while it runs.</summary>
    public IReadOnlyList<Fault> Faults { get; set; } = [];

    /// <summary>Where the simulator logs to.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;
}
