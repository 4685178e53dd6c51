using Microsoft.AspNetCore.Http;

namespace TraderData.Api;

/// <summary>An answer that is an error.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The word for programs, of <see cref="ErrorCodes"/>.</param>
/// <param name="Message">The text for people: the value that was wrong, and what to do.</param>
internal sealed record ApiError(int Status, string Code, string Message)
{
    /// <summary>What programs may want to know beyond the code, as name and value; null when nothing.</summary>
    public (string Name, string Value)? Subject { get; init; }

    /// <summary>A list that belongs to the error, as name and values: what is held, which checks failed; null when there is none.</summary>
    public (string Name, IReadOnlyList<string> Values)? Choices { get; init; }

    /// <summary>What of a body is wrong, field by field; null when the error is not about a body's fields.</summary>
    public IReadOnlyList<FieldFault>? Faults { get; init; }

    /// <summary>How the parts of the service fare; null when the error is not about them.</summary>
    public IReadOnlyList<PartHealth>? Parts { get; init; }

    /// <summary>Seconds after which the same request may succeed; null when waiting does not help.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>A parameter of the query is wrong.</summary>
    public static ApiError BadParameter(string code, string parameter, string message) =>
        new(StatusCodes.Status400BadRequest, code, message) { Subject = ("parameter", parameter) };

    /// <summary>A client's text as it may stand in a message: one line, of a readable length.</summary>
    public static string Shown(string text, int readable = 60)
    {
        var end = text.Length <= readable ? text.Length : char.IsHighSurrogate(text[readable - 1]) ? readable - 1 : readable;
        var clean = string.Create(end, text, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsControl(from[i]) ? '?' : from[i];
        });
        return end == text.Length ? clean : clean + "…";
    }
}

/// <summary>What is wrong with a field of a body.</summary>
/// <param name="Path">Where it stands: <c>[0].confidence</c>, <c>budget.max_hours</c>.</param>
/// <param name="Message">The value that was wrong, and what would be right.</param>
internal sealed record FieldFault(string Path, string Message);
