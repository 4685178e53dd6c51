namespace TraderData.Api;

/// <summary>The <c>data</c> of <c>/api/rounds</c>.</summary>
internal sealed record RoundsData(RoundData[] Rounds);

/// <summary>A round.</summary>
internal sealed record RoundData(
    string RoundId, string Name, string? Description, string SchemaVersion, DateTime CreatedAt, DateTime? ExpiresAt, bool IsCurrent, RoundFileData[] Files, RoundMetadata Metadata);

/// <summary>A file of a round.</summary>
internal sealed record RoundFileData(string Name, string Type, long SizeBytes, string Format);

/// <summary>What else is known of a round.</summary>
internal sealed record RoundMetadata(DateTime AsOf, DateTime PublishedAt, string ManifestSha256);

/// <summary>A link to a file.</summary>
internal sealed record SignedUrlData(string Name, string Url, DateTime ExpiresAt);

/// <summary>Links to all files of a round.</summary>
internal sealed record SignedUrlsData(SignedUrlData[] Urls, string RoundId, int TtlSeconds);

/// <summary>The same within an envelope and beside it: clients of either kind find it.</summary>
internal sealed record SignedUrlsAnswer(bool Success, SignedUrlsData Data, SignedUrlData[] Urls, string RoundId, int TtlSeconds);
