using Npgsql;
using TraderData.Storage;

namespace TraderData.Marketplace;

/// <summary>The marketplace in the schemas <c>app</c> and <c>ml</c>.</summary>
internal sealed partial class PostgresMarketplaceStore : IMarketplaceStore
{
    private const string TokenColumns = "token_id, kind, hash, vendor_id, deployment_id, scope, created_at, expires_at, revoked_at";

    private const string InsertToken = $"INSERT INTO app.deployment_tokens ({TokenColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

    private const string SelectVendors =
        "SELECT v.vendor_id, v.name, v.owner, u.user_id, v.created_at FROM app.marketplace_vendors v JOIN app.users u ON u.owner = v.owner";

    private const string SelectTokens =
        $"""
        SELECT t.token_id, t.kind, t.hash, t.vendor_id, t.deployment_id, t.scope, t.created_at, t.expires_at, t.revoked_at, v.*
        FROM app.deployment_tokens t JOIN ({SelectVendors}) v ON v.vendor_id = t.vendor_id WHERE t.hash = ANY($1)
        """;

    private readonly PgSession _session;
    private readonly TokenLookups _lookups;

    /// <summary>Makes one on a database that has been migrated.</summary>
    public PostgresMarketplaceStore(PostgresDatabase database)
    {
        _session = new PgSession(database);
        // Whoever waits may go away; the others still wait for it.
        _lookups = new TokenLookups(hashes => _session.QueryAsync("find tokens", SelectTokens, [hashes], reader => new Principal(ReadToken(reader), ReadVendor(reader, 9)), CancellationToken.None));
    }

    /// <inheritdoc/>
    public Task<bool> AddVendorAsync(Vendor vendor, Token key, CancellationToken cancellationToken) => _session.InTransactionAsync(
        "add vendor",
        async connection =>
        {
            // The owner may be a user of before, who signed in without being a vendor: then that user's id stays.
            await PgSession.ExecuteAsync(
                connection, "INSERT INTO app.users (user_id, owner, provider, username) VALUES ($1, $2, 'marketplace', $3) ON CONFLICT (owner) DO NOTHING",
                [vendor.UserId, vendor.Owner, vendor.Name], cancellationToken);
            var added = await PgSession.ExecuteAsync(
                connection, "INSERT INTO app.marketplace_vendors (vendor_id, name, owner, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (owner) DO NOTHING",
                [vendor.Id, vendor.Name, vendor.Owner, vendor.CreatedAt], cancellationToken);
            return added == 1 && await PgSession.ExecuteAsync(connection, InsertToken, ValuesOf(key), cancellationToken) == 1;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Vendor>> ListVendorsAsync(CancellationToken cancellationToken) =>
        _session.QueryAsync("list vendors", $"{SelectVendors} ORDER BY v.vendor_id COLLATE \"C\"", [], reader => ReadVendor(reader, 0), cancellationToken);

    /// <inheritdoc/>
    public Task AddTokenAsync(Token token, CancellationToken cancellationToken) => _session.ExecuteAsync("add token", InsertToken, ValuesOf(token), cancellationToken);

    /// <inheritdoc/>
    public Task<Principal?> FindTokenAsync(string hash, CancellationToken cancellationToken) => _lookups.FindAsync(hash, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Token>> ListTokensAsync(CancellationToken cancellationToken) =>
        _session.QueryAsync("list tokens", $"SELECT {TokenColumns} FROM app.deployment_tokens ORDER BY token_id COLLATE \"C\"", [], ReadToken, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RevokeTokenAsync(string id, DateTime now, CancellationToken cancellationToken) =>
        _session.RunAsync("revoke token", connection => RevokeAsync(connection, id, now, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RedeemAsync(string id, Token instead, CancellationToken cancellationToken) => _session.InTransactionAsync(
        "redeem code",
        async connection => await RevokeAsync(connection, id, instead.CreatedAt, cancellationToken)
            && await PgSession.ExecuteAsync(connection, InsertToken, ValuesOf(instead), cancellationToken) == 1,
        cancellationToken);

    private static async Task<bool> RevokeAsync(NpgsqlConnection connection, string id, DateTime now, CancellationToken cancellationToken) =>
        await PgSession.ExecuteAsync(
            connection, "UPDATE app.deployment_tokens SET revoked_at = $2 WHERE token_id = $1 AND revoked_at IS NULL", [id, now], cancellationToken) == 1;

    private static object?[] ValuesOf(Token token) =>
        [token.Id, NameOf(token.Kind), token.Hash, token.VendorId, token.DeploymentId, token.Scope, token.CreatedAt, token.ExpiresAt, token.RevokedAt];

    private static string NameOf(TokenKind kind) => kind switch
    {
        TokenKind.VendorKey => "vendor_key",
        TokenKind.InfraToken => "infra_token",
        _ => "auth_code",
    };

    private static Token ReadToken(NpgsqlDataReader reader) => new(
        reader.GetString(0),
        reader.GetString(1) switch
        {
            "vendor_key" => TokenKind.VendorKey,
            "infra_token" => TokenKind.InfraToken,
            _ => TokenKind.AuthCode,
        },
        reader.GetString(2), reader.GetString(3), PgSession.TextAt(reader, 4), reader.GetString(5), reader.GetDateTime(6), PgSession.TimeAt(reader, 7), PgSession.TimeAt(reader, 8));

    private static Vendor ReadVendor(NpgsqlDataReader reader, int from) =>
        new(reader.GetString(from), reader.GetString(from + 1), reader.GetString(from + 2), reader.GetGuid(from + 3), reader.GetDateTime(from + 4));
}
