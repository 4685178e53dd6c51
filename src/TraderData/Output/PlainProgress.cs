using System.Globalization;

namespace TraderData.Cli;

/// <summary>Progress as lines, for logs and pipes: none for what takes seconds, then one every while.</summary>
internal sealed class PlainProgress(TextWriter output, TimeProvider time, string title, string unit)
{
    // Whoever reads a log wants to know that it goes on, not each step.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly long _began = time.GetTimestamp();
    private long _told = time.GetTimestamp();

    /// <summary>Is told how far something is.</summary>
    public void Tell(string name, long done, long total)
    {
        lock (_gate)
        {
            if (time.GetElapsedTime(_told) < Pause)
                return;
            _told = time.GetTimestamp();
            output.WriteLine(Line(name, done, total, time.GetElapsedTime(_began)));
        }
    }

    private string Line(string name, long done, long total, TimeSpan elapsed)
    {
        var rate = done / elapsed.TotalSeconds;
        var share = total > 0 ? string.Create(CultureInfo.InvariantCulture, $"{100.0 * done / total:N0} %, ") : "";
        var left = total > done && rate > 0 ? $", {TimeSpan.FromSeconds(Math.Min((total - done) / rate, TimeSpan.MaxValue.TotalSeconds / 2)):d\\.hh\\:mm\\:ss} left" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{title} {name}: {share}{RateColumn.Of(rate, unit)}{left}");
    }
}
