using System.Globalization;
using TraderData.Parquet;

namespace TraderData.Rounds;

/// <summary>The columns of a round's data files: the same names in CSV and Parquet.</summary>
/// <param name="Features">The features.</param>
/// <param name="Horizons">How many bars ahead labels look.</param>
/// <param name="Prices">How Parquet holds prices.</param>
/// <param name="Volumes">How Parquet holds volumes.</param>
internal sealed record RoundLayout(IReadOnlyList<FeatureDefinition> Features, IReadOnlyList<int> Horizons, DecimalForm Prices, DecimalForm Volumes)
{
    private const string Double = "double";
    private const string Int32 = "int32";

    private static readonly RoundColumn[] s_keys =
    [
        new("source", "string", "name", "Where the bars come from"),
        new("symbol", "string", "name", "The source's own symbol"),
        new("timeframe", "string", "name", "How long a bar lasts"),
        new("timestamp", "int64", "Unix milliseconds, UTC", "When the bar opens; it is known one timeframe later (Parquet: TIMESTAMP, UTC)"),
    ];

    private static readonly RoundColumn[] s_bars =
    [
        new("open", "decimal", "quote currency", "First price"),
        new("high", "decimal", "quote currency", "Highest price"),
        new("low", "decimal", "quote currency", "Lowest price"),
        new("close", "decimal", "quote currency", "Last price"),
        new("volume", "decimal", "base currency or shares", "Volume; empty where the source does not tell"),
    ];

    /// <summary>The columns of <c>features.parquet</c>.</summary>
    public IReadOnlyList<RoundColumn> OfFeatures() =>
        [.. s_keys, new("split", "string", "name", "The split that the bar belongs to; null when it was purged or lies in an embargo"), .. FeatureColumns()];

    /// <summary>The columns of a split's files.</summary>
    /// <param name="labels">With labels: of train and validation.</param>
    public IReadOnlyList<RoundColumn> OfSplit(bool labels) => [.. s_keys, .. s_bars, .. FeatureColumns(), .. labels ? LabelColumns() : []];

    /// <summary>The same as a Parquet schema.</summary>
    public ParquetSchema SchemaOf(IReadOnlyList<RoundColumn> columns) => new([.. columns.Select(SchemaOf)]);

    private IEnumerable<RoundColumn> FeatureColumns() => Features.Select(f => new RoundColumn(f.Name, f.IsInteger ? Int32 : Double, f.Unit, f.Description));

    private IEnumerable<RoundColumn> LabelColumns() => Horizons.SelectMany(h => new RoundColumn[]
    {
        new(Name("forward_return", h), Double, "1 (natural logarithm)", $"Label: log return from this close to the close {h} bars on"),
        new(Name("forward_sign", h), Int32, "-1, 0 or 1", $"Label: the sign of forward_return_{h}"),
    });

    private static string Name(string label, int horizon) => string.Create(CultureInfo.InvariantCulture, $"{label}_{horizon}");

    private ParquetColumn SchemaOf(RoundColumn column) => column.Type switch
    {
        "string" => ParquetColumn.Utf8(column.Name, optional: column.Name == "split"),
        "int64" => ParquetColumn.TimestampMillis(column.Name),
        "decimal" => column.Name == "volume"
            ? ParquetColumn.Decimal(column.Name, Volumes.Digits, Volumes.Scale, optional: true)
            : ParquetColumn.Decimal(column.Name, Prices.Digits, Prices.Scale),
        Int32 => ParquetColumn.Int32(column.Name, optional: true),
        _ => ParquetColumn.Double(column.Name, optional: true),
    };
}

/// <summary>How the Parquet files of a round hold prices, or volumes.</summary>
/// <param name="Scale">Digits behind the point: the least that hold those of every series.</param>
/// <param name="Digits">Digits in all: 18, or 38 where some series has many digits before the point and another many behind it.</param>
internal readonly record struct DecimalForm(int Scale, int Digits);
