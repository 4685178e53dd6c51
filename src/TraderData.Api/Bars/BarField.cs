namespace TraderData.Api;

/// <summary>What stands in a field of a row.</summary>
internal enum BarColumn
{
    Symbol,
    Timeframe,
    Source,
    Time,
    Open,
    High,
    Low,
    Close,
    Volume,
    Vwap,
    Trades,
    Provisional,
}

/// <summary>A field of the rows of an answer.</summary>
/// <param name="Name">Its name, as it is asked for and as it stands in the answer.</param>
/// <param name="Column">What stands in it.</param>
internal sealed record BarField(string Name, BarColumn Column)
{
    /// <summary>Open to trades, under the names that both forms give them.</summary>
    public static readonly IReadOnlyList<BarField> Numbers =
    [
        new("open", BarColumn.Open), new("high", BarColumn.High), new("low", BarColumn.Low), new("close", BarColumn.Close),
        new("volume", BarColumn.Volume), new("vwap", BarColumn.Vwap), new("trades", BarColumn.Trades),
    ];

    /// <summary>Reads a comma list of names.</summary>
    /// <param name="text">What the client sent.</param>
    /// <param name="known">The fields there are.</param>
    /// <param name="fields">Those named, in the order in which they are.</param>
    /// <returns>The first error; null when there is none.</returns>
    public static ApiError? Read(string text, IReadOnlyList<BarField> known, out IReadOnlyList<BarField> fields)
    {
        var named = new List<BarField>();
        fields = named;
        foreach (var name in text.Split(','))
        {
            if (known.FirstOrDefault(f => f.Name == name) is not { } field)
            {
                return ApiError.BadParameter(
                    ErrorCodes.BadFields, "fields", $"there is no field '{ApiError.Shown(name)}'; fields are {string.Join(',', known.Select(f => f.Name))}");
            }

            if (named.Contains(field))
                return ApiError.BadParameter(ErrorCodes.BadFields, "fields", $"fields names '{name}' twice; name it once");
            named.Add(field);
        }

        return null;
    }
}
