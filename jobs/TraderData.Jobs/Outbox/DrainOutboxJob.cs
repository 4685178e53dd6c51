using Microsoft.Extensions.Logging;
using Quartz;
using TraderData.Core;
using TraderData.Marketplace;

namespace TraderData.Jobs;

/// <summary>Drains the outbox of signals, some rows at a time, as long as whole passes go through.</summary>
[DisallowConcurrentExecution]
internal sealed class DrainOutboxJob(IOutbox outbox, TimeProvider time, ILogger<DrainOutboxJob> logger) : IJob
{
    /// <summary>How many rows one transaction moves.</summary>
    public const int RowsPerPass = 100;

    public static readonly JobKey Key = new("drain-outbox", "drain-outbox");

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        DrainResult pass;
        var stored = 0;
        do
        {
            pass = await outbox.DrainAsync(RowsPerPass, MarketplaceTime.Now(time), cancellationToken).ConfigureAwait(false);
            stored += pass.Stored;
            context.Result = new WriteResult(stored, 0, 0);
            if (pass.Parked > 0)
                logger.SignalsParked(pass.Parked);
            if (pass.Failed > 0)
                logger.SignalsRefused(pass.Failed);
        }
        while (pass.Stored == RowsPerPass);
    }
}
