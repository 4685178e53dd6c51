using System.Text.Json.Serialization;

namespace TraderData.Marketplace;

/// <summary>The JSON of the journal.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true, IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Vendor))]
[JsonSerializable(typeof(Token))]
[JsonSerializable(typeof(Deployment))]
[JsonSerializable(typeof(Model))]
[JsonSerializable(typeof(Heartbeat))]
[JsonSerializable(typeof(TrainingRun))]
[JsonSerializable(typeof(IReadOnlyList<Signal>))]
[JsonSerializable(typeof(Signal))]
[JsonSerializable(typeof(JournalKey))]
internal sealed partial class MarketplaceJson : JsonSerializerContext;

/// <summary>What was answered to a request with a key.</summary>
internal sealed record JournalKey(int Stored, DateTime ReceivedAt);
