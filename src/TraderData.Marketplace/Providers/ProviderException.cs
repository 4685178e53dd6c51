namespace TraderData.Marketplace;

/// <summary>Why a provider of machines did not do what it was asked.</summary>
public enum ProviderErrorKind
{
    /// <summary>It cannot be reached: nothing was sent.</summary>
    Unreachable,

    /// <summary>It answered that it cannot now: nothing was done, and the same request may go through later.</summary>
    Busy,

    /// <summary>It was sent, and no answer came that can be read: nobody knows whether it was done.</summary>
    Unclear,

    /// <summary>The key is wrong, or its account may not, or cannot pay for, what is asked.</summary>
    Unauthorized,

    /// <summary>There is nothing under that id.</summary>
    NotFound,

    /// <summary>It does not take the request, now or later.</summary>
    Refused,
}

/// <summary>A provider did not do what it was asked. The message names the request and the setting to look at, never a key, a link or what the provider wrote.</summary>
/// <param name="kind">Why.</param>
/// <param name="message">What was asked, what came back, and what to look at.</param>
/// <param name="said">What the provider wrote, in at most <see cref="ProviderText.MaxLength"/> characters, for whom the request was made for and nobody else; null when it wrote nothing.</param>
/// <param name="inner">The cause; null when there is none.</param>
public sealed class ProviderException(ProviderErrorKind kind, string message, string? said = null, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Why.</summary>
    public ProviderErrorKind Kind { get; } = kind;

    /// <summary>What the provider wrote; it may repeat what it was sent. Null when it wrote nothing.</summary>
    public string? Said { get; } = said;

    /// <summary>True when it is for the operator to mend, and the request itself may be right.</summary>
    public bool IsOfTheOperator => Kind is ProviderErrorKind.Unauthorized or ProviderErrorKind.NotFound;
}
