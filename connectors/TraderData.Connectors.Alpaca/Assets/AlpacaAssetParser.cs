using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using TraderData.Core;

namespace TraderData.Connectors.Alpaca;

/// <summary>Reads Alpaca's list of assets and its list of symbol changes. Fields that are not known are passed over; a symbol that cannot name a series is left out.</summary>
internal static class AlpacaAssetParser
{
    /// <summary>Reads an answer of <c>/v2/assets</c>.</summary>
    /// <exception cref="BadDataException">It is malformed.</exception>
    public static IReadOnlyList<Instrument> ParseAssets(ReadOnlySpan<byte> utf8)
    {
        var assets = Deserialize(utf8, AlpacaAssetJson.Default.ListAlpacaAsset, "alpaca assets", "a list of assets");
        return [.. assets.Where(a => Series.CheckSymbol(a.Symbol) is null && ClassOf(a) is not null).Select(InstrumentOf)];
    }

    /// <summary>Reads an answer of <c>/v1/corporate-actions?types=name_change</c>: the changes, and the token of the next page, null on the last.</summary>
    /// <exception cref="BadDataException">It is malformed.</exception>
    public static (IReadOnlyList<SymbolChange> Changes, string? NextPage) ParseChanges(ReadOnlySpan<byte> utf8)
    {
        var answer = Deserialize(utf8, AlpacaAssetJson.Default.AlpacaActions, "alpaca corporate actions", "an object with corporate_actions");
        var changes = answer.CorporateActions?.NameChanges ?? [];
        return ([.. changes.Where(IsUsable).Select(c => new SymbolChange(c.OldSymbol!, c.NewSymbol!, Ms(c.ProcessDate!.Value)))], string.IsNullOrEmpty(answer.NextPageToken) ? null : answer.NextPageToken);
    }

    // A change of the name alone keeps the symbol.
    private static bool IsUsable(AlpacaNameChange change) =>
        Series.CheckSymbol(change.OldSymbol) is null && Series.CheckSymbol(change.NewSymbol) is null && change.OldSymbol != change.NewSymbol && change.ProcessDate is not null;

    private static T Deserialize<T>(ReadOnlySpan<byte> utf8, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, string where, string expected)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(utf8, type) ?? throw new BadDataException(where, "null", expected);
        }
        catch (JsonException e)
        {
            throw new BadDataException(where, $"malformed JSON: {e.Message}", expected, inner: e);
        }
    }

    private static AssetClass? ClassOf(AlpacaAsset asset) => asset.Class switch
    {
        "us_equity" => AssetClass.Stock,
        "crypto" => AssetClass.Crypto,
        _ => null,
    };

    private static Instrument InstrumentOf(AlpacaAsset asset) =>
        new(AlpacaSource.SourceName, asset.Symbol!, ClassOf(asset)!.Value, asset.Status == "active", StepOf(asset.PriceIncrement), StepOf(asset.MinTradeIncrement));

    // Stocks have none, and a step that cannot be read is none.
    private static ScaledDecimal? StepOf(string? text) =>
        decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var step) && step > 0 ? ScaledDecimal.FromDecimal(step).Normalize() : null;

    private static long Ms(DateOnly date) => (date.ToDateTime(TimeOnly.MinValue).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;
}

/// <summary>A symbol that became another.</summary>
/// <param name="From">The symbol before.</param>
/// <param name="To">The symbol since.</param>
/// <param name="AtMs">The day it changed on, midnight UTC as Unix milliseconds.</param>
internal readonly record struct SymbolChange(string From, string To, long AtMs);

internal sealed record AlpacaAsset(string? Class, string? Symbol, string? Status, string? PriceIncrement, string? MinTradeIncrement);

internal sealed record AlpacaActions(AlpacaActionLists? CorporateActions, string? NextPageToken);

internal sealed record AlpacaActionLists(List<AlpacaNameChange>? NameChanges);

internal sealed record AlpacaNameChange(string? OldSymbol, string? NewSymbol, DateOnly? ProcessDate);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(List<AlpacaAsset>))]
[JsonSerializable(typeof(AlpacaActions))]
internal sealed partial class AlpacaAssetJson : JsonSerializerContext;
