namespace TraderData.Testing;

/// <summary>A real server or tool that tests need cannot be had. Tests fail by it; they are never skipped.</summary>
public sealed class TestServerException(string message, Exception? inner = null) : Exception(message, inner);
