using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace TraderData.Marketplace.Tests;

/// <summary>An answer, read to its end.</summary>
internal sealed record Answer(int Status, string Text, HttpResponseHeaders Headers, string? ContentType)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>The <c>data</c> of a success.</summary>
    public JsonElement Data
    {
        get
        {
            Assert.True(Status is >= 200 and < 300, $"{Status} {Text}");
            Assert.Equal("application/json", ContentType);
            Assert.True(Json.GetProperty("success").GetBoolean());
            return Json.GetProperty("data");
        }
    }

    public string this[string field] => Data.GetProperty(field).GetString()!;

    /// <summary>Checks that it is an error as clients need it.</summary>
    public Answer MustFail(int status, string code, string? inMessage = null)
    {
        Assert.True(status == Status, $"{Status}, not {status}: {Text}");
        Assert.Equal("application/json", ContentType);
        Assert.False(Json.GetProperty("success").GetBoolean());
        Assert.Equal(code, Json.GetProperty("error").GetString());
        Assert.Contains(inMessage ?? "", Json.GetProperty("message").GetString(), StringComparison.Ordinal);
        return this;
    }
}

/// <summary>Sends what the <c>mp</c> command line sends.</summary>
internal sealed class MpClient(HttpClient client, string? key)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Its key; null for none.</summary>
    public string? Key => key;

    /// <summary>The same client with another key.</summary>
    public MpClient With(string? other) => new(client, other);

    public Task<Answer> GetAsync(string path) => SendAsync("GET", path, null);

    public Task<Answer> PostAsync(string path, string body, params (string Name, string Value)[] headers) => SendAsync("POST", path, body, headers);

    /// <summary>Sends a request as every call of it is sent: with a JSON content type even on GET and on an empty body.</summary>
    public async Task<Answer> SendAsync(string method, string path, string? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative)) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body ?? "")) };
        request.Content.Headers.TryAddWithoutValidation("content-type", "application/json");
        if (key is not null)
            request.Headers.TryAddWithoutValidation("authorization", $"Bearer {key}");
        foreach (var (name, value) in headers.Concat([("x-contracts-version", "1.2.0"), ("x-marketplace-contracts-version", "0.4")]))
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await client.SendAsync(request, Cancellation);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation), response.Headers, response.Content.Headers.ContentType?.MediaType);
    }
}
