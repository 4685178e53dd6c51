using System.Diagnostics;
using System.Text.Json;

namespace TraderData.Parquet.Tests;

/// <summary>DuckDB as the foreign reader and writer: runs SQL in a Node process.</summary>
internal static class DuckDb
{
    private const string Package = "@duckdb/node-api@1.5.6-r.1";

    private const string Script = """
        import { createRequire } from 'node:module';
        import { readFileSync } from 'node:fs';
        const { DuckDBInstance } = createRequire(process.cwd() + '/')('@duckdb/node-api');
        const connection = await (await DuckDBInstance.create(':memory:')).connect();
        await connection.run("SET TimeZone='UTC'");
        const statements = JSON.parse(readFileSync(0, 'utf8'));
        let rows = [];
        for (const sql of statements)
            rows = (await connection.runAndReadAll(sql)).getRowsJson();
        process.stdout.write(JSON.stringify(rows));
        """;

    private static readonly Lazy<Task<string>> s_folder = new(InstallAsync);

    /// <summary>Runs the statements in one in-memory database; gives the rows of the last, values as JSON renders them, null as null.</summary>
    public static async Task<string?[][]> QueryAsync(params string[] statements)
    {
        var folder = await s_folder.Value;
        var output = await RunAsync("node", ["--input-type=module", "-e", Script], folder, JsonSerializer.Serialize(statements));
        using var json = JsonDocument.Parse(output);
        return [.. json.RootElement.EnumerateArray().Select(row => row.EnumerateArray().Select(Render).ToArray())];
    }

    private static string? Render(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };

    private static async Task<string> InstallAsync()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "TraderData.sln")))
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("no TraderData.sln above the tests");
        var folder = Path.Combine(root, ".tools", "parquet-duckdb");
        if (File.Exists(Path.Combine(folder, "complete")))
            return folder;
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), """{"private":true}""");
        await RunAsync("npm", ["install", "--no-audit", "--no-fund", "--save-exact", Package], folder, "");
        await File.WriteAllTextAsync(Path.Combine(folder, "complete"), Package);
        return folder;
    }

    private static async Task<string> RunAsync(string program, string[] arguments, string folder, string input)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await error}");
    }
}
