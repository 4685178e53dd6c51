namespace TraderData.Connectors;

/// <summary>What asking a source for bars costs, for plans; nothing is counted by it.</summary>
/// <param name="RowsPerCall">The most bars that one call gives.</param>
/// <param name="WeightPerCall">What the source counts a call for bars as.</param>
/// <param name="WeightPerMinute">The weight that it allows in a minute, as last heard.</param>
/// <param name="BytesPerRow">About how many bytes a bar is on the wire, packed as it is sent.</param>
public sealed record SourceCosts(int RowsPerCall, int WeightPerCall, int WeightPerMinute, int BytesPerRow);
