namespace TraderData.Exports;

/// <summary>Lona's gateway did not do what it was asked for. The message says what to do, and holds no secret.</summary>
/// <param name="status">The HTTP status; null when there was no answer.</param>
/// <param name="message">What happened, and what to do.</param>
/// <param name="inner">The cause; null when there is none.</param>
public sealed class LonaGatewayException(int? status, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The HTTP status; null when there was no answer.</summary>
    public int? Status { get; } = status;

    /// <summary>True when the name is taken by another symbol.</summary>
    public bool IsNameTaken => Status == 409;
}
