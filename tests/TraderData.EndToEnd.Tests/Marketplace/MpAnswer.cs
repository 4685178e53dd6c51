using System.Net.Http.Headers;
using System.Text.Json;

namespace TraderData.EndToEnd.Tests;

/// <summary>An answer to the <c>mp</c> command line, read to its end.</summary>
/// <param name="Request">What was asked, for people.</param>
/// <param name="Status">The status.</param>
/// <param name="Text">The body.</param>
/// <param name="ContentType">Its media type; null when there is none.</param>
/// <param name="Headers">The headers.</param>
internal sealed record MpAnswer(string Request, int Status, string Text, string? ContentType, HttpResponseHeaders Headers)
{
    private const int NoContent = 204;

    /// <summary>The body.</summary>
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Text);
            return document.RootElement.Clone();
        }
    }

    /// <summary>The <c>data</c> of a success.</summary>
    public JsonElement Data
    {
        get
        {
            Expect(200);
            return Json.GetProperty("data");
        }
    }

    /// <summary>A text of <see cref="Data"/>.</summary>
    public string this[string field] => Data.GetProperty(field).GetString()!;

    /// <summary>The same, when it has a status.</summary>
    public MpAnswer Expect(int status)
    {
        Assert.True(status == Status, $"{Request}: {Status}, expected {status}: {Text}");
        return this;
    }

    /// <summary>Checks that it is an error, as clients need it.</summary>
    public MpAnswer MustFail(int status, string code, string inMessage = "")
    {
        Expect(status);
        Assert.True(Json.GetProperty("error").GetString() == code, $"{Request}: expected {code}: {Text}");
        Assert.Contains(inMessage, Json.GetProperty("message").GetString(), StringComparison.Ordinal);
        return this;
    }

    /// <summary>What holds for every answer below <c>/api/</c>: JSON with <c>success</c>, never empty, never HTML; an error is a plain string. 204 has no body at all.</summary>
    public MpAnswer CheckEnvelope()
    {
        if (Status == NoContent)
        {
            Assert.True(Text.Length == 0, $"{Request}: 204 with a body: {Text}");
            return this;
        }

        Assert.True(ContentType == "application/json", $"{Request}: {Status} as '{ContentType}': {Text}");
        Assert.True(Text.StartsWith('{'), $"{Request}: {Status}, no object: '{Text}'");
        Assert.True(Json.GetProperty("success").GetBoolean() == Status is >= 200 and < 300, $"{Request}: {Status}: {Text}");
        if (Status >= 400)
            Assert.True(Json.GetProperty("error").ValueKind == JsonValueKind.String && Json.GetProperty("message").ValueKind == JsonValueKind.String, $"{Request}: {Text}");
        return this;
    }
}
