using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

/// <summary>Rows that other programs write into market.ohlcv.</summary>
public sealed class ForeignRowTests(PostgresServer server)
{
    private static readonly Series Imported = new("import", "EURUSD", Timeframe.H1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Row_with_any_display_scale_and_no_volume_is_served_exactly()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await InsertAsync(database, 0, "1.10000000000000000000000000000000", "1.2", "0001.1", "1.15", "NULL");

        var bar = Assert.Single(await database.ReadAsync(Imported));

        Assert.Equal(("1.1", "1.2", "1.1", "1.15"), (bar.Open.ToString(), bar.High.ToString(), bar.Low.ToString(), bar.Close.ToString()));
        Assert.Equal((null, null, null), (bar.Volume, bar.Vwap, bar.Trades));
    }

    [Fact]
    public async Task Rows_that_break_our_rules_are_served_as_they_are()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await InsertAsync(database, 0, "-5", "-7.5", "0", "3", "-1");

        var bar = Assert.Single(await database.ReadAsync(Imported));

        Assert.Equal(("-5", "-7.5", "0", "3", "-1"), (bar.Open.ToString(), bar.High.ToString(), bar.Low.ToString(), bar.Close.ToString(), bar.Volume?.ToString()));
    }

    [Theory]
    [InlineData("1234567890123456789")]
    [InlineData("0.1234567890123456789")]
    [InlineData("1e-19")]
    [InlineData("1e18")]
    [InlineData("1e300")]
    [InlineData("'NaN'")]
    [InlineData("'-Infinity'")]
    public async Task Row_with_a_number_that_does_not_fit_is_refused_naming_series_time_and_value(string number)
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await InsertAsync(database, 0, "1", "1", "1", "1", "1");
        await InsertAsync(database, 1, "1", number, "1", "1", "1");

        var refusal = await Assert.ThrowsAsync<BadDataException>(() => database.ReadAsync(Imported));

        var printed = (await database.TextsAsync($"SELECT {number}::numeric"))[0];
        Assert.Equal("import:EURUSD:1h 2024-01-01T01:00:00Z", refusal.Where);
        Assert.Equal($"high {printed}", refusal.Found);
    }

    [Fact]
    public async Task Values_that_another_program_made_valid_at_once_are_one_bar()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await database.ExecuteAsync(
            """
            INSERT INTO market.ohlcv (symbol, timeframe, bar_ts, open, high, low, close, updated_at) VALUES
                ('EURUSD', '1h', '2024-01-01 00:00Z', 1, 1, 1, 1, '2024-03-01Z'), ('EURUSD', '1h', '2024-01-01 01:00Z', 2, 2, 2, 2, '2024-06-01Z');
            INSERT INTO market.ohlcv_revision (symbol, timeframe, bar_ts, open, high, low, close, recorded_at, replaced_at) VALUES
                ('EURUSD', '1h', '2024-01-01 00:00Z', 3, 3, 3, 3, '2024-02-01Z', '2024-05-01Z'),
                ('EURUSD', '1h', '2024-01-01 01:00Z', 4, 4, 4, 4, NULL, '2024-05-01Z'), ('EURUSD', '1h', '2024-01-01 01:00Z', 5, 5, 5, 5, '2024-01-01Z', '2024-05-02Z')
            """);

        Assert.Equal(["1", "4"], await ClosesAsync("2024-04-01"));
        Assert.Equal(["3", "4"], await ClosesAsync("2024-02-15"));
        Assert.Equal(["1", "5"], await ClosesAsync("2024-05-01"));
        Assert.Equal(["1"], await ClosesAsync("2024-05-02"));

        async Task<IEnumerable<string>> ClosesAsync(string asOf)
        {
            var query = new BarQuery(TimeRange.All, AsOfMs: TimeText.TryParse(asOf, out var timeMs) ? timeMs : throw new FormatException(asOf));
            var blocks = await database.Store.ReadAsync(Imported, query, Cancellation).ToListAsync(Cancellation);
            return blocks.SelectMany(block => Enumerable.Range(0, block.Count).Select(i => block.At(i).Close.ToString()));
        }
    }

    [Fact]
    public async Task Row_whose_prices_do_not_fit_together_is_refused()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await InsertAsync(database, 0, "999999999999999999", "0.000000000000000001", "1", "1", "1");

        var refusal = await Assert.ThrowsAsync<BadDataException>(() => database.ReadAsync(Imported));

        Assert.Equal("import:EURUSD:1h 2024-01-01T00:00:00Z", refusal.Where);
    }

    [Fact]
    public async Task Rows_that_do_not_fit_one_block_come_in_two()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await InsertAsync(database, 0, "0.000000000000000001", "0.000000000000000001", "0.000000000000000001", "0.000000000000000001", "999999999999999999");
        await InsertAsync(database, 1, "999999999999999999", "999999999999999999", "999999999999999999", "999999999999999999", "0.000000000000000001");

        var bars = await database.ReadAsync(Imported);

        Assert.Equal([new ScaledDecimal(1, 18), new ScaledDecimal(ScaledDecimal.MaxMantissa, 0)], bars.Select(b => b.Open));
        Assert.Equal([new ScaledDecimal(ScaledDecimal.MaxMantissa, 0), new ScaledDecimal(1, 18)], bars.Select(b => b.Volume!.Value));
    }

    [Theory]
    [InlineData("'2024-01-01T00:00:00.0005Z'")]
    [InlineData("'infinity'")]
    [InlineData("'4713-01-01 BC'")]
    public async Task Row_with_a_time_that_cannot_be_held_is_refused(string time)
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await database.ExecuteAsync($"INSERT INTO market.ohlcv (symbol, timeframe, bar_ts, open, high, low, close) VALUES ('EURUSD', '1h', {time}, 1, 1, 1, 1)");
        var inTime = time.Contains("2024", StringComparison.Ordinal);

        if (inTime)
            Assert.Contains("bar_ts", (await Assert.ThrowsAsync<BadDataException>(() => database.ReadAsync(Imported))).Found, StringComparison.Ordinal);
        else
            Assert.Empty(await database.ReadAsync(Imported));
    }

    [Fact]
    public async Task Rows_without_a_source_are_listed_as_imported()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await InsertAsync(database, 0, "1", "1", "1", "1", "1");
        await InsertAsync(database, 5, "1", "1", "1", "1", "1");

        var info = Assert.Single(await database.Store.ListAsync(Cancellation));

        Assert.Equal(Imported, info.Series);
        Assert.Equal((2, Ms("2024-01-01T00:00:00Z"), Ms("2024-01-01T05:00:00Z")), (info.Rows, info.FirstMs, info.LastMs));
        Assert.Equal(Provenance.Unknown, info.Provenance);
        Assert.Empty(info.Fetched);
        Assert.Equal("import", await database.Store.SourceOfAsync("EURUSD", Cancellation));
        Assert.Equal(2, (await database.Store.FindAsync(Imported, Cancellation))!.Rows);
    }

    [Fact]
    public async Task Rows_with_a_source_belong_to_it()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await InsertAsync(database, 0, "1", "1", "1", "1", "1");
        await database.ExecuteAsync("UPDATE market.ohlcv SET source = 'oanda'");

        Assert.Equal("oanda", await database.Store.SourceOfAsync("EURUSD", Cancellation));
        Assert.Single(await database.ReadAsync(new Series("oanda", "EURUSD", Timeframe.H1)));
        Assert.Empty(await database.ReadAsync(Imported));
        var refusal = await Assert.ThrowsAsync<StorageException>(() => WriteOneAsync(database, Imported));
        Assert.Equal(StorageErrorKind.SymbolTaken, refusal.Kind);
    }

    [Fact]
    public async Task Rows_without_a_source_go_to_the_first_source_that_writes_the_symbol()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await InsertAsync(database, 0, "1", "1", "1", "1", "1");
        var claimed = new Series("binance", "EURUSD", Timeframe.H1);

        Assert.Equal(new WriteResult(1, 0, 0), await WriteOneAsync(database, claimed));

        Assert.Equal(2, (await database.ReadAsync(claimed)).Count);
        Assert.Empty(await database.ReadAsync(Imported));
        Assert.Equal("binance", await database.Store.SourceOfAsync("EURUSD", Cancellation));
    }

    [Fact]
    public async Task Rows_whose_names_no_series_has_are_left_out_of_the_list()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        foreach (var (symbol, timeframe) in ((string, string)[])[("eurusd", "1h"), ("EURUSD", "60m"), ("EURUSD", "hour"), ("O'BRIEN\\", "1h"), ("EURUSD", "1h")])
        {
            await database.ExecuteAsync(
                $"INSERT INTO market.ohlcv (symbol, timeframe, bar_ts, open, high, low, close) VALUES ({PgLiteral.Text(symbol)}, '{timeframe}', now(), 1, 1, 1, 1)");
        }

        Assert.Equal([Imported], (await database.Store.ListAsync(Cancellation)).Select(info => info.Series));
    }

    [Theory]
    [InlineData("BTCUSDT")]
    [InlineData("O'Brien")]
    [InlineData("'; DROP TABLE market.ohlcv; --")]
    [InlineData("back\\slash'")]
    [InlineData("币安")]
    public async Task Literal_of_any_text_is_that_text(string text)
    {
        await using var database = await TestDatabase.CreateAsync(server, migrate: false);

        foreach (var conforming in (string[])["on", "off"])
            Assert.Equal([text], await database.TextsAsync($"SET standard_conforming_strings = {conforming}; SELECT {PgLiteral.Text(text)}"));
    }

    private static long Ms(string text) => TimeText.TryParse(text, out var timeMs) ? timeMs : throw new FormatException(text);

    private static Task InsertAsync(TestDatabase database, int hour, params string[] numbers) => database.ExecuteAsync(
        $"INSERT INTO market.ohlcv VALUES ('EURUSD', '1h', timestamptz '2024-01-01Z' + interval '{hour} hours', {string.Join(", ", numbers)})");

    private static Task<WriteResult> WriteOneAsync(TestDatabase database, Series series)
    {
        var builder = new BarBlockBuilder("test", 1);
        var one = new ScaledDecimal(1, 0);
        builder.Add(new Bar(Ms("2024-02-01T00:00:00Z"), one, one, one, one, one));
        return database.Store.WriteAsync(series, new BarWrite(builder.Build(), Provenance.Unknown), Cancellation);
    }
}
