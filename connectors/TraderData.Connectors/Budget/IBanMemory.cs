namespace TraderData.Connectors;

/// <summary>Keeps bans across restarts: asking during a ban makes it longer.</summary>
public interface IBanMemory
{
    /// <summary>When the last ban of a source ends; null when none is remembered.</summary>
    Task<DateTimeOffset?> RecallAsync(string source, CancellationToken cancellationToken);

    /// <summary>Remembers when a ban ends, in place of what was remembered before.</summary>
    Task RememberAsync(string source, DateTimeOffset until, CancellationToken cancellationToken);
}
