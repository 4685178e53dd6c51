using System.Diagnostics;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>The files that deploy the service, looked at without the services they are for: by schema, by actionlint and by rules of our own.</summary>
public sealed class DeployFilesTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Compose_file_workflows_dashboard_alerts_and_Fly_file_lint_clean()
    {
        var (exitCode, said) = await LintAsync(RepositoryFolder.Root);

        Assert.True(exitCode == 0, said);
    }

    [Theory]
    [InlineData("compose.yaml", "restart:", "restrat:", "additional properties")]
    [InlineData("compose.yaml", "healthcheck: *healthy", "init: true", "api has no health check")]
    [InlineData(".github/workflows/ci.yml", "actions/checkout@v4", "checkout", "ref is missing")]
    [InlineData("deploy/fly/fly.toml", "processes = [\"api\"]", "processes = [\"web\"]", "there is no process web")]
    [InlineData("deploy/prometheus/alerts.yml", "severity: critical", "severity: loud", "needs a severity")]
    public async Task Lint_tells_what_is_wrong(string file, string right, string wrong, string expected)
    {
        using var folder = new TemporaryFolder();
        foreach (var copied in (string[])["compose.yaml", ".github/workflows/ci.yml", "deploy/fly/fly.toml", "deploy/prometheus/alerts.yml", "deploy/grafana/trader-data.json"])
        {
            var path = Path.Combine(folder.Path, copied);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var text = await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Root, copied), Cancellation);
            Assert.True(copied != file || text.Contains(right, StringComparison.Ordinal));
            await File.WriteAllTextAsync(path, copied == file ? text.Replace(right, wrong, StringComparison.Ordinal) : text, Cancellation);
        }

        var (exitCode, said) = await LintAsync(folder.Path);

        Assert.Equal(1, exitCode);
        Assert.Contains(expected, said, StringComparison.Ordinal);
    }

    [Fact]
    public void Image_has_no_build_tools_and_runs_as_somebody_who_may_little()
    {
        var lines = File.ReadAllLines(Path.Combine(RepositoryFolder.Root, "Dockerfile"));
        var last = lines[Array.FindLastIndex(lines, line => line.StartsWith("FROM ", StringComparison.Ordinal))..].Where(line => !line.StartsWith('#')).ToList();

        Assert.DoesNotContain(last, line => line.Contains("sdk", StringComparison.Ordinal) || line.Contains("node", StringComparison.Ordinal) || line.Contains("curl", StringComparison.Ordinal));
        Assert.Contains("USER trader", last);
        Assert.Contains("EXPOSE 8000", last);
        Assert.Contains(last, line => line.StartsWith("HEALTHCHECK ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("-p:PublishProfile=container", StringComparison.Ordinal));
        var profile = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "src", "TraderData", "Properties", "PublishProfiles", "container.pubxml"));
        Assert.Contains("<PublishReadyToRun>true</PublishReadyToRun>", profile, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Said)> LintAsync(string folder)
    {
        var info = new ProcessStartInfo("node", [Path.Combine(NodeTools.SourceFolder, "lint.cjs"), await NodeTools.FolderAsync(), folder]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var lint = Process.Start(info)!;
        var error = lint.StandardError.ReadToEndAsync(Cancellation);
        var said = await lint.StandardOutput.ReadToEndAsync(Cancellation) + await error;
        await lint.WaitForExitAsync(Cancellation);
        return (lint.ExitCode, said);
    }
}
