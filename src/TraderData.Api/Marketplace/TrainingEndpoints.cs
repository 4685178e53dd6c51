using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TraderData.Marketplace;
using TraderData.Rounds;

namespace TraderData.Api;

/// <summary>Training runs: asked for, looked at and stopped.</summary>
/// <param name="store">Where they are kept.</param>
/// <param name="rounds">Which rounds there are; null when nobody knows, and every id is taken.</param>
/// <param name="options">Where they run.</param>
/// <param name="time">The clock.</param>
internal sealed class TrainingEndpoints(IMarketplaceStore store, IRounds? rounds, TrainingOptions options, TimeProvider time)
{
    // A round has a file a split, twice, and some more.
    private const int MaxUrls = 100;

    private static readonly string[] Kept = ["hyperparams", "hf_repo_id", "output_format", "wandb", "budget"];

    private static readonly JsonElement Nothing = JsonDocument.Parse("{}").RootElement.Clone();

    private static readonly ApiError Unknown = new(
        StatusCodes.Status404NotFound, ErrorCodes.NotFound, "you have no training run of this id; POST /api/training/runs makes one and answers its id");

    /// <summary><c>POST /api/training/runs</c>.</summary>
    public Task CreateAsync(HttpContext context) => JsonBody.AnswerAsync(context, async (fields, fault) =>
    {
        var (round, task, spec) = (fields.Text("round_id"), fields.Choice("task", Model.Tasks), SpecOf(fields));
        if (fault() is { } error)
            return error;
        if (rounds is not null && await rounds.FindAsync(round, context.RequestAborted) is var known)
        {
            if (known is null)
                return new ApiError(StatusCodes.Status404NotFound, ErrorCodes.UnknownRound, $"there is no round '{ApiError.Shown(round)}'; GET /api/rounds lists those there are");
            round = known.RoundId;
        }

        var run = new TrainingRun(
            TokenBook.NewId("run"), context.Caller().Vendor.Id, round, task, options.Provider, RunStatus.Queued, spec, Nothing, MarketplaceTime.Now(time))
        { Note = options.QueuedNote };
        await store.AddRunAsync(run, context.RequestAborted);
        await WriteAsync(context, run);
        return null;
    });

    /// <summary><c>GET /api/training/runs/{id}</c>.</summary>
    public Task AnswerAsync(HttpContext context) => WithRunAsync(context, run => WriteAsync(context, run));

    /// <summary><c>GET /api/training/runs/{id}/logs</c>.</summary>
    public Task AnswerLogsAsync(HttpContext context) => WithRunAsync(context, run => MarketAnswer.WriteAsync(context, new RunLogsData(run.Id, run.Status, run.LogsUrl)));

    /// <summary><c>POST /api/training/runs/{id}/cancel</c>: whatever its body is, nobody looks at it.</summary>
    public Task CancelAsync(HttpContext context) => WithRunAsync(context, async run =>
    {
        var now = MarketplaceTime.Now(time);
        var changed = await store.ChangeRunAsync(run.Id, held => held with { Status = RunStatus.Cancelled, FinishedAt = now, Note = null }, context.RequestAborted);
        await WriteAsync(context, changed ?? run);
    });

    private static Task WriteAsync(HttpContext context, TrainingRun run) => MarketAnswer.WriteAsync(context, new RunData(
        run.Id, run.RoundId, run.Task, run.Provider, run.Status, run.CreatedAt, run.Metrics, run.StartedAt, run.FinishedAt, run.LogsUrl, run.Artifacts, run.Note));

    // Links end within minutes, and whoever has one has the file: a run that starts gets its own.
    private static JsonElement SpecOf(Fields fields)
    {
        fields.Urls("dataset_urls", MaxUrls);
        _ = (fields.OptionalObject("hyperparams"), fields.OptionalText("hf_repo_id"), fields.OptionalText("output_format"), fields.OptionalObject("wandb"));
        var budget = fields.OptionalFields("budget");
        budget?.OptionalPositive("max_hours");
        budget?.OptionalPositive("max_cost_usd");
        return fields.Pick(Kept);
    }

    // Of another vendor there is none, as far as this one is told.
    private async Task WithRunAsync(HttpContext context, Func<TrainingRun, Task> answer)
    {
        var run = await store.FindRunAsync((string)context.Request.RouteValues["id"]!, context.RequestAborted);
        if (run is not null && run.VendorId == context.Caller().Vendor.Id)
            await answer(run);
        else
            await ErrorAnswer.WriteAsync(context, Unknown);
    }
}
