using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>Remembers which files of archives were refused, until one of them is fetched again and is good.</summary>
internal sealed class FileVerdicts(IQuarantine quarantine, ILogger logger)
{
    /// <summary>No file at all.</summary>
    public static readonly IReadOnlySet<string> None = FrozenSet<string>.Empty;

    /// <summary>The names of the files of a series that were refused.</summary>
    /// <exception cref="StorageException">The quarantine cannot be read.</exception>
    public async Task<IReadOnlySet<string>> CondemnedAsync(Series series, CancellationToken cancellationToken)
    {
        var verdicts = await quarantine.VerdictsAsync(series, cancellationToken).ConfigureAwait(false);
        return verdicts.Count == 0 ? None : verdicts.Select(verdict => verdict.File).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Keeps what an answer tells of files. Done before its bars are written, so that a process that is killed knows it the next time.</summary>
    public async Task KeepAsync(Series series, Collected got, IReadOnlySet<string> condemned, long sourceNowMs, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var (file, reason) in got.BadFiles)
            {
                var keptAs = await quarantine.PutAsync(series, reason, cancellationToken).ConfigureAwait(false);
                logger.FileRefused(series, file.Name, keptAs, reason.Message);
                var verdict = new ArchiveVerdict(file.Name, reason.Found, reason.Expected, sourceNowMs, keptAs);
                await quarantine.CondemnAsync(series, verdict, cancellationToken).ConfigureAwait(false);
            }

            foreach (var file in got.GoodFiles.Where(file => condemned.Contains(file.Name)))
            {
                await quarantine.PardonAsync(series, file.Name, cancellationToken).ConfigureAwait(false);
                logger.FilePardoned(series, file.Name);
            }
        }
        catch (StorageException e)
        {
            // The bars are good all the same; a file without its verdict is fetched and refused once more.
            logger.NotQuarantined(series, e);
        }
    }
}
