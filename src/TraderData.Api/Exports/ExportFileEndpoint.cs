using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using TraderData.Exports;

namespace TraderData.Api;

/// <summary>Gives the file of an export, its checksum or its manifest: whole, or the ranges that are asked for.</summary>
internal sealed class ExportFileEndpoint(ExportDesk desk)
{
    private const string File = "file";

    private static readonly string[] SideFiles = ["", ".sha256", ".manifest.json"];

    /// <summary><c>GET /api/exports/{id}/file</c>, <c>…/file.sha256</c> and <c>…/file.manifest.json</c>.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        var (id, name) = ((string)context.Request.RouteValues["id"]!, (string)context.Request.RouteValues["file"]!);
        if (Array.Find(SideFiles, side => name == File + side) is not { } sideFile)
        {
            await ErrorAnswer.WriteAsync(context, new ApiError(
                StatusCodes.Status404NotFound, ErrorCodes.NotFound, $"an export has no '{ApiError.Shown(name)}', but {string.Join(", ", SideFiles.Select(side => File + side))}"));
            return;
        }

        if (await desk.FindAsync(id, context.RequestAborted) is not { } record)
        {
            await ErrorAnswer.WriteAsync(context, ExportEndpoints.Unknown(id));
            return;
        }

        if (record.State != ExportState.Done || await desk.OpenAsync(record.Order, sideFile, context.RequestAborted) is not { } content)
        {
            var why = record.State == ExportState.Done ? "its file was removed: ask for it again" : $"GET /api/exports/{id} tells how it stands";
            await ErrorAnswer.WriteAsync(context, new ApiError(StatusCodes.Status404NotFound, ErrorCodes.NotFound, $"the export {id} has no file: {why}"));
            return;
        }

        context.Response.Headers.CacheControl = "private";
        // The same order is the same file.
        var tag = new EntityTagHeaderValue($"\"{id}{sideFile}\"");
        await TypedResults.Stream(content, TypeOf(record.Order.Layout.Format, sideFile), record.Order.FileName + sideFile, entityTag: tag, enableRangeProcessing: true).ExecuteAsync(context);
    }

    private static string TypeOf(LonaFormat format, string sideFile) => (format, sideFile) switch
    {
        (_, ".sha256") => "text/plain; charset=utf-8",
        (LonaFormat.Csv, "") => "text/csv; charset=utf-8",
        _ => JsonAnswer.ContentType,
    };
}
