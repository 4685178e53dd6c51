using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using TraderData.Testing;

namespace TraderData.Api.Tests;

/// <summary>docs/api.md tells the truth.</summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public async Task Every_example_of_the_page_is_what_the_api_answers()
    {
        var page = await ReadAsync();
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        var examples = Example().Matches(page);
        Assert.True(examples.Count >= 12, $"{examples.Count} examples");
        foreach (Match example in examples)
        {
            var answer = await api.GetAsync(example.Groups["target"].Value);
            Assert.Equal(Plain(example.Groups["body"].Value.Replace("{version}", HealthEndpoints.Version, StringComparison.Ordinal)), answer.Text);
        }
    }

    [Fact]
    public async Task Every_endpoint_and_every_error_code_is_on_the_page()
    {
        var page = await ReadAsync();
        Assert.All(ApiOperation.All, operation => Assert.Contains($"{operation.Method} {operation.Path}", page, StringComparison.Ordinal));
        var codes = typeof(ErrorCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => (string)f.GetRawConstantValue()!).ToList();
        Assert.Equal(codes.Order(StringComparer.Ordinal), CodeRow().Matches(page).Select(m => m.Groups["code"].Value).Order(StringComparer.Ordinal));
    }

    private static async Task<string> ReadAsync() =>
        await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Root, "docs", "api.md"), TestContext.Current.CancellationToken);

    /// <summary>JSON without white space, its numbers digit for digit as they stand.</summary>
    private static string Plain(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Write(document.RootElement);
    }

    private static string Write(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(',', element.EnumerateObject().Select(p => $"\"{p.Name}\":{Write(p.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(',', element.EnumerateArray().Select(Write))}]",
        _ => element.GetRawText(),
    };

    [GeneratedRegex("```http\nGET (?<target>[^\n]+)\n\n(?<body>.+?)\n```", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Example();

    [GeneratedRegex("^\\| \\d{3} \\| `(?<code>[A-Z_]+)`", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex CodeRow();
}
