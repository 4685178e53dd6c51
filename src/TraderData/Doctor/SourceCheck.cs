using System.Globalization;
using TraderData.Connectors;
using TraderData.Core;
using TraderData.Jobs;

namespace TraderData.Cli;

/// <summary>Whether sources answer, by clocks that agree with ours, and know what is watched.</summary>
internal static class SourceCheck
{
    // Jobs that run right behind a close must not run in front of it.
    private static readonly TimeSpan MostDrift = TimeSpan.FromSeconds(10);

    /// <summary>What to look at when a source fails.</summary>
    public static string RemedyOf(IMarketDataSource source, Settings settings) => source.Name == "alpaca"
        ? $"look at ALPACA_API_KEY and ALPACA_API_SECRET (made at app.alpaca.markets), and at ALPACA_DATA_URL, which is {settings.AlpacaDataUrl}"
        : $"look at BINANCE_BASE_URL, which is {settings.BinanceBaseUrl}, and at the way there";

    /// <summary>Asks for the time, and for a week of days.</summary>
    public static async Task<IReadOnlyList<Finding>> RunAsync(IMarketDataSource source, Settings settings, CancellationToken cancellationToken)
    {
        var symbol = source.Name == "alpaca" ? (settings.AlpacaApiKey.Length > 0 ? "SPY" : "BTC/USD") : "BTCUSDT";
        var now = await source.GetTimeAsync(cancellationToken).ConfigureAwait(false);
        var drift = TimeSpan.FromMilliseconds(now - TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()).Duration();
        if (drift > MostDrift)
            return [Finding.Failed(source.Name, $"its clock and ours are {drift:d\\.hh\\:mm\\:ss} apart", "set this machine's clock, by which jobs are run (timedatectl set-ntp true)")];
        var bars = 0;
        var week = new TimeRange(now - (7 * Timeframe.D1.DurationMs), now);
        await foreach (var page in source.FetchBarsAsync(symbol, Timeframe.D1, week, cancellationToken).ConfigureAwait(false))
            bars += page.Bars.Count;
        return [Finding.Ok(source.Name, string.Create(CultureInfo.InvariantCulture, $"{bars} day bars of {symbol} for the last week; its clock and ours are {drift.TotalMilliseconds:F0} ms apart"))];
    }

    /// <summary>Looks every entry of the watch list up in what its source lists.</summary>
    /// <param name="all">The sources that there are.</param>
    /// <param name="asked">Those of them that can be asked.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static async Task<IReadOnlyList<Finding>> WatchListAsync(
        IReadOnlyList<IMarketDataSource> all, IReadOnlyList<IMarketDataSource> asked, Settings settings, CancellationToken cancellationToken)
    {
        var list = WatchList.Parse(settings.WatchList, out _);
        var findings = list.Check(all).Select(fault => Finding.Failed("watch list", fault, SettingsCheck.WatchListRemedy)).ToList();
        foreach (var source in asked.Where(s => list.Entries.Any(e => e.Source == s.Name)))
        {
            // Without its trading API Alpaca lists a part of what it serves.
            if (source.Name == "alpaca" && settings.AlpacaTradingUrl.Length == 0)
                continue;
            var listed = new List<Instrument>();
            await foreach (var instrument in source.ListInstrumentsAsync(cancellationToken).ConfigureAwait(false))
                listed.Add(instrument);
            findings.AddRange(list.Entries.Where(e => e.Source == source.Name).DistinctBy(e => e.Symbols.Text).Select(e => Lookup(e, listed)).OfType<Finding>());
        }

        return findings.Count > 0 ? findings : [Finding.Ok("watch list", $"{list.Entries.Count} entries, all known to their sources")];
    }

    private static Finding? Lookup(WatchEntry entry, List<Instrument> listed)
    {
        var found = listed.Where(i => entry.Symbols.IsExact ? i.Symbol == entry.Symbols.Text : entry.Symbols.Matches(i.Symbol)).ToList();
        if (found.Count == 0)
            return Finding.Failed("watch list", $"{entry.Source} does not list '{entry.Symbols}', as {entry} asks", $"correct or remove it in WatchList of appsettings.json{Similar(entry, listed)}");
        return found.Exists(i => i.IsTrading)
            ? null
            : Finding.Warning("watch list", $"{entry.Source} does not trade {entry.Symbols} at present", "remove it from WatchList, or wait until it does");
    }

    private static string Similar(WatchEntry entry, List<Instrument> listed)
    {
        const int Beginning = 3;
        const int Shown = 5;
        var start = entry.Symbols.Text[..Math.Min(Beginning, entry.Symbols.Text.Length)];
        var similar = listed.Where(i => i.IsTrading && i.Symbol.StartsWith(start, StringComparison.Ordinal)).Take(Shown).Select(i => i.Symbol).ToList();
        return similar.Count == 0 ? "" : $"; it lists {string.Join(", ", similar)}";
    }
}
