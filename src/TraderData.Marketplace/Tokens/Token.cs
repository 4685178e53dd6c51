namespace TraderData.Marketplace;

/// <summary>What a secret is for.</summary>
public enum TokenKind
{
    /// <summary>A vendor's API key: <c>vk_…</c>.</summary>
    VendorKey,

    /// <summary>A deployment's token: <c>sit_…</c>.</summary>
    InfraToken,

    /// <summary>A code that is changed for a vendor's key, once: <c>ac_…</c>.</summary>
    AuthCode,
}

/// <summary>What is kept of a secret: never the secret.</summary>
/// <param name="Id">By which it is listed and revoked: <c>tok_…</c>.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Hash">HMAC-SHA-256 of the secret under the pepper, hexadecimal, lower case.</param>
/// <param name="VendorId">Whose it is.</param>
/// <param name="DeploymentId">The deployment that it is for; null when it is the vendor's.</param>
/// <param name="Scope">What it may do: <see cref="Scopes"/>, one space between two.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
/// <param name="ExpiresAt">From when it is worth nothing, UTC; null for never.</param>
/// <param name="RevokedAt">When it was revoked or used up, UTC; null while it was not.</param>
public sealed record Token(
    string Id, TokenKind Kind, string Hash, string VendorId, string? DeploymentId, string Scope, DateTime CreatedAt, DateTime? ExpiresAt, DateTime? RevokedAt = null)
{
    /// <summary>True when it is neither revoked nor expired.</summary>
    public bool IsLiveAt(DateTime now) => RevokedAt is null && (ExpiresAt is not { } end || now < end);

    /// <summary>True when it may do that.</summary>
    public bool Has(string scope) => Scope.Split(' ').Contains(scope, StringComparer.Ordinal);
}

/// <summary>Who a token speaks for.</summary>
/// <param name="Token">The token.</param>
/// <param name="Vendor">Whose it is.</param>
public sealed record Principal(Token Token, Vendor Vendor);

/// <summary>A secret that was just made. It is shown once and kept nowhere.</summary>
/// <param name="secret">The secret.</param>
/// <param name="token">What is kept of it.</param>
public sealed class IssuedToken(string secret, Token token)
{
    /// <summary>The secret: for the answer to who asked for it, and nothing else.</summary>
    public string Secret { get; } = secret;

    /// <summary>What is kept of it.</summary>
    public Token Token { get; } = token;

    /// <summary>The token's id.</summary>
    public override string ToString() => Token.Id;
}
