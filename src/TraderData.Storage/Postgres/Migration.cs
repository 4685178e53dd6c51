using System.Security.Cryptography;
using System.Text;

namespace TraderData.Storage;

/// <summary>One step of the schema: an SQL file of this assembly.</summary>
/// <param name="Number">Its place in the order, from 1 without a hole.</param>
/// <param name="Name">The file's name without <c>.sql</c>: <c>0001_bars</c>.</param>
/// <param name="Sql">The statements.</param>
internal sealed record Migration(int Number, string Name, string Sql)
{
    private const string Folder = "TraderData.Storage.Postgres.Migrations.";

    /// <summary>Every step in order.</summary>
    public static IReadOnlyList<Migration> All { get; } = LoadAll();

    /// <summary>What is run after the steps, every time: it finds out by itself whether there is something to do.</summary>
    public static string RowLevelSecurity { get; } = Load("row_level_security");

    /// <summary>SHA-256 of the statements in hexadecimal, the same whichever line ends a checkout has.</summary>
    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    private static Migration[] LoadAll() =>
    [
        .. typeof(Migration).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && char.IsAsciiDigit(name[Folder.Length]))
            .Select(name => name[Folder.Length..^".sql".Length])
            .Order(StringComparer.Ordinal)
            .Select((name, index) => new Migration(index + 1, name, Load(name))),
    ];

    private static string Load(string name)
    {
        using var stream = typeof(Migration).Assembly.GetManifestResourceStream($"{Folder}{name}.sql")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
