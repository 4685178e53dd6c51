namespace TraderData.Api;

/// <summary>A parameter that an endpoint takes in its query: what is read, and what the OpenAPI document says of it.</summary>
/// <param name="Name">Its name, as it stands in the query.</param>
/// <param name="Description">What it means, for people.</param>
/// <param name="Example">A value that works; null when none would outside its query.</param>
internal sealed record Parameter(string Name, string Description, string? Example)
{
    /// <summary>The endpoint refuses a query without it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>The values it may have, when they are few.</summary>
    public IReadOnlyList<string>? Choices { get; init; }

    /// <summary>The least and greatest whole number it may be, and what it is when absent; null when it is text.</summary>
    public (int Least, int Greatest, int Default)? Number { get; init; }

    /// <summary>What it is when absent, as text; null when that is not one value.</summary>
    public string? Default { get; init; }
}
