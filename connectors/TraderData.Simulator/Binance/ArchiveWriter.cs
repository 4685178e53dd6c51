using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace TraderData.Simulator;

/// <summary>Writes klines as a file of the archive: a zip with one CSV, times in microseconds from 2025 on, in milliseconds before.</summary>
internal static class ArchiveWriter
{
    private static readonly long FirstMicrosMs = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    private static ReadOnlySpan<byte> Header =>
        "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n"u8;

    /// <summary>Writes the file.</summary>
    /// <param name="path">Which.</param>
    /// <param name="rows">Its rows as JSON arrays, ascending.</param>
    /// <param name="fault">What is wrong with it; null for nothing.</param>
    public static byte[] Write(ArchivePath path, IReadOnlyList<ReadOnlyMemory<byte>> rows, FaultKind? fault)
    {
        var csv = new ArrayBufferWriter<byte>(rows.Count * 160);
        if (fault == FaultKind.HeaderLine)
            csv.Write(Header);
        var isMicros = path.Range.StartMs >= FirstMicrosMs;
        for (var i = 0; i < rows.Count; i++)
        {
            foreach (var row in i == rows.Count / 2 ? Spoil(rows[i], fault) : [rows[i]])
                WriteRow(row.Span, isMicros, csv);
        }

        var zip = Zip(path, csv.WrittenSpan);
        return fault == FaultKind.Truncated ? zip[..(zip.Length / 2)] : zip;
    }

    private static ReadOnlyMemory<byte>[] Spoil(ReadOnlyMemory<byte> row, FaultKind? fault) => fault switch
    {
        FaultKind.HalfDoneRow => [HalfDone(row), row],
        FaultKind.DuplicateRow => [row, row],
        FaultKind.OffGridRow => [OffGrid(row)],
        FaultKind.RuleBreakingRow => [RowFaults.LiftLow(row.ToArray(), ..)],
        _ => [row],
    };

    // As if it had been written when only the first trade was in.
    private static byte[] HalfDone(ReadOnlyMemory<byte> row)
    {
        var (time, open) = (Text(row, 0), Text(row, 1));
        return Encoding.ASCII.GetBytes($"[{time},{open},{open},{open},{open},0.00000000,{time},0.00000000,1,0.00000000,0.00000000,0]");
    }

    private static byte[] OffGrid(ReadOnlyMemory<byte> row)
    {
        var time = RowFaults.FieldOf(row.Span, 0, 0);
        var late = long.Parse(row.Span[time], NumberStyles.None, CultureInfo.InvariantCulture) + 7_000;
        return [(byte)'[', .. Encoding.ASCII.GetBytes(late.ToString(CultureInfo.InvariantCulture)), .. row.Span[time.End..]];
    }

    private static string Text(ReadOnlyMemory<byte> row, int column) => Encoding.ASCII.GetString(row.Span[RowFaults.FieldOf(row.Span, column, 0)]);

    private static void WriteRow(ReadOnlySpan<byte> json, bool isMicros, ArrayBufferWriter<byte> csv)
    {
        var line = csv.GetSpan(json.Length + 8);
        var (length, column) = (0, 0);
        foreach (var letter in json)
        {
            if (letter is (byte)'[' or (byte)']' or (byte)'"')
                continue;
            if (letter == ',' && isMicros && column is 0 or 6)
            {
                (column == 0 ? "000"u8 : "999"u8).CopyTo(line[length..]);
                length += 3;
            }

            column += letter == ',' ? 1 : 0;
            line[length++] = letter;
        }

        line[length++] = (byte)'\n';
        csv.Advance(length);
    }

    private static byte[] Zip(ArchivePath path, ReadOnlySpan<byte> csv)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            var entry = archive.CreateEntry(Path.ChangeExtension(path.File, ".csv"), CompressionLevel.Fastest);
            entry.LastWriteTime = DateTimeOffset.FromUnixTimeMilliseconds(path.Range.EndMs);
            using var stream = entry.Open();
            stream.Write(csv);
        }

        return bytes.ToArray();
    }
}
