using System.Text;

namespace TraderData.Api.Tests;

/// <summary>Which endpoint a random query goes to.</summary>
internal enum QueryKind
{
    Ohlcv,
    Candles,
    Coverage,
}

/// <summary>A random query and what is known of its meaning.</summary>
internal sealed class RandomQuery
{
    public QueryKind Kind { get; init; }

    /// <summary>Names and values as text, not yet encoded, in the order they are sent.</summary>
    public List<(string Name, string Value)> Parameters { get; } = [];

    /// <summary>What is appended as it is: broken encodings.</summary>
    public string RawTail { get; set; } = "";

    /// <summary>The codes of all its mistakes: the API may report any of them. Empty when it has none.</summary>
    public HashSet<string> Mistakes { get; } = new(StringComparer.Ordinal);

    /// <summary>The series asked for; null when the model holds none of that name.</summary>
    public ModelSeries? Series { get; set; }

    public long? StartMs { get; set; }

    public long? EndMs { get; set; }

    public bool NewestFirst { get; set; }

    public int Limit { get; set; }

    public string Path => Kind switch
    {
        QueryKind.Ohlcv => "/api/marketdata/ohlcv",
        QueryKind.Candles => "/api/data/candles",
        _ => "/api/data/coverage",
    };

    public string TimeframeName => Kind == QueryKind.Candles ? "interval" : "tf";

    /// <summary>The path with the query, percent-encoded in one of the many ways there are.</summary>
    public string Encode(Random random, string? cursor = null)
    {
        var text = new StringBuilder(Path).Append('?');
        foreach (var (name, value) in Parameters.Concat(cursor is null ? [] : [("cursor", cursor)]))
        {
            if (text[^1] != '?')
                text.Append(random.Next(50) == 0 ? "&&" : "&");
            Encode(text, random, name);
            if (value.Length > 0 || random.Next(2) == 0)
                Encode(text.Append('='), random, value);
        }

        return text.Append(RawTail).ToString();
    }

    private static void Encode(StringBuilder text, Random random, string value)
    {
        foreach (var b in Encoding.UTF8.GetBytes(value))
        {
            if (b == ' ' && random.Next(2) == 0)
                text.Append('+');
            else if ((char.IsAsciiLetterOrDigit((char)b) || (b < 128 && "-._~/:".Contains((char)b, StringComparison.Ordinal))) && random.Next(30) > 0)
                text.Append((char)b);
            else
                text.Append('%').Append(random.Next(2) == 0 ? b.ToString("X2", null) : b.ToString("x2", null));
        }
    }
}
