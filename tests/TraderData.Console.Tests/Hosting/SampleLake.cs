using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TraderData.Cli;
using TraderData.Core;
using TraderData.Rounds;
using TraderData.Storage;

namespace TraderData.Console.Tests;

/// <summary>What the console is shown with: hours of two years with gaps of every cause and a bar that was restated, minutes up to now, and a round.</summary>
internal static class SampleLake
{
    /// <summary>A series with gaps and a restatement; nothing keeps it up to date.</summary>
    public static readonly Series Hours = new("binance", "DOTUSDT", Timeframe.H1);

    /// <summary>A series that tests add bars to.</summary>
    public static readonly Series Minutes = new("binance", "ADAUSDT", Timeframe.M1);

    private const long HourMs = 3_600_000;
    private static readonly Provenance Crypto = new(AssetClass.Crypto);

    // All others are told from it: it stands first.
    private static readonly DateTimeOffset Today = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);

    /// <summary>The first hour; its year is the one before that of the gaps.</summary>
    public static long StartMs { get; } = new DateTimeOffset(Today.AddDays(-40).Year - 1, 3, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>The day of the first hour.</summary>
    public static DateTimeOffset Start => DateTimeOffset.FromUnixTimeMilliseconds(StartMs);

    /// <summary>A day of which the source has no bar before six.</summary>
    public static DateTimeOffset Gap => DateTimeOffset.FromUnixTimeMilliseconds(EndMs).AddDays(-40);

    /// <summary>The end of the hours: today, 00:00.</summary>
    public static long EndMs { get; } = Today.ToUnixTimeMilliseconds();

    /// <summary>The bar that was restated yesterday.</summary>
    public static long RestatedMs { get; } = EndMs - (30 * HourMs);

    /// <summary>The close that the restated bar became: more digits than a double holds.</summary>
    public static string ManyDigits
    {
        get
        {
            var close = Bars(Hours, StartMs, EndMs).First(bar => bar.TimeMs == RestatedMs).Close;
            return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{close.Mantissa / 1000}.{close.Mantissa % 1000:000}0000000000001");
        }
    }

    /// <summary>Fills a lake, some days ago by its own clock.</summary>
    /// <returns>The id of the round that is published.</returns>
    public static async Task<string> FillAsync(Settings settings, CancellationToken cancellationToken)
    {
        var clock = new PastClock(Today.AddHours(-24));
        var services = new ServiceCollection();
        Services.AddTraderData(services, settings, LogLevel.Error);
        services.AddSingleton<TimeProvider>(clock);
        await using var provider = services.BuildServiceProvider();
        var storage = provider.GetRequiredService<TraderDataStorage>();
        await storage.MigrateAsync(cancellationToken);
        var store = provider.GetRequiredService<IBarStore>();
        await WriteHoursAsync(store, cancellationToken);
        await WriteAsync(store, Minutes, Bars(Minutes, NowMinute - (300 * 60_000), NowMinute), null, cancellationToken);

        clock.Now = Today.AddHours(-12);
        await WriteAsync(store, Hours, [Restated()], null, cancellationToken);
        clock.Now = Today.AddHours(-6);
        var desk = provider.GetRequiredService<RoundDesk>();
        var spec = RoundSpecJson.Parse(Encoding.UTF8.GetBytes(Spec()), clock.Now.ToUnixTimeMilliseconds());
        var round = await desk.CreateAsync(spec, progress: null, cancellationToken);
        await desk.PublishAsync(round.RoundId, makeCurrent: true, progress: null, cancellationToken);
        return round.RoundId;
    }

    /// <summary>The minute that goes on.</summary>
    public static long NowMinute => Timeframe.M1.Floor(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>A bar with these numbers, to the digit.</summary>
    public static Bar BarAt(long timeMs, string open, string high, string low, string close, string volume) =>
        new(timeMs, Number(open), Number(high), Number(low), Number(close), Number(volume));

    /// <summary>Writes bars.</summary>
    public static Task WriteAsync(IBarStore store, Series series, IEnumerable<Bar> bars, TimeRange? asked, CancellationToken cancellationToken)
    {
        var builder = new BarBlockBuilder(series.ToString());
        foreach (var bar in bars)
            builder.Add(bar);
        return store.WriteAsync(series, new BarWrite(builder.Build(), Crypto, asked), cancellationToken);
    }

    // Off by a digit that no double holds, and a high that was too low.
    private static Bar Restated()
    {
        var was = Bars(Hours, StartMs, EndMs).First(bar => bar.TimeMs == RestatedMs);
        return was with { High = new ScaledDecimal(was.High.Mantissa + 10, was.High.Scale), Close = Number(ManyDigits) };
    }

    private static async Task WriteHoursAsync(IBarStore store, CancellationToken cancellationToken)
    {
        // Holes of three kinds: one that was asked for twice, one that was never asked for, one that the source failed to answer.
        var (twice, never, failed) = (Hole(-40, 6), Hole(-20, 30), Hole(-10, 12));
        var bars = Bars(Hours, StartMs, EndMs).Where(bar => !twice.Contains(bar.TimeMs) && !never.Contains(bar.TimeMs) && !failed.Contains(bar.TimeMs));
        await WriteAsync(store, Hours, bars, new TimeRange(StartMs, never.StartMs), cancellationToken);
        await store.WriteAsync(Hours, new BarWrite(BarBlock.Empty, Crypto, new TimeRange(StartMs, never.StartMs)) { IsSecondAsk = true }, cancellationToken);
        var failure = new FetchFailure(failed, "binance GET /api/v3/klines failed: 502", EndMs - HourMs, 3);
        await store.WriteAsync(Hours, new BarWrite(BarBlock.Empty, Crypto) { Failure = failure }, cancellationToken);
    }

    private static TimeRange Hole(int days, int hours) => new(EndMs + (days * 24 * HourMs), EndMs + (days * 24 * HourMs) + (hours * HourMs));

    // A walk that looks like a market and is the same on every machine.
    private static IEnumerable<Bar> Bars(Series series, long startMs, long endMs)
    {
        var (state, price) = (88_172_645_463_325_252UL, 7_000L);
        for (var timeMs = startMs; timeMs < endMs; timeMs += series.Timeframe.DurationMs)
        {
            var open = price;
            price = Math.Max(500, price + Step(price / 60) - ((price - 7_000) / 400));
            var (high, low) = (Math.Max(open, price) + Math.Abs(Step(price / 120)), Math.Min(open, price) - Math.Abs(Step(price / 120)));
            yield return new Bar(timeMs, new(open, 3), new(high, 3), new(low, 3), new(price, 3), new ScaledDecimal(20_000 + Math.Abs(Step(15_000)) + (Math.Abs(price - open) * 300), 2));
        }

        long Step(long most)
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            return (long)(state % (ulong)((2 * most) + 1)) - most;
        }
    }

    private static string Spec() => $$"""
        {"name":"console","description":"Hours for the tests of the console","universe":["{{Hours.Source}}:{{Hours.Symbol}}"],"timeframes":["1h"],
         "start":"{{TimeText.Iso(EndMs - (200 * 24 * HourMs))}}","end":"{{TimeText.Iso(EndMs - (30 * HourMs * 2))}}","splits":{"train":0.7,"validation":0.15,"test":0.15},"horizons":[1,24]}
        """;

    private static ScaledDecimal Number(string text) =>
        Utf8Decimal.Parse(Encoding.UTF8.GetBytes(text), out var value) == DecimalParse.Ok ? value : throw new FormatException(text);
}
