using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Connectors.Binance;

/// <summary>
/// Binance's archives of spot klines: zip files of CSV, one for each day and each month of a symbol and interval, each with its sha256 in a file beside it.
/// Nothing of a file is believed before its checksum is.
/// </summary>
public sealed class BinanceArchive : IBarArchive
{
    private const int RequestWeight = 1;

    private readonly SourceHttp _http;
    private readonly ILogger _logger;

    /// <summary>Makes one.</summary>
    /// <param name="http">See <see cref="SourceHttpClient.Create"/>.</param>
    /// <param name="options">Where the archives are.</param>
    /// <param name="budget">What may be asked of their host; not that of the API, whose weight files do not count in.</param>
    /// <param name="time">Runs waits.</param>
    /// <param name="logger">Hears of retries and refused files.</param>
    public BinanceArchive(HttpClient http, BinanceArchiveOptions options, SourceBudget budget, TimeProvider time, ILogger<BinanceArchive> logger)
    {
        _http = new SourceHttp(http, options.BaseUrl, budget, new ArchiveDialect(), options.Http, time, logger);
        _logger = logger;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ArchiveFile> FilesOf(Series series, TimeRange range) => ArchiveFiles.Of(series, range);

    /// <inheritdoc/>
    public async Task<BarPage?> ReadAsync(ArchiveFile file, long sourceNowMs, CancellationToken cancellationToken)
    {
        try
        {
            var path = ArchiveFiles.PathOf(file);
            var sha256 = await AskChecksumAsync(path, file, cancellationToken);
            using var zip = await _http.GetAsync(path, RequestWeight, cancellationToken);
            Check(zip.Utf8, sha256, file);
            using var stream = zip.OpenRead();
            var page = KlineZip.Read(stream, file, sourceNowMs);
            return new BarPage(page.Bars, new TimeRange(file.Range.StartMs, page.FirstOpenMs ?? file.Range.EndMs));
        }
        catch (SourceException e) when (e.Kind == SourceErrorKind.NotFound)
        {
            return null;
        }
        catch (BadDataException e)
        {
            _logger.PageRefused(e.Message);
            throw;
        }
    }

    private async Task<string> AskChecksumAsync(string path, ArchiveFile file, CancellationToken cancellationToken)
    {
        using var answer = await _http.GetAsync($"{path}.CHECKSUM", RequestWeight, cancellationToken);
        return ChecksumFile.Parse(answer.Utf8, file);
    }

    private static void Check(ReadOnlySpan<byte> zip, string expected, ArchiveFile file)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(zip));
        if (sha256 != expected)
            throw new BadDataException($"{file.Series} {file.Name}", $"sha256 {sha256} of {zip.Length} bytes", $"{expected}, which its checksum file says");
    }
}
