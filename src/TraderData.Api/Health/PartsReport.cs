using System.Text.Json;
using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Asks all parts at once how they fare, none for longer than it may take, and writes what they say.</summary>
/// <param name="parts">The parts; asked for by the first look.</param>
/// <param name="time">The clock that their time runs on.</param>
/// <param name="logger">Hears of what is not shown.</param>
internal sealed class PartsReport(Func<IEnumerable<IHealthPart>> parts, TimeProvider time, ILogger logger)
{
    private readonly Lazy<IHealthPart[]> _parts = new(() => [.. parts()]);

    /// <summary>Every part, in the order in which they are registered.</summary>
    /// <param name="patience">How long a part may take.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async Task<IReadOnlyList<PartHealth>> LookAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        var looks = await Task.WhenAll(_parts.Value.Select(part => LookAsync(part, patience, cancellationToken)));
        return [.. looks.SelectMany(look => look)];
    }

    /// <summary>Writes them as <c>parts</c>.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<PartHealth> parts)
    {
        json.WriteStartArray("parts"u8);
        foreach (var part in parts)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, part.Name);
            json.WriteString("status"u8, part.Status switch { PartStatus.Ok => "ok", PartStatus.Degraded => "degraded", _ => "failed" });
            if (part.Reason is { } reason)
                json.WriteString("reason"u8, reason);
            if (part.Remedy is { } remedy)
                json.WriteString("remedy"u8, remedy);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private async Task<IReadOnlyList<PartHealth>> LookAsync(IHealthPart part, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            // On another thread, as a part may hold up its caller; the wait ends on time even when it does not heed its token.
            return await Task.Run(() => part.LookAsync(either.Token), either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            return [new PartHealth(part.Name, PartStatus.Failed, $"did not answer within {patience.TotalSeconds:0} s", "see whether what it asks is overloaded or cut off")];
        }
        catch (StorageException e)
        {
            return [new PartHealth(part.Name, PartStatus.Failed, e.Message, null)];
        }
        catch (Exception e)
        {
            logger.RequestFailed("part", part.Name, e);
            return [new PartHealth(part.Name, PartStatus.Failed, "looking at it failed", "the log says why")];
        }
    }
}
