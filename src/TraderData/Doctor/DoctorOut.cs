using System.Text.Json;

namespace TraderData.Cli;

/// <summary>Findings as lines for a person, or as JSON for scripts.</summary>
internal static class DoctorOut
{
    /// <summary>Writes what one check found.</summary>
    public static void WriteLines(IEnumerable<Finding> findings)
    {
        foreach (var finding in findings)
        {
            Console.Out.WriteLine($"{Word(finding.Health)}  {finding.Check}: {finding.Text}");
            if (finding.Remedy is not null)
                Console.Out.WriteLine($"        {finding.Remedy}");
        }
    }

    /// <summary>Writes how all of it came out.</summary>
    public static void WriteSum(IReadOnlyList<Finding> findings)
    {
        var (failed, warned) = (findings.Count(f => f.Health == Health.Failed), findings.Count(f => f.Health == Health.Warning));
        Console.Out.WriteLine(failed > 0 ? $"{failed} of the checks failed." : warned > 0 ? $"All works; {warned} to look at." : "All is well.");
    }

    public static void WriteJson(IReadOnlyList<Finding> findings) => JsonOut.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteBoolean("ok", findings.All(f => f.Health != Health.Failed));
        writer.WriteStartArray("checks");
        foreach (var finding in findings)
            Write(writer, finding);
        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter writer, Finding finding)
    {
        writer.WriteStartObject();
        writer.WriteString("check", finding.Check);
        writer.WriteString("health", finding.Health switch { Health.Ok => "ok", Health.Warning => "warning", _ => "failed" });
        writer.WriteString("found", finding.Text);
        if (finding.Remedy is not null)
            writer.WriteString("remedy", finding.Remedy);
        writer.WriteEndObject();
    }

    private static string Word(Health health) => health switch { Health.Ok => "ok  ", Health.Warning => "WARN", _ => "FAIL" };
}
