using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TraderData.Marketplace;

namespace TraderData.Api;

/// <summary>Takes signals, or consensus, of both generations of writers: an object of the first is answered 204, an array of the second with how many were stored.</summary>
internal sealed class SignalEndpoints(SignalKind kind, IMarketplaceStore store, TimeProvider time)
{
    private const int MaxKeyLength = 200;

    public async Task StoreAsync(HttpContext context)
    {
        var (body, error) = await JsonBody.ReadAsync(context);
        using (body)
        {
            if (body is not null)
                error = await StoreAsync(context, body.RootElement);
        }

        if (error is not null)
            await ErrorAnswer.WriteAsync(context, error);
    }

    private async Task<ApiError?> StoreAsync(HttpContext context, JsonElement body)
    {
        if (ReadKey(context.Request.Headers, out var key) is { } wrong)
            return wrong;
        if (body.ValueKind == JsonValueKind.Array && body.GetArrayLength() > SignalBatch.MaxSignals)
        {
            return new ApiError(
                StatusCodes.Status413PayloadTooLarge, ErrorCodes.BodyTooLarge, $"a request may have at most {SignalBatch.MaxSignals} signals, had {body.GetArrayLength()}; send them in several requests");
        }

        var caller = context.Caller();
        var reader = new SignalReader(kind, caller);
        var signals = reader.Read(body);
        if (reader.Error is { } error)
            return error;
        var batch = new SignalBatch(kind, caller.Token.DeploymentId ?? caller.Vendor.Id, key, signals, MarketplaceTime.Now(time));
        var receipt = await store.AcceptAsync(batch, context.RequestAborted);
        if (body.ValueKind == JsonValueKind.Array)
            await MarketAnswer.WriteAsync(context, new StoredData(receipt.Stored));
        else
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        return null;
    }

    // Each generation has a name of its own for it.
    private static ApiError? ReadKey(IHeaderDictionary headers, out string? key)
    {
        key = headers["x-idempotency-key"] is { Count: > 0 } theirs ? theirs[0] : headers["Idempotency-Key"].FirstOrDefault();
        key = string.IsNullOrEmpty(key) ? null : key;
        return key is null || (key.Length <= MaxKeyLength && key.All(c => c is >= ' ' and <= '~'))
            ? null
            : Fields.ErrorOf([new FieldFault("x-idempotency-key", $"must have at most {MaxKeyLength} printable ASCII characters")]);
    }
}
