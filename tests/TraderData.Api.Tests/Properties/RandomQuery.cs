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

    /// <summary>The series asked for, held or made; null when the model holds none of that name and can make none.</summary>
    public ModelSeries? Series { get; set; }

    /// <summary>All series, when several are asked for at once; null when one is.</summary>
    public IReadOnlyList<ModelSeries>? Several { get; set; }

    /// <summary>Which of the series' versions is asked for.</summary>
    public int Version { get; set; } = 2;

    /// <summary>The time whose bars are asked for; null for now.</summary>
    public long? AsOfMs { get; set; }

    /// <summary>The fields asked for; null for those that are given when nobody asks.</summary>
    public IReadOnlyList<string>? Fields { get; set; }

    /// <summary>How the answer is written: json, csv, ndjson or parquet.</summary>
    public string Format { get; set; } = "json";

    /// <summary>The header that says so; null when the parameter does.</summary>
    public string? Accept { get; set; }

    /// <summary>The fields of a row.</summary>
    public IReadOnlyList<string> RowFields => Fields ?? (Kind == QueryKind.Ohlcv
        ? ["symbol", "timeframe", "bar_ts", "open", "high", "low", "close", "volume"]
        : ["timestamp", "open", "high", "low", "close", "volume"]);

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

    /// <summary>Counts what is special about the query, so that the test can tell that all of it was tried.</summary>
    public void CountForms(Action<string> count)
    {
        if (Mistakes.Count > 0 || Series is null || Kind == QueryKind.Coverage)
            return;
        count(Format);
        if (AsOfMs is not null)
            count("as of");
        if (Series.MadeOf is not null)
            count(Parameters.Contains(("complete", "true")) ? "made complete" : "made");
    }

    public string TimeframeName => Kind == QueryKind.Candles ? "interval" : "tf";

    /// <summary>The bars of a series that are asked for, before the range is looked at.</summary>
    public ModelRows RowsOf(ModelSeries series) => series.Versions[Version];

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
