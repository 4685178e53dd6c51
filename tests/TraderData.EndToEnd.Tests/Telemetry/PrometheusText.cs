using System.Globalization;
using System.Text.RegularExpressions;

namespace TraderData.EndToEnd.Tests;

/// <summary>A scrape, read by the rules of Prometheus' text format 0.0.4: every sample belongs to a family whose type was told before.</summary>
internal sealed partial class PrometheusText
{
    private static readonly string[] Suffixes = ["_bucket", "_sum", "_count"];

    private PrometheusText(IReadOnlyDictionary<string, string> types, IReadOnlyList<Sample> samples) => (Types, Samples) = (types, samples);

    /// <summary>The type of each family, by name.</summary>
    public IReadOnlyDictionary<string, string> Types { get; }

    public IReadOnlyList<Sample> Samples { get; }

    /// <summary>The sum of a metric's samples that have some labels.</summary>
    public double Sum(string name, params (string Label, string Value)[] labels)
    {
        var found = Samples.Where(sample => sample.Name == name && Array.TrueForAll(labels, label => sample.Labels.GetValueOrDefault(label.Label) == label.Value)).ToList();
        Assert.True(found.Count > 0, $"{name} with {string.Join(", ", labels)} is not there; there are {string.Join(", ", Samples.Where(s => s.Name == name))}");
        return found.Sum(sample => sample.Value);
    }

    public static PrometheusText Parse(string text)
    {
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        var samples = new List<Sample>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var words = line.Split(' ');
                Assert.True(types.TryAdd(words[2], words[3]), $"{words[2]} has two types");
            }
            else if (line[0] != '#')
            {
                var sample = Read(line);
                Assert.True(types.ContainsKey(sample.Name) || Suffixes.Any(s => sample.Name.EndsWith(s, StringComparison.Ordinal) && types.GetValueOrDefault(sample.Name[..^s.Length]) == "histogram"), $"no type for {line}");
                samples.Add(sample);
            }
        }

        return new PrometheusText(types, samples);
    }

    private static Sample Read(string line)
    {
        var match = SampleLine().Match(line);
        Assert.True(match.Success, $"no sample: {line}");
        var labels = LabelPair().Matches(match.Groups["labels"].Value).ToDictionary(pair => pair.Groups["label"].Value, pair => pair.Groups["value"].Value, StringComparer.Ordinal);
        var value = match.Groups["value"].Value;
        return new Sample(match.Groups["name"].Value, labels, value switch { "+Inf" => double.PositiveInfinity, "-Inf" => double.NegativeInfinity, _ => double.Parse(value, CultureInfo.InvariantCulture) });
    }

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>([a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\.)*",?)*)\})? (?<value>\S+)( -?\d+)?$""", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex SampleLine();

    [GeneratedRegex("""(?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>([^"\\]|\\.)*)",?""", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex LabelPair();

    internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value);
}
