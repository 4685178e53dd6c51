using System.Diagnostics;

namespace TraderData.Console.Tests;

/// <summary>Finds Chromium, or installs it. Never does without.</summary>
internal static class ChromiumInstall
{
    private const string HowTo = "install one: 'apt-get install -y chromium' (Debian, as root), or 'pwsh playwright.ps1 install chromium' in the tests' output folder; or set CHROMIUM to the path of one";

    private const string AptGet = "/usr/bin/apt-get";

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

    /// <summary>The path of a Chromium that can be started.</summary>
    /// <param name="ofPlaywright">Where Playwright would have its own.</param>
    /// <exception cref="InvalidOperationException">There is none, and none could be installed; the message has the commands to run.</exception>
    public static async Task<string> FindOrInstallAsync(string ofPlaywright)
    {
        if (Find(ofPlaywright) is { } found)
            return found;
        var said = new List<string>();
        // Playwright's own first: it needs no rights. Its download is not to be had everywhere.
        await System.Console.Error.WriteLineAsync("console tests: there is no Chromium; installing one (once, some minutes)");
        said.Add($"playwright install chromium: exit code {await Task.Run(() => Microsoft.Playwright.Program.Main(["install", "chromium"]))}");
        if (Find(ofPlaywright) is { } own)
            return own;
        if (OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists(AptGet))
        {
            said.Add(await RunAsync(AptGet, "update", "-q"));
            said.Add(await RunAsync(AptGet, "install", "-y", "-q", "--no-install-recommends", "chromium", "fonts-dejavu-core"));
        }

        return Find(ofPlaywright) ?? throw new InvalidOperationException($"there is no Chromium to test the console with, and none could be installed. {HowTo}.\n{string.Join('\n', said)}");
    }

    private static string? Find(string ofPlaywright)
    {
        // Who names one means that one.
        if (Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } named)
            return File.Exists(named) ? named : throw new InvalidOperationException($"CHROMIUM is {named}, and there is no such file; {HowTo}");
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists) ?? (File.Exists(ofPlaywright) ? ofPlaywright : null);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var info = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(info)!;
        // Two minutes of output are of no use to anybody; the end of what went wrong is.
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        await output;
        var tail = (await error).Trim();
        return $"{program} {string.Join(' ', arguments)}: exit code {process.ExitCode} {(tail.Length > 500 ? tail[^500..] : tail)}";
    }
}
