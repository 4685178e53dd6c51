using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace TraderData.Api;

/// <summary>
/// Counts wrong tokens by address, and tells which addresses must wait: nobody guesses 256 bits, but nobody needs to ask the store for every guess either. What is right and was
/// right a moment ago is let through from any address, so that one program with an old key does not lock out the rest of its office.
/// </summary>
internal sealed class FailureGuard(TimeProvider time)
{
    /// <summary>How many wrong tokens an address may send in a minute.</summary>
    public const int MaxFailures = 60;

    // Some megabytes at most; behind that the oldest are forgotten, half of them at once.
    private const int MaxAddresses = 20_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<IPAddress, Failures> _addresses = new();

    /// <summary>How many addresses are remembered.</summary>
    internal int Count => _addresses.Count;

    /// <summary>How long an address must wait; null when it need not.</summary>
    public TimeSpan? WaitOf(IPAddress? address) =>
        _addresses.TryGetValue(KeyOf(address), out var failures) && failures.Count >= MaxFailures && Window - time.GetElapsedTime(failures.Since) is { Ticks: > 0 } left ? left : null;

    /// <summary>Counts a wrong token.</summary>
    public void Add(IPAddress? address)
    {
        if (_addresses.Count >= MaxAddresses)
            Shrink();
        _addresses.AddOrUpdate(
            KeyOf(address), _ => new Failures(1, time.GetTimestamp()),
            (_, held) => time.GetElapsedTime(held.Since) >= Window ? new Failures(1, time.GetTimestamp()) : held with { Count = held.Count + 1 });
    }

    private void Shrink()
    {
        foreach (var (address, _) in _addresses.OrderBy(held => held.Value.Since).Take(MaxAddresses / 2))
            _addresses.TryRemove(address, out _);
    }

    // Whoever has one IPv6 address has 2^64 of them.
    private static IPAddress KeyOf(IPAddress? address)
    {
        if (address is null)
            return IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    private sealed record Failures(int Count, long Since);
}
