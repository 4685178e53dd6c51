namespace TraderData.Api.Tests;

/// <summary>A client of server-sent events.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;

    private EventStream(HttpResponseMessage response, Stream body) => (_response, _lines) = (response, new StreamReader(body));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Opens a stream, and returns when it has begun.</summary>
    public static async Task<EventStream> OpenAsync(ApiHost host, string query, string? lastId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"/api/marketdata/stream?{query}", UriKind.Relative));
        if (lastId is not null)
            request.Headers.Add("Last-Event-ID", lastId);
        var response = await host.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.True(response.IsSuccessStatusCode, await BodyOfFailureAsync(response));
        return new EventStream(response, await response.Content.ReadAsStreamAsync(Token));
    }

    public string? Header(string name) =>
        _response.Headers.TryGetValues(name, out var values) || _response.Content.Headers.TryGetValues(name, out values) ? string.Join(", ", values) : null;

    /// <summary>The next event; comments are passed over.</summary>
    public async Task<(string Name, string Id, string Data)> NextAsync()
    {
        var (name, id, data) = ("", "", "");
        while (true)
        {
            var line = await LineAsync() ?? throw new EndOfStreamException();
            if (line.Length == 0 && data.Length > 0)
                return (name, id, data);
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line[7..];
            else if (line.StartsWith("id: ", StringComparison.Ordinal))
                id = line[4..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data = line[6..];
            else
                Assert.True(line.Length == 0 || line[0] == ':', line);
        }
    }

    /// <summary>The next line that is a comment.</summary>
    public async Task<string> CommentAsync()
    {
        string line;
        do
            line = await LineAsync() ?? throw new EndOfStreamException();
        while (!line.StartsWith(':'));
        return line;
    }

    /// <summary>Reads on to the end.</summary>
    public async Task<bool> HasEndedAsync()
    {
        try
        {
            while (await LineAsync() is not null)
            {
            }

            return true;
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return true;
        }
    }

    public ValueTask DisposeAsync()
    {
        _lines.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<string?> LineAsync() => await _lines.ReadLineAsync(Token).AsTask().WaitAsync(Patience, Token);

    private static async Task<string> BodyOfFailureAsync(HttpResponseMessage response) => response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync(Token);
}
