namespace TraderData.Cli;

/// <summary>What the program ends with.</summary>
internal static class ExitCode
{
    /// <summary>Everything that was asked for was done.</summary>
    public const int Ok = 0;

    /// <summary>It could not be done; the message tells why.</summary>
    public const int Failed = 1;

    /// <summary>The command line or a setting is wrong; nothing was begun.</summary>
    public const int Misuse = 2;

    /// <summary>It was done, but bars are missing.</summary>
    public const int Incomplete = 3;

    /// <summary>Ctrl-C (SIGINT) ended it before it was done.</summary>
    public const int Interrupted = 130;

    /// <summary>SIGTERM ended it before it was done.</summary>
    public const int Terminated = 143;
}

/// <summary>The command line or a setting is wrong. The message names the value and what would be right.</summary>
internal sealed class MisuseException(string message, Exception? inner = null) : Exception(message, inner);
