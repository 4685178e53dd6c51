namespace TraderData.Rounds;

/// <summary>Text from outside, as a message may show it.</summary>
internal static class Shown
{
    private const int MaxLength = 80;

    /// <summary>Without control characters, and no longer than a line can be.</summary>
    public static string Of(string text)
    {
        var clean = string.Concat(text.Take(MaxLength + 1).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
        return clean.Length <= MaxLength ? clean : clean[..MaxLength] + "…";
    }
}
