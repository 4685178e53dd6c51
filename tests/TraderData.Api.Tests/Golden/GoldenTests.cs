using System.Globalization;

namespace TraderData.Api.Tests;

/// <summary>
/// Every shape of answer, byte for byte. A golden file holds the request in its first line, the status and headers that matter in the next ones,
/// and behind an empty line the body. What came instead is written beside the test's assembly, in golden-actual.
/// </summary>
public sealed class GoldenTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Golden");

    public static TheoryData<string> Names => [.. Directory.EnumerateFiles(Folder, "*.http").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Answer_is_as_the_golden_file_says(string name)
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        var expected = await File.ReadAllTextAsync(Path.Combine(Folder, name + ".http"), TestContext.Current.CancellationToken);
        var request = expected.Split('\n')[0];
        var parts = request.Split(' ');
        var answer = await api.SendAsync(HttpMethod.Parse(parts[0]), parts[1]);
        var actual = $"{request}\n{Describe(answer)}\n\n{answer.Text.Replace(HealthEndpoints.Version, "{version}", StringComparison.Ordinal)}\n";
        if (actual != expected)
            await KeepAsync(name, actual);
        Assert.Equal(expected, actual);
    }

    private static string Describe(Answer answer)
    {
        var lines = new List<string> { answer.Status.ToString(CultureInfo.InvariantCulture) };
        lines.AddRange(answer.ContentHeaders.Where(h => h.Key is "Content-Type" or "Content-Length" or "Allow").Select(h => $"{h.Key}: {string.Join(", ", h.Value)}"));
        lines.AddRange(answer.Headers.Where(h => h.Key is "Retry-After" or "Location" or "Link" || h.Key.StartsWith("X-", StringComparison.Ordinal)).Select(h => $"{h.Key}: {string.Join(", ", h.Value)}"));
        return string.Join('\n', lines.Take(1).Concat(lines.Skip(1).Order(StringComparer.Ordinal)));
    }

    private static async Task KeepAsync(string name, string actual)
    {
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "golden-actual"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, name + ".http"), actual, TestContext.Current.CancellationToken);
    }
}
