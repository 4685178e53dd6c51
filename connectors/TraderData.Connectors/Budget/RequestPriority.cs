namespace TraderData.Connectors;

/// <summary>Who goes first when a source's minute is not enough for all.</summary>
public enum RequestPriority
{
    /// <summary>History: spread over the minute, so that something is left for what comes in between.</summary>
    Backfill,

    /// <summary>What just closed: may take what is left of the minute at once, apart from the twentieth that is kept for backfills.</summary>
    Live,
}
