using System.CommandLine;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Storage;

namespace TraderData.Cli;

/// <summary><c>lake verify</c> and <c>lake compact</c> look after the files of the lake and need no database; <c>lake rebuild-postgres</c> fills one.</summary>
internal static class LakeCommand
{
    public static Command Create() => new("lake", "Look after the files of the lake")
    {
        Care("verify", "Read every file of the lake and report damage by name; changes nothing", (storage, progress, token) => storage.VerifyAsync(progress, token)),
        Care(
            "compact", "Write files of older formats anew and remove what killed writers left; changes no bar, and can be stopped at any time",
            (storage, progress, token) => storage.CompactAsync(progress, token)),
        RebuildPostgresCommand.Create(),
    };

    private static Command Care(
        string name, string description, Func<TraderDataStorage, IProgress<LakeProgress>, CancellationToken, IAsyncEnumerable<LakeFinding>> work)
    {
        var (data, json) = (Options.Data(), Options.Json());
        var command = new Command(name, description) { data, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var settings = SettingsReader.Read((nameof(Settings.DataDirectory), parsed.GetValue(data)), (nameof(Settings.DatabaseUrl), ""));
            var storage = TraderDataStorage.Open(Services.StorageOf(settings), NullLoggerFactory.Instance);
            await using (storage.ConfigureAwait(false))
            {
                var findings = await ProgressView.RunAsync(name, "files", listener => CollectAsync(work(storage, new Progress(listener), cancellationToken))).ConfigureAwait(false);
                var damaged = findings.Count(finding => finding.Kind == LakeFindingKind.Damaged);
                if (parsed.GetValue(json))
                    JsonOut.Write(writer => WriteJson(writer, findings));
                else
                    WriteText(findings);
                await Console.Error.WriteLineAsync(damaged == 0 ? $"{storage}: sound" : $"{storage}: {damaged} damaged").ConfigureAwait(false);
                return damaged == 0 ? ExitCode.Ok : ExitCode.Failed;
            }
        });
        return command;
    }

    private static async Task<List<LakeFinding>> CollectAsync(IAsyncEnumerable<LakeFinding> found)
    {
        var findings = new List<LakeFinding>();
        await foreach (var finding in found.ConfigureAwait(false))
            findings.Add(finding);
        findings.Sort((a, b) => string.CompareOrdinal(a.File, b.File));
        return findings;
    }

    private static void WriteText(List<LakeFinding> findings)
    {
        foreach (var finding in findings)
        {
            Console.Out.WriteLine($"{NameOf(finding.Kind)}: {finding.File}: {finding.Text}");
            if (finding.Remedy is not null)
                Console.Out.WriteLine($"    {finding.Remedy}");
        }
    }

    private static void WriteJson(Utf8JsonWriter writer, List<LakeFinding> findings)
    {
        writer.WriteStartArray();
        foreach (var finding in findings)
        {
            writer.WriteStartObject();
            writer.WriteString("file", finding.File);
            writer.WriteString("kind", NameOf(finding.Kind));
            writer.WriteString("text", finding.Text);
            writer.WriteString("remedy", finding.Remedy);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string NameOf(LakeFindingKind kind) => kind switch
    {
        LakeFindingKind.Damaged => "damaged",
        LakeFindingKind.Outdated => "outdated",
        LakeFindingKind.Foreign => "foreign",
        _ => "compacted",
    };

    // Told by the thread that did the work: the system's Progress would queue it behind the end.
    private sealed class Progress(ProgressView.Listener listener) : IProgress<LakeProgress>
    {
        public void Report(LakeProgress value) => listener("files", value.Done, value.Total);
    }
}
