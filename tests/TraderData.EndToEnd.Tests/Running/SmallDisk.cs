using System.Diagnostics;
using System.Globalization;

namespace TraderData.EndToEnd.Tests;

/// <summary>
/// A disk of a few megabytes that can be filled: a file system in memory, mounted where only the programs see it that are started with <see cref="Prefix"/>.
/// It lives no longer than this process.
/// </summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private const string Hold = "mount -t tmpfs -o size=\"$2\"m none \"$1\" && echo ready && read -r line";

    private readonly Process _holder;
    private readonly string _folder;

    private SmallDisk(Process holder, string folder) => (_holder, _folder) = (holder, folder);

    /// <summary>What to put before a command line so that it sees the disk.</summary>
    public IReadOnlyList<string> Prefix => ["nsenter", "--user", "--mount", "--preserve-credentials", "--target", Id, "--"];

    /// <summary>Where this process sees the disk.</summary>
    public string Path => $"/proc/{Id}/root{_folder}";

    private string Id => _holder.Id.ToString(CultureInfo.InvariantCulture);

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    /// <summary>Mounts one.</summary>
    /// <param name="folder">An absolute path; the folder is made when it is not there.</param>
    /// <param name="megabytes">Its size.</param>
    /// <exception cref="InvalidOperationException">This system does not let its users have mounts of their own.</exception>
    public static async Task<SmallDisk> MountAsync(string folder, int megabytes)
    {
        Directory.CreateDirectory(folder);
        var holder = Process.Start(new ProcessStartInfo(
            "unshare", ["--user", "--map-root-user", "--mount", "sh", "-c", Hold, "sh", folder, megabytes.ToString(CultureInfo.InvariantCulture)])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var disk = new SmallDisk(holder, folder);
        if (await holder.StandardOutput.ReadLineAsync() == "ready")
            return disk;
        var error = await holder.StandardError.ReadToEndAsync();
        await disk.DisposeAsync();
        throw new InvalidOperationException($"no file system can be mounted for a test (unprivileged user namespaces must be allowed): {error}");
    }

    /// <summary>Leaves not a byte free.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in new[] { 1_048_576, 4_096, 1 })
        {
            var bytes = new byte[size];
            try
            {
                while (true)
                    file.Write(bytes);
            }
            catch (IOException)
            {
                // Full for pieces of this size.
            }
        }
    }

    /// <summary>Gives the room back that <see cref="Fill"/> took.</summary>
    public void Free() => File.Delete(Ballast);

    public async ValueTask DisposeAsync()
    {
        _holder.StandardInput.Close();
        await _holder.WaitForExitAsync();
        _holder.Dispose();
    }
}
