namespace TraderData.Rounds;

/// <summary>A column of a round's data files, as the manifest tells of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type"><c>string</c>, <c>int64</c>, <c>int32</c>, <c>decimal</c> or <c>double</c>.</param>
/// <param name="Unit">What its values are in.</param>
/// <param name="Description">One line.</param>
public sealed record RoundColumn(string Name, string Type, string Unit, string Description);
