using System.IO.Compression;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace TraderData.Api;

/// <summary>
/// How an answer is compressed on its way. ASP.NET's own middleware decides only while the body is written: too late for an ETag that tells
/// codings apart and for HEAD; it also compresses the smallest answer, and takes <c>gzip;q=0, *</c> for gzip.
/// </summary>
internal sealed class ContentCoding
{
    /// <summary>Below this many bytes compression saves no packet.</summary>
    public const int LeastBytes = 1_024;

    private static readonly ContentCoding Brotli = new("br", body => new BrotliStream(body, CompressionLevel.Fastest, leaveOpen: true));
    private static readonly ContentCoding Gzip = new("gzip", body => new GZipStream(body, CompressionLevel.Fastest, leaveOpen: true));

    // The faster of the two for its size goes first when a client likes both as well.
    private static readonly ContentCoding[] All = [Brotli, Gzip];

    private readonly Func<Stream, Stream> _over;

    private ContentCoding(string name, Func<Stream, Stream> over) => (Name, _over) = (name, over);

    /// <summary>What stands in <c>Content-Encoding</c>.</summary>
    public string Name { get; }

    /// <summary>Chooses by <c>Accept-Encoding</c> (RFC 9110, 12.5.3).</summary>
    /// <param name="accept">The header as it came.</param>
    /// <param name="isWorthIt">False for what is small or compressed already: it is compressed only for a client that refuses it as it is.</param>
    /// <returns>Null for none.</returns>
    public static ContentCoding? Choose(StringValues accept, bool isWorthIt)
    {
        if (StringValues.IsNullOrEmpty(accept) || !StringWithQualityHeaderValue.TryParseList(accept, out var codings))
            return null;
        var asItIs = QualityOf(codings, "identity") ?? (QualityOf(codings, "*") == 0 ? 0 : null);
        if (!isWorthIt && asItIs != 0)
            return null;
        var (best, bestQuality) = ((ContentCoding?)null, 0.0);
        foreach (var coding in All)
        {
            var quality = QualityOf(codings, coding.Name) ?? QualityOf(codings, "*") ?? 0;
            if (quality > bestQuality)
                (best, bestQuality) = (coding, quality);
        }

        return bestQuality >= (asItIs ?? 0) ? best : null;
    }

    /// <summary>The ETag of an answer, with its quotes: each coding has its own.</summary>
    /// <param name="digest">What stands in the answer.</param>
    /// <param name="coding">How it is compressed; null for not at all.</param>
    public static string TagOf(string digest, ContentCoding? coding) => coding is null ? $"\"{digest}\"" : $"\"{digest}-{coding.Name}\"";

    /// <summary>A stream that compresses what is written to it; its end must be written by disposing it.</summary>
    public Stream Over(Stream body) => _over(body);

    private static double? QualityOf(IList<StringWithQualityHeaderValue> codings, string name)
    {
        foreach (var coding in codings)
        {
            if (coding.Value.Equals(name, StringComparison.OrdinalIgnoreCase))
                return coding.Quality ?? 1;
        }

        return null;
    }
}
