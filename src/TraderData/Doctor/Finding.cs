namespace TraderData.Cli;

/// <summary>How a check came out.</summary>
internal enum Health
{
    /// <summary>It is as it should be.</summary>
    Ok,

    /// <summary>It works, but a person should know.</summary>
    Warning,

    /// <summary>It does not work.</summary>
    Failed,
}

/// <summary>What one check of <c>doctor</c> found.</summary>
/// <param name="Check">Its name.</param>
/// <param name="Health">How it came out.</param>
/// <param name="Text">What was found, with the value that is wrong. Holds no secret.</param>
/// <param name="Remedy">What to do; null where there is nothing to do, or the text tells.</param>
internal sealed record Finding(string Check, Health Health, string Text, string? Remedy = null)
{
    public static Finding Ok(string check, string text) => new(check, Health.Ok, text);

    public static Finding Warning(string check, string text, string remedy) => new(check, Health.Warning, text, remedy);

    public static Finding Failed(string check, string text, string remedy) => new(check, Health.Failed, text, remedy);
}
