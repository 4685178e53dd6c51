using System.ComponentModel;
using System.Diagnostics;

namespace TraderData.Testing;

/// <summary>Runs a program to its end.</summary>
internal static class ToolProcess
{
    /// <summary>Runs a program without input and gives its exit code and all that it said.</summary>
    /// <exception cref="TestServerException">The program is not there.</exception>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, IEnumerable<string> arguments, string folder)
    {
        using var process = Start(new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        });
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>Starts a program.</summary>
    /// <exception cref="TestServerException">The program is not there.</exception>
    public static Process Start(ProcessStartInfo info)
    {
        try
        {
            return Process.Start(info)!;
        }
        catch (Win32Exception e)
        {
            throw new TestServerException($"cannot run '{info.FileName}', which tests need: {e.Message}", e);
        }
    }
}
