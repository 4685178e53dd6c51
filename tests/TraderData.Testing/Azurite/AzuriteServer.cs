using System.Globalization;

namespace TraderData.Testing;

/// <summary>
/// A real Azurite (blobs only, in memory) on a free loopback port, for one test assembly: <c>[assembly: AssemblyFixture(typeof(AzuriteServer))]</c>.
/// It starts when it is first asked for, and ends with this process, however that ends.
/// </summary>
public sealed class AzuriteServer : IAsyncDisposable
{
    // Published by Microsoft for every storage emulator: not a secret.
    private const string Account = "devstoreaccount1";
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private readonly Lazy<Task<(ChildServer Server, string Address)>> _running = new(() => StartAsync());
    private int _containers;

    /// <summary>The connection string; starts the server when it must.</summary>
    /// <exception cref="TestServerException">The server cannot be started.</exception>
    public async Task<string> ConnectionStringAsync() =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint={(await _running.Value).Address}/{Account};";

    /// <summary>A container name that no other test of this server has. The container is not made.</summary>
    public string NewContainerName() => string.Create(CultureInfo.InvariantCulture, $"test-{Interlocked.Increment(ref _containers)}");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_running.IsValueCreated && _running.Value.IsCompletedSuccessfully)
            await (await _running.Value).Server.DisposeAsync();
    }

    /// <summary>Starts another one, that takes tokens of an identity over TLS, as Azure does. It looks at what they say and at no signature.</summary>
    /// <param name="certificateFile">Its certificate, PEM.</param>
    /// <param name="keyFile">The certificate's key, PEM.</param>
    /// <returns>What ends it, and the address of the account.</returns>
    /// <exception cref="TestServerException">The server cannot be started.</exception>
    public static async Task<(IAsyncDisposable Server, string Account)> StartWithTokensAsync(string certificateFile, string keyFile)
    {
        var (server, address) = await StartAsync("--oauth", "basic", "--cert", certificateFile, "--key", keyFile);
        return (server, $"{address}/{Account}");
    }

    private static async Task<(ChildServer Server, string Address)> StartAsync(params string[] more)
    {
        var program = Path.Combine(await NodeTools.FolderAsync(), "node_modules", "azurite", "dist", "src", "blob", "main.js");
        var folder = Directory.CreateTempSubdirectory("trader-data-azurite-").FullName;
        // Its port 0 is one that the system gives. It keeps nothing, so that it may be stopped the hard way, which is the quick one.
        string[] command = ["node", program, "--blobPort", "0", "--inMemoryPersistence", "--silent", "--skipApiVersionCheck", "--disableTelemetry", .. more];
        var (server, address) = await ChildServer.StartAsync(folder, "KILL", "", command, "successfully listens on ");
        return (server, address.Trim());
    }
}
