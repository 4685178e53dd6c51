namespace TraderData.Exports;

/// <summary>Where and as whom Lona's gateway is asked. Holds a secret: never to be logged.</summary>
public sealed class LonaGatewayOptions
{
    /// <summary>The gateway's address: <c>https://gateway.example.com</c>.</summary>
    public required Uri Url { get; init; }

    /// <summary>The agent's token, sent as <c>X-API-Key</c>.</summary>
    public required string Token { get; init; }

    /// <summary>The agent, sent as <c>X-User-Id</c>.</summary>
    public required string AgentId { get; init; }

    /// <summary>How long one answer may take.</summary>
    public TimeSpan AnswerTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one upload may take: an hour of a slow line is some hundred megabytes.</summary>
    public TimeSpan UploadTime { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long after a failure what can be repeated is asked again for the first time; twice as long after each further one.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Tells what is wrong with the texts that these options are made of; holds no part of the token.</summary>
    public static IReadOnlyList<string> FindFaults(string url, string token, string agentId)
    {
        var faults = new List<string>();
        if (url.Length == 0 && token.Length == 0 && agentId.Length == 0)
            return faults;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address is not { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" })
            faults.Add($"LONA_GATEWAY_URL must be an http or https address without a query, was '{url}'");
        if (!IsHeader(token))
            faults.Add("LONA_AGENT_TOKEN must be set with LONA_GATEWAY_URL, as letters, digits and signs of ASCII without spaces");
        if (!IsHeader(agentId))
            faults.Add($"LONA_AGENT_ID must be set with LONA_GATEWAY_URL, as letters, digits and signs of ASCII without spaces, was '{agentId}'");
        return faults;
    }

    private static bool IsHeader(string text) => text.Length > 0 && text.All(c => c is > ' ' and < '\x7f');
}
