using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;

namespace TraderData.Api;

/// <summary>Takes a query string apart. Strict: what cannot be decoded is an error, not a replacement character.</summary>
internal static class QueryText
{
    /// <summary>The longest query, in characters: many times what the longest symbol, two times and a cursor need, all percent-encoded.</summary>
    public const int MaxLength = 2_048;

    private static readonly SearchValues<char> Encoded = SearchValues.Create("%+");

    /// <summary>Reads a query with the parameters that an endpoint takes.</summary>
    /// <param name="query">The query as it came, with its question mark; empty when there is none.</param>
    /// <param name="known">What the endpoint takes.</param>
    /// <param name="values">What was found.</param>
    /// <returns>The first error; null when there is none.</returns>
    public static ApiError? Read(QueryString query, IReadOnlyList<Parameter> known, out QueryValues values)
    {
        values = new QueryValues(known);
        var rest = (query.Value ?? "").AsSpan();
        if (rest.Length > MaxLength)
        {
            return new ApiError(
                StatusCodes.Status414UriTooLong, ErrorCodes.QueryTooLong, $"the query must have at most {MaxLength} characters, has {rest.Length}");
        }

        rest = rest.TrimStart('?');
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf('&');
            var pair = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (pair.IsEmpty)
                continue;
            var equals = pair.IndexOf('=');
            var name = Decode(equals < 0 ? pair : pair[..equals]);
            var value = equals < 0 ? "" : Decode(pair[(equals + 1)..]);
            if (name is null || value is null)
                return BadEncoding(pair);
            if (values.Add(name, value) is { } error)
                return error;
        }

        return null;
    }

    private static ApiError BadEncoding(ReadOnlySpan<char> pair) => new(
        StatusCodes.Status400BadRequest,
        ErrorCodes.BadEncoding,
        $"'{ApiError.Shown(pair.ToString())}' is not percent-encoded UTF-8; write each byte that is not a letter or digit as % and two hexadecimal digits");

    /// <summary>Undoes percent-encoding, and + for a space.</summary>
    /// <returns>Null when a % lacks its two digits or the bytes are not UTF-8.</returns>
    private static string? Decode(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAny(Encoded))
            return IsWellFormed(text) ? text.ToString() : null;
        Span<byte> bytes = stackalloc byte[MaxLength * 3];
        var length = 0;
        while (!text.IsEmpty)
        {
            if (text[0] == '%')
            {
                if (text.Length < 3 || Convert.FromHexString(text.Slice(1, 2), bytes.Slice(length, 1), out _, out _) != OperationStatus.Done)
                    return null;
                length++;
                text = text[3..];
                continue;
            }

            var plain = text.IndexOf('%') is var next and >= 0 ? text[..next] : text;
            if (Utf8.FromUtf16(plain, bytes[length..], out _, out var written, replaceInvalidSequences: false) != OperationStatus.Done)
                return null;
            bytes.Slice(length, written).Replace((byte)'+', (byte)' ');
            length += written;
            text = text[plain.Length..];
        }

        return Utf8.IsValid(bytes[..length]) ? Encoding.UTF8.GetString(bytes[..length]) : null;
    }

    private static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            // Kestrel gives the query as ASCII; another server may hand on raw characters, of which half a pair is none.
            if (char.IsSurrogate(c))
                return false;
        }

        return true;
    }
}
