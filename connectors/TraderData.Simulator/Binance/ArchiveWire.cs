using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace TraderData.Simulator;

/// <summary>
/// Binance's archives, <c>/data/spot/{daily|monthly}/klines/…</c>: the klines of the API as files, each with its checksum. What is wrong with a file is
/// decided when its checksum is asked for, and stays so for the file itself: a fault that is given once spoils one file.
/// </summary>
internal sealed class ArchiveWire(SimulatorOptions options, SimulatorStats stats, IKlineBook book)
{
    // Checksum and file are asked for one after the other, by some clients at once: enough that no file is made twice.
    private const int MaxKept = 24;

    private readonly ConcurrentDictionary<string, FaultKind> _spoilt = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly Queue<(string Key, byte[] Zip)> _kept = new();

    /// <summary>True for a path of the archives.</summary>
    public static bool Serves(PathString path) => path.StartsWithSegments("/data/spot", StringComparison.Ordinal);

    /// <summary>True when the checksum of a file is asked for, which decides what is wrong with the file.</summary>
    public static bool IsChecksum(PathString path) => ArchivePath.TryParse(path.Value!) is { IsChecksum: true };

    /// <summary>Answers a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="instead">What to answer with instead; null for the real answer.</param>
    /// <param name="spoil">What is wrong with the file whose checksum is asked for; null for nothing.</param>
    public WireAnswer Handle(HttpRequest request, Fault? instead, Fault? spoil)
    {
        var path = ArchivePath.TryParse(request.Path.Value!);
        stats.Count(path is null ? "/data/spot" : path.IsMonth ? "/data/spot/monthly" : "/data/spot/daily", 0);
        if (instead is not null)
            return Fail(instead);
        if (path is null || request.Method != "GET")
            return NotThere();
        if (path.IsChecksum && spoil is not null)
            _spoilt[path.File] = spoil.Kind;
        else if (path.IsChecksum)
            _spoilt.TryRemove(path.File, out _);
        FaultKind? fault = _spoilt.TryGetValue(path.File, out var kind) ? kind : null;
        if (fault == FaultKind.NotPublished || FileOf(path, fault) is not { } zip)
            return NotThere();
        return path.IsChecksum ? Checksum(path, zip, fault) : Zip(zip);
    }

    private static WireAnswer Fail(Fault fault)
    {
        var status = fault.Kind switch { FaultKind.TooManyRequests => 429, FaultKind.RegionBlocked => 451, FaultKind.Status => fault.Status, _ => 403 };
        var answer = WireAnswer.Text(status, "<html><body>CloudFront</body></html>", "text/html");
        if (fault.RetryAfter is { } seconds)
            answer.Header("retry-after", seconds.ToString(CultureInfo.InvariantCulture));
        return answer;
    }

    private static WireAnswer NotThere() => WireAnswer.Text(
        404,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>",
        "application/xml");

    private static WireAnswer Zip(byte[] zip)
    {
        var answer = new WireAnswer { ContentType = "application/zip" };
        answer.Append(zip);
        return answer;
    }

    private static WireAnswer Checksum(ArchivePath path, byte[] zip, FaultKind? fault)
    {
        byte[] bytes = fault == FaultKind.WrongChecksum ? [.. zip, 0] : zip;
        return WireAnswer.Text(200, $"{Convert.ToHexStringLower(SHA256.HashData(bytes))}  {path.File}\n", "binary/octet-stream");
    }

    private byte[]? FileOf(ArchivePath path, FaultKind? fault)
    {
        var nowMs = options.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (nowMs < path.PublishedMs || book.Find(path.Symbol, nowMs) is null)
            return null;
        var key = $"{fault}:{path.File}";
        lock (_lock)
        {
            foreach (var kept in _kept)
            {
                if (kept.Key == key)
                    return kept.Zip;
            }
        }

        var rows = book.Read(new KlineQuery(path.Symbol, path.Timeframe, path.Range, false, nowMs)).ToArray();
        return rows.Length == 0 ? null : Keep(key, ArchiveWriter.Write(path, rows, fault));
    }

    private byte[] Keep(string key, byte[] zip)
    {
        lock (_lock)
        {
            if (_kept.Count == MaxKept)
                _kept.Dequeue();
            _kept.Enqueue((key, zip));
        }

        return zip;
    }
}
