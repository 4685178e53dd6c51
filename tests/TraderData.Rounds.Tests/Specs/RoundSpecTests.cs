using System.Text;

namespace TraderData.Rounds.Tests;

public sealed class RoundSpecTests
{
    [Fact]
    public void A_spec_of_fractions_has_borders_on_the_grid_of_its_longest_timeframe()
    {
        var spec = Made.Spec("""
            {"name":"n","universe":["binance:ETHUSDT","binance:BTCUSDT"],"timeframes":["1d","1h"],"start":"2024-01-01","end":"2025-01-01",
             "splits":{"train":0.7,"validation":0.15,"test":0.15},"as_of":"2025-01-02","expires_at":"2026-01-01","horizons":[1,20]}
            """);

        Assert.Equal(
            ["2024-01-01T00:00:00Z to 2024-09-13T00:00:00Z", "2024-09-13T00:00:00Z to 2024-11-07T00:00:00Z", "2024-11-07T00:00:00Z to 2025-01-01T00:00:00Z"],
            new[] { spec.Splits.Train, spec.Splits.Validation, spec.Splits.Test }.Select(r => r.ToString()));
        Assert.Equal((34, 20, FeatureSet.All.Count), (spec.EmbargoBars, spec.PurgeBars, spec.Features.Count));
        Assert.Equal(["binance:BTCUSDT:1h", "binance:BTCUSDT:1d", "binance:ETHUSDT:1h", "binance:ETHUSDT:1d"], spec.Series.Select(s => s.ToString()));
    }

    [Fact]
    public void Without_as_of_it_is_the_latest_that_is_settled() =>
        Assert.Equal(Made.NowMs - RoundSpec.SettledMs, Made.Spec("""
            {"name":"n","universe":["binance:BTCUSDT"],"timeframes":["1h"],"start":"2024-01-01","end":"2025-01-01","splits":{"train":0.7,"validation":0.15,"test":0.15}}
            """).AsOfMs);

    [Theory]
    [InlineData("1h", "30d", "2025-01-02T03:30:00Z", "2024-12-03T00:00:00Z to 2025-01-02T00:00:00Z")]
    [InlineData("1d", "30d", "2025-01-02T00:00:00Z", "2024-12-03T00:00:00Z to 2025-01-02T00:00:00Z")]
    [InlineData("1m\",\"1w", "52w", "2025-01-02T03:30:00Z", "2024-01-01T00:00:00Z to 2024-12-30T00:00:00Z")]
    public void The_last_time_ends_where_the_longest_bars_were_closed(string timeframes, string last, string cut, string expected)
    {
        var spec = RoundSpecJson.Parse(Encoding.UTF8.GetBytes(Rolling(timeframes, last)), Made.NowMs, Made.Ms(cut));

        Assert.Equal((expected, cut, Made.Ms(cut) + (14 * 86_400_000L)), (spec.Range.ToString(), Core.TimeText.Iso(spec.AsOfMs), spec.ExpiresMs));
        // What the manifest keeps is absolute: it names the same round for ever.
        var kept = Made.Spec(Rolling(timeframes, last).Replace("\"as_of\":null", $"\"as_of\":\"{cut}\"", StringComparison.Ordinal));
        Assert.Equal(RoundIds.Of(spec), RoundIds.Of(kept));
    }

    [Fact]
    public void A_spec_that_is_cut_again_and_again_has_no_time_of_its_own()
    {
        var e = Assert.Throws<RoundSpecException>(() => RoundSpecJson.Parse(
            Encoding.UTF8.GetBytes(Rolling("1h", "30d").Replace("\"as_of\":null", "\"as_of\":\"2025-01-01\",\"expires_at\":\"2026-01-01\"", StringComparison.Ordinal)), Made.NowMs, Made.Ms("2025-01-02")));

        Assert.Equal(
            ["as_of must be left out of a spec that is cut on a schedule: each round gets the time it was due at", "expires_at and expires_after must not be given together"],
            e.Faults);
    }

    [Fact]
    public void A_round_has_one_name_however_its_spec_is_written()
    {
        var one = Made.Spec("\"binance:BTCUSDT\", \"binance:ETHUSDT\"", "\"1h\", \"4h\"", hours: 1_000);
        var other = Made.Spec("\"binance:ETHUSDT\", \"binance:BTCUSDT\"", "\"4h\", \"1h\"", ", \"embargo_bars\": 34", hours: 1_000);

        Assert.Equal(RoundIds.Of(one), RoundIds.Of(other));
        Assert.NotEqual(RoundIds.Of(one), RoundIds.Of(one with { AsOfMs = one.AsOfMs - 1 }));
        Assert.True(RoundIds.IsOne(RoundIds.Of(one)));
        Assert.All(["current", "", "r20250101-", "r20250101-ABCDEF012345", "r20250101-../../secret", null], text => Assert.False(RoundIds.IsOne(text)));
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var e = Assert.Throws<RoundSpecException>(() => Made.Spec("""
            {"name":7,"universe":["BTCUSDT","Binance:BTC","binance:btc"],"timeframes":["1x"],"start":"2025-01-01","end":"2024-01-01","splits":{"train":0.7,"tset":0.3},
             "horizons":"1","embargo":3,"as_of":"yesterday"}
            """));

        Assert.Equal(
        [
            "name must be a text, was 7",
            "universe: a symbol of the universe must be source:SYMBOL (binance:BTCUSDT), was 'BTCUSDT'",
            "universe: source must be 1 to 20 of a-z, 0-9, _ and -, was 'Binance'",
            "universe: symbol must be upper case, was 'btc'",
            "timeframes must be a number of m, h, d or w each (1m, 4h), was '1x'",
            "as_of must be a time such as 2024-01-31 or 2024-01-31T10:00:00Z, was 'yesterday'",
            "start must be before end, was 2025-01-01T00:00:00Z and 2024-01-01T00:00:00Z",
            """splits must be {"train":0.7,"validation":0.15,"test":0.15} or {"validation_start":"2024-09-01","test_start":"2024-11-01"}: three fractions above 0 that make 1""",
            "splits.tset is not known; known are test, train, validation",
            "horizons must be a list of whole numbers, was \"1\"",
            "embargo is not known; known are as_of, description, embargo_bars, end, expires_after, expires_at, features, horizons, last, name, splits, start, timeframes, universe",
        ], e.Faults);
    }

    [Theory]
    [InlineData("\"as_of\": \"2025-05-31T23:59:57Z\"", "as_of must be 5 s ago or earlier")]
    [InlineData("\"as_of\": \"2024-01-02\"", "end must not be behind as_of")]
    [InlineData("\"expires_at\": \"2024-12-31\"", "expires_at must be behind as_of")]
    [InlineData("\"embargo_bars\": 33", "embargo_bars must be 34 (the longest feature window) to 100000, was 33")]
    [InlineData("\"horizons\": [3, 1]", "horizons must rise")]
    [InlineData("\"horizons\": [1001]", "horizons must rise within 1 to 1000 bars, were 1001")]
    [InlineData("\"horizons\": []", "horizons must be 1 to 10")]
    [InlineData("\"features\": [\"magic\"]", "features must be of log_return")]
    [InlineData("\"features\": [\"hour\", \"hour\"]", "features has hour 2 times")]
    [InlineData("\"universe\": [\"binance:BTCUSDT\", \"binance:BTCUSDT\"]", "universe has binance:BTCUSDT 2 times")]
    [InlineData("\"timeframes\": [\"1h\", \"60m\"]", "timeframes has 1h 2 times")]
    [InlineData("\"timeframes\": [\"1w\"]", "splits must begin one behind the other")]
    [InlineData("\"embargo_bars\": 100", "of which embargo and labels leave out 103")]
    [InlineData("\"name\": \"a b\"", "name must be 1 to 64")]
    [InlineData("\"description\": \"\\u0007\"", "description must be")]
    [InlineData("\"splits\": {\"validation_start\": \"2024-01-05\", \"test_start\": \"2024-01-04\"}", "splits must begin one behind the other")]
    [InlineData("\"splits\": {\"train\": 0.7, \"validation\": 0.2, \"test\": 0.2}", "fractions above 0 that make 1")]
    [InlineData("\"splits\": 5", "splits must be")]
    [InlineData("\"last\": \"30d\"", "last must stand alone, without start and end")]
    [InlineData("\"expires_after\": \"0d\"", "expires_after must be a number of h, d or w, at most 10000 of them, such as 730d, was '0d'")]
    [InlineData("\"expires_after\": \"1m\"", "expires_after must be a number of h, d or w")]
    [InlineData("\"expires_after\": \"10001w\"", "expires_after must be a number of h, d or w")]
    [InlineData("\"expires_after\": 30", "expires_after must be a text, was 30")]
    public void A_wrong_value_is_named_with_what_would_be_right(string field, string expected)
    {
        var fields = new Dictionary<string, string>
        {
            ["name"] = "\"n\"",
            ["universe"] = "[\"binance:BTCUSDT\"]",
            ["timeframes"] = "[\"1h\"]",
            ["start"] = "\"2024-01-01\"",
            ["end"] = "\"2024-01-17\"",
            ["splits"] = "{\"train\": 0.6, \"validation\": 0.2, \"test\": 0.2}",
            ["horizons"] = "[1, 3]",
            ["as_of"] = "\"2025-01-01\"",
        };
        var colon = field.IndexOf(':', StringComparison.Ordinal);
        fields[field[1..(colon - 1)]] = field[(colon + 1)..];
        var json = $"{{{string.Join(',', fields.Select(f => $"\"{f.Key}\":{f.Value}"))}}}";

        var e = Assert.Throws<RoundSpecException>(() => Made.Spec(json));

        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    private static string Rolling(string timeframes, string last) =>
        $$"""{"name":"n","universe":["binance:BTCUSDT"],"timeframes":["{{timeframes}}"],"last":"{{last}}","splits":{"train":0.5,"validation":0.25,"test":0.25},"features":["hour"],"expires_after":"2w","as_of":null}""";

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"name\":\"a\",\"name\":\"b\"}")]
    [InlineData("{\"name\":")]
    public void What_is_no_object_is_refused(string json) => Assert.Throws<RoundSpecException>(() => Made.Spec(json));

    [Fact]
    public void A_spec_of_any_length_is_not_read() =>
        Assert.Contains("at most 1048576 bytes", Assert.Throws<RoundSpecException>(() => RoundSpecJson.Parse(Encoding.UTF8.GetBytes(new string(' ', RoundSpecJson.MaxBytes + 1)), Made.NowMs)).Message, StringComparison.Ordinal);
}
