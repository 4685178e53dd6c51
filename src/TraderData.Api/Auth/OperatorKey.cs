using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;

namespace TraderData.Api;

/// <summary>
/// The key of those who run the service: it lets them run, pause and resume jobs and make exports from anywhere, and read bars and rounds. It says nothing of itself: only its hash is kept.
/// </summary>
public sealed class OperatorKey
{
    /// <summary>The fewest characters it may have.</summary>
    public const int LeastLength = 32;

    private readonly byte[] _hash;

    /// <summary>Takes the key.</summary>
    /// <param name="key">The secret itself, at least <see cref="LeastLength"/> characters.</param>
    /// <exception cref="ArgumentException">It is too short.</exception>
    public OperatorKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length < LeastLength)
            throw new ArgumentException($"an operator's key must have at least {LeastLength} characters, has {key.Length}", nameof(key));
        _hash = Hash(key);
    }

    /// <summary>True when a text is the key. Takes as long whatever the text is.</summary>
    internal bool Is(string text) => CryptographicOperations.FixedTimeEquals(_hash, Hash(text));

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}

/// <summary>Marks an endpoint that changes something of the service: for programs on its machine, and for who has the operator's key.</summary>
internal sealed record OperatorRequirement
{
    public static readonly OperatorRequirement Instance = new();
}

/// <summary>Closes endpoints off for all but operators.</summary>
internal static class OperatorConventions
{
    public static T RequireOperator<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(OperatorRequirement.Instance);
}
