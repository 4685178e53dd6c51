using Spectre.Console;

namespace TraderData.Cli;

/// <summary>Progress on standard error, with rate and time left: bars when it is a terminal, a line now and then when it is not.</summary>
internal static class ProgressView
{
    private static readonly IAnsiConsole Terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    /// <summary>Told what is worked on, how much of it is done, and how much there is.</summary>
    public delegate void Listener(string name, long done, long total);

    /// <summary>Runs work that reports to a listener.</summary>
    /// <param name="title">What is done.</param>
    /// <param name="unit">What is counted: <c>files</c>; <c>bytes</c> are told in megabytes.</param>
    /// <param name="work">The work.</param>
    public static async Task<T> RunAsync<T>(string title, string unit, Func<Listener, Task<T>> work)
    {
        if (Console.IsErrorRedirected)
            return await work(new PlainProgress(Console.Error, TimeProvider.System, title, unit).Tell).ConfigureAwait(false);
        return await Terminal.Progress()
            .AutoClear(enabled: true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RateColumn(unit), new RemainingTimeColumn())
            .StartAsync(context => work(Shown(context, title))).ConfigureAwait(false);
    }

    /// <summary>Runs work that cannot tell how far it is: a terminal shows that it goes on, and for how long.</summary>
    public static async Task<T> RunAsync<T>(string title, Func<Task<T>> work)
    {
        if (Console.IsErrorRedirected)
            return await work().ConfigureAwait(false);
        return await Terminal.Progress()
            .AutoClear(enabled: true)
            .Columns(new TaskDescriptionColumn(), new SpinnerColumn(), new ElapsedTimeColumn())
            .StartAsync(context =>
            {
                _ = context.AddTask(Markup.Escape(title)).IsIndeterminate();
                return work();
            }).ConfigureAwait(false);
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
