using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// Refused texts as <c>quarantine/{source}/{symbol}/{timeframe}/{hash}.json</c>. The name follows from the content, so that the same refusal, however
/// often it comes, is one file. A text is at most 1,000 characters long (<see cref="BadDataException.Text"/>), and so is each reason kept. Verdicts on files
/// of archives stand below, <c>…/{timeframe}/archives/{file}.json</c>.
/// </summary>
internal sealed class BlobQuarantine(IBlobs blobs) : IQuarantine
{
    private const int MaxReason = 1_000;

    internal static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <inheritdoc/>
    public async Task<string> PutAsync(Series series, BadDataException reason, CancellationToken cancellationToken)
    {
        var content = Encode(series, reason);
        var hash = Convert.ToHexStringLower(SHA256.HashData(content), 0, 12);
        var name = $"{FolderOf(series)}{hash}.json";
        await blobs.UpdateAsync(name, present => present is null ? content : null, cancellationToken);
        return name;
    }

    /// <inheritdoc/>
    public Task CondemnAsync(Series series, ArchiveVerdict verdict, CancellationToken cancellationToken) =>
        blobs.UpdateAsync(NameOf(series, verdict.File), _ => VerdictFile.Encode(verdict), cancellationToken);

    /// <inheritdoc/>
    public Task PardonAsync(Series series, string file, CancellationToken cancellationToken) => blobs.DeleteAsync(NameOf(series, file), cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ArchiveVerdict>> VerdictsAsync(Series series, CancellationToken cancellationToken)
    {
        var verdicts = new List<ArchiveVerdict>();
        foreach (var blob in await blobs.ListAsync($"{FolderOf(series)}archives/", cancellationToken))
        {
            using var content = await blobs.ReadAsync(blob.Name, cancellationToken);
            if (content is not null)
                verdicts.Add(VerdictFile.Decode(blob.Name, content.Bytes));
        }

        return verdicts;
    }

    /// <summary>A reason in a readable length.</summary>
    internal static string Cut(string text) => text.Length <= MaxReason ? text : text[..MaxReason] + "…";

    private static string FolderOf(Series series) => $"quarantine/{series.Source}/{SymbolText.Encode(series.Symbol)}/{series.Timeframe}/";

    private static string NameOf(Series series, string file) => $"{FolderOf(series)}archives/{Uri.EscapeDataString(file)}.json";

    private static byte[] Encode(Series series, BadDataException reason)
    {
        var output = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(output, Layout))
        {
            json.WriteStartObject();
            json.WriteString("series", series.ToString());
            json.WriteString("where", Cut(reason.Where));
            json.WriteString("found", Cut(reason.Found));
            json.WriteString("expected", Cut(reason.Expected));
            json.WriteString("text", reason.Text);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        return output.WrittenSpan.ToArray();
    }
}
