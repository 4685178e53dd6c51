using TraderData.Core;

namespace TraderData.Storage;

/// <summary>What was folded into the lake.</summary>
/// <param name="Rows">How many bars the sealed file has.</param>
/// <param name="FirstMs">Opening time of the first bar.</param>
/// <param name="LastMs">Opening time of the last bar.</param>
/// <param name="Digest">The digest of the bars.</param>
/// <param name="ReadAt">When the rows were read, UTC: before the first of them was.</param>
/// <param name="HotRows">How many bars the hot tier had, all of which the sealed file has.</param>
internal sealed record SealRecord(long Rows, long FirstMs, long LastMs, string Digest, DateTime ReadAt, long HotRows);

/// <summary>A partition that was folded into the lake.</summary>
internal sealed record SealedPartition(Series Series, Partition Partition, SealRecord Record);
