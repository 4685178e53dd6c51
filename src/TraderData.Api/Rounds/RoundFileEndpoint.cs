using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using TraderData.Rounds;

namespace TraderData.Api;

/// <summary>Gives a file of a round to whoever has a link to it: whole, or the ranges that are asked for.</summary>
internal sealed class RoundFileEndpoint(IRounds rounds, RoundLinks links)
{
    private const string HowToGet = "POST /api/datasets/signed-urls gives new links";

    private static readonly ApiError Wrong = Refused($"the link is not valid: it was cut or changed; {HowToGet}");
    private static readonly ApiError Expired = Refused($"the link has expired; {HowToGet}");
    private static readonly ApiError Gone = Refused("the round of this link is offered no more: it was retired or has expired; GET /api/rounds lists those there are");

    /// <summary><c>GET /api/datasets/files/{round}/{name}</c>.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        var (round, name) = ((string)context.Request.RouteValues["round"]!, (string)context.Request.RouteValues["name"]!);
        var query = context.Request.Query;
        var verdict = links.Check(round, name, query["exp"].ToString(), query["sig"].ToString());
        if (verdict != LinkVerdict.Good)
        {
            await ErrorAnswer.WriteAsync(context, verdict == LinkVerdict.Expired ? Expired : Wrong);
            return;
        }

        if (await rounds.OpenAsync(round, name, context.RequestAborted) is not { } opened)
        {
            await ErrorAnswer.WriteAsync(context, Gone);
            return;
        }

        context.Response.Headers.CacheControl = "private";
        var tag = opened.File.Sha256.Length > 0 ? new EntityTagHeaderValue($"\"{opened.File.Sha256}\"") : null;
        await TypedResults.Stream(opened.Content, TypeOf(opened.File.Format), name, entityTag: tag, enableRangeProcessing: true).ExecuteAsync(context);
    }

    private static ApiError Refused(string message) => new(StatusCodes.Status403Forbidden, ErrorCodes.Forbidden, message);

    private static string TypeOf(string format) => format switch
    {
        "csv" => "text/csv; charset=utf-8",
        "parquet" => "application/vnd.apache.parquet",
        "json" => "application/json",
        "md" => "text/markdown; charset=utf-8",
        _ => "application/octet-stream",
    };
}
