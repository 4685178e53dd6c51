using System.Globalization;
using System.Text;

namespace TraderData.Marketplace;

/// <summary>Text of a provider, which anybody may have written, as it can be kept and shown.</summary>
public static class ProviderText
{
    /// <summary>The longest text that is kept, in characters: a message and some lines of where it came from.</summary>
    public const int MaxLength = 1_000;

    /// <summary>The beginning of a text without what is not seen: each control character becomes a space, half a surrogate pair U+FFFD.</summary>
    /// <returns>Null when nothing is left.</returns>
    public static string? Clean(string? text, int maxLength = MaxLength)
    {
        var clean = new StringBuilder();
        foreach (var rune in (text ?? "").EnumerateRunes())
        {
            if (clean.Length + rune.Utf16SequenceLength > maxLength)
                break;
            clean.Append(IsSeen(rune) ? rune.ToString() : " ");
        }

        return clean.ToString().Trim() is { Length: > 0 } left ? left : null;
    }

    // Marks that turn the direction of what follows are no letters either.
    private static bool IsSeen(Rune rune) => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse);
}
