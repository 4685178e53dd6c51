namespace TraderData.Rounds;

/// <summary>The first thing that is wrong with a round.</summary>
/// <param name="Where">The file.</param>
/// <param name="What">What is wrong.</param>
/// <param name="Remedy">What to do.</param>
public sealed record RoundFault(string Where, string What, string Remedy)
{
    internal const string PullAgain = "pull the round again; if that does not help, do not use it and tell who publishes it";

    /// <summary><c>train.csv: … (remedy)</c>.</summary>
    public override string ToString() => $"{Where}: {What} ({Remedy})";
}
