using System.Diagnostics;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>The program is packed as a .NET tool, installed from that package alone, and run.</summary>
public sealed class ToolPackageTests
{
    private const string Sources = """<configuration><packageSources><clear /><add key="local" value="SOURCE" /></packageSources></configuration>""";

    [Fact]
    public async Task Package_is_installed_from_a_folder_and_runs()
    {
        using var folder = new TemporaryFolder();
        var (packages, tools) = (Path.Combine(folder.Path, "packages"), Path.Combine(folder.Path, "tools"));
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "nuget.config"), Sources.Replace("SOURCE", packages, StringComparison.Ordinal), TestContext.Current.CancellationToken);
        // What the tests run was built just now, as Debug or Release.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        await RunAsync(folder, "dotnet", "pack", Path.Combine(RepositoryFolder.Root, "src", "TraderData"), "-c", configuration, "--no-build", "-o", packages, "-v", "q");
        Assert.Equal("trader-data.0.1.0.nupkg", Path.GetFileName(Assert.Single(Directory.GetFiles(packages))));

        await RunAsync(folder, "dotnet", "tool", "install", "trader-data", "--tool-path", tools, "--configfile", Path.Combine(folder.Path, "nuget.config"));

        var program = Path.Combine(tools, "trader-data");
        Assert.Contains("trader-data demo", await RunAsync(folder, program, "--help"), StringComparison.Ordinal);
        Assert.Equal("[]", (await RunAsync(folder, program, "series", "--json")).Trim());
    }

    private static async Task<string> RunAsync(TemporaryFolder folder, string program, params string[] arguments)
    {
        var info = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Path };
        // Packages and settings of its own: nothing of this machine's is used or changed.
        info.Environment["NUGET_PACKAGES"] = Path.Combine(folder.Path, "cache");
        info.Environment["TRADER_DATA_DIR"] = Path.Combine(folder.Path, "data");
        info.Environment.Remove("DATABASE_URL");
        info.Environment.Remove("AZURE_STORAGE_CONNECTION_STRING");
        using var process = Process.Start(info)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}; it said:\n{output}\n{await error}");
        return output;
    }
}
