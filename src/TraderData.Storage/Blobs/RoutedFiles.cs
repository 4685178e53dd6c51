using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Files beside the lake, of which those below <c>exports/</c> are in a container of their own, without that folder in their names.</summary>
/// <param name="lake">Has all others.</param>
/// <param name="exports">Has the exports.</param>
internal sealed class RoutedFiles(IFileStore lake, IFileStore exports) : IFileStore
{
    private const string Folder = "exports/";

    /// <inheritdoc/>
    public Task WriteAsync(string name, bool overwrite, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken) =>
        Of(name, out var there).WriteAsync(there, overwrite, write, cancellationToken);

    /// <inheritdoc/>
    public Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken) => Of(name, out var there).OpenReadAsync(there, cancellationToken);

    /// <inheritdoc/>
    public Uri? LinkTo(string name, DateTimeOffset endsAt) => Of(name, out var there).LinkTo(there, endsAt);

    /// <inheritdoc/>
    public Task ChangeAsync(string name, Func<ReadOnlyMemory<byte>?, byte[]?> change, CancellationToken cancellationToken) =>
        Of(name, out var there).ChangeAsync(there, change, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(string name, CancellationToken cancellationToken) => Of(name, out var there).DeleteAsync(there, cancellationToken);

    private IFileStore Of(string name, out string there)
    {
        var isExport = name.StartsWith(Folder, StringComparison.Ordinal) && name.Length > Folder.Length;
        there = isExport ? name[Folder.Length..] : name;
        return isExport ? exports : lake;
    }
}
