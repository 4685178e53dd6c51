using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace TraderData.EndToEnd.Tests;

/// <summary><c>mp data pull</c>: asks for links, and downloads one after another.</summary>
internal sealed partial class MpDownload(MpClient client, MpScript script, SecretBook secrets)
{
    private const string Manifest = "manifest.json";
    private const int PartialContent = 206;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Asks for links to a round's files. They stand in the envelope and, the same, beside it.</summary>
    /// <param name="round">The round's id, or <c>current</c>.</param>
    /// <returns>The links by the names of their files.</returns>
    public async Task<Dictionary<string, string>> LinksAsync(string round)
    {
        var answer = await client.SendAsync(script["key"], "POST", "/api/datasets/signed-urls", $$"""{"round_id":"{{round}}"}""");
        var top = answer.Json;
        foreach (var field in (string[])["urls", "round_id", "ttl_seconds"])
            Assert.Equal(answer.Data.GetProperty(field).GetRawText(), top.GetProperty(field).GetRawText());
        var links = answer.Data.GetProperty("urls").EnumerateArray().ToDictionary(url => MpContract.Text(url, "name")!, url => MpContract.Text(url, "url")!);
        foreach (var (name, link) in links)
            secrets.Add("the signature of a link", CheckLink(name, new Uri(link)));
        return links;
    }

    /// <summary>Downloads every file of a round, in two halves where it is large, and compares it with the manifest that came with it.</summary>
    /// <param name="links">The links by name.</param>
    /// <param name="folder">Where the files go.</param>
    public async Task PullAsync(IReadOnlyDictionary<string, string> links, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, link) in links)
        {
            var (status, bytes) = await client.DownloadAsync(new Uri(link));
            Assert.True(status == 200, $"{name}: {status}");
            await File.WriteAllBytesAsync(Path.Combine(folder, name), bytes, Cancellation);
        }

        using var manifest = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, Manifest), Cancellation));
        var listed = manifest.RootElement.GetProperty("files").EnumerateArray().ToList();
        Assert.Equal(links.Keys.Except([Manifest, "manifest.jws"]).Order(StringComparer.Ordinal), listed.Select(file => MpContract.Text(file, "name")!).Order(StringComparer.Ordinal));
        foreach (var file in listed)
        {
            var bytes = await File.ReadAllBytesAsync(Path.Combine(folder, MpContract.Text(file, "name")!), Cancellation);
            Assert.Equal((file.GetProperty("size_bytes").GetInt64(), MpContract.Text(file, "sha256")), (bytes.LongLength, Convert.ToHexStringLower(SHA256.HashData(bytes))));
        }
    }

    /// <summary>A download that broke off is gone on with.</summary>
    public async Task ResumeAsync(string link, byte[] whole)
    {
        var half = whole.Length / 2;
        var (status, rest) = await client.DownloadAsync(new Uri(link), new RangeHeaderValue(half, null));
        Assert.Equal(PartialContent, status);
        Assert.Equal(whole[half..], rest);
    }

    /// <summary>A link that was changed, is over, or is another file's opens nothing.</summary>
    /// <param name="link">A link to <c>test.csv</c> that opens it.</param>
    /// <param name="expired">One that was signed as it is and is over.</param>
    public async Task CheckLinksAsync(string link, string expired)
    {
        Assert.Equal(200, (await client.DownloadAsync(new Uri(link))).Status);
        string[] changed =
        [
            link[..^1] + (link[^1] == '0' ? '1' : '0'),
            link[..^2],
            link.Replace("exp=", "exp=9", StringComparison.Ordinal),
            Expiry().Replace(link, match => $"exp={long.Parse(match.Groups["seconds"].Value, System.Globalization.CultureInfo.InvariantCulture) + 1}"),
            link.Split('?')[0],
            link.Replace("test.csv", "train.csv", StringComparison.Ordinal),
            link.Replace("test.csv", "..%2Findex.json", StringComparison.Ordinal),
            link.Replace(script["round"], script["old_round"], StringComparison.Ordinal),
        ];
        foreach (var url in changed)
            (await client.FollowAsync(url)).MustFail(403, "FORBIDDEN", "the link is not valid");
        (await client.FollowAsync(expired)).MustFail(403, "FORBIDDEN", "the link has expired");
    }

    /// <summary>The signature of a link that is as the command line and a trainer's template need it.</summary>
    private string CheckLink(string name, Uri link)
    {
        Assert.Equal(client.Address.Authority, link.Authority);
        Assert.Matches("^[A-Za-z0-9._-]+$", name);
        // A template finds what a file is for by these words in its address.
        Assert.DoesNotMatch("train|val|test", link.AbsolutePath.Replace(name, "", StringComparison.Ordinal));
        var signature = Signature().Match(link.Query).Groups["hex"].Value;
        Assert.NotEmpty(signature);
        return signature;
    }

    [GeneratedRegex("[?&]sig=(?<hex>[0-9a-f]{64})$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Signature();

    [GeneratedRegex("exp=(?<seconds>[0-9]+)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Expiry();
}
