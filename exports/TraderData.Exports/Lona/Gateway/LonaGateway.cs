using System.Globalization;
using System.Text.Json;

namespace TraderData.Exports;

/// <summary>
/// Symbols at Lona's gateway: uploads, lists and deletes them. What can be repeated is, after faults that pass by themselves; an upload is sent once, as
/// nobody knows of one whose answer was lost whether it was taken.
/// </summary>
public sealed class LonaGateway : IDisposable
{
    private const string Path = "/api/v1/symbols";
    private const int PageSize = 100;

    // A gateway that always has one page more must not keep us for ever.
    private const int MaxPages = 1_000;

    private readonly LonaHttp _http;

    /// <summary>Makes a client; asks nothing yet.</summary>
    /// <param name="options">Where and as whom.</param>
    /// <param name="time">The clock that waits and time limits run on.</param>
    public LonaGateway(LonaGatewayOptions options, TimeProvider time) => _http = new LonaHttp(options, time);

    /// <summary>Uploads a file, and asks for it again.</summary>
    /// <param name="upload">What it is.</param>
    /// <param name="file">The file, in <see cref="LonaUpload.Layout"/>; read to its end, and left open.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The symbol as the gateway has it.</returns>
    /// <exception cref="LonaGatewayException">It was not taken, or it is not known whether it was.</exception>
    public async Task<LonaSymbol> UploadAsync(LonaUpload upload, Stream file, CancellationToken cancellationToken)
    {
        using var body = upload.Body(file);
        var answer = await _http.UploadAsync(Path, upload.Name, body, cancellationToken).ConfigureAwait(false);
        var id = Read(Path, () => LonaSymbol.Read(answer.GetProperty("data")).Id);
        return await GetAsync(id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A symbol.</summary>
    /// <exception cref="LonaGatewayException">There is none, or the gateway cannot be asked.</exception>
    public async Task<LonaSymbol> GetAsync(string id, CancellationToken cancellationToken)
    {
        var path = $"{Path}/{Uri.EscapeDataString(id)}";
        var answer = await _http.GetAsync(path, cancellationToken).ConfigureAwait(false);
        // Some answer with the symbol itself, some with its fields alone.
        return Read(path, () => answer.GetProperty("data") is { ValueKind: JsonValueKind.Object } data && data.TryGetProperty("id", out _)
            ? LonaSymbol.Read(data)
            : throw new FormatException("no symbol"));
    }

    /// <summary>All symbols, as the gateway orders them.</summary>
    /// <exception cref="LonaGatewayException">The gateway cannot be asked, or refuses.</exception>
    public async IAsyncEnumerable<LonaSymbol> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var skip = 0;
        for (var page = 0; page < MaxPages; page++)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"{Path}?skip={skip}&limit={PageSize}");
            var answer = await _http.GetAsync(path, cancellationToken).ConfigureAwait(false);
            var (symbols, hasNext) = Read(path, () =>
            {
                var data = answer.GetProperty("data");
                return (data.GetProperty("items").EnumerateArray().Select(LonaSymbol.Read).ToList(), data.GetProperty("has_next").GetBoolean());
            });
            foreach (var symbol in symbols)
                yield return symbol;
            if (!hasNext || symbols.Count == 0)
                yield break;
            skip += symbols.Count;
        }
    }

    /// <summary>The symbol of a name; null when there is none.</summary>
    /// <exception cref="LonaGatewayException">The gateway cannot be asked, or refuses.</exception>
    public async Task<LonaSymbol?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await foreach (var symbol in ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (symbol.Name == name)
                return symbol;
        }

        return null;
    }

    /// <summary>Deletes a symbol. One that a first try deleted, whose answer was lost, counts as deleted.</summary>
    /// <exception cref="LonaGatewayException">There is none, or the gateway cannot be asked, or refuses.</exception>
    public Task DeleteAsync(string id, CancellationToken cancellationToken) => _http.DeleteAsync($"{Path}/{Uri.EscapeDataString(id)}", cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static T Read<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new LonaGatewayException(200, $"Lona's gateway answered {path} with another shape than it should ({e.Message}): look whether LONA_GATEWAY_URL is the gateway's address", e);
        }
    }
}
