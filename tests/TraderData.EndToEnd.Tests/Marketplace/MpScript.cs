using System.Text.RegularExpressions;

namespace TraderData.EndToEnd.Tests;

/// <summary>Walks through rows in their order, and remembers what answers gave.</summary>
internal sealed partial class MpScript(MpClient client, SecretBook secrets)
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>What was remembered, or set from outside.</summary>
    public string this[string name]
    {
        get => _names.TryGetValue(name, out var value) ? value : throw new KeyNotFoundException($"no row before gave '{name}'");
        set => _names[name] = value is ['v', 'k', '_', ..] or ['s', 'i', 't', '_', ..] or ['a', 'c', '_', ..] ? secrets.Add(name, value) : value;
    }

    /// <summary>Goes through rows: each must be answered as it says.</summary>
    public async Task WalkAsync(IEnumerable<MpStep> steps)
    {
        foreach (var step in steps)
            await TakeAsync(step);
    }

    /// <summary>Puts what is known into a text.</summary>
    public string Fill(string text) => Placeholder().Replace(text, match => this[match.Groups["name"].Value]);

    /// <summary>Sends a row's request as somebody.</summary>
    public Task<MpAnswer> SendAsync(MpStep step, string? key) =>
        client.SendAsync(key, step.Method, Fill(step.Path), step.Body is null ? null : Fill(step.Body), step.Headers);

    private async Task TakeAsync(MpStep step)
    {
        var answer = step.Caller switch
        {
            MpCaller.Bare => await client.GetBareAsync(Fill(step.Path)),
            MpCaller.Nobody => await SendAsync(step, null),
            MpCaller.Deployment => await SendAsync(step, this["token"]),
            _ => await SendAsync(step, this["key"]),
        };
        var about = $"{step.Command}: {answer.Request}";
        if (step.Needs.Length == 0)
        {
            Assert.True(answer.Status == 204, $"{about}: {answer.Status} {answer.Text}");
            return;
        }

        Assert.True(answer.Status == 200, $"{about}: {answer.Status} {answer.Text}");
        var data = step.AtTop ? answer.Json : answer.Data;
        Shape.Check(step.Needs, data, about);
        foreach (var (field, name) in step.Keeps)
            this[name] = data.GetProperty(field).GetString()!;
        step.Then?.Invoke(data, this);
    }

    [GeneratedRegex("<(?<name>[a-z_]+)>", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Placeholder();
}
