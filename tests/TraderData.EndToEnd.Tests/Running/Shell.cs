using System.Diagnostics;

namespace TraderData.EndToEnd.Tests;

/// <summary>A shell in which <c>trader-data</c> is the built program, as it is where it is installed.</summary>
internal static class Shell
{
    /// <summary>Runs a script, which must not fail.</summary>
    /// <param name="script">Its text, for bash; the first command that fails ends it.</param>
    /// <param name="folder">Where it runs.</param>
    /// <param name="settings">Environment variables besides those of this process.</param>
    /// <returns>What it said on standard output and error.</returns>
    public static async Task<string> RunAsync(string script, string folder, IReadOnlyDictionary<string, string> settings)
    {
        var programs = Directory.CreateDirectory(Path.Combine(folder, ".programs")).FullName;
        var program = Path.Combine(programs, "trader-data");
        await File.WriteAllTextAsync(program, $"#!/bin/sh\nexec dotnet '{TraderDataProcess.Program}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var info = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", $"exec 2>&1\n{script}"]) { UseShellExecute = false, RedirectStandardOutput = true, WorkingDirectory = folder };
        foreach (var name in TraderDataProcess.OwnSettings)
            info.Environment.Remove(name);
        foreach (var (name, value) in settings)
            info.Environment[name] = value;
        info.Environment["PATH"] = $"{programs}:{info.Environment["PATH"]}";
        using var shell = Process.Start(info)!;
        var said = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, $"the script ended with {shell.ExitCode}:\n{script}\nit said:\n{said}");
        return said;
    }
}
