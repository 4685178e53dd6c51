using System.Text.Json;
using System.Xml.Linq;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary><c>docs/dependencies.md</c> lists the packages that there are.</summary>
public sealed class DependenciesDocumentTests
{
    private const string Remedy = "run 'dotnet restore TraderData.sln' and 'node tests/tools/dependencies.cjs .'";

    private static readonly string Page = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs", "dependencies.md"));

    [Fact]
    public void Every_package_of_the_projects_is_listed_with_its_version()
    {
        var projects = Files("*.csproj").Append(Path.Combine(RepositoryFolder.Root, "Directory.Build.props")).Select(XDocument.Load)
            .Concat(Files("Directory.Build.props").Select(XDocument.Load));
        var used = projects.SelectMany(project => project.Descendants("PackageReference")).Select(reference => (string?)reference.Attribute("Include")).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var versions = XDocument.Load(Path.Combine(RepositoryFolder.Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .ToDictionary(version => (string)version.Attribute("Include")!, version => (string)version.Attribute("Version")!, StringComparer.Ordinal);

        var missing = used.Where(id => !Page.Contains($"| **{id}** | {versions[id]} |", StringComparison.Ordinal)).ToList();

        Assert.True(missing.Count == 0, $"{string.Join(", ", missing)}: {Remedy}");
    }

    [Fact]
    public void Every_package_of_the_lock_files_is_listed_with_its_version()
    {
        var missing = new List<string>();
        foreach (var file in Files("package-lock.json"))
        {
            using var locked = JsonDocument.Parse(File.ReadAllText(file));
            foreach (var package in locked.RootElement.GetProperty("packages").EnumerateObject().Where(package => package.Name.Length > 0))
            {
                const string Folder = "node_modules/";
                var id = package.Name[(package.Name.LastIndexOf(Folder, StringComparison.Ordinal) + Folder.Length)..];
                var version = package.Value.GetProperty("version").GetString();
                if (!Page.Contains($"| {id} | {version} |", StringComparison.Ordinal) && !Page.Contains($"| **{id}** | {version} |", StringComparison.Ordinal))
                    missing.Add($"{id} {version}");
            }
        }

        Assert.True(missing.Count == 0, $"{string.Join(", ", missing)}: {Remedy}");
    }

    private static IEnumerable<string> Files(string name) => new[] { "src", "connectors", "jobs", "exports", "tests" }
        .SelectMany(folder => Directory.GetFiles(Path.Combine(RepositoryFolder.Root, folder), name, SearchOption.AllDirectories))
        .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal) && !path.Contains("/node_modules/", StringComparison.Ordinal));
}
