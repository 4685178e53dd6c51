using System.Globalization;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Reads which symbols are asked for: one by <c>symbol</c>, or several by <c>symbols</c> where the form of the answer has room for them.</summary>
internal static class BarSymbols
{
    /// <summary>Reads them.</summary>
    /// <param name="values">The query.</param>
    /// <param name="answer">The form of the answer.</param>
    /// <param name="symbol">The symbol, or the first.</param>
    /// <param name="symbols">All, when there may be several; null when there is one.</param>
    /// <returns>The first error; null when there is none.</returns>
    public static ApiError? Read(in QueryValues values, BarAnswer answer, out string symbol, out IReadOnlyList<string>? symbols)
    {
        symbols = null;
        if (values[BarParameters.Symbols] is not { } list)
            return ParameterValues.Symbol(values, answer.Symbol, out symbol);
        symbol = "";
        if (values[answer.Symbol] is not null)
            return Bad("symbol and symbols name the same thing; give one of them");
        var named = list.Split(',');
        if (named.Length > BarParameters.MaxSymbols)
            return Bad(string.Create(CultureInfo.InvariantCulture, $"symbols must be at most {BarParameters.MaxSymbols}, were {named.Length}"));
        for (var i = 0; i < named.Length; i++)
        {
            if (Series.CheckSymbol(named[i]) is { } wrong)
                return Bad(wrong);
            if (named.AsSpan(0, i).Contains(named[i]))
                return Bad($"symbols names {named[i]} twice; name it once");
        }

        (symbol, symbols) = (named[0], named);
        return null;
    }

    private static ApiError Bad(string message) => ApiError.BadParameter(ErrorCodes.BadSymbol, "symbols", message);
}
