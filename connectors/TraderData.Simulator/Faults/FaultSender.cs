using Microsoft.AspNetCore.Http;

namespace TraderData.Simulator;

/// <summary>Sends an answer, or does to it what a bad network would.</summary>
internal sealed class FaultSender(TimeProvider clock, CancellationToken stopping)
{
    // Few enough that a slow body takes a second or so with the usual pause, many enough to break a row.
    private const int SlowPieces = 16;

    public async Task SendAsync(HttpContext context, WireAnswer answer, Fault? fault)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        if (fault?.Kind == FaultKind.Hang)
            await Task.Delay(Timeout.InfiniteTimeSpan, clock, gone.Token);
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        response.ContentLength = answer.Body.WrittenCount;
        foreach (var (name, value) in answer.Headers)
            response.Headers[name] = value;
        if (fault?.Kind == FaultKind.ConnectionReset)
        {
            await response.Body.WriteAsync(answer.Body.WrittenMemory[..(answer.Body.WrittenCount / 2)], gone.Token);
            await response.Body.FlushAsync(gone.Token);
            context.Abort();
            return;
        }

        if (fault?.Kind == FaultKind.SlowBody)
            await SendSlowlyAsync(response, answer, fault.Delay, gone.Token);
        else
            await response.Body.WriteAsync(answer.Body.WrittenMemory, gone.Token);
    }

    private async Task SendSlowlyAsync(HttpResponse response, WireAnswer answer, TimeSpan delay, CancellationToken cancellationToken)
    {
        var size = Math.Max(1, answer.Body.WrittenCount / SlowPieces);
        for (var start = 0; start < answer.Body.WrittenCount; start += size)
        {
            await response.Body.WriteAsync(answer.Body.WrittenMemory.Slice(start, Math.Min(size, answer.Body.WrittenCount - start)), cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
            await Task.Delay(delay, clock, cancellationToken);
        }
    }
}
