namespace TraderData.Marketplace.Tests;

/// <summary>Keys, tokens and codes.</summary>
public sealed class TokenBookTests : IAsyncDisposable
{
    private static readonly MarketplaceOptions Options = new() { Pepper = new string('p', 32) };

    private readonly JournalOnTest _place = new();
    private readonly TestTime _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _place.DisposeAsync();

    [Fact]
    public async Task Key_of_a_new_vendor_speaks_for_it()
    {
        var book = Book();
        var key = (await book.CreateVendorAsync("Acme", "acme", null, Cancellation))!;
        Assert.Matches("^vk_[A-Za-z0-9_-]{43}$", key.Secret);
        var principal = (await Book().IntrospectAsync(key.Secret, Cancellation))!;
        Assert.Equal(key.Token, principal.Token);
        Assert.Equal(("Acme", "acme"), (principal.Vendor.Name, principal.Vendor.Owner));
        Assert.True(principal.Token.Has(Scopes.DeploymentsWrite));
        Assert.DoesNotContain(key.Secret, key.ToString() + key.Token, StringComparison.Ordinal);
        Assert.Null(await book.CreateVendorAsync("Other", "acme", null, Cancellation));
    }

    [Fact]
    public async Task Secret_is_kept_nowhere_and_its_hash_depends_on_the_pepper()
    {
        var key = (await Book().CreateVendorAsync("Acme", "acme", null, Cancellation))!;
        var kept = await File.ReadAllTextAsync(_place.FilePath, Cancellation);
        Assert.DoesNotContain(key.Secret, kept, StringComparison.Ordinal);
        Assert.DoesNotContain(key.Secret[3..], kept, StringComparison.Ordinal);
        Assert.Contains(key.Token.Hash, kept, StringComparison.Ordinal);
        // HMAC-SHA-256 under 32 times "p", as any other program computes it.
        using var hmac = new System.Security.Cryptography.HMACSHA256(System.Text.Encoding.ASCII.GetBytes(Options.Pepper));
        Assert.Equal(Convert.ToHexStringLower(hmac.ComputeHash(System.Text.Encoding.ASCII.GetBytes(key.Secret))), key.Token.Hash);
        Assert.Null(await Book(new MarketplaceOptions { Pepper = new string('q', 32) }).IntrospectAsync(key.Secret, Cancellation));
    }

    [Theory]
    [InlineData("")]
    [InlineData("vk_")]
    [InlineData("Bearer")]
    [InlineData("sit_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task What_is_no_secret_speaks_for_nobody(string secret)
    {
        await Book().CreateVendorAsync("Acme", "acme", null, Cancellation);
        Assert.Null(await Book().IntrospectAsync(secret, Cancellation));
        Assert.Null(await Book().IntrospectAsync(secret + new string('x', 10_000), Cancellation));
        Assert.Null(await Book().ExchangeAsync(secret, Cancellation));
    }

    [Fact]
    public async Task Each_changed_character_makes_a_key_worthless()
    {
        var book = Book();
        var key = (await book.CreateVendorAsync("Acme", "acme", null, Cancellation))!.Secret;
        for (var i = 0; i < key.Length; i++)
            Assert.Null(await book.IntrospectAsync($"{key[..i]}{(key[i] == 'A' ? 'B' : 'A')}{key[(i + 1)..]}", Cancellation));
        Assert.NotNull(await book.IntrospectAsync(key, Cancellation));
    }

    [Fact]
    public async Task Token_of_a_deployment_ends_on_time_even_when_it_is_remembered()
    {
        var book = Book();
        var vendor = (await book.CreateVendorAsync("Acme", "acme", null, Cancellation))!.Token.VendorId;
        var deployment = Samples.Deployment(Samples.Vendor("a") with { Id = vendor });
        var first = await book.CreateDeploymentAsync(deployment, Cancellation);
        var token = await book.CreateInfraTokenAsync(deployment, TimeSpan.FromSeconds(30), Cancellation);
        Assert.Matches("^sit_[A-Za-z0-9_-]{43}$", token.Secret);
        Assert.Equal(deployment.Id, (await book.IntrospectAsync(token.Secret, Cancellation))!.Token.DeploymentId);
        _time.Advance(TimeSpan.FromSeconds(29.9));
        Assert.NotNull(await book.IntrospectAsync(token.Secret, Cancellation));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Null(await book.IntrospectAsync(token.Secret, Cancellation));
        _time.Advance(TimeSpan.FromDays(89));
        var principal = (await book.IntrospectAsync(first.Secret, Cancellation))!;
        Assert.True(principal.Token.Has(Scopes.SignalsWrite));
        Assert.False(principal.Token.Has(Scopes.DeploymentsWrite));
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Null(await book.IntrospectAsync(first.Secret, Cancellation));
    }

    [Fact]
    public async Task Revocation_counts_here_at_once_and_elsewhere_within_a_minute()
    {
        var (here, elsewhere) = (Book(), Book());
        var key = (await here.CreateVendorAsync("Acme", "acme", null, Cancellation))!;
        Assert.NotNull(await here.IntrospectAsync(key.Secret, Cancellation));
        Assert.NotNull(await elsewhere.IntrospectAsync(key.Secret, Cancellation));
        Assert.NotNull(elsewhere.FindKnown(key.Secret));
        Assert.True(await here.RevokeAsync(key.Token.Id, Cancellation));
        Assert.Null(here.FindKnown(key.Secret));
        Assert.Null(await here.IntrospectAsync(key.Secret, Cancellation));
        _time.Advance(TimeSpan.FromSeconds(59.9));
        Assert.NotNull(await elsewhere.IntrospectAsync(key.Secret, Cancellation));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Null(await elsewhere.IntrospectAsync(key.Secret, Cancellation));
        Assert.False(await here.RevokeAsync(key.Token.Id, Cancellation));
    }

    [Fact]
    public async Task Code_is_changed_for_a_key_once_in_its_time()
    {
        var book = Book();
        var vendor = (await book.CreateVendorAsync("Acme", "acme", null, Cancellation))!.Token.VendorId;
        var code = await book.CreateAuthCodeAsync(vendor, TimeSpan.FromMinutes(10), Cancellation);
        Assert.Matches("^ac_[A-Za-z0-9_-]{43}$", code.Secret);
        Assert.Null(await book.IntrospectAsync(code.Secret, Cancellation));
        var key = (await book.ExchangeAsync(code.Secret, Cancellation))!;
        Assert.Equal(vendor, (await book.IntrospectAsync(key.Secret, Cancellation))!.Vendor.Id);
        Assert.Null(await book.ExchangeAsync(code.Secret, Cancellation));
        Assert.Null(await book.ExchangeAsync(key.Secret, Cancellation));
        var late = await book.CreateAuthCodeAsync(vendor, TimeSpan.FromMinutes(10), Cancellation);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(await book.ExchangeAsync(late.Secret, Cancellation));
    }

    [Fact]
    public void Short_pepper_is_refused_without_being_told()
    {
        var e = Assert.Throws<ArgumentException>(() => Book(new MarketplaceOptions { Pepper = "thirty-one characters are short" }));
        Assert.Contains("at least 32 characters, has 31", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("thirty", e.Message, StringComparison.Ordinal);
    }

    private TokenBook Book(MarketplaceOptions? options = null) => new(_place.Open(), options ?? Options, _time);
}
