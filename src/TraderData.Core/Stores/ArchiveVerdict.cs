namespace TraderData.Core;

/// <summary>A file of a source's archive that was found not to be what it should be. Its range is asked of the source's API from then on.</summary>
/// <param name="File">The file's name, which is that of no other file of its series: <c>BTCUSDT-1m-2024-01.zip</c>.</param>
/// <param name="Found">What is wrong: the digest of what came, or the value that breaks a rule.</param>
/// <param name="Expected">What would have been right: the digest that was published, or the rule.</param>
/// <param name="AtMs">When it was found, Unix milliseconds UTC by the source's clock.</param>
/// <param name="KeptAs">The name of the evidence in the quarantine; null when the quarantine could not be written.</param>
public sealed record ArchiveVerdict(string File, string Found, string Expected, long AtMs, string? KeptAs);
