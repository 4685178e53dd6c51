using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace TraderData.Simulator;

/// <summary>Takes a request to the wire it belongs to, and gives the answer, with a fault in it when one is due.</summary>
internal sealed class SimulatorRouter
{
    private readonly SimulatorOptions _options;
    private readonly BinanceWire _binance;
    private readonly ArchiveWire _archives;
    private readonly AlpacaWire _alpaca;
    private readonly FaultSender _sender;
    private readonly StreamDoor _streams;

    public SimulatorRouter(SimulatorOptions options, CancellationToken stopping)
    {
        _options = options;
        IKlineBook klines;
        IBarBook bars;
        Faults = new FaultScript(options.Seed, options.Faults);
        _sender = new FaultSender(options.Clock, stopping);
        if (options.RecordingsDirectory is { } folder)
        {
            var library = RecordingLibrary.Load(folder);
            Recordings = library.Series.Select(series => series.Info).ToArray();
            (klines, bars) = (new RecordedKlines(library), new RecordedBars(library));
        }
        else
        {
            var halts = new Halts(options.YearlyHalt);
            var flaws = new FlawedMinutes(options.Seed, options.Flaws);
            var (catalog, market) = (new InstrumentCatalog(options.AcceptAnySymbol, options.MorePairs), new GeneratedMarket(options.Seed, halts, flaws));
            Truth = new MarketTruth(catalog, market, flaws);
            (klines, bars) = (new GeneratedKlines(catalog, market, halts), new GeneratedBars(catalog, market));
        }

        (_binance, _archives) = (new BinanceWire(options, Stats, klines), new ArchiveWire(options, Stats, klines));
        _alpaca = new AlpacaWire(options, Stats, bars);
        _streams = new StreamDoor(options, Stats, Faults, klines, bars, stopping);
    }

    public FaultScript Faults { get; }

    public SimulatorStats Stats { get; } = new();

    public IReadOnlyList<RecordedSeriesInfo> Recordings { get; } = [];

    public MarketTruth? Truth { get; }

    public void LoseBanNotice() => _binance.LoseBanNotice();

    public async Task HandleAsync(HttpContext context)
    {
        var target = context.Request.Path + Uri.UnescapeDataString(context.Request.QueryString.Value ?? "");
        // Clients take Alpaca's time from this header: it must not be that of the machine when the exchange has a clock of its own.
        context.Response.Headers.Date = _options.Clock.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        try
        {
            await AnswerAsync(context, target);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
        catch (Exception e) when (e is not IOException)
        {
            SimulatorLog.RequestFailed(_options.Logger, e, target);
            throw;
        }
    }

    private async Task AnswerAsync(HttpContext context, string target)
    {
        var request = context.Request;
        if (request.Path.StartsWithSegments("/sim", StringComparison.Ordinal))
        {
            await _sender.SendAsync(context, await FaultControl.HandleAsync(request, Faults, Stats), null);
            return;
        }

        if (context.WebSockets.IsWebSocketRequest)
        {
            await AnswerStreamAsync(context, target);
            return;
        }

        if (ArchiveWire.Serves(request.Path))
        {
            await AnswerArchiveAsync(context, target);
            return;
        }

        var isBinance = request.Path.StartsWithSegments("/api", StringComparison.Ordinal);
        var early = Faults.Take(target, fault => fault.StandsForAnswer);
        var lie = early is null ? Faults.Take(target, fault => fault.Kind == FaultKind.LyingFormingBar) : null;
        var answer = isBinance ? _binance.Handle(request, early, lie is not null) : _alpaca.Handle(request, early, lie is not null);
        if (lie is not null && !answer.Lied)
        {
            Faults.Return(lie);
            lie = null;
        }

        var late = early ?? lie ?? Faults.Take(target, fault => fault.Suits(answer));
        if (late is not null)
        {
            Given(late, target);
            RowFaults.Apply(late, answer, _options.Clock.GetUtcNow().ToUnixTimeMilliseconds());
        }

        await _sender.SendAsync(context, answer, late);
    }

    private async Task AnswerStreamAsync(HttpContext context, string target)
    {
        if (Faults.Take(target, fault => fault.StandsForAnswer) is not { } fault)
        {
            await _streams.AnswerAsync(context);
            return;
        }

        Given(fault, target);
        var status = fault.Kind switch
        {
            FaultKind.TooManyRequests => 429,
            FaultKind.Banned => 418,
            FaultKind.RegionBlocked => 451,
            FaultKind.FirewallHtml => 403,
            _ => fault.Status,
        };
        await _sender.SendAsync(context, WireAnswer.Text(status, "refused", "text/plain"), fault);
    }

    private async Task AnswerArchiveAsync(HttpContext context, string target)
    {
        var early = Faults.Take(target, fault => fault.StandsForAnswer);
        var spoil = early is null && ArchiveWire.IsChecksum(context.Request.Path) ? Faults.Take(target, fault => fault.SpoilsArchive) : null;
        var answer = _archives.Handle(context.Request, early, spoil);
        var late = early ?? Faults.Take(target, fault => fault.IsOfTheNetwork);
        foreach (var fault in (Fault?[])[spoil, late])
        {
            if (fault is not null)
                Given(fault, target);
        }

        await _sender.SendAsync(context, answer, late);
    }

    private void Given(Fault fault, string target)
    {
        Stats.CountFault(fault.Kind);
        SimulatorLog.FaultGiven(_options.Logger, fault.Kind, target);
    }
}
