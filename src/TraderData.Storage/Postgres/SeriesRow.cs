using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Reads what <see cref="SeriesSql"/> gives.</summary>
internal static class SeriesRow
{
    /// <summary>The series of a row; null when its names are such that no <see cref="Series"/> has them, as another program may write them.</summary>
    public static SeriesInfo? Read(NpgsqlDataReader row)
    {
        if (SeriesOf(row.GetString(0), row.GetString(1), row.GetString(2)) is not { } series)
            return null;
        using var failures = JsonDocument.Parse(row.GetString(11));
        var provenance = new Provenance(AssetClassOf(row.GetString(6)), Text(row, 7), Text(row, 8));
        return new SeriesInfo(series, row.GetInt64(3), Time(row, 4), Time(row, 5), provenance, Ranges(row, 9))
        {
            Verified = Ranges(row, 10),
            Failures = FailureJson.Read(failures.RootElement),
        };
    }

    /// <summary>The series of these names; null when they are such that no <see cref="Series"/> has them.</summary>
    public static Series? SeriesOf(string symbol, string timeframeText, string source) =>
        Series.CheckSymbol(symbol) is null && Timeframe.TryParse(timeframeText, out var timeframe) && timeframe.ToString() == timeframeText
            ? new Series(source, symbol, timeframe)
            : null;

    private static AssetClass AssetClassOf(string name) => name switch { "crypto" => AssetClass.Crypto, "stock" => AssetClass.Stock, _ => AssetClass.Unknown };

    private static RangeSet Ranges(NpgsqlDataReader row, int column) => RangeSet.Of(
        row.GetFieldValue<NpgsqlRange<DateTime>[]>(column).Select(r => new TimeRange(PgTime.FromDateTime(r.LowerBound), PgTime.FromDateTime(r.UpperBound))));

    private static long? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : PgTime.FromDateTime(row.GetDateTime(column));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
