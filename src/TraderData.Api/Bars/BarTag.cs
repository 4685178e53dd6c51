namespace TraderData.Api;

/// <summary>Names an answer with bars by what stands in it, before it is written: a strong ETag (RFC 9110, 8.8.3).</summary>
internal static class BarTag
{
    // Rises whenever the same bars are written as other bytes than before.
    private const int Version = 1;

    /// <summary>The ETag, with its quotes; each format and coding has its own.</summary>
    public static string Of(IReadOnlyList<BarPage> pages, ContentCoding? coding)
    {
        var request = pages[0].Request;
        var digest = default(BarDigest);
        digest.Add(Version);
        digest.Add((int)request.Format);
        foreach (var field in request.Fields ?? [])
            digest.Add((int)field.Column);
        foreach (var page in pages)
        {
            digest.Add(page.Series.Source);
            digest.Add(page.Count);
            digest.Add(page.HasMore ? 1 : 0);
            digest.Add((long)(page.MadeOf?.DurationMs ?? 0));
            foreach (var block in page.Blocks)
                digest.Add(block, request.NewestFirst, request.Fields is not null);
        }

        return ContentCoding.TagOf(digest.Text(), coding);
    }
}
