namespace TraderData.Exports;

/// <summary>What was written to a Lona file.</summary>
/// <param name="Rows">How many bars.</param>
/// <param name="FirstMs">Opening time of the first, Unix milliseconds UTC; null when there is none.</param>
/// <param name="LastMs">Opening time of the last; null when there is none.</param>
/// <param name="Bytes">How many bytes.</param>
/// <param name="Sha256">The SHA-256 of the bytes, 64 lower-case hexadecimal digits.</param>
/// <param name="UnknownVolumes">How many bars have no known volume: an empty field in CSV, null in JSON.</param>
public sealed record LonaSummary(long Rows, long? FirstMs, long? LastMs, long Bytes, string Sha256, long UnknownVolumes);
