using System.Xml.Linq;
using TraderData.Testing;

namespace TraderData.Core.Tests;

/// <summary>References between projects point one way, to Core. Whoever needs a new arrow draws it here first.</summary>
public sealed class ReferenceGraphTests
{
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["TraderData.Core"] = [],
        ["TraderData.Parquet"] = [],
        ["TraderData.Storage"] = ["TraderData.Core", "TraderData.Parquet"],
        ["TraderData.Marketplace"] = ["TraderData.Core", "TraderData.Storage"],
        ["TraderData.Connectors"] = ["TraderData.Core"],
        ["TraderData.Connectors.Binance"] = ["TraderData.Core", "TraderData.Connectors"],
        ["TraderData.Connectors.Alpaca"] = ["TraderData.Core", "TraderData.Connectors"],
        ["TraderData.Simulator"] = ["TraderData.Core"],
        ["TraderData.Exports"] = ["TraderData.Core"],
        ["TraderData.Rounds"] = ["TraderData.Core", "TraderData.Parquet"],
        ["TraderData.Jobs"] = ["TraderData.Core", "TraderData.Connectors", "TraderData.Exports", "TraderData.Rounds", "TraderData.Marketplace"],
        ["TraderData.Api"] = ["TraderData.Core", "TraderData.Marketplace", "TraderData.Parquet", "TraderData.Exports", "TraderData.Rounds"],
        ["TraderData"] =
        [
            "TraderData.Core", "TraderData.Api", "TraderData.Jobs", "TraderData.Exports", "TraderData.Rounds", "TraderData.Storage", "TraderData.Marketplace", "TraderData.Connectors",
            "TraderData.Connectors.Binance", "TraderData.Connectors.Alpaca", "TraderData.Simulator",
        ],
    };

    [Fact]
    public void Product_projects_reference_only_what_they_may()
    {
        var projects = Projects().Where(p => !p.StartsWith("tests/", StringComparison.Ordinal)).ToArray();
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), projects.Select(Name).Order(StringComparer.Ordinal));
        foreach (var project in projects)
        {
            var extra = References(project).Except(Allowed[Name(project)], StringComparer.Ordinal).ToArray();
            Assert.True(extra.Length == 0, $"{Name(project)} must not reference {string.Join(", ", extra)}");
        }
    }

    [Fact]
    public void Test_projects_are_referenced_by_tests_only_and_stand_in_tests()
    {
        var tests = Projects().Where(p => p.StartsWith("tests/", StringComparison.Ordinal)).Select(Name).ToHashSet(StringComparer.Ordinal);
        Assert.Contains("TraderData.Testing", tests);
        Assert.All(Projects(), p => Assert.Equal(p.StartsWith("tests/", StringComparison.Ordinal), tests.Contains(Name(p))));
        Assert.All(Projects().Where(p => !tests.Contains(Name(p))), p => Assert.DoesNotContain(References(p), tests.Contains));
    }

    [Fact]
    public void Every_project_stands_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "TraderData.sln")).Replace('\\', '/');
        Assert.All(Projects(), p => Assert.Contains($"\"{p}\"", solution, StringComparison.Ordinal));
    }

    [Fact]
    public void Packages_of_Core_and_Parquet_stay_few()
    {
        Assert.Empty(Packages("src/TraderData.Core/TraderData.Core.csproj").Except(["NodaTime"], StringComparer.Ordinal));
        Assert.Empty(Packages("src/TraderData.Parquet/TraderData.Parquet.csproj").Except(["IronSnappy"], StringComparer.Ordinal));
    }

    private static string[] Projects() =>
    [
        .. new[] { "src", "connectors", "jobs", "exports", "tests" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(RepositoryFolder.Root, folder), "*.csproj", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(RepositoryFolder.Root, path).Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal)
                && !path.Contains("/node_modules/", StringComparison.Ordinal)),
    ];

    private static string Name(string project) => Path.GetFileNameWithoutExtension(project.Replace('\\', '/'));

    private static IEnumerable<string> References(string project) => Includes(project, "ProjectReference").Select(Name);

    private static string[] Packages(string project) => Includes(project, "PackageReference");

    private static string[] Includes(string project, string element) =>
        [.. XDocument.Load(Path.Combine(RepositoryFolder.Root, project)).Descendants(element).Select(e => e.Attribute("Include")!.Value)];
}
