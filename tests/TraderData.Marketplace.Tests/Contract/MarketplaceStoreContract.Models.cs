namespace TraderData.Marketplace.Tests;

/// <content>Models, heartbeats and training runs.</content>
public abstract partial class MarketplaceStoreContract
{
    [Fact]
    public async Task Registering_a_model_again_keeps_its_birth_and_stage_and_takes_the_version()
    {
        var vendor = await AddVendorAsync("a");
        var first = Model.Register(vendor.Id, "alpha", "what it is", "signal", "1", "dep_x", Samples.Now);
        var second = Model.Register(vendor.Id, "alpha", null, "consensus", "2", null, Samples.Now.AddDays(1));
        Assert.Equal(first.Id, second.Id);
        Assert.NotEqual(first.VersionId, second.VersionId);
        Assert.NotEqual(first.Id, Model.Register("vnd_b", "alpha", null, "signal", "1", null, Samples.Now).Id);
        await _store.SaveModelAsync(first with { Stage = "prod" }, Cancellation);
        await _store.SaveModelAsync(second, Cancellation);
        foreach (var store in Both)
        {
            var entry = Assert.Single(await store.ReadCatalogAsync(Cancellation));
            Assert.Equal(new CatalogEntry(second with { CreatedAt = Samples.Now, Stage = "prod" }, vendor.Name, null, null, null), entry);
        }
    }

    [Fact]
    public async Task Catalog_shows_the_last_heartbeat_and_the_mean_of_the_last_signals()
    {
        var (vendor, other) = (await AddVendorAsync("a"), await AddVendorAsync("b"));
        var deployment = Samples.Deployment(vendor);
        await _store.AddDeploymentAsync(deployment, Samples.InfraToken(deployment), Cancellation);
        var model = Model.Register(vendor.Id, "alpha", null, "signal", "1", deployment.Id, Samples.Now);
        var claimed = Model.Register(other.Id, "beta", null, "signal", "1", deployment.Id, Samples.Now);
        await _store.SaveModelAsync(model, Cancellation);
        await _store.SaveModelAsync(claimed, Cancellation);
        await _store.SaveHeartbeatAsync(Samples.Heartbeat(deployment, 1, "pending"), Cancellation);
        await _store.SaveHeartbeatAsync(Samples.Heartbeat(deployment, 2), Cancellation);
        // The first is older than the last hundred.
        var signals = Enumerable.Range(0, CatalogEntry.SignalsOfMean + 1).Select(i => Samples.Signal(vendor, i, confidence: i == 0 ? 0m : i % 2 == 0 ? 0.5m : 0.75m, model: i % 3 == 0 ? model.Id : deployment.Id));
        await _store.AcceptAsync(Samples.Batch(vendor, null, [.. signals, Samples.Signal(other, 1000, confidence: 1, model: model.Id)]), Cancellation);
        foreach (var store in Both)
        {
            var entries = (await store.ReadCatalogAsync(Cancellation)).ToDictionary(entry => entry.Model.Id);
            Assert.Equal(new CatalogEntry(model, vendor.Name, "ready", Samples.Heartbeat(deployment, 2).ReceivedAt, 0.625m), entries[model.Id]);
            Assert.Equal(new CatalogEntry(claimed, other.Name, null, null, null), entries[claimed.Id]);
        }
    }

    [Fact]
    public async Task Heartbeats_replace_the_one_before()
    {
        var vendor = await AddVendorAsync("a");
        var deployment = Samples.Deployment(vendor);
        Assert.Null(await _store.FindHeartbeatAsync(deployment.Id, Cancellation));
        await _store.SaveHeartbeatAsync(Samples.Heartbeat(deployment, 1), Cancellation);
        await _store.SaveHeartbeatAsync(Samples.Heartbeat(deployment, 2, "error") with { Message = null }, Cancellation);
        foreach (var store in Both)
            Assert.Equal(Samples.Text(Samples.Heartbeat(deployment, 2, "error") with { Message = null }), Samples.Text(await store.FindHeartbeatAsync(deployment.Id, Cancellation)));
    }

    [Fact]
    public async Task Training_runs_are_found_listed_while_open_and_changed_until_they_are_over()
    {
        var vendor = await AddVendorAsync("a");
        var (first, second) = (Samples.Run(vendor, "b"), Samples.Run(vendor, "a", 1) with { Note = "waits" });
        await _store.AddRunAsync(second, Cancellation);
        await _store.AddRunAsync(first, Cancellation);
        Assert.Null(await _store.FindRunAsync("run_none", Cancellation));
        Assert.Null(await _store.ChangeRunAsync("run_none", run => run, Cancellation));
        var changed = second with
        {
            Status = RunStatus.Succeeded,
            StartedAt = Samples.Now.AddHours(1),
            FinishedAt = Samples.Now.AddHours(2),
            ProviderId = "p",
            LogsUrl = "https://l",
            Artifacts = Samples.Json("""{"commit":"c"}"""),
            Metrics = Samples.Json("""{"loss":0.1000}"""),
            Note = null,
        };
        foreach (var store in Both)
        {
            Assert.Equal(Samples.Text(new[] { first, second }), Samples.Text(await store.ListOpenRunsAsync(Cancellation)));
            Assert.Equal(Samples.Text(second), Samples.Text(await store.FindRunAsync(second.Id, Cancellation)));
        }

        Assert.Equal(Samples.Text(changed), Samples.Text(await _store.ChangeRunAsync(second.Id, _ => changed, Cancellation)));
        var afterwards = await _store.ChangeRunAsync(second.Id, run => run with { Status = RunStatus.Cancelled }, Cancellation);
        Assert.Equal(Samples.Text(changed), Samples.Text(afterwards));
        foreach (var store in Both)
        {
            Assert.Equal(Samples.Text(changed), Samples.Text(await store.FindRunAsync(second.Id, Cancellation)));
            Assert.Equal(first.Id, Assert.Single(await store.ListOpenRunsAsync(Cancellation)).Id);
        }
    }

    [Fact]
    public async Task Changes_of_a_run_at_once_come_one_behind_the_other()
    {
        var run = Samples.Run(await AddVendorAsync("a"), "a") with { Note = "" };
        await _store.AddRunAsync(run, Cancellation);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Place.Open().ChangeRunAsync(run.Id, held => held with { Note = held.Note + "x" }, Cancellation))));
        Assert.Equal("xxxxxxxx", (await _store.FindRunAsync(run.Id, Cancellation))!.Note);
    }

    [Fact]
    public async Task What_is_known_of_a_run_at_its_provider_changes_whether_it_is_over_or_not_and_nothing_else_does()
    {
        var run = Samples.Run(await AddVendorAsync("a"), "a") with { SubmittedAt = Samples.Now, WithdrawnAt = Samples.Now.AddMinutes(1), ProviderDoneAt = Samples.Now.AddMinutes(2) };
        await _store.AddRunAsync(run, Cancellation);
        foreach (var store in Both)
            Assert.Equal(Samples.Text(run), Samples.Text(await store.FindRunAsync(run.Id, Cancellation)));
        Assert.Null(await _store.ChangeProviderAsync("run_none", held => held, Cancellation));
        var over = (await _store.ChangeRunAsync(run.Id, held => held with { Status = RunStatus.Cancelled, FinishedAt = Samples.Now, ProviderDoneAt = null }, Cancellation))!;
        var changed = await _store.ChangeProviderAsync(
            run.Id, held => held with { Status = RunStatus.Queued, FinishedAt = null, ProviderId = "e/j", SubmittedAt = Samples.Now.AddHours(1), WithdrawnAt = null, Note = "n" }, Cancellation);
        var expected = over with { ProviderId = "e/j", SubmittedAt = Samples.Now.AddHours(1), WithdrawnAt = null, Note = "n" };
        Assert.Equal(Samples.Text(expected), Samples.Text(changed));
        foreach (var store in Both)
            Assert.Equal(Samples.Text(expected), Samples.Text(await store.FindRunAsync(run.Id, Cancellation)));
    }

    [Fact]
    public async Task Runs_to_stop_are_over_were_claimed_and_are_not_done_at_their_provider()
    {
        var run = Samples.Run(await AddVendorAsync("a"), "a");
        var (claimed, done) = (run with { SubmittedAt = Samples.Now }, Samples.Now.AddHours(1));
        TrainingRun[] all =
        [
            run with { Id = "run_1" },
            run with { Id = "run_2", Status = RunStatus.Cancelled },
            claimed with { Id = "run_3" },
            claimed with { Id = "run_4", Status = RunStatus.Running, ProviderId = "p" },
            claimed with { Id = "run_5", Status = RunStatus.Cancelled, ProviderId = "p", CreatedAt = run.CreatedAt.AddSeconds(1) },
            claimed with { Id = "run_6", Status = RunStatus.Cancelled },
            claimed with { Id = "run_7", Status = RunStatus.Failed, ProviderId = "p" },
            claimed with { Id = "run_8", Status = RunStatus.Succeeded, ProviderId = "p", ProviderDoneAt = done },
            claimed with { Id = "run_9", Status = RunStatus.Cancelled, ProviderId = "p", ProviderDoneAt = done },
        ];
        foreach (var one in all)
            await _store.AddRunAsync(one, Cancellation);
        foreach (var store in Both)
        {
            Assert.Equal(["run_6", "run_7", "run_5"], (await store.ListRunsToStopAsync(Cancellation)).Select(one => one.Id));
            Assert.Equal(["run_1", "run_3", "run_4"], (await store.ListOpenRunsAsync(Cancellation)).Select(one => one.Id));
        }
    }

    [Fact]
    public async Task Run_is_claimed_by_one_of_all_that_try()
    {
        var run = Samples.Run(await AddVendorAsync("a"), "a");
        await _store.AddRunAsync(run, Cancellation);
        var claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            var isOurs = false;
            await Place.Open().ChangeRunAsync(
                run.Id,
                held =>
                {
                    isOurs = held.SubmittedAt is null;
                    return isOurs ? held with { SubmittedAt = Samples.Now } : held;
                },
                Cancellation);
            return isOurs;
        })));
        Assert.Single(claims, isOurs => isOurs);
    }

    [Fact]
    public async Task Deployments_whose_pods_are_to_be_seen_to_are_listed_and_changed_in_that_alone()
    {
        var deployment = Samples.Deployment(await AddVendorAsync("a"));
        Deployment[] all =
        [
            deployment with { Id = "dep_1", CreatedAt = deployment.CreatedAt.AddSeconds(1) },
            deployment with { Id = "dep_2", Provider = "byoc" },
            deployment with { Id = "dep_3", RunpodId = "theirs" },
            deployment with { Id = "dep_4", Status = "ready" },
            deployment with { Id = "dep_5", Status = "offline", RunpodId = "ours", PodClaimedAt = Samples.Now, PodId = "ours" },
            deployment with { Id = "dep_6", Status = "error", PodClaimedAt = Samples.Now, PodDoneAt = Samples.Now },
        ];
        foreach (var (index, one) in all.Index())
            await _store.AddDeploymentAsync(one, Samples.InfraToken(one, $"{index}"), Cancellation);
        foreach (var store in Both)
        {
            Assert.Equal(["dep_5", "dep_1"], (await store.ListPodDeploymentsAsync(Cancellation)).Select(one => one.Id));
            Assert.Equal(all[4], await store.FindDeploymentAsync("dep_5", Cancellation));
        }

        Assert.Null(await _store.ChangePodAsync("dep_none", held => held, Cancellation));
        var later = Samples.Now.AddHours(1);
        var changed = await _store.ChangePodAsync(
            "dep_1", held => held with { Name = "other", RunpodId = "r", Status = "ready", PodClaimedAt = later, PodId = "r", PodDoneAt = later, UpdatedAt = later }, Cancellation);
        var expected = all[0] with { RunpodId = "r", Status = "ready", PodClaimedAt = later, PodId = "r", PodDoneAt = later, UpdatedAt = later };
        Assert.Equal(expected, changed);
        // What a vendor changes leaves the pod alone.
        expected = expected with { Status = "maintenance", RunpodId = "theirs" };
        Assert.Equal(expected, await _store.ChangeDeploymentAsync("dep_1", new DeploymentChange("theirs", "maintenance"), later, Cancellation));
        foreach (var store in Both)
            Assert.Equal(expected, await store.FindDeploymentAsync("dep_1", Cancellation));
    }
}
