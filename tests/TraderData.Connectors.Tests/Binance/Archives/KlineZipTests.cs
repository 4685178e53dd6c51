using System.Text;
using FsCheck;
using FsCheck.Fluent;
using TraderData.Connectors.Binance;
using TraderData.Core;

namespace TraderData.Connectors.Tests;

/// <summary>What is taken of a file of the archive, and in which words the rest is refused.</summary>
public sealed class KlineZipTests
{
    private const long Hour = 3_600_000;
    private static readonly ArchiveFile Day = ArchiveText.Day("2024-01-31");
    private static readonly long FirstMs = Day.Range.StartMs;
    private static readonly string[] Rows = [.. Enumerable.Range(0, 24).Select(i => ArchiveText.Row(FirstMs + (i * Hour), $"100.{i:00}"))];

    public static TheoryData<string> Forms() =>
    [
        string.Join('\n', Rows) + "\n",
        string.Join('\n', Rows),
        string.Join("\r\n", Rows) + "\r\n",
        $"{ArchiveText.Header}\n{string.Join('\n', Rows)}\n",
        string.Join('\n', Rows.Select(ToMicros)) + "\n",
        $"{ArchiveText.Header}\r\n{string.Join("\r\n", Rows.Select(ToMicros))}",
        string.Join('\n', [.. Rows.Take(3), HalfDone(3), .. Rows.Skip(3).Take(20), HalfDone(23), Rows[23]]) + "\n",
    ];

    public static TheoryData<string, string> Refused() => new()
    {
        { string.Join('\n', [.. Rows.Take(3), Rows[2], .. Rows.Skip(3)]), "row 3: time 2024-01-31T02:00:00Z after 2024-01-31T02:00:00Z; expected strictly rising times: 1706666400000,100.02," },
        { string.Join('\n', [.. Rows.Take(3), .. Rows.Skip(2).Take(1), HalfDone(2)]), "row 3: time 2024-01-31T02:00:00Z after" },
        { $"{Rows[0]}\n{ArchiveText.Row(FirstMs + Hour + 7_000)}", "row 1: time 2024-01-31T01:00:07Z; expected a time on the 1h grid: 1706662807000," },
        { ToMicros(Rows[0]).Replace("1706659200000000", "1706659200000001", StringComparison.Ordinal), "row 0: time 1706659200000001 in microseconds; expected a time on the 1h grid" },
        { ArchiveText.Row(FirstMs - Hour), "row 0: time 2024-01-30T23:00:00Z; expected a time in 2024-01-31T00:00:00Z to 2024-02-01T00:00:00Z" },
        { ArchiveText.Row(FirstMs + (24 * Hour)), "row 0: time 2024-02-01T00:00:00Z; expected a time in" },
        { ArchiveText.Row(FirstMs, open: "98"), "row 0: low 99 above open 98; expected low ≤ open" },
        { ArchiveText.Row(FirstMs, open: "ten"), "row 0: open 'ten'; expected a decimal number" },
        { ArchiveText.Row(FirstMs, open: "\"100\""), "row 0: open '\"100\"'; expected a decimal number" },
        { ArchiveText.Row(FirstMs, open: "100.1234567890123456"), "row 0: open '100.1234567890123456'; expected at most 18 digits" },
        { ArchiveText.Row(FirstMs, closeMs: $"{FirstMs - 1}"), "row 0: close time 2024-01-30T23:59:59.999Z of the bar at 2024-01-31T00:00:00Z; expected a close time within 1h of its opening" },
        { ArchiveText.Row(FirstMs, closeMs: $"{FirstMs}999999"), "row 0: close time" },
        { Rows[0][..^2], "row 0: 11 columns; expected 12 columns" },
        { $"{Rows[0]},1", "row 0: 13 columns; expected 12 columns" },
        { $"{Rows[0]}\n\n{Rows[1]}", "row 1: open time ''; expected a whole number of 64 bits" },
        { $"{Rows[0]}\n{ArchiveText.Header}", "row 1: open time 'open_time'" },
        { $"Time,Close\n{Rows[0]}", "row 0: open time 'Time'" },
        { new string('7', 600), "row 0: a line that is too long; expected at most 500 bytes" },
    };

    [Theory]
    [Rule("B24")]
    [MemberData(nameof(Forms))]
    public void Every_form_that_files_have_gives_the_same_bars(string csv)
    {
        var bars = ArchiveText.Read(Day, ArchiveText.Zip(Day, csv));
        Assert.Equal(24, bars.Count);
        Assert.Equal("Bar { TimeMs = 1706670000000, Open = 100.03, High = 102, Low = 99, Close = 101, Volume = 3.5, Vwap = , Trades = 7 }", bars.At(3).ToString());
        Assert.Equal(ArchiveText.Of(ArchiveText.Read(Day, ArchiveText.Zip(Day, string.Join('\n', Rows)))), ArchiveText.Of(bars));
    }

    [Theory]
    [Rule("B26")]
    [MemberData(nameof(Refused))]
    public void What_cannot_be_believed_is_refused_with_the_file_the_row_and_its_text(string csv, string message)
    {
        var e = Assert.Throws<BadDataException>(() => ArchiveText.Read(Day, ArchiveText.Zip(Day, csv)));
        Assert.StartsWith($"binance:BTCUSDT:1h BTCUSDT-1h-2024-01-31.zip {message}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bar_that_is_not_closed_by_the_sources_clock_is_left_out()
    {
        var page = KlineZip.Read(new MemoryStream(ArchiveText.Zip(Day, string.Join('\n', Rows))), Day, FirstMs + (5 * Hour) - 1);
        Assert.Equal((4, FirstMs + (4 * Hour)), (page.Bars.Count, page.FirstOpenMs));
    }

    [Fact]
    public void Zip_has_exactly_the_entry_of_its_name()
    {
        var csv = Encoding.UTF8.GetBytes(Rows[0]);
        Assert.Equal(
            "binance:BTCUSDT:1h BTCUSDT-1h-2024-01-31.zip: 1 entries: '../BTCUSDT-1h-2024-01-31.csv'; expected the one entry 'BTCUSDT-1h-2024-01-31.csv'",
            Refusal(ArchiveText.Zip(("../BTCUSDT-1h-2024-01-31.csv", csv))));
        Assert.Contains("2 entries", Refusal(ArchiveText.Zip(("BTCUSDT-1h-2024-01-31.csv", csv), ("b.csv", csv))), StringComparison.Ordinal);
        Assert.Contains("0 entries", Refusal(ArchiveText.Zip()), StringComparison.Ordinal);
    }

    [Fact]
    public void Zip_bomb_is_refused_by_its_size_whether_it_tells_it_or_not()
    {
        var bomb = ArchiveText.Zip(("BTCUSDT-1h-2024-01-31.csv", new byte[50_000_000]));
        Assert.Contains("an entry of 50000000 bytes; expected at most 25000 bytes", Refusal(bomb), StringComparison.Ordinal);

        var liar = ArchiveText.Zip(Day, string.Join('\n', Enumerable.Range(0, 1_000).Select(i => ArchiveText.Row(FirstMs, closeMs: $"{FirstMs + i}"))));
        Forge(liar, 10);
        Assert.Contains("row 0: open ''; expected a decimal number: 1706659200", Refusal(liar), StringComparison.Ordinal);
    }

    [Fact]
    [Rule("B26")]
    public void Zip_cut_anywhere_or_with_a_flipped_bit_gives_its_bars_or_is_refused()
    {
        var zip = ArchiveText.Zip(Day, string.Join('\n', Rows));
        var whole = ArchiveText.Of(ArchiveText.Read(Day, zip));
        for (var length = 0; length < zip.Length; length++)
            Assert.Throws<BadDataException>(() => ArchiveText.Read(Day, zip[..length]));
        Prop.ForAll(Gen.Choose(0, (zip.Length * 8) - 1).ToArbitrary(), bit =>
        {
            var spoilt = zip.ToArray();
            spoilt[bit / 8] ^= (byte)(1 << (bit % 8));
            return IsRefusedOrRead(spoilt);
        }).QuickCheckThrowOnFailure();
        Assert.NotEmpty(whole);
    }

    [Fact]
    public void Text_that_comes_in_pieces_is_read_as_in_one() => Prop.ForAll(Gen.Choose(1, 700).ToArbitrary(), size =>
    {
        var csv = Encoding.UTF8.GetBytes($"{ArchiveText.Header}\n{string.Join('\n', Rows)}");
        var page = KlineCsv.Parse(new SmallReads(csv, size), Day, TimeText.MaxMs);
        return ArchiveText.Of(page.Bars) == ArchiveText.Of(ArchiveText.Read(Day, ArchiveText.Zip(Day, string.Join('\n', Rows))));
    }).QuickCheckThrowOnFailure();

    private static bool IsRefusedOrRead(byte[] zip)
    {
        try
        {
            ArchiveText.Read(Day, zip);
        }
        catch (BadDataException)
        {
            // A bit of the packed rows may give other rows: the checksum of the file is what finds that.
        }

        return true;
    }

    private static string Refusal(byte[] zip) => Assert.Throws<BadDataException>(() => ArchiveText.Read(Day, zip)).Message;

    private static string HalfDone(int i) => $"{FirstMs + (i * Hour)},100,100,100,100,0,{FirstMs + (i * Hour) + 59_999},0,1,0,0,0";

    private static string ToMicros(string row)
    {
        var fields = row.Split(',');
        (fields[0], fields[6]) = ($"{fields[0]}000", $"{fields[6]}999");
        return string.Join(',', fields);
    }

    // The size unpacked stands in the central directory, 24 bytes behind its signature.
    private static void Forge(byte[] zip, int size)
    {
        var directory = zip.AsSpan().IndexOf("PK\u0001\u0002"u8);
        BitConverter.TryWriteBytes(zip.AsSpan(directory + 24), size);
    }

    private sealed class SmallReads(byte[] content, int size) : MemoryStream(content)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, size));
    }
}
