using TraderData.Testing;

namespace TraderData.Parquet.Tests;

public class DamagedFileTests(DuckDb duckDb)
{
    // What a file of some kilobytes may make the reader allocate; the caps below allow 1000 rows for a column and 64 KiB for a page.
    private const long MaxAllocated = 4 << 20;

    private static readonly ParquetLimits s_limits = new() { MaxRowGroupRows = 1000, MaxPageBytes = 64 << 10, MaxFooterBytes = 64 << 10 };

    [Theory]
    [InlineData(ParquetCompression.None)]
    [InlineData(ParquetCompression.Snappy)]
    [InlineData(ParquetCompression.Gzip)]
    public void A_file_cut_anywhere_is_refused(ParquetCompression compression)
    {
        var file = Files.Sample(compression);
        for (var length = 0; length < file.Length; length++)
        {
            Assert.NotNull(Try(file[..length], out _));
            Assert.NotNull(Try(file[(length + 1)..], out _));
        }
    }

    [Theory]
    [InlineData(ParquetCompression.None)]
    [InlineData(ParquetCompression.Snappy)]
    [InlineData(ParquetCompression.Gzip)]
    public void One_flipped_bit_anywhere_is_found_or_changes_nothing(ParquetCompression compression)
    {
        var file = Files.Sample(compression);
        var whole = Snapshot.Of(file);
        var harmless = 0;
        for (var bit = 0; bit < file.Length * 8; bit++)
        {
            file[bit / 8] ^= (byte)(1 << (bit % 8));
            if (Try(file, out var read) is null)
            {
                Assert.True(whole == read, $"bit {bit}");
                harmless++;
            }

            file[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        // Bits without meaning are few: parts of page headers that a reader of flat columns has no use for.
        Assert.InRange(harmless, 0, file.Length * 8 / 20);
    }

    [Theory]
    [InlineData("")]
    [InlineData(", PARQUET_VERSION v2")]
    [InlineData(", COMPRESSION gzip")]
    [InlineData(", COMPRESSION uncompressed, PARQUET_VERSION v2")]
    public async Task Foreign_files_with_flipped_bits_or_cut_never_fail_otherwise(string options)
    {
        using var folder = new TempFolder();
        var path = folder.File("duck.parquet");
        await duckDb.ExecuteAsync(
            $"COPY (SELECT i, i * 7 % 13 AS n, i::DECIMAL(18,2) AS d, 'text ' || i AS t, 'venue ' || (i % 3) AS v, i % 2 = 0 AS b FROM range(60) r(i)) TO '{path}' (FORMAT parquet{options})",
            TestContext.Current.CancellationToken);
        var file = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        Assert.Null(Try(file, out _));
        for (var bit = 0; bit < file.Length * 8; bit++)
        {
            file[bit / 8] ^= (byte)(1 << (bit % 8));
            Try(file, out _);
            file[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        for (var length = 0; length < file.Length; length++)
            Assert.NotNull(Try(file[..length], out _));
    }

    [Fact]
    public void Random_bytes_are_refused()
    {
        var random = new Random(11);
        for (var round = 0; round < 20_000; round++)
        {
            var file = new byte[random.Next(300)];
            random.NextBytes(file);
            if (file.Length >= 12 && round % 2 == 0)
            {
                "PAR1"u8.CopyTo(file);
                "PAR1"u8.CopyTo(file.AsSpan(file.Length - 4));
                BitConverter.TryWriteBytes(file.AsSpan(file.Length - 8), file.Length - 12 - random.Next(Math.Min(8, file.Length - 11)));
            }

            Assert.NotNull(Try(file, out _));
        }
    }

    [Fact]
    public void Random_splices_of_good_files_never_fail_otherwise()
    {
        var random = new Random(13);
        byte[][] good = [.. Enum.GetValues<ParquetCompression>().Select(c => Files.Sample(c))];
        for (var round = 0; round < 5000; round++)
        {
            var file = (byte[])good[random.Next(good.Length)].Clone();
            for (var splices = random.Next(1, 4); splices > 0; splices--)
            {
                var from = good[random.Next(good.Length)];
                var length = random.Next(1, 64);
                from.AsSpan(random.Next(from.Length - length), length).CopyTo(file.AsSpan(random.Next(file.Length - length)));
            }

            Try(file, out _);
        }
    }

    /// <summary>Reads everything; gives the refusal, or null. Any other exception, and too much memory, fails the test.</summary>
    private static ParquetException? Try(byte[] file, out string? read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            read = Snapshot.Of(file, s_limits);
            return null;
        }
        catch (ParquetException e)
        {
            read = null;
            Assert.InRange(e.Offset, 0, file.Length + (64 << 10));
            return e;
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MaxAllocated);
        }
    }
}
