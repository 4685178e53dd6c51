namespace TraderData.Core.Tests;

public sealed class ProvenanceTests
{
    [Theory]
    [InlineData("iex", "raw", "iex", "raw", true)]
    [InlineData("iex", "raw", "sip", "raw", false)]
    [InlineData("iex", "raw", "iex", "split", false)]
    [InlineData(null, null, "sip", "all", true)]
    [InlineData("sip", null, null, "raw", true)]
    public void One_series_has_one_feed_and_one_adjustment_as_far_as_they_are_known(string? feed, string? adjustment, string? otherFeed, string? otherAdjustment, bool fits)
    {
        var (one, other) = (new Provenance(AssetClass.Stock, feed, adjustment), new Provenance(AssetClass.Stock, otherFeed, otherAdjustment));

        Assert.Equal(fits, one.Fits(other));
        Assert.Equal(fits, other.Fits(one));
    }

    [Fact]
    public void Provenance_is_told_as_far_as_it_is_known()
    {
        Assert.Equal("feed iex, adjustment raw", new Provenance(AssetClass.Stock, "iex", "raw").ToString());
        Assert.Equal("adjustment raw", new Provenance(AssetClass.Stock, null, "raw").ToString());
        Assert.Equal("", new Provenance(AssetClass.Crypto).ToString());
    }
}
