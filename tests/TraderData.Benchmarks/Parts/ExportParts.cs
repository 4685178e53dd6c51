using System.Buffers;
using CsvHelper;
using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;
using TraderData.Exports;
using TraderData.Storage;

namespace TraderData.Benchmarks;

/// <summary>What <c>export lona</c> does: from the lake to a file on the disk, with its SHA-256, checksum file and manifest.</summary>
internal sealed class LonaPart(PartFolder folder, LonaFormat format) : Part(folder)
{
    public override string Work => format == LonaFormat.Csv ? "lake to Lona CSV file" : "lake to JSON file";

    public override int ColumnBytes => 6 * sizeof(long);

    public override async Task<string> RunAsync()
    {
        var path = Folder.Output(format == LonaFormat.Csv ? "ours.csv" : "ours.json");
        File.Delete(path);
        await TimeAsync(async () =>
        {
            await using var storage = TraderDataStorage.Open(new StorageOptions { DataDirectory = Folder.Lake, BlockCacheBytes = 0 }, NullLoggerFactory.Instance);
            var export = new LonaExport(storage.Bars, storage.Files, storage.Instruments, TimeProvider.System);
            _ = await export.RunAsync(
                new LonaExportRequest(Folder.Series, Folder.Range, new LonaLayout(format), ExportTarget.File(path), Force: true), CancellationToken.None);
        });
        return TextAnswer.Of(path);
    }
}

/// <summary>The same bars by CsvHelper, without a hash, a checksum file or a manifest, and not synced to the disk.</summary>
internal sealed class CsvHelperPart(PartFolder folder) : Part(folder)
{
    public override string Work => "lake to Lona CSV file";

    public override string Who => "CsvHelper from the same columns";

    public override async Task<string> RunAsync()
    {
        var path = Folder.Output("csvhelper.csv");
        File.Delete(path);
        await TimeAsync(async () =>
        {
            await using var storage = TraderDataStorage.Open(new StorageOptions { DataDirectory = Folder.Lake, BlockCacheBytes = 0 }, NullLoggerFactory.Instance);
            await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 18);
            using var writer = CsvWriter.Create(file, new CsvWriterOptions { NewLine = "\n" });
            foreach (var column in (ReadOnlySpan<string>)["timestamp", "open", "high", "low", "close", "volume"])
                writer.WriteField(column);
            writer.EndRecord();
            await foreach (var block in storage.Bars.ReadAsync(Folder.Series, new BarQuery(Folder.Range), CancellationToken.None))
                Write(block, writer);
        });
        return TextAnswer.Of(path);
    }

    private static void Write(BarBlock block, CsvWriter writer)
    {
        for (var i = 0; i < block.Count; i++)
        {
            writer.WriteField(block.Times[i]);
            writer.WriteField(Number(block.Opens[i], block.PriceScale));
            writer.WriteField(Number(block.Highs[i], block.PriceScale));
            writer.WriteField(Number(block.Lows[i], block.PriceScale));
            writer.WriteField(Number(block.Closes[i], block.PriceScale));
            writer.WriteField(Number(block.Volumes[i], block.VolumeScale));
            writer.EndRecord();
        }
    }

    private static decimal Number(long mantissa, int scale) => new((int)mantissa, (int)(mantissa >> 32), 0, false, (byte)scale);
}

/// <summary>What a file of rows holds, whoever wrote it.</summary>
internal static class TextAnswer
{
    private static readonly SearchValues<byte> s_number = SearchValues.Create("0123456789."u8);

    /// <summary>
    /// How many rows, and a digest of the numbers in them, in order: digits are taken as they stand, only trailing zeros behind a point do not count.
    /// Numbers are what stands behind a comma, a colon or the start of a line and begins with a digit.
    /// </summary>
    public static string Of(string path)
    {
        using var file = File.OpenRead(path);
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 20);
        var (digest, rows, kept) = (14_695_981_039_346_656_037UL, 0L, 0);
        for (int read; (read = file.Read(buffer, kept, (1 << 20) - kept)) > 0;)
        {
            var text = buffer.AsSpan(0, kept + read);
            var lines = text[..(text.LastIndexOf((byte)'\n') + 1)];
            foreach (var range in lines.Split((byte)'\n'))
                rows += AddLine(lines[range], ref digest) ? 1 : 0;
            kept = text.Length - lines.Length;
            text[lines.Length..].CopyTo(buffer);
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return FormattableString.Invariant($"{rows} {digest:x16}");
    }

    private static bool AddLine(ReadOnlySpan<byte> line, ref ulong digest)
    {
        var numbers = 0;
        for (var i = 0; i < line.Length; i++)
        {
            if (!char.IsAsciiDigit((char)line[i]) || (i > 0 && line[i - 1] is not ((byte)',' or (byte)':')))
                continue;
            var length = line[i..].IndexOfAnyExcept(s_number);
            var number = length < 0 ? line[i..] : line.Slice(i, length);
            i += number.Length;
            numbers++;
            if (number.Contains((byte)'.'))
                number = number.TrimEnd((byte)'0').TrimEnd((byte)'.');
            foreach (var b in number)
                digest = (digest ^ b) * 1_099_511_628_211;
            digest = (digest ^ ',') * 1_099_511_628_211;
        }

        return numbers == 6;
    }
}
