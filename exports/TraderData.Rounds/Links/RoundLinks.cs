using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TraderData.Rounds;

/// <summary>What a link is worth.</summary>
public enum LinkVerdict
{
    /// <summary>It is ours, and its time is not over.</summary>
    Good,

    /// <summary>It is ours, and its time is over.</summary>
    Expired,

    /// <summary>It is not ours, or was changed.</summary>
    Wrong,
}

/// <summary>A link to a file of a round. Whoever has it has the file: it is not shown.</summary>
/// <param name="Name">The file's name.</param>
/// <param name="Url">Where it is, an absolute address.</param>
/// <param name="EndsAt">When it opens nothing any more, a whole second.</param>
public sealed record RoundLink(string Name, string Url, DateTimeOffset EndsAt)
{
    /// <summary>The file's name.</summary>
    public override string ToString() => Name;
}

/// <summary>
/// Links that open one file of one round for a quarter of an hour, whoever has them: HMAC-SHA-256 over round, name and end. Safe for any thread.
/// </summary>
public sealed class RoundLinks
{
    /// <summary>How long a link opens its file.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    // Seconds since 1970 have ten digits until the year 2286.
    private const int ExpiryDigits = 10;

    private readonly byte[] _key;
    private readonly TimeProvider _time;

    /// <summary>Makes the key.</summary>
    /// <param name="secret">The service's secret, which other keys are made of, too.</param>
    /// <param name="time">The clock.</param>
    public RoundLinks(string secret, TimeProvider time) => (_key, _time) = (
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), SHA256.HashSizeInBytes, info: Encoding.ASCII.GetBytes("trader-data links to files of rounds")), time);

    /// <summary>When a link that is made now ends: a whole second.</summary>
    public DateTimeOffset EndsAt() => DateTimeOffset.FromUnixTimeSeconds((_time.GetUtcNow() + Lifetime).ToUnixTimeSeconds());

    /// <summary>Links to all files of a round, made now: of the store that has them where it serves them itself, ours otherwise.</summary>
    /// <param name="rounds">The rounds.</param>
    /// <param name="round">One that is offered.</param>
    /// <param name="start">What ours begin with, without a slash at the end; null when that is not known.</param>
    /// <returns>Null when it would have to be known.</returns>
    public IReadOnlyList<RoundLink>? ToAll(IRounds rounds, RoundEntry round, string? start)
    {
        var endsAt = EndsAt();
        var links = new List<RoundLink>();
        foreach (var name in round.FileNames)
        {
            if ((rounds.LinkTo(round, name, endsAt)?.AbsoluteUri ?? (start is null ? null : start + PathOf(round.RoundId, name, endsAt))) is not { } url)
                return null;
            links.Add(new RoundLink(name, url, endsAt));
        }

        return links;
    }

    /// <summary>What our links begin with where the service is reached at an address.</summary>
    public static string StartOf(Uri publicUrl) => publicUrl.AbsoluteUri.TrimEnd('/');

    /// <summary>The path and query of a link.</summary>
    /// <param name="roundId">The round's name.</param>
    /// <param name="name">The file's.</param>
    /// <param name="endsAt">When it ends, a whole second.</param>
    public string PathOf(string roundId, string name, DateTimeOffset endsAt)
    {
        var exp = endsAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return $"/api/datasets/files/{roundId}/{Uri.EscapeDataString(name)}?exp={exp}&sig={Convert.ToHexStringLower(Sign(roundId, name, exp))}";
    }

    /// <summary>Looks at what came with a request. Takes as long whether a signature is nearly right or not at all.</summary>
    public LinkVerdict Check(string roundId, string name, string exp, string sig)
    {
        Span<byte> given = stackalloc byte[HMACSHA256.HashSizeInBytes];
        if (exp.Length != ExpiryDigits || exp.AsSpan().ContainsAnyExceptInRange('0', '9') || Convert.FromHexString(sig, given, out _, out var length) != System.Buffers.OperationStatus.Done || length != given.Length)
            return LinkVerdict.Wrong;
        if (!CryptographicOperations.FixedTimeEquals(given, Sign(roundId, name, exp)))
            return LinkVerdict.Wrong;
        return _time.GetUtcNow().ToUnixTimeSeconds() < long.Parse(exp, CultureInfo.InvariantCulture) ? LinkVerdict.Good : LinkVerdict.Expired;
    }

    // A line break can be in none of the three.
    private byte[] Sign(string roundId, string name, string exp) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{roundId}\n{name}\n{exp}"));
}
