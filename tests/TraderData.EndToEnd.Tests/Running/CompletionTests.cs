using System.Diagnostics;

namespace TraderData.EndToEnd.Tests;

/// <summary>Bash completes command lines with the script that the program prints.</summary>
public sealed class CompletionTests
{
    private const string Ask = """
        source "$1"; COMP_LINE="$2"; COMP_POINT=${#COMP_LINE}; COMP_WORDS=($2); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        case "$COMP_LINE" in *" ") COMP_WORDS+=(""); COMP_CWORD=$((COMP_CWORD + 1)) ;; esac
        _trader_data; printf '%s\n' "${COMPREPLY[@]}"; complete -p trader-data
        """;

    [Fact]
    public async Task Bash_completes_commands_options_and_values()
    {
        using var folder = new TemporaryFolder();
        var program = Path.Combine(folder.Path, "trader-data");
        await File.WriteAllTextAsync(program, $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "trader-data.dll")}' \"$@\"\n", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var script = Path.Combine(folder.Path, "completion.bash");
        var none = new Dictionary<string, string>();
        await File.WriteAllTextAsync(script, (await TraderDataProcess.RunAsync(none, "completion", "bash")).Expect(0).Output, TestContext.Current.CancellationToken);

        Assert.Equal(["backfill"], await CompleteAsync(folder.Path, script, "trader-data ba"));
        Assert.Equal(["compact"], await CompleteAsync(folder.Path, script, "trader-data lake co"));
        Assert.Equal(["--symbols"], await CompleteAsync(folder.Path, script, "trader-data backfill --source binance --sy"));
        Assert.Equal(["alpaca", "binance"], await CompleteAsync(folder.Path, script, "trader-data backfill --source "));
        foreach (var shell in new[] { "zsh", "fish", "pwsh" })
            Assert.Contains("[suggest:", (await TraderDataProcess.RunAsync(none, "completion", shell)).Expect(0).Output, StringComparison.Ordinal);
    }

    private static async Task<List<string>> CompleteAsync(string folder, string script, string line)
    {
        var info = new ProcessStartInfo("bash", ["-c", Ask, "bash", script, line]) { UseShellExecute = false, RedirectStandardOutput = true };
        info.Environment["PATH"] = $"{folder}:{info.Environment["PATH"]}";
        using var bash = Process.Start(info)!;
        var said = (await bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).TrimEnd().Split('\n');
        Assert.Equal("complete -o default -F _trader_data trader-data", said[^1]);
        return [.. said[..^1].Order(StringComparer.Ordinal)];
    }
}
