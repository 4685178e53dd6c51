namespace TraderData.Marketplace;

/// <summary>Somebody who trains on our rounds and sends signals.</summary>
/// <param name="Id">Its id: <c>vnd_…</c>.</param>
/// <param name="Name">Its name, for people.</param>
/// <param name="Owner">What its rows in <c>ml.*</c> are owned by; of one vendor alone.</param>
/// <param name="UserId">The user of <c>app.users</c> who may read those rows.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
public sealed record Vendor(string Id, string Name, string Owner, Guid UserId, DateTime CreatedAt)
{
    /// <summary>The longest name or owner, in characters.</summary>
    public const int MaxNameLength = 100;
}
