using System.Diagnostics;
using System.Security.Cryptography;

namespace TraderData.Testing;

/// <summary>
/// The npm packages that tests need (<c>tests/tools/package.json</c>), installed on first use into <c>.tools/node</c> of the checkout: once,
/// however many test processes ask at the same time, and again when the lock file changes.
/// </summary>
public static class NodeTools
{
    private static readonly Lazy<Task<string>> Installed = new(InstallAsync);

    /// <summary>The folder with the scripts and the lock file, in the checkout.</summary>
    public static string SourceFolder => Path.Combine(RepositoryFolder.Root, "tests", "tools");

    /// <summary>The folder that holds <c>node_modules</c>; installs first when it must.</summary>
    /// <exception cref="TestServerException">npm is not there or fails; the message has its output.</exception>
    public static Task<string> FolderAsync() => Installed.Value;

    private static async Task<string> InstallAsync()
    {
        var tools = Path.Combine(RepositoryFolder.Root, ".tools");
        var folder = Path.Combine(tools, "node");
        Directory.CreateDirectory(folder);
        var stamp = Path.Combine(folder, ".installed");
        var wanted = await HashAsync(Path.Combine(SourceFolder, "package-lock.json"));
        if (await IsInstalledAsync(stamp, wanted))
            return folder;
        await using (await LockAsync(Path.Combine(tools, "node.lock")))
        {
            if (await IsInstalledAsync(stamp, wanted))
                return folder;
            await RunNpmAsync(folder);
            await File.WriteAllTextAsync(stamp, wanted);
        }

        return folder;
    }

    private static async Task<string> HashAsync(string file)
    {
        await using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream));
    }

    private static async Task<bool> IsInstalledAsync(string stamp, string wanted) => File.Exists(stamp) && await File.ReadAllTextAsync(stamp) == wanted;

    // An open file without sharing is a lock between processes that the system releases however the holder ends.
    private static async Task<FileStream> LockAsync(string file)
    {
        for (var said = false; ; said = true)
        {
            try
            {
                return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                if (!said)
                    await Console.Error.WriteLineAsync("test tools: waiting for another process that installs them");
                await Task.Delay(200);
            }
        }
    }

    private static async Task RunNpmAsync(string folder)
    {
        await Console.Error.WriteLineAsync($"test tools: npm ci into {folder} (once; about half a minute)");
        var started = Stopwatch.GetTimestamp();
        foreach (var name in (string[])["package.json", "package-lock.json"])
            File.Copy(Path.Combine(SourceFolder, name), Path.Combine(folder, name), overwrite: true);
        var (exitCode, output) = await ToolProcess.RunAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], folder);
        if (exitCode != 0)
            throw new TestServerException($"npm ci failed with exit code {exitCode} in {folder}; it said:\n{output}");
        await Console.Error.WriteLineAsync($"test tools: installed in {Stopwatch.GetElapsedTime(started).TotalSeconds:F0} s");
    }
}
