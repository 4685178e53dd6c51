using Microsoft.Extensions.Configuration;
using TraderData.Api;
using TraderData.Exports;
using TraderData.Marketplace;
using TraderData.Rounds;
using TraderData.Storage;

namespace TraderData.Cli;

/// <summary>Reads <see cref="Settings"/> and tells everything that is wrong with them at once.</summary>
internal static class SettingsReader
{
    /// <summary>The section of <c>appsettings.json</c>.</summary>
    public const string SectionName = "TraderData";

    /// <summary>The environment variables that have names of their own, and the settings they stand for.</summary>
    public static readonly IReadOnlyDictionary<string, string> EnvironmentNames = new Dictionary<string, string>
    {
        ["TRADER_DATA_DIR"] = nameof(Settings.DataDirectory),
        ["DATABASE_URL"] = nameof(Settings.DatabaseUrl),
        ["HOT_WINDOW_DAYS"] = nameof(Settings.HotWindowDays),
        ["AZURE_STORAGE_CONNECTION_STRING"] = nameof(Settings.AzureStorageConnectionString),
        ["AZURE_STORAGE_ACCOUNT_URL"] = nameof(Settings.AzureStorageAccountUrl),
        ["AZURE_CONTAINER"] = nameof(Settings.AzureContainer),
        ["AZURE_EXPORTS_CONTAINER"] = nameof(Settings.AzureExportsContainer),
        ["BINANCE_BASE_URL"] = nameof(Settings.BinanceBaseUrl),
        ["BINANCE_ARCHIVE_URL"] = nameof(Settings.BinanceArchiveUrl),
        ["BINANCE_STREAM_URL"] = nameof(Settings.BinanceStreamUrl),
        ["ALPACA_DATA_URL"] = nameof(Settings.AlpacaDataUrl),
        ["ALPACA_STREAM_URL"] = nameof(Settings.AlpacaStreamUrl),
        ["ALPACA_TRADING_URL"] = nameof(Settings.AlpacaTradingUrl),
        ["ALPACA_API_KEY"] = nameof(Settings.AlpacaApiKey),
        ["ALPACA_API_SECRET"] = nameof(Settings.AlpacaApiSecret),
        ["PUBLIC_URL"] = nameof(Settings.PublicUrl),
        ["INFRA_TOKEN_PEPPER"] = nameof(Settings.InfraTokenPepper),
        ["OPERATOR_KEY"] = nameof(Settings.OperatorKey),
        ["MARKET_DATA_AUTH"] = nameof(Settings.MarketDataAuth),
        ["PORT"] = nameof(Settings.Port),
        ["METRICS_PORT"] = nameof(Settings.MetricsPort),
        ["ROUND_SPEC"] = nameof(Settings.RoundSpec),
        ["ROUND_SIGNING_KEY"] = nameof(Settings.RoundSigningKey),
        ["ROUND_SIGNING_KEY_VAULT"] = nameof(Settings.RoundSigningKeyVault),
        ["LONA_GATEWAY_URL"] = nameof(Settings.LonaGatewayUrl),
        ["LONA_AGENT_TOKEN"] = nameof(Settings.LonaAgentToken),
        ["LONA_AGENT_ID"] = nameof(Settings.LonaAgentId),
        ["RUNPOD_API_KEY"] = nameof(Settings.RunPodApiKey),
        ["RUNPOD_ENDPOINT_ID"] = nameof(Settings.RunPodEndpointId),
        ["RUNPOD_BASE_URL"] = nameof(Settings.RunPodBaseUrl),
        ["RUNPOD_PODS_URL"] = nameof(Settings.RunPodPodsUrl),
    };

    /// <summary>Reads the settings.</summary>
    /// <param name="flags">Settings given as flags, by name; a null value is one that was not given.</param>
    /// <exception cref="MisuseException">A setting is wrong; the message names each one.</exception>
    public static Settings Read(params IEnumerable<(string Name, string? Value)> flags)
    {
        var (settings, wrong) = ReadAll(flags);
        return wrong.Count == 0 ? settings : throw new MisuseException(string.Join(Environment.NewLine, wrong));
    }

    /// <summary>Reads the settings of a program that cuts rounds: <c>ROUND_SPEC</c> and what belongs to it must be right as well.</summary>
    /// <param name="flags">As for <see cref="Read"/>.</param>
    /// <exception cref="MisuseException">A setting is wrong; the message names each one.</exception>
    public static Settings ReadWithRound(params IEnumerable<(string Name, string? Value)> flags)
    {
        var (settings, wrong) = ReadAll(flags);
        wrong = [.. wrong, .. CheckRound(settings)];
        return wrong.Count == 0 ? settings : throw new MisuseException(string.Join(Environment.NewLine, wrong));
    }

    /// <summary>Reads the settings, right or wrong.</summary>
    /// <param name="flags">As for <see cref="Read"/>.</param>
    /// <returns>The settings, those that cannot be read at their defaults, and everything that is wrong with them.</returns>
    /// <exception cref="MisuseException">A file of settings is malformed.</exception>
    public static (Settings Settings, IReadOnlyList<string> Faults) ReadAll(IEnumerable<(string Name, string? Value)> flags)
    {
        var (settings, faults) = (new Settings(), new List<string>());
        var section = Section(flags);
        foreach (var property in typeof(Settings).GetProperties().Where(p => section.GetSection(p.Name).Exists()))
        {
            try
            {
                property.SetValue(settings, section.GetSection(property.Name).Get(property.PropertyType) ?? property.GetValue(settings));
            }
            catch (InvalidOperationException)
            {
                faults.Add($"{NameOf(property.Name)} must be {KindOf(property.PropertyType)}, was '{section[property.Name]}'");
            }
        }

        return (settings, [.. faults, .. Check(settings)]);
    }

    /// <summary>What is wrong with the round that is cut on a schedule; empty when nothing is, or there is none.</summary>
    public static IReadOnlyList<string> CheckRound(Settings settings)
    {
        var round = Services.RoundOf(settings);
        List<string> faults = [.. round.Check(), .. round.CheckSpec(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds())];
        if (settings.RoundSpec.Length > 0 && settings.RoundSigningKey.Length == 0 && settings.RoundSigningKeyVault.Length == 0)
            faults.Add("ROUND_SPEC needs ROUND_SIGNING_KEY or ROUND_SIGNING_KEY_VAULT: a round that is cut on a schedule is published, and that takes a signature");
        return faults;
    }

    /// <summary>Reads the watch list alone, as it stands there now; what is wrong with it is for the reader to find.</summary>
    /// <param name="flags">As for <see cref="Read"/>.</param>
    /// <exception cref="InvalidDataException">A settings file is malformed.</exception>
    public static string[] ReadWatchList(IEnumerable<(string Name, string? Value)> flags) =>
        Configuration(flags).GetSection(SectionName).GetSection(nameof(Settings.WatchList)).Get<string[]>() ?? [];

    /// <summary>The layers of configuration, the strongest last.</summary>
    public static IConfigurationRoot Configuration(IEnumerable<(string Name, string? Value)> flags)
    {
        var builder = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddJsonFile(Path.GetFullPath("appsettings.json"), optional: true)
            .AddEnvironmentVariables()
            .AddInMemoryCollection(EnvironmentNames
                .Select(name => Layer(name.Value, Environment.GetEnvironmentVariable(name.Key)))
                .Where(pair => !string.IsNullOrEmpty(pair.Value)))
            .AddInMemoryCollection(flags.Select(flag => Layer(flag.Name, flag.Value)).Where(pair => pair.Value is not null));
        return builder.Build();
    }

    /// <summary>The database of the settings.</summary>
    /// <exception cref="MisuseException">They name none that can be read; the message holds no secret.</exception>
    public static PostgresOptions PostgresOf(Settings settings)
    {
        try
        {
            return PostgresOptions.Parse(settings.DatabaseUrl);
        }
        catch (FormatException e)
        {
            throw new MisuseException(e.Message);
        }
    }

    private static IConfigurationSection Section(IEnumerable<(string Name, string? Value)> flags)
    {
        try
        {
            return Configuration(flags).GetSection(SectionName);
        }
        catch (InvalidDataException e)
        {
            // The reason stands within: which file, which line.
            throw new MisuseException($"{e.Message} {e.InnerException?.Message} Correct the file, or move it away.", e);
        }
    }

    private static string NameOf(string setting) => EnvironmentNames.FirstOrDefault(name => name.Value == setting).Key ?? setting;

    private static string KindOf(Type type) => type == typeof(bool) ? "true or false" : type == typeof(decimal) ? "a number" : "a whole number";

    private static KeyValuePair<string, string?> Layer(string name, string? value) => new($"{SectionName}:{name}", value);

    private static IEnumerable<string> Check(Settings settings)
    {
        if (settings.Port is < 0 or > 65_535)
            yield return $"PORT must be 0 to 65535, was {settings.Port}";
        if (settings.MetricsPort is < 0 or > 65_535 || (settings.MetricsPort != 0 && settings.MetricsPort == settings.Port))
            yield return $"METRICS_PORT must be 0 (none) to 65535 and another one than PORT, was {settings.MetricsPort}";
        if (settings.HotWindowDays is < 0 or > 36_500)
            yield return $"{nameof(Settings.HotWindowDays)} must be 0 (keep all) to 36500, was {settings.HotWindowDays}";
        if (settings.BlockCacheMiB < 0)
            yield return $"{nameof(Settings.BlockCacheMiB)} must be 0 or more, was {settings.BlockCacheMiB}";
        foreach (var fault in Services.RepairOf(settings).Check())
            yield return fault;
        foreach (var fault in Services.StorageOf(settings).FindFaults())
            yield return fault;
        foreach (var (name, url) in new[] { ("BINANCE_BASE_URL", settings.BinanceBaseUrl), ("ALPACA_DATA_URL", settings.AlpacaDataUrl) })
        {
            if (!IsWeb(url))
                yield return $"{name} must be an http or https address, was '{url}'";
        }

        if (settings.BinanceArchiveUrl != Settings.None && !IsWeb(settings.BinanceArchiveUrl))
            yield return $"BINANCE_ARCHIVE_URL must be an http or https address or {Settings.None}, was '{settings.BinanceArchiveUrl}'";
        if (settings.AlpacaTradingUrl.Length > 0 && !IsWeb(settings.AlpacaTradingUrl))
            yield return $"ALPACA_TRADING_URL must be an http or https address, was '{settings.AlpacaTradingUrl}'";
        foreach (var (name, url) in new[] { ("BINANCE_STREAM_URL", settings.BinanceStreamUrl), ("ALPACA_STREAM_URL", settings.AlpacaStreamUrl) })
        {
            if (url != Settings.None && !IsSocket(url))
                yield return $"{name} must be a ws or wss address or {Settings.None}, was '{url}'";
        }

        foreach (var (name, seconds) in new[] { (nameof(Settings.BinanceSettlementSeconds), settings.BinanceSettlementSeconds), (nameof(Settings.AlpacaSettlementSeconds), settings.AlpacaSettlementSeconds) })
        {
            if (seconds is < 0 or > 1_800)
                yield return $"{name} must be 0 to 1800, was {seconds}";
        }

        if (settings.AlpacaFeed is not ("iex" or "sip"))
            yield return $"{nameof(Settings.AlpacaFeed)} must be iex or sip, was '{settings.AlpacaFeed}'";
        if (settings.AlpacaAdjustment is not ("raw" or "split" or "dividend" or "all"))
            yield return $"{nameof(Settings.AlpacaAdjustment)} must be raw, split, dividend or all, was '{settings.AlpacaAdjustment}'";
        if (settings.AlpacaApiKey.Length > 0 != settings.AlpacaApiSecret.Length > 0)
            yield return "ALPACA_API_KEY and ALPACA_API_SECRET must be set together";
        if (settings.InfraTokenPepper.Length > 0)
        {
            foreach (var fault in Services.MarketplaceOf(settings).FindFaults())
                yield return fault;
        }

        if (settings.OperatorKey.Length is > 0 and < OperatorKey.LeastLength)
            yield return $"OPERATOR_KEY must have at least {OperatorKey.LeastLength} characters, has {settings.OperatorKey.Length}: take the output of openssl rand -base64 48";
        if (settings.MarketDataAuth is not ("auto" or "open" or "required"))
            yield return $"MARKET_DATA_AUTH must be auto, open or required, was '{settings.MarketDataAuth}'";
        if (settings.PublicUrl.Length > 0 && !(IsWeb(settings.PublicUrl) && new Uri(settings.PublicUrl) is { Query: "", Fragment: "", UserInfo: "" }))
            yield return $"PUBLIC_URL must be an http or https address without a query, was '{settings.PublicUrl}'";
        foreach (var proxy in settings.TrustedProxies.Where(proxy => ListenPolicy.NetworkOf(proxy) is null))
            yield return $"{nameof(Settings.TrustedProxies)} must be addresses or networks such as 10.1.2.3 and 10.0.0.0/8, was '{proxy}'";
        foreach (var origin in settings.CorsOrigins.Where(origin => !IsOrigin(origin)))
            yield return $"{nameof(Settings.CorsOrigins)} must be origins such as https://app.example.com, without a path, was '{origin}'";
        if (settings.RoundSigningKey.Length > 0 && settings.RoundSigningKeyVault.Length > 0)
            yield return "ROUND_SIGNING_KEY and ROUND_SIGNING_KEY_VAULT must not be set together: rounds are signed with one key";
        if (settings.RoundSigningKeyVault.Length > 0 && KeyVaultSigner.CheckUrl(settings.RoundSigningKeyVault) is { } badVault)
            yield return $"ROUND_SIGNING_KEY_VAULT: {badVault}";
        foreach (var fault in CheckRunPod(settings))
            yield return fault;
        foreach (var fault in LonaGatewayOptions.FindFaults(settings.LonaGatewayUrl, settings.LonaAgentToken, settings.LonaAgentId).Concat(Services.LonaOf(settings).Check()))
            yield return fault;
        if (settings.DatabaseUrl.Length > 0 && FaultOf(() => PostgresOf(settings)) is { } wrong)
            yield return wrong;
    }

    private static IEnumerable<string> CheckRunPod(Settings settings)
    {
        var urls = new[] { ("RUNPOD_BASE_URL", settings.RunPodBaseUrl), ("RUNPOD_PODS_URL", settings.RunPodPodsUrl) };
        foreach (var (name, url) in urls.Where(url => !IsWeb(url.Item2)))
            yield return $"{name} must be an https address, was '{url}'";
        if (urls.All(url => IsWeb(url.Item2)))
        {
            foreach (var fault in Services.RunPodOf(settings).FindFaults())
                yield return fault;
        }

        if (settings.RunPodApiKey.Length > 0 && settings.InfraTokenPepper.Length == 0)
            yield return "RUNPOD_API_KEY needs INFRA_TOKEN_PEPPER: without it the marketplace is off, and there are no training runs";
        if (settings.TrainingCostPerHourUsd is < 0 or > TrainingOptions.MaxCostPerHourUsd)
            yield return $"{nameof(Settings.TrainingCostPerHourUsd)} must be 0 (not known) to {TrainingOptions.MaxCostPerHourUsd}, was {settings.TrainingCostPerHourUsd}";
        if (settings.RunPodDeployments && (settings.RunPodApiKey.Length == 0 || settings.PublicUrl.Length == 0))
            yield return $"{nameof(Settings.RunPodDeployments)} needs RUNPOD_API_KEY, whose account the pods are of, and PUBLIC_URL, where they reach this service";
    }

    private static bool IsWeb(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https");

    private static bool IsOrigin(string text) => IsWeb(text) && new Uri(text).GetLeftPart(UriPartial.Authority) == text;

    private static bool IsSocket(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri) && uri.Scheme is ("ws" or "wss");

    private static string? FaultOf(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (MisuseException e)
        {
            return e.Message;
        }
    }
}
