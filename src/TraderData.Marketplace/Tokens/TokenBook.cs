using TraderData.Core;

namespace TraderData.Marketplace;

/// <summary>Makes tokens, tells who they speak for, and revokes them. Safe for use by many threads.</summary>
public sealed class TokenBook
{
    private readonly IMarketplaceStore _store;
    private readonly TokenSecrets _secrets;
    private readonly TokenCache _cache;
    private readonly TimeProvider _time;
    private readonly MarketplaceOptions _options;

    /// <summary>Makes one on a store.</summary>
    /// <exception cref="ArgumentException">The options are wrong.</exception>
    public TokenBook(IMarketplaceStore store, MarketplaceOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.FindFaults() is { Count: > 0 } faults)
            throw new ArgumentException(string.Join("; ", faults));
        (_store, _options, _time) = (store, options, time);
        (_secrets, _cache) = (new TokenSecrets(options.Pepper), new TokenCache(time));
    }

    private DateTime Now => MarketplaceTime.Now(_time);

    /// <summary>Makes a vendor with its first key.</summary>
    /// <returns>The key; null when the owner is another vendor's.</returns>
    /// <exception cref="StorageException">The store cannot be reached, or refuses.</exception>
    public async Task<IssuedToken?> CreateVendorAsync(string name, string owner, Guid? userId, CancellationToken cancellationToken)
    {
        var vendor = new Vendor(NewId("vnd"), name, owner, userId ?? Guid.NewGuid(), Now);
        var key = Issue(TokenKind.VendorKey, vendor.Id, null, Scopes.OfVendorKey, null);
        return await _store.AddVendorAsync(vendor, key.Token, cancellationToken) ? key : null;
    }

    /// <summary>Makes a deployment with its first token.</summary>
    /// <exception cref="StorageException">The store cannot be reached, or refuses.</exception>
    public async Task<IssuedToken> CreateDeploymentAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        var token = IssueFor(deployment, _options.InfraTokenLifetime);
        await _store.AddDeploymentAsync(deployment, token.Token, cancellationToken);
        return token;
    }

    /// <summary>Makes one more token for a deployment; those before it stay until they expire or are revoked.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="lifetime">How long it counts; null for what the options say.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="StorageException">The store cannot be reached, or refuses.</exception>
    public async Task<IssuedToken> CreateInfraTokenAsync(Deployment deployment, TimeSpan? lifetime, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        var token = IssueFor(deployment, lifetime ?? _options.InfraTokenLifetime);
        await _store.AddTokenAsync(token.Token, cancellationToken);
        return token;
    }

    /// <summary>Makes a code that <see cref="ExchangeAsync"/> changes for a key of a vendor, once.</summary>
    /// <exception cref="StorageException">The store cannot be reached, or refuses.</exception>
    public async Task<IssuedToken> CreateAuthCodeAsync(string vendorId, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        var code = Issue(TokenKind.AuthCode, vendorId, null, "", lifetime);
        await _store.AddTokenAsync(code.Token, cancellationToken);
        return code;
    }

    /// <summary>Changes a code for a key.</summary>
    /// <returns>The key; null when the code is none, is expired or was used.</returns>
    /// <exception cref="StorageException">The store cannot be reached, or refuses.</exception>
    public async Task<IssuedToken?> ExchangeAsync(string code, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(code);
        if (!TokenSecrets.IsPlausible(code))
            return null;
        var hash = _secrets.Hash(code);
        if (await _store.FindTokenAsync(hash, cancellationToken) is not { Token.Kind: TokenKind.AuthCode } held || !TokenSecrets.AreSame(hash, held.Token.Hash) || !held.Token.IsLiveAt(Now))
            return null;
        var key = Issue(TokenKind.VendorKey, held.Vendor.Id, null, Scopes.OfVendorKey, null);
        return await _store.RedeemAsync(held.Token.Id, key.Token, cancellationToken) ? key : null;
    }

    /// <summary>Has the store look for a token that nobody has, so that the first one that somebody has is found without waiting for a file to be read or a connection to be made.</summary>
    /// <exception cref="StorageException">The store cannot be reached, or refuses.</exception>
    public async Task WarmUpAsync(CancellationToken cancellationToken) => _ = await IntrospectAsync(TokenSecrets.New(TokenKind.VendorKey), cancellationToken);

    /// <summary>Who a secret speaks for, when that was asked within the last minute; asks nothing of the store.</summary>
    public Principal? FindKnown(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return TokenSecrets.IsPlausible(secret) && _cache.Find(_secrets.Hash(secret)) is { } known && known.Token.IsLiveAt(Now) ? known : null;
    }

    /// <summary>Who a secret speaks for; null when it is none of ours, expired, revoked, or a code.</summary>
    /// <exception cref="StorageException">The store cannot be reached, or refuses.</exception>
    public async Task<Principal?> IntrospectAsync(string secret, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(secret);
        if (FindKnown(secret) is { } known)
            return known;
        if (!TokenSecrets.IsPlausible(secret))
            return null;
        var (hash, version) = (_secrets.Hash(secret), _cache.Version);
        var held = await _store.FindTokenAsync(hash, cancellationToken);
        if (held is null || !TokenSecrets.AreSame(hash, held.Token.Hash) || held.Token.Kind == TokenKind.AuthCode || !held.Token.IsLiveAt(Now))
            return null;
        _cache.Keep(held, version);
        return held;
    }

    /// <summary>Revokes a token: at once in this process, within a minute in others.</summary>
    /// <returns>False when there is none of that id, or it was revoked before.</returns>
    /// <exception cref="StorageException">The store cannot be reached, or refuses.</exception>
    public async Task<bool> RevokeAsync(string tokenId, CancellationToken cancellationToken)
    {
        var revoked = await _store.RevokeTokenAsync(tokenId, Now, cancellationToken);
        _cache.Forget(tokenId);
        return revoked;
    }

    /// <summary>An id that nobody has: <c>dep_…</c>.</summary>
    public static string NewId(string prefix) => $"{prefix}_{Guid.CreateVersion7():N}";

    private IssuedToken IssueFor(Deployment deployment, TimeSpan lifetime) =>
        Issue(TokenKind.InfraToken, deployment.VendorId, deployment.Id, Scopes.OfInfraToken, lifetime);

    private IssuedToken Issue(TokenKind kind, string vendorId, string? deploymentId, string scope, TimeSpan? lifetime)
    {
        var (secret, now) = (TokenSecrets.New(kind), Now);
        return new IssuedToken(secret, new Token(NewId("tok"), kind, _secrets.Hash(secret), vendorId, deploymentId, scope, now, now + lifetime));
    }
}
