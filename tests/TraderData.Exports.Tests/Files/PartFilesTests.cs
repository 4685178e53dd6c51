using TraderData.Core;

namespace TraderData.Exports.Tests;

/// <summary>What dead writers leave is removed by the next one; what live ones hold is not.</summary>
public sealed class PartFilesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("parts-").FullName;

    private string Target => Path.Combine(_folder, "bars.csv");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Left_part_of_the_same_name_is_removed_and_nothing_else()
    {
        var id = new string('a', 32);
        string[] others = [$".bars.csv.{id[1..]}.part", $".bars.csv.x.{id}.part", $".other.csv.{id}.part", $"bars.csv.{id}.part", $".bars.csv.{id}.par"];
        foreach (var name in (string[])[.. others, $".bars.csv.{id}.part"])
            await File.WriteAllTextAsync(Path.Combine(_folder, name), "left");

        await using (var file = new AtomicFile(Target))
            await file.AppearAsync(overwrite: false);

        Assert.Equal([.. others.Append("bars.csv").Order(StringComparer.Ordinal)], Names());
    }

    [Fact]
    public async Task Part_that_another_writer_holds_stays_until_it_has_its_name()
    {
        await using var first = new AtomicFile(Target);
        await first.Content.WriteAsync("first"u8.ToArray());
        await using (var second = new AtomicFile(Target))
        {
            await second.Content.WriteAsync("second"u8.ToArray());
            Assert.Equal(2, Names().Length);
            await second.AppearAsync(overwrite: false);
        }

        Assert.Equal("second", await File.ReadAllTextAsync(Target));
        await first.SyncAsync();
        await first.AppearAsync(overwrite: true);
        Assert.Equal("first", await File.ReadAllTextAsync(Target));
        Assert.Equal(["bars.csv"], Names());
    }

    [Fact]
    public async Task Writers_of_one_name_at_the_same_time_never_lose_a_file()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
            {
                await using var file = new AtomicFile(Target);
                await file.Content.WriteAsync("bars"u8.ToArray());
                await file.AppearAsync(overwrite: true);
            }
        })));
        Assert.Equal("bars", await File.ReadAllTextAsync(Target));
        Assert.Equal(["bars.csv"], Names());
    }

    [Fact]
    public void Folder_that_is_not_there_is_refused() =>
        Assert.Equal(StorageErrorKind.Refused, Assert.Throws<StorageException>(() => new AtomicFile(Path.Combine(_folder, "no", "bars.csv"))).Kind);

    private string[] Names() => [.. Directory.GetFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal)!];
}
