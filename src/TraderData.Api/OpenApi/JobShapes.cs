using Microsoft.OpenApi;

namespace TraderData.Api;

/// <summary>The shapes of answers about jobs.</summary>
internal static class JobShapes
{
    public const string Run = "JobRun";
    public const string Job = "Job";
    public const string LaggingSeries = "JobSeries";
    public const string Source = "SourceBudget";

    public static OpenApiSchema RunShape() => ApiSchemas.Object(
        ["error"],
        ("started_at", ApiSchemas.Time("When it began.")),
        ("ended_at", ApiSchemas.Time("When it ended.")),
        ("duration_ms", ApiSchemas.Count("How long it took, milliseconds.")),
        ("outcome", new OpenApiSchema { Type = JsonSchemaType.String, Enum = ["succeeded", "failed", "cancelled"] }),
        ("inserted", ApiSchemas.Count("Bars that were not there.")),
        ("changed", ApiSchemas.Count("Bars that were restated.")),
        ("same", ApiSchemas.Count("Bars that were there already.")),
        ("error", ApiSchemas.Text("Why it did not succeed; absent when it did.")));

    public static OpenApiSchema JobShape(OpenApiDocument document) => ApiSchemas.Object(
        ["schedule", "running_since", "progress", "next_run", "last_run", "last_success", "failing_since", "failed_runs"],
        ("name", ApiSchemas.Text("Its name.")),
        ("schedule", ApiSchemas.Text("When it runs, a Quartz cron expression in UTC; absent for one that runs once.")),
        ("paused", new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = "True when it does not run until it is resumed." }),
        ("running_since", ApiSchemas.Time("Since when it runs; absent when it does not.")),
        ("progress", new OpenApiSchema { Type = JsonSchemaType.Number, Description = "How far it has got, 0 to 1; absent when it does not run, or does not tell." }),
        ("next_run", ApiSchemas.Time("When it runs next; absent when it does not.")),
        ("last_run", new OpenApiSchemaReference(Run, document)),
        ("last_success", ApiSchemas.Time("When the last run began that succeeded; absent when none did in 30 days.")),
        ("failing_since", ApiSchemas.Time("When the first of the failed runs behind it began; absent when none failed.")),
        ("failed_runs", ApiSchemas.Count("How many runs failed since it last succeeded.")),
        ("series", ApiSchemas.List(document, LaggingSeries, "The series that it keeps up to date.")));

    public static OpenApiSchema SeriesShape() => ApiSchemas.Object(
        ["known_to", "lag_seconds"],
        ("symbol", ApiSchemas.Text("The symbol.")),
        ("known_to", ApiSchemas.Time("The end of what is held, or was asked for; absent when nothing was.")),
        ("lag_seconds", ApiSchemas.Count("How long ago the first bar closed that is not known, seconds.")));

    public static OpenApiSchema SourceShape() => ApiSchemas.Object(
        ["limit", "paused_until", "banned_until", "stopped"],
        ("source", ApiSchemas.Text("The source.")),
        ("limit", ApiSchemas.Count("The weight that it allows in a minute; absent when it has not said.")),
        ("minute", ApiSchemas.Time("The minute of its clock that the counts are of.")),
        ("taken", ApiSchemas.Count("Weight that we took for that minute.")),
        ("others", ApiSchemas.Count("Weight that others at our address used in it.")),
        ("paused_until", ApiSchemas.Time("Until when it asked to be left alone; absent when it did not.")),
        ("banned_until", ApiSchemas.Time("When its ban of our address ends; absent when there is none.")),
        ("stopped", ApiSchemas.Object(
            null,
            ("host", ApiSchemas.Text("The host that refused.")),
            ("kind", ApiSchemas.Text("Which refusal.")),
            ("reason", ApiSchemas.Text("What it answered, and what to do.")),
            ("since", ApiSchemas.Time("When it refused.")),
            ("until", ApiSchemas.Time("When it is asked once more.")))));

    public static OpenApiSchema ListShape(OpenApiDocument document) => ApiSchemas.Object(
        null,
        ("jobs", ApiSchemas.List(document, Job, "By name.")),
        ("sources", ApiSchemas.List(document, Source, "By name.")));
}
