using Microsoft.AspNetCore.Http;

namespace TraderData.Api;

/// <summary>Lists the runs of one job, newest first.</summary>
internal sealed class JobRunsEndpoint(JobServices? jobs)
{
    private static readonly Parameter Limit = new("limit", "How many runs at most.", "100") { Number = (1, 10_000, 100) };

    public static readonly IReadOnlyList<Parameter> Parameters = [Limit];

    public async Task AnswerAsync(HttpContext context)
    {
        var limit = 0;
        var error = QueryText.Read(context.Request.QueryString, Parameters, out var values)
            ?? ParameterValues.Number(values, Limit, ErrorCodes.BadLimit, out limit) ?? (jobs is null ? JobServices.None : null);
        if (error is not null)
        {
            await ErrorAnswer.WriteAsync(context, error);
            return;
        }

        var name = (string)context.Request.RouteValues["name"]!;
        var runs = await jobs!.History.ListAsync(name, limit, context.RequestAborted);
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, (Name: name, Runs: runs), static (json, answer) =>
        {
            json.WriteStartObject();
            json.WriteBoolean("success"u8, value: true);
            json.WriteString("job"u8, answer.Name);
            json.WriteStartArray("data"u8);
            foreach (var run in answer.Runs)
                JobText.WriteRun(json, run);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
