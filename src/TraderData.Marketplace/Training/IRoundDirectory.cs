namespace TraderData.Marketplace;

/// <summary>Knows which rounds there are.</summary>
public interface IRoundDirectory
{
    /// <summary>The id of a published round, for its id or the word <c>current</c>; null when there is none.</summary>
    Task<string?> ResolveAsync(string round, CancellationToken cancellationToken);
}
