using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Tells whether the service lives, and whether it can work.</summary>
internal sealed class HealthEndpoints(IEnumerable<IReadinessCheck> checks, PartsReport parts, TimeProvider time, ILogger logger)
{
    public const string Service = HealthText.Service;

    // Load balancers give up after a few seconds; a store that needs longer for one look-up is of no use to a client.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly IReadinessCheck[] _checks = [.. checks];

    /// <summary>The version of this build: <c>0.1.0</c>.</summary>
    public static string Version => HealthText.Version;

    /// <summary><c>/health</c>: the process answers. Asks nothing of anything else.</summary>
    public static Task AnswerLiveAsync(HttpContext context) => JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, "live", WriteStatus);

    /// <summary><c>/api/health</c>: what clients of the API look for, with the service's name, version and time.</summary>
    public Task AnswerApiAsync(HttpContext context) => JsonAnswer.WriteAsync(
        context,
        StatusCodes.Status200OK,
        time.GetUtcNow().ToUnixTimeMilliseconds(),
        static (json, nowMs) =>
        {
            json.WriteStartObject();
            json.WriteBoolean("success"u8, value: true);
            json.WriteString("service"u8, Service);
            json.WriteString("version"u8, Version);
            json.WriteString("timestamp"u8, TimeText.Iso(nowMs));
            json.WriteEndObject();
        });

    /// <summary><c>/ready</c>: every check passes. Jobs that failed all day and parts that are unwell are told of, and stop nobody from serving bars.</summary>
    public async Task AnswerReadyAsync(HttpContext context)
    {
        var looks = parts.LookAsync(Patience, context.RequestAborted);
        var outcomes = await Task.WhenAll(_checks.Select(check => FaultOfAsync(check, context.RequestAborted)));
        PartHealth[] all = [.. outcomes.Select((fault, i) => new PartHealth(_checks[i].Name, fault is null ? PartStatus.Ok : PartStatus.Failed, fault)), .. await looks];
        var report = new ReadyReport(JobsPart.WarningsOf(all), all);
        context.RequestAborted.ThrowIfCancellationRequested();
        var faults = outcomes.OfType<string>().ToList();
        if (faults.Count == 0)
        {
            await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, report, WriteReady);
            return;
        }

        var reason = string.Join("; ", faults);
        logger.NotReady(reason);
        await ErrorAnswer.WriteAsync(context, new ApiError(StatusCodes.Status503ServiceUnavailable, ErrorCodes.NotReady, $"not ready: {reason}")
        {
            Choices = ("faults", faults),
            Parts = all,
            RetryAfterSeconds = 5,
        });
    }

    private async Task<string?> FaultOfAsync(IReadinessCheck check, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            // The wait ends on time even when the check does not heed its token.
            await check.CheckAsync(either.Token).WaitAsync(either.Token);
            return null;
        }
        catch (OperationCanceledException)
        {
            return $"{check.Name} did not answer within {Patience.TotalSeconds:0} s";
        }
        catch (StorageException e)
        {
            return $"{check.Name}: {e.Message}";
        }
        catch (Exception e)
        {
            logger.RequestFailed("check", check.Name, e);
            return $"{check.Name} failed";
        }
    }

    private static void WriteReady(Utf8JsonWriter json, ReadyReport report)
    {
        json.WriteStartObject();
        json.WriteBoolean("success"u8, value: true);
        json.WriteString("status"u8, report.IsWell ? "ready" : "degraded");
        if (report.Warnings.Count > 0)
        {
            json.WriteStartArray("warnings"u8);
            foreach (var warning in report.Warnings)
                json.WriteStringValue(warning);
            json.WriteEndArray();
        }

        PartsReport.Write(json, report.Parts);
        json.WriteEndObject();
    }

    private sealed record ReadyReport(IReadOnlyList<string> Warnings, IReadOnlyList<PartHealth> Parts)
    {
        public bool IsWell => Warnings.Count == 0 && Parts.All(part => part.Status == PartStatus.Ok);
    }

    private static void WriteStatus(Utf8JsonWriter json, string status)
    {
        json.WriteStartObject();
        json.WriteBoolean("success"u8, value: true);
        json.WriteString("status"u8, status);
        json.WriteEndObject();
    }
}
