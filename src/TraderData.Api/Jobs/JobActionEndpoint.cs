using Microsoft.AspNetCore.Http;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Runs, pauses or resumes a job, for an operator.</summary>
internal sealed class JobActionEndpoint(JobServices? jobs, string done, Func<IJobControl, string, CancellationToken, Task<bool>> act)
{
    public static readonly IReadOnlyList<Parameter> Parameters = [];

    public async Task AnswerAsync(HttpContext context)
    {
        var name = (string)context.Request.RouteValues["name"]!;
        var error = QueryText.Read(context.Request.QueryString, Parameters, out _) ?? (jobs is null ? JobServices.None : null);
        if (error is null && !await act(jobs!.Control, name, context.RequestAborted))
            error = new ApiError(StatusCodes.Status404NotFound, ErrorCodes.UnknownJob, $"there is no job '{ApiError.Shown(name)}'; GET /api/jobs lists those there are");
        if (error is not null)
        {
            await ErrorAnswer.WriteAsync(context, error);
            return;
        }

        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, (Name: name, Done: done), static (json, answer) =>
        {
            json.WriteStartObject();
            json.WriteBoolean("success"u8, value: true);
            json.WriteString("job"u8, answer.Name);
            json.WriteString("status"u8, answer.Done);
            json.WriteEndObject();
        });
    }
}
