using FsCheck;
using FsCheck.Fluent;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

public sealed class PgNumericTests(PostgresServer server)
{
    private static readonly Series Imported = new("import", "N", Timeframe.M1);

    // Every number of digits alike, with runs of zeros and nines at group borders among them.
    private static readonly Gen<ScaledDecimal> AnyValue =
        from digits in Gen.Choose(1, 18)
        from high in Gen.Choose(0, 999_999_999)
        from low in Gen.Choose(0, 999_999_999)
        from shape in Gen.Choose(0, 5)
        from scale in Gen.Choose(0, 18)
        let power = PowersOfTen.At(digits)
        let random = ((high * 1_000_000_000L) + low) % power
        let mantissa = shape switch { 0 => power - 1, 1 => power / 10, 2 => random - (random % PowersOfTen.At(digits / 2)), _ => random }
        select new ScaledDecimal(mantissa, scale);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Any_number_written_reads_back_the_same() =>
        Prop.ForAll(AnyValue.ToArbitrary(), value =>
        {
            Span<byte> bytes = stackalloc byte[PgNumeric.MaxLength];
            foreach (var sign in (int[])[1, -1])
            {
                var length = PgNumeric.Write(value.Mantissa * sign, value.Scale, bytes);
                Assert.True(PgNumeric.TryRead(bytes[..length], out var mantissa, out var scale));
                Assert.Equal(new ScaledDecimal(value.Mantissa * sign, value.Scale).Normalize(), new ScaledDecimal(mantissa, scale));
                Assert.Equal(value.Normalize().Scale, scale);
                Assert.Equal(new ScaledDecimal(value.Mantissa * sign, value.Scale).ToString(), PgNumeric.Text(bytes[..length]));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100_000));

    [Fact]
    public async Task Any_number_written_is_the_same_decimal_and_text_to_Npgsql()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        var values = AnyValue.Sample(5_000).ToList();
        // A column has one scale: each value goes in a block of its own scale, so that no value is refused for its neighbours.
        foreach (var group in values.Index().GroupBy(v => v.Item.Scale))
        {
            var builder = new BarBlockBuilder("test", 5_000);
            foreach (var (i, value) in group)
                builder.Add(new Bar(i * 60_000L, value, value, value, value, value, value));
            await database.Store.WriteAsync(Imported, new BarWrite(builder.Build(), Provenance.Unknown), Cancellation);
        }

        Assert.Equal(values.Select(v => v.ToDecimal()), await database.ValuesAsync<decimal>("SELECT vwap FROM market.ohlcv ORDER BY bar_ts"));
        Assert.Equal(values.Select(v => v.ToString()), await database.TextsAsync("SELECT open FROM market.ohlcv ORDER BY bar_ts"));
    }

    [Fact]
    public async Task Any_number_that_Npgsql_wrote_reads_as_the_same_number()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        var values = AnyValue.Sample(5_000).ToList();
        await using (var command = database.Database.Connections.CreateCommand(
            "INSERT INTO market.ohlcv SELECT 'N', '1m', to_timestamp(60 * (i - 1)), v, v, v, v, v FROM unnest($1::numeric[]) WITH ORDINALITY AS u (v, i)"))
        {
            command.Parameters.Add(new() { Value = values.ConvertAll(v => v.ToDecimal()).ToArray() });
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        Assert.Equal(values, (await database.ReadAsync(Imported)).Select(bar => bar.Close));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.000")]
    [InlineData("-0.5")]
    [InlineData("1e40")]
    [InlineData("123456789012345678901234567890.1234567890123456789")]
    [InlineData("0.00000000000000000000000000000000000001")]
    [InlineData("10000.00010000")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-Infinity")]
    public async Task Text_of_any_number_is_what_the_server_prints(string number)
    {
        await using var database = await TestDatabase.CreateAsync(server, migrate: false);

        var bytes = await database.ValuesAsync<byte[]>($"SELECT numeric_send('{number}'::numeric)");
        var text = await database.TextsAsync($"SELECT '{number}'::numeric");

        Assert.Equal(text[0], PgNumeric.Text(bytes[0]));
    }

    [Theory]
    [InlineData("0000000000000000", 0, 0)]
    [InlineData("00010003000000000001", 1_000_000_000_000, 0)]
    [InlineData("00010004000000000063", 990_000_000_000_000_000, 0)]
    [InlineData("0001FFFB000000140064", 1, 18)]
    [InlineData("000100004000000003E8", -1_000, 0)]
    public void Read_of_hand_made_bytes_gives_the_number(string hex, long mantissa, int scale)
    {
        Assert.True(PgNumeric.TryRead(Convert.FromHexString(hex), out var readMantissa, out var readScale));
        Assert.Equal((mantissa, scale), (readMantissa, readScale));
    }

    [Theory]
    [InlineData("00010004000000000064")]
    [InlineData("0001FFFB000000140001")]
    [InlineData("00010000C00000000001")]
    [InlineData("00000000D0000000")]
    public void Read_of_a_number_of_too_many_digits_or_none_is_refused(string hex) =>
        Assert.False(PgNumeric.TryRead(Convert.FromHexString(hex), out _, out _));

    [Theory]
    [InlineData("")]
    [InlineData("00010000")]
    [InlineData("0002000000000000" + "0001")]
    public void Read_of_bytes_that_are_no_numeric_is_refused(string hex) =>
        Assert.Throws<InvalidDataException>(() => PgNumeric.TryRead(Convert.FromHexString(hex), out _, out _));
}
