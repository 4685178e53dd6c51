using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace TraderData.Api;

/// <summary>What an answer with bars is written as. JSON is the default; among what a client likes as well, the first here is taken.</summary>
internal enum AnswerFormat
{
    Json,
    Csv,
    NdJson,
    Parquet,
}

/// <summary>Finds out what a client wants.</summary>
internal static class AnswerFormats
{
    /// <summary>The values of the parameter <c>format</c>, by <see cref="AnswerFormat"/>.</summary>
    public static readonly IReadOnlyList<string> Names = ["json", "csv", "ndjson", "parquet"];

    /// <summary>The media types, by <see cref="AnswerFormat"/>.</summary>
    public static readonly IReadOnlyList<string> MediaTypes = ["application/json", "text/csv", "application/x-ndjson", "application/vnd.apache.parquet"];

    private static readonly MediaTypeHeaderValue[] Known = [.. MediaTypes.Select(type => new MediaTypeHeaderValue(type))];

    /// <summary>What stands in <c>Content-Type</c>.</summary>
    public static string ContentTypeOf(AnswerFormat format) => format == AnswerFormat.Csv ? "text/csv; charset=utf-8" : MediaTypes[(int)format];

    /// <summary>Chooses a format: the one that the query names, else what <c>Accept</c> likes best, else JSON.</summary>
    /// <param name="named">The parameter <c>format</c>; null when it is not there.</param>
    /// <param name="accept">The header as it came.</param>
    /// <param name="format">The choice.</param>
    /// <returns>The error; null when there is none.</returns>
    public static ApiError? Choose(string? named, StringValues accept, out AnswerFormat format)
    {
        format = AnswerFormat.Json;
        if (named is not null)
        {
            var index = Names.ToList().IndexOf(named);
            format = (AnswerFormat)Math.Max(index, 0);
            return index >= 0
                ? null
                : ApiError.BadParameter(ErrorCodes.BadFormat, "format", $"format must be {string.Join(", ", Names)}, was '{ApiError.Shown(named)}'");
        }

        if (accept.Count == 0 || (accept.Count == 1 && accept[0] is "*/*" or "application/json" or ""))
            return null;

        // RFC 9110, 12.5.1 leaves a header that cannot be read to the server: it asks for nothing then.
        if (!MediaTypeHeaderValue.TryParseList(accept, out var ranges) || ranges.Count == 0)
            return null;
        if (Best(ranges) is not { } best)
        {
            return new ApiError(
                StatusCodes.Status406NotAcceptable, ErrorCodes.NotAcceptable,
                $"Accept is '{ApiError.Shown(accept.ToString())}', and there is {string.Join(", ", MediaTypes)}; or choose by format={string.Join('|', Names)}");
        }

        format = best;
        return null;
    }

    private static AnswerFormat? Best(IList<MediaTypeHeaderValue> ranges)
    {
        AnswerFormat? best = null;
        var bestRank = (Quality: 0.0, Specificity: -1);
        for (var i = 0; i < Known.Length; i++)
        {
            // The most specific range decides: text/csv;q=0, */* is everything but CSV. Of two that a client likes as well, the one it names goes first.
            var match = ranges.Where(range => Matches(Known[i], range)).OrderByDescending(Specificity).FirstOrDefault();
            if (match is null || match.Quality == 0)
                continue;
            var rank = (Quality: match.Quality ?? 1, Specificity: Specificity(match));
            if (rank.CompareTo(bestRank) > 0)
                (best, bestRank) = ((AnswerFormat)i, rank);
        }

        return best;
    }

    // Parameters of a type (charset, header, a version) do not tell formats apart.
    private static bool Matches(MediaTypeHeaderValue type, MediaTypeHeaderValue range) =>
        range.MatchesAllTypes
        || (range.Type.Equals(type.Type, StringComparison.OrdinalIgnoreCase)
            && (range.MatchesAllSubTypes || range.SubType.Equals(type.SubType, StringComparison.OrdinalIgnoreCase)));

    private static int Specificity(MediaTypeHeaderValue range) => range.MatchesAllTypes ? 0 : range.MatchesAllSubTypes ? 1 : 2;
}
