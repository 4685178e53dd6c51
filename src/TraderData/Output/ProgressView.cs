using Spectre.Console;

namespace TraderData.Cli;

/// <summary>Progress on standard error: bars when it is a terminal, nothing when it is not.</summary>
internal static class ProgressView
{
    private static readonly IAnsiConsole Terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>Told what is worked on, how much of it is done, and how much there is.</summary>
    public delegate void Listener(string name, long done, long total);

    /// <summary>Runs work that reports to a listener.</summary>
    public static async Task<T> RunAsync<T>(string title, Func<Listener, Task<T>> work)
    {
        if (Console.IsErrorRedirected)
            return await work((_, _, _) => { }).ConfigureAwait(false);
        return await Terminal.Progress()
            .AutoClear(enabled: true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context => work(Shown(context, title))).ConfigureAwait(false);
    }

    private static Listener Shown(ProgressContext context, string title)
    {
        var tasks = new Dictionary<string, ProgressTask>(StringComparer.Ordinal);
        var gate = new Lock();
        return (name, done, total) =>
        {
            lock (gate)
            {
                if (!tasks.TryGetValue(name, out var task))
                    tasks[name] = task = context.AddTask(Markup.Escape($"{title} {name}"));
                task.MaxValue = Math.Max(total, 1);
                task.Value = done;
            }
        };
    }
}
