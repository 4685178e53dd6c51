using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;

namespace TraderData.Storage;

/// <summary>
/// Makes links to single blobs: signed with the account's key where the client has it, and otherwise with a key that Azure hands out to an identity for some days (user delegation; role Storage
/// Blob Delegator, which Storage Blob Data Contributor includes). Safe for use by many threads.
/// </summary>
/// <param name="account">The account.</param>
/// <param name="time">The clock that a key's end is told by.</param>
internal sealed class AzureLinks(BlobServiceClient account, TimeProvider time)
{
    // Azure hands none out for longer.
    private static readonly TimeSpan LongestKey = TimeSpan.FromDays(7);

    // One request a day, and not one for each link.
    private static readonly TimeSpan UsualKey = TimeSpan.FromDays(1);

    // As far as the clocks of both may be apart.
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private UserDelegationKey? _key;

    /// <summary>A link by which whoever has it can read a blob, and nothing else, until it ends.</summary>
    /// <exception cref="Azure.RequestFailedException">Azure hands out no key.</exception>
    public Uri LinkTo(BlockBlobClient blob, DateTimeOffset endsAt)
    {
        if (blob.CanGenerateSasUri)
            return blob.GenerateSasUri(BlobSasPermissions.Read, endsAt);
        var sas = new BlobSasBuilder(BlobSasPermissions.Read, endsAt) { BlobContainerName = blob.BlobContainerName, BlobName = blob.Name, Resource = "b" };
        return new BlobUriBuilder(blob.Uri) { Sas = sas.ToSasQueryParameters(KeyUntil(endsAt), blob.AccountName) }.ToUri();
    }

    // A link cannot outlive its key.
    private UserDelegationKey KeyUntil(DateTimeOffset endsAt)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            if (_key is { } known && known.SignedExpiresOn >= endsAt && known.SignedExpiresOn > now)
                return known;
            var until = endsAt + Slack > now + UsualKey ? endsAt + Slack : now + UsualKey;
            return _key = account.GetUserDelegationKey(now - Slack, until < now + LongestKey ? until : now + LongestKey).Value;
        }
    }
}
