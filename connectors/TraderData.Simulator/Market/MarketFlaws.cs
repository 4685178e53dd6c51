namespace TraderData.Simulator;

/// <summary>How often the generated market's minutes are not simply there once they have passed; each in ten thousand, decided by the seed.</summary>
/// <param name="Late">Minutes that show only 2 to 50 minutes after their end.</param>
/// <param name="Changed">Minutes that show other values until 00:45 UTC of the next day, when the exchange corrects them.</param>
/// <param name="Missing">Minutes that never show.</param>
public sealed record MarketFlaws(int Late = 0, int Changed = 0, int Missing = 0);
