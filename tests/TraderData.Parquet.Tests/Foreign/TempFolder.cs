namespace TraderData.Parquet.Tests;

/// <summary>A folder for the files of a test, gone at its end.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("parquet-tests-").FullName;

    public string File(string name) => System.IO.Path.Combine(_path, name);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
