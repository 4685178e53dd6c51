using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Benchmarks;

/// <summary>One contestant of <c>compare/parts.sh</c>: some work on generated bars, measured alone in a process of its own.</summary>
internal abstract class Part(PartFolder folder)
{
    // Processor time: a busy machine takes longer to compile, too.
    private static readonly TimeSpan Warmup = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWarmup = TimeSpan.FromSeconds(30);

    private TimeSpan _elapsed;
    private TimeSpan _cpu;
    private long _allocated;

    /// <summary>Where the work's data lies.</summary>
    protected PartFolder Folder { get; } = folder;

    /// <summary>The work, as <c>compare/report.mjs</c> names it.</summary>
    public abstract string Work { get; }

    /// <summary>Who does it: "ours", or the rival's name.</summary>
    public virtual string Who => "ours";

    /// <summary>What <see cref="Amount"/> counts, a second.</summary>
    public virtual string Unit => "rows/s";

    /// <summary>How many bars one run handles.</summary>
    public virtual long Rows => Folder.Rows;

    /// <summary>How much one run handles, in <see cref="Unit"/>s.</summary>
    public virtual double Amount => Rows;

    /// <summary>Bytes a row of the block's own columns, which a run makes and which are not counted as allocated.</summary>
    public virtual int ColumnBytes => 0;

    /// <summary>One run, and what it came to; what is only for the answer stands outside of <see cref="TimeAsync(Func{Task})"/>.</summary>
    public abstract Task<string> RunAsync();

    /// <summary>Warms up, measures one run, and prints it as a line of JSON.</summary>
    public async Task MeasureAsync(int run)
    {
        // Hot code is compiled anew on the side, in stages that each wait for a tenth of a second of quiet; the next call takes it into use.
        var start = Environment.CpuUsage.TotalTime;
        TimeSpan passed;
        long compiled;
        do
        {
            compiled = JitInfo.GetCompiledMethodCount();
            _ = await RunAsync();
            await Task.Delay(150);
            passed = Environment.CpuUsage.TotalTime - start;
        }
        while (passed < Warmup || (passed < LongestWarmup && JitInfo.GetCompiledMethodCount() > compiled));

        GC.Collect();
        var answer = await RunAsync();
        Print(Work, Who, run, Amount / _elapsed.TotalSeconds, Unit, "higher", answer, (_allocated / (double)Rows) - ColumnBytes, Amount / _cpu.TotalSeconds);
    }

    /// <summary>Does the timed part of a run, and counts what it allocates.</summary>
    protected async Task TimeAsync(Func<Task> work)
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        await work();
        _elapsed = Stopwatch.GetElapsedTime(start);
        _cpu = Environment.CpuUsage.TotalTime - cpu;
        _allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    /// <inheritdoc cref="TimeAsync(Func{Task})"/>
    protected Task TimeAsync(Action work) => TimeAsync(() =>
    {
        work();
        return Task.CompletedTask;
    });

    /// <summary>Prints a measurement as <c>compare/report.mjs</c> reads it.</summary>
    public static void Print(string work, string who, int run, double value, string unit, string better, string answer, double? allocated = null, double? cpu = null)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("work", work);
            json.WriteString("who", who);
            json.WriteNumber("run", run);
            json.WriteNumber("value", value);
            json.WriteString("unit", unit);
            json.WriteString("better", better);
            json.WriteString("answer", answer);
            if (allocated is { } bytes)
                json.WriteNumber("allocated", Math.Round(bytes, 3));
            if (cpu is { } byProcessor)
                json.WriteNumber("cpu", byProcessor);
            json.WriteEndObject();
        }

        Console.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    /// <summary>The number of bars and the sum of each column: equal when the bars are, for all that matters here.</summary>
    protected static string Sums(IEnumerable<BarBlock> blocks)
    {
        Span<Int128> sums = stackalloc Int128[6];
        long rows = 0;
        foreach (var block in blocks)
        {
            rows += block.Count;
            sums[0] += Sum(block.Times);
            sums[1] += Sum(block.Opens);
            sums[2] += Sum(block.Highs);
            sums[3] += Sum(block.Lows);
            sums[4] += Sum(block.Closes);
            sums[5] += Sum(block.Volumes);
        }

        return SumsText(rows, sums);
    }

    /// <inheritdoc cref="Sums"/>
    protected static string SumsText(long rows, ReadOnlySpan<Int128> sums) =>
        string.Create(CultureInfo.InvariantCulture, $"{rows} {sums[0]} {sums[1]} {sums[2]} {sums[3]} {sums[4]} {sums[5]}");

    /// <summary>The sum of some minutes; a decade of them, each below 10^12, stays within 64 bits.</summary>
    protected static Int128 Sum(ReadOnlySpan<long> values)
    {
        long sum = 0;
        foreach (var value in values)
            sum = checked(sum + value);
        return sum;
    }
}
