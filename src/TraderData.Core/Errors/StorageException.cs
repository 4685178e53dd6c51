namespace TraderData.Core;

/// <summary>Why a store could not do what it was asked.</summary>
public enum StorageErrorKind
{
    /// <summary>The store cannot be reached, or broke off.</summary>
    Unavailable,

    /// <summary>Other writers kept changing the same partition; trying again may help.</summary>
    Conflict,

    /// <summary>The symbol belongs to another source.</summary>
    SymbolTaken,

    /// <summary>The store refuses: permissions, a full disk, a missing container or schema.</summary>
    Refused,

    /// <summary>What is stored is damaged.</summary>
    Damaged,
}

/// <summary>A store could not do what it was asked. The message names the store's object and never holds a secret.</summary>
public sealed class StorageException(StorageErrorKind kind, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Why.</summary>
    public StorageErrorKind Kind { get; } = kind;

    /// <summary>True when the same call may succeed later with nothing changed by a person.</summary>
    public bool IsTransient => Kind is StorageErrorKind.Unavailable or StorageErrorKind.Conflict;
}
