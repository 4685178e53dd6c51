namespace TraderData.Marketplace.Tests;

/// <content>Signals and the keys of their requests.</content>
public abstract partial class MarketplaceStoreContract
{
    [Fact]
    public async Task Signals_are_stored_with_every_digit_and_found_by_their_owner_alone()
    {
        var (vendor, other) = (await AddVendorAsync("a"), await AddVendorAsync("b"));
        var signals = new[]
        {
            Samples.Signal(vendor, 1, "SELL", 0.123456789012345678901234567m) with { DeploymentId = "dep_1", BarTs = Samples.Time("2026-11-22T10:00:00.123456Z") },
            Samples.Signal(vendor, 2, "HOLD", 1) with { Symbol = "ÄÖ'\"\\", Meta = Samples.Json("""{"a":[1.50,"é"],"b":{}}""") },
            Samples.Signal(vendor, 3, confidence: 0.10m) with { Meta = null, ModelId = "beta" },
        };
        Assert.Equal(new SignalReceipt(3, IsReplay: false), await _store.AcceptAsync(Samples.Batch(vendor, null, signals), Cancellation));
        foreach (var store in Both)
        {
            Assert.Equal(Samples.Text(signals), Samples.Text(await store.ListSignalsAsync(SignalKind.Signal, vendor.Owner, Cancellation)));
            Assert.Empty(await store.ListSignalsAsync(SignalKind.Signal, other.Owner, Cancellation));
            Assert.Empty(await store.ListSignalsAsync(SignalKind.Consensus, vendor.Owner, Cancellation));
            Assert.Empty(await store.ReadOutboxAsync(10, Cancellation));
        }
    }

    [Fact]
    public async Task Consensus_has_its_own_table_and_its_contributors()
    {
        var vendor = await AddVendorAsync("a");
        var consensus = Samples.Signal(vendor, 1, "NEUTRAL", model: "") with { Contributors = Samples.Json("""["m1",{"id":"m2","weight":0.50}]""") };
        await _store.AcceptAsync(Samples.Batch(vendor, "k", consensus) with { Kind = SignalKind.Consensus }, Cancellation);
        Assert.Equal(new SignalReceipt(1, IsReplay: false), await _store.AcceptAsync(Samples.Batch(vendor, "k", Samples.Signal(vendor, 1)), Cancellation));
        foreach (var store in Both)
        {
            Assert.Equal(Samples.Text(new[] { consensus }), Samples.Text(await store.ListSignalsAsync(SignalKind.Consensus, vendor.Owner, Cancellation)));
            Assert.Single(await store.ListSignalsAsync(SignalKind.Signal, vendor.Owner, Cancellation));
        }
    }

    [Fact]
    public async Task Known_key_changes_nothing_and_is_answered_as_before()
    {
        var (vendor, other) = (await AddVendorAsync("a"), await AddVendorAsync("b"));
        var (buy, sell) = (Samples.Signal(vendor, 1), Samples.Signal(vendor, 1, "SELL", eventSecond: 5));
        Assert.Equal(new SignalReceipt(1, IsReplay: false), await _store.AcceptAsync(Samples.Batch(vendor, "key", buy), Cancellation));
        foreach (var store in Both)
            Assert.Equal(new SignalReceipt(1, IsReplay: true), await store.AcceptAsync(Samples.Batch(vendor, "key", sell, sell), Cancellation));
        Assert.Equal(Samples.Text(new[] { buy }), Samples.Text(await _store.ListSignalsAsync(SignalKind.Signal, vendor.Owner, Cancellation)));
        // Another's key is another key.
        Assert.Equal(new SignalReceipt(1, IsReplay: false), await _store.AcceptAsync(Samples.Batch(other, "key", Samples.Signal(other, 1)), Cancellation));
    }

    [Fact]
    public async Task Later_event_stays_whichever_came_first_and_the_later_of_equals()
    {
        var vendor = await AddVendorAsync("a");
        Signal At(int second, string decision) => Samples.Signal(vendor, 1, decision, eventSecond: second);
        async Task<string> StoredAsync(params Signal[] signals)
        {
            await _store.AcceptAsync(Samples.Batch(vendor, null, signals), Cancellation);
            return Assert.Single(await Place.Open().ListSignalsAsync(SignalKind.Signal, vendor.Owner, Cancellation)).Decision;
        }

        Assert.Equal("BUY", await StoredAsync(At(10, "BUY")));
        Assert.Equal("BUY", await StoredAsync(At(9, "SELL")));
        Assert.Equal("SELL", await StoredAsync(At(10, "SELL")));
        Assert.Equal("HOLD", await StoredAsync(At(12, "HOLD"), At(11, "BUY")));
        Assert.Equal("SELL", await StoredAsync(At(12, "BUY"), At(12, "SELL"), At(3, "HOLD")));
    }

    [Fact]
    public async Task Same_batch_from_many_at_once_is_stored_once()
    {
        var vendor = await AddVendorAsync("a");
        var signals = Enumerable.Range(0, 50).Select(i => Samples.Signal(vendor, i % 25, eventSecond: i)).ToArray();
        var receipts = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() =>
            Place.Open().AcceptAsync(Samples.Batch(vendor, "key", i % 2 == 0 ? signals : [.. signals.Reverse()]), Cancellation))));
        Assert.All(receipts, receipt => Assert.Equal(50, receipt.Stored));
        Assert.Single(receipts, receipt => !receipt.IsReplay);
        Assert.Equal(25, (await _store.ListSignalsAsync(SignalKind.Signal, vendor.Owner, Cancellation)).Count);
    }

    [Fact]
    public async Task Empty_batch_is_taken_and_draining_nothing_does_nothing()
    {
        var vendor = await AddVendorAsync("a");
        Assert.Equal(new SignalReceipt(0, IsReplay: false), await _store.AcceptAsync(Samples.Batch(vendor, "key"), Cancellation));
        Assert.Equal(new SignalReceipt(0, IsReplay: true), await _store.AcceptAsync(Samples.Batch(vendor, "key", Samples.Signal(vendor, 1)), Cancellation));
        Assert.Equal(default, await _store.DrainAsync(100, Samples.Now, Cancellation));
    }

    [Fact]
    public async Task Thousand_signals_fit_into_one_batch()
    {
        var vendor = await AddVendorAsync("a");
        var signals = Enumerable.Range(0, SignalBatch.MaxSignals).Select(i => Samples.Signal(vendor, i)).ToArray();
        await _store.AcceptAsync(Samples.Batch(vendor, null, signals), Cancellation);
        Assert.Equal(Samples.Text(signals), Samples.Text(await Place.Open().ListSignalsAsync(SignalKind.Signal, vendor.Owner, Cancellation)));
    }
}
