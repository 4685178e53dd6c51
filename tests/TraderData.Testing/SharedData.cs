namespace TraderData.Testing;

/// <summary>The recorded market data, in <c>shared/data</c> beside the checkout. Tests read it there; it is not part of the repository.</summary>
public static class SharedData
{
    /// <summary>The folder of the recordings.</summary>
    public static string Folder { get; } = Find();

    /// <summary>The path of one recording: <c>Path("binance/wire/klines_HOMEUSDT_1d.json")</c>.</summary>
    public static string Path(string relative) => System.IO.Path.Combine(Folder, relative);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var data = System.IO.Path.Combine(folder.FullName, "shared", "data");
            if (File.Exists(System.IO.Path.Combine(data, "INDEX.md")))
                return data;
        }

        throw new DirectoryNotFoundException($"no folder shared/data with an INDEX.md above {AppContext.BaseDirectory}: check it out beside the repository");
    }
}
