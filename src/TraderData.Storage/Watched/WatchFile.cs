using System.Text.Json;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>What is watched of each source: <c>watched/{source}.json</c>.</summary>
internal sealed class WatchFile(IBlobs blobs) : SourceFile<SortedDictionary<Series, WatchDates>>(blobs, "watched/", format: 1)
{
    private static readonly Comparer<Series> Order = Comparer<Series>.Create((a, b) => string.CompareOrdinal(a.Symbol, b.Symbol) is var symbol and not 0
        ? symbol
        : a.Timeframe.DurationMs.CompareTo(b.Timeframe.DurationMs));

    /// <inheritdoc/>
    protected override SortedDictionary<Series, WatchDates> Empty() => new(Order);

    /// <inheritdoc/>
    protected override string IfDeleted(string source) => $"what is watched of {source} counts as watched from now on";

    /// <inheritdoc/>
    protected override void Write(Utf8JsonWriter json, SortedDictionary<Series, WatchDates> content)
    {
        json.WriteStartArray("watched");
        foreach (var (series, dates) in content)
        {
            json.WriteStartObject();
            json.WriteString("symbol", series.Symbol);
            json.WriteString("timeframe", series.Timeframe.ToString());
            json.WriteString("since", TimeText.Iso(dates.SinceMs));
            json.WriteString("read_again_to", TimeText.Iso(dates.RereadToMs));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <inheritdoc/>
    protected override SortedDictionary<Series, WatchDates> Read(string source, JsonElement json)
    {
        var watched = Empty();
        foreach (var row in json.GetProperty("watched").EnumerateArray())
        {
            var series = new Series(source, row.GetProperty("symbol").GetString()!, Timeframe.Parse(row.GetProperty("timeframe").GetString()!));
            watched.Add(series, new WatchDates(TimeOf(row, "since"), TimeOf(row, "read_again_to")));
        }

        return watched;
    }
}
