using TraderData.Core;

namespace TraderData.Connectors.Tests;

/// <summary>A bar as text: what a server sends, and what must come out.</summary>
internal sealed record WireRow(long TimeMs, string Open, string High, string Low, string Close, string Volume, long? Trades, string? Vwap = null, long? CloseMs = null)
{
    public static WireRow At(long timeMs) => new(timeMs, "42150.5", "42200", "42100.01", "42199.99", "12.345", 7);

    /// <summary>Consecutive bars with digits of their own.</summary>
    public static IReadOnlyList<WireRow> Many(long firstMs, Timeframe timeframe, int count) => [.. Enumerable.Range(0, count).Select(i =>
        new WireRow(firstMs + (i * timeframe.DurationMs), $"{1000 + i}.{i % 9}1", $"{1002 + i}.5", $"{999 + i}.25", $"{1001 + i}.{i % 7}3", $"{i}.00{(i % 8) + 1}", i))];
}
