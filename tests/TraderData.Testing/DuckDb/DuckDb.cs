using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace TraderData.Testing;

/// <summary>
/// DuckDB as a foreign reader and writer of files, for one test assembly: <c>[assembly: AssemblyFixture(typeof(DuckDb))]</c>. One in-memory
/// database in one process, started on first use; calls wait for each other.
/// </summary>
public sealed class DuckDb : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly StringBuilder _errors = new();
    private Process? _process;

    /// <summary>Runs one or more statements and gives the rows of the last, every value as text.</summary>
    /// <returns>
    /// Rows in order. Integers and decimals have all their digits (a decimal as many behind the point as its type), times are ISO 8601 in UTC
    /// (<c>2024-01-31T10:00:00Z</c>, with a fraction only when there is one), lists and structs are as DuckDB prints them; null is null.
    /// </returns>
    /// <exception cref="TestServerException">DuckDB cannot be started, or refuses the statement; the message has its reason.</exception>
    public async Task<IReadOnlyList<string?[]>> QueryAsync(string sql, CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            _process ??= await StartAsync();
            // A question that was asked is answered in full, so that the next one does not read its answer.
            await _process.StandardInput.WriteLineAsync(Question(sql));
            await _process.StandardInput.FlushAsync(CancellationToken.None);
            var line = await _process.StandardOutput.ReadLineAsync(CancellationToken.None)
                ?? throw new TestServerException($"DuckDB ended; it said:\n{Errors()}");
            return Rows(line, sql);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Runs one or more statements for their effect: <c>COPY … TO 'file.parquet'</c>.</summary>
    /// <exception cref="TestServerException">DuckDB cannot be started, or refuses the statement; the message has its reason.</exception>
    public async Task ExecuteAsync(string sql, CancellationToken cancellationToken = default) => await QueryAsync(sql, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        _turn.Dispose();
    }

    private static string Question(string sql)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("sql", sql);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static string?[][] Rows(string line, string sql)
    {
        using var answer = JsonDocument.Parse(line);
        if (answer.RootElement.TryGetProperty("error", out var error))
            throw new TestServerException($"DuckDB refuses '{sql}': {error.GetString()}");
        return [.. answer.RootElement.GetProperty("rows").EnumerateArray().Select(row => row.EnumerateArray().Select(value => value.GetString()).ToArray())];
    }

    private async Task<Process> StartAsync()
    {
        var script = Path.Combine(NodeTools.SourceFolder, "duckdb.cjs");
        // The script ends when its input does, so that it needs no other life-line.
        var process = ToolProcess.Start(new ProcessStartInfo("node", [script, await NodeTools.FolderAsync()])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        });
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
                _errors.AppendLine(line.Data);
        };
        process.BeginErrorReadLine();
        return process;
    }

    private string Errors()
    {
        lock (_errors)
            return _errors.ToString();
    }
}
