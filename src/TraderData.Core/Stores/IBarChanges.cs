namespace TraderData.Core;

/// <summary>Tells whoever follows a series that bars of it were written, by this process or by another.</summary>
public interface IBarChanges
{
    /// <summary>How long a write of another process may go untold by now: who follows a series looks into the store that often as well.</summary>
    TimeSpan LookEvery { get; }

    /// <summary>Has a callback called after each write that may have changed bars of a series, until the result is disposed.</summary>
    /// <param name="series">The series, as it is held.</param>
    /// <param name="changed">Called on any thread, when a read shows what was written. Must be quick and must not throw.</param>
    IDisposable Follow(Series series, Action changed);
}
