using Microsoft.AspNetCore.Http;
using TraderData.Rounds;

namespace TraderData.Api;

/// <summary>The rounds that are offered, and links to their files.</summary>
/// <param name="rounds">The rounds.</param>
/// <param name="links">Makes links to what we serve ourselves.</param>
/// <param name="publicUrl">What links begin with; null for the address that the request was sent to.</param>
internal sealed class RoundEndpoints(IRounds rounds, RoundLinks links, Uri? publicUrl)
{
    private const int DefaultLimit = 10;
    private const int MaxLimit = 1_000;

    /// <summary><c>GET /api/rounds</c>: the newest first.</summary>
    public async Task AnswerListAsync(HttpContext context)
    {
        var text = context.Request.Query["limit"].ToString();
        if (text.Length == 0)
            text = $"{DefaultLimit}";
        if (!int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var limit) || limit is < 1 or > MaxLimit)
        {
            await ErrorAnswer.WriteAsync(context, ApiError.BadParameter(ErrorCodes.BadLimit, "limit", $"limit must be 1 to {MaxLimit}, was '{ApiError.Shown(text)}'"));
            return;
        }

        var current = (await rounds.FindAsync(RoundIds.Current, context.RequestAborted))?.RoundId;
        var offered = await rounds.OfferedAsync(context.RequestAborted);
        await MarketAnswer.WriteAsync(context, new RoundsData([.. offered.Take(limit).Select(round => DataOf(round, current))]));
    }

    /// <summary><c>GET /api/rounds/{id}</c>, the id or <c>current</c>.</summary>
    public async Task AnswerOneAsync(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        if (await rounds.FindAsync(id, context.RequestAborted) is { } round)
            await MarketAnswer.WriteAsync(context, DataOf(round, (await rounds.FindAsync(RoundIds.Current, context.RequestAborted))?.RoundId));
        else
            await ErrorAnswer.WriteAsync(context, Unknown(id));
    }

    /// <summary><c>GET /api/rounds/{id}/manifest</c> and the like: a small JSON file of a round as it is.</summary>
    public async Task AnswerFileAsync(HttpContext context, string name)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        if (await rounds.FindAsync(id, context.RequestAborted) is not { } round || await rounds.OpenAsync(round.RoundId, name, context.RequestAborted) is not { } file)
        {
            await ErrorAnswer.WriteAsync(context, Unknown(id));
            return;
        }

        context.Response.Headers.CacheControl = "private";
        await TypedResults.Stream(file.Content, JsonAnswer.ContentType).ExecuteAsync(context);
    }

    /// <summary><c>POST /api/datasets/signed-urls</c>.</summary>
    public Task AnswerLinksAsync(HttpContext context) => JsonBody.AnswerAsync(context, async (fields, fault) =>
    {
        var id = fields.Text("round_id");
        if (fault() is { } error)
            return error;
        if (await rounds.FindAsync(id, context.RequestAborted) is not { } round)
            return Unknown(id);
        var start = publicUrl is null ? $"{context.Request.Scheme}://{context.Request.Host.ToUriComponent()}{context.Request.PathBase.ToUriComponent()}" : RoundLinks.StartOf(publicUrl);
        SignedUrlData[] urls = [.. links.ToAll(rounds, round, start)!.Select(link => new SignedUrlData(link.Name, link.Url, link.EndsAt.UtcDateTime))];
        var data = new SignedUrlsData(urls, round.RoundId, (int)RoundLinks.Lifetime.TotalSeconds);
        await MarketAnswer.WriteJsonAsync(context, new SignedUrlsAnswer(Success: true, data, data.Urls, data.RoundId, data.TtlSeconds));
        return null;
    });

    /// <summary><c>GET /.well-known/jwks.json</c>: what signatures of rounds are checked with.</summary>
    public async Task AnswerKeysAsync(HttpContext context)
    {
        var keys = (await rounds.KeysAsync(context.RequestAborted)).ToBytes();
        context.Response.ContentType = JsonAnswer.ContentType;
        context.Response.ContentLength = keys.Length;
        context.Response.Headers.CacheControl = "public, max-age=300";
        await context.Response.BodyWriter.WriteAsync(keys, context.RequestAborted);
    }

    private static ApiError Unknown(string id) => new(
        StatusCodes.Status404NotFound, ErrorCodes.UnknownRound,
        id == RoundIds.Current ? "there is no current round: trader-data round publish makes one" : $"there is no round '{ApiError.Shown(id)}'; GET /api/rounds lists those there are");

    private static RoundData DataOf(RoundEntry round, string? current) => new(
        round.RoundId, round.Name, round.Description, round.SchemaVersion, TimeOf(round.CreatedMs), round.ExpiresMs is { } expires ? TimeOf(expires) : null, round.RoundId == current,
        [.. round.Files.Select(file => new RoundFileData(file.Name, file.Type, file.Bytes, file.Format))],
        new RoundMetadata(TimeOf(round.AsOfMs), TimeOf(round.PublishedMs ?? round.CreatedMs), round.ManifestSha256));

    private static DateTime TimeOf(long timeMs) => DateTimeOffset.FromUnixTimeMilliseconds(timeMs).UtcDateTime;
}
