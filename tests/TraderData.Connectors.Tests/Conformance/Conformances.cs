namespace TraderData.Connectors.Tests;

public sealed class BinanceConformance : SourceConformance
{
    private protected override Exchange Make(IReadOnlyList<WireRow> rows) => new BinanceExchange { Rows = rows, Clock = Clock, Ahead = TimeSpan.FromMinutes(-3) };
}

public sealed class AlpacaStockConformance : SourceConformance
{
    private protected override Exchange Make(IReadOnlyList<WireRow> rows) => new AlpacaExchange("AAPL") { Rows = rows, Clock = Clock, Ahead = TimeSpan.FromMinutes(-3) };
}

public sealed class AlpacaCryptoConformance : SourceConformance
{
    private protected override Exchange Make(IReadOnlyList<WireRow> rows) => new AlpacaExchange("BTC/USD") { Rows = rows, Clock = Clock, Ahead = TimeSpan.FromMinutes(3) };
}
