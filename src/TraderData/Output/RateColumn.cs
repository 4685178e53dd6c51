using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace TraderData.Cli;

/// <summary>How much is done in a second.</summary>
internal sealed class RateColumn(string unit) : ProgressColumn
{
    /// <inheritdoc/>
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
        new Text(task.Speed is { } speed and > 0 ? Of(speed, unit) : "");

    /// <summary><c>1,234 bars/s</c>, <c>0.4 chunks/s</c>, <c>12.3 MB/s</c>.</summary>
    public static string Of(double perSecond, string unit) => unit == "bytes"
        ? string.Create(CultureInfo.InvariantCulture, $"{perSecond / 1_000_000:N1} MB/s")
        : string.Create(CultureInfo.InvariantCulture, $"{perSecond.ToString(perSecond < 9.95 ? "N1" : "N0", CultureInfo.InvariantCulture)} {unit}/s");
}
