using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TraderData.Marketplace;

namespace TraderData.Api;

/// <summary>Reads what writers of signals send. Whose they are comes from the token, whatever they say.</summary>
internal sealed class SignalReader(SignalKind kind, Principal caller)
{
    private const int MaxSymbolLength = 100;
    private const int MaxTimeframeLength = 20;

    private static readonly string[] FirstDecisions = ["BUY", "SELL", "NEUTRAL"];
    private static readonly string[] MarketplaceDecisions = ["BUY", "SELL", "HOLD"];

    private readonly List<FieldFault> _faults = [];
    private ApiError? _notItsOwn;

    /// <summary>What is wrong with all that was read; null when nothing is.</summary>
    public ApiError? Error => Fields.ErrorOf(_faults) ?? _notItsOwn;

    /// <summary>Reads an object of the first generation or an array of the second.</summary>
    public IReadOnlyList<Signal> Read(JsonElement body) => body.ValueKind == JsonValueKind.Array
        ? [.. body.EnumerateArray().Select((item, index) => ReadMarketplace(Fields.Of(item, $"[{index}]", _faults)))]
        : [ReadFirst(Fields.Of(body, "", _faults))];

    private Signal ReadFirst(Fields fields)
    {
        var (owner, barTs) = (fields.Text("owner"), fields.Time("bar_ts"));
        if (owner != caller.Vendor.Owner)
        {
            _notItsOwn = new ApiError(
                StatusCodes.Status403Forbidden, ErrorCodes.Forbidden, $"the owner '{ApiError.Shown(owner)}' is not the token's: send the owner that GET /api/vendors/me tells, or the token of that owner");
        }

        return new Signal(
            caller.Vendor.Owner, kind == SignalKind.Signal ? fields.Text("model_id") : "", fields.Text("symbol", MaxSymbolLength), fields.Text("timeframe", MaxTimeframeLength), barTs,
            fields.Choice("decision", FirstDecisions), fields.Fraction("confidence"), barTs, caller.Vendor.Id, caller.Token.DeploymentId)
        {
            Contributors = kind == SignalKind.Consensus ? fields.Structure("contributors") : null,
            Meta = fields.OptionalObject("meta"),
        };
    }

    private Signal ReadMarketplace(Fields fields)
    {
        var (timestamp, eventTime) = (fields.Time("timestamp"), fields.OptionalTime("event_time"));
        if (kind == SignalKind.Signal)
            fields.Text("model_version");
        return new Signal(
            caller.Vendor.Owner, kind == SignalKind.Signal ? ModelOf(fields) : "", fields.Text("symbol", MaxSymbolLength), fields.Text("timeframe", MaxTimeframeLength), timestamp,
            fields.Choice("decision", MarketplaceDecisions), fields.Fraction("confidence"), eventTime ?? timestamp, caller.Vendor.Id, caller.Token.DeploymentId)
        {
            Contributors = kind == SignalKind.Consensus ? fields.OptionalStructure("contributors") : null,
            Meta = fields.Pick(["model_version", "meta"]),
        };
    }

    // A deployment that does not name its model is its model.
    private string ModelOf(Fields fields) => fields.OptionalText("model_id") ?? caller.Token.DeploymentId ?? fields.Text("model_id");
}
