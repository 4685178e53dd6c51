using System.Text;
using System.Text.Json;
using TraderData.Testing;

namespace TraderData.Benchmarks;

/// <summary>A page of 1,000 BTCUSDT minutes as Binance sent it, and the decimals in it.</summary>
internal static class RecordedPage
{
    public const int Bars = 1_000;

    public static byte[] Read() => File.ReadAllBytes(SharedData.Path("binance/wire/klines_BTCUSDT_1m_limit1000.json"));

    /// <summary>Open, high, low, close and volume of each row, as sent.</summary>
    public static byte[][] Decimals()
    {
        using var page = JsonDocument.Parse(Read());
        return [.. page.RootElement.EnumerateArray().SelectMany(row => Enumerable.Range(1, 5).Select(i => Encoding.ASCII.GetBytes(row[i].GetString()!)))];
    }
}
