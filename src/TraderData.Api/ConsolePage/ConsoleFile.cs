using System.Security.Cryptography;

namespace TraderData.Api;

/// <summary>A file of the console, as it stands in the assembly: plain, and compressed when it was built.</summary>
/// <param name="ContentType">What stands in <c>Content-Type</c>.</param>
/// <param name="Digest">What its ETag is made of.</param>
/// <param name="Plain">Its bytes.</param>
/// <param name="Brotli">The same, compressed.</param>
/// <param name="Gzip">The same, compressed.</param>
internal sealed record ConsoleFile(string ContentType, string Digest, byte[] Plain, byte[] Brotli, byte[] Gzip)
{
    private const string Prefix = "console/";

    // Enough to tell the versions of one file apart.
    private const int TagBytes = 8;

    /// <summary>All of them, by path: <c>index.html</c>, <c>assets/index-x.js</c>.</summary>
    /// <exception cref="InvalidOperationException">The assembly has none: it was not built by its project.</exception>
    public static Dictionary<string, ConsoleFile> ReadAll()
    {
        var files = new Dictionary<string, ConsoleFile>(StringComparer.Ordinal);
        foreach (var name in typeof(ConsoleFile).Assembly.GetManifestResourceNames())
        {
            if (!name.StartsWith(Prefix, StringComparison.Ordinal) || name.EndsWith(".br", StringComparison.Ordinal) || name.EndsWith(".gz", StringComparison.Ordinal))
                continue;
            var plain = Read(name);
            files[name[Prefix.Length..]] = new ConsoleFile(
                TypeOf(name), Convert.ToHexStringLower(SHA256.HashData(plain).AsSpan(0, TagBytes)), plain, Read(name + ".br"), Read(name + ".gz"));
        }

        return files.ContainsKey("index.html") ? files : throw new InvalidOperationException("the assembly has no console: build src/TraderData.Api by its project file");
    }

    /// <summary>Its bytes in a coding; null for none.</summary>
    public byte[] In(ContentCoding? coding) => coding?.Name switch { "br" => Brotli, "gzip" => Gzip, _ => Plain };

    private static byte[] Read(string name)
    {
        using var stream = typeof(ConsoleFile).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"the assembly has no {name}");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"the console has a file of the type {other}, whose content type is not known: {name}"),
    };
}
