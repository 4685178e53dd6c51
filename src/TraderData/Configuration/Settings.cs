using TraderData.Jobs;
using TraderData.Marketplace;

namespace TraderData.Cli;

/// <summary>Every setting of the program. Read from <c>appsettings.json</c>, the environment and flags, in that order; a later one wins.</summary>
internal sealed class Settings
{
    /// <summary>The value of an address that means that there is none, so that the API alone is asked.</summary>
    public const string None = "none";

    /// <summary>The folder of the lake, of exports to it and of what was refused.</summary>
    public string DataDirectory { get; set; } = "./data";

    /// <summary>Postgres as a URL or connection string; empty for none: then the lake alone is the store. A secret.</summary>
    public string DatabaseUrl { get; set; } = "";

    /// <summary>Azure storage for the lake; empty for none: then it is a local folder. A secret.</summary>
    public string AzureStorageConnectionString { get; set; } = "";

    /// <summary>The blob endpoint of a storage account that the identity of the process may use, in place of a connection string; empty for none.</summary>
    public string AzureStorageAccountUrl { get; set; } = "";

    /// <summary>The container of exports in Azure storage; empty to have them in the lake's.</summary>
    public string AzureExportsContainer { get; set; } = "";

    /// <summary>The container of the lake in Azure storage.</summary>
    public string AzureContainer { get; set; } = "trader-data";

    /// <summary>How many days of bars stay in Postgres once they are sealed in the lake; 0 for all of them.</summary>
    public int HotWindowDays { get; set; }

    /// <summary>The most memory that decoded partitions may take, in MiB: enough for about 4 million bars.</summary>
    public int BlockCacheMiB { get; set; } = 256;

    /// <summary>The port of the HTTP API.</summary>
    public int Port { get; set; } = 8000;

    /// <summary>The port that metrics alone are answered on; 0 for the port of the API.</summary>
    public int MetricsPort { get; set; }

    /// <summary>The PEM file of the private key that rounds are signed with; empty for none.</summary>
    public string RoundSigningKey { get; set; } = "";

    /// <summary>The address of the key in Azure Key Vault that rounds are signed with, <c>https://VAULT.vault.azure.net/keys/NAME</c>; empty for none.</summary>
    public string RoundSigningKeyVault { get; set; } = "";

    /// <summary>The file of the spec of the round that is cut on a schedule; empty for none.</summary>
    public string RoundSpec { get; set; } = "";

    /// <summary>When it is cut, a Quartz cron expression in UTC.</summary>
    public string RoundCron { get; set; } = BuildRoundOptions.DefaultCron;

    /// <summary>What is ingested on a schedule: <c>binance:BTCUSDT@1m,1h</c>, <c>alpaca:SPY,QQQ@1d</c>, <c>binance:*USDT@1m</c>.</summary>
    public string[] WatchList { get; set; } = [];

    /// <summary>Whether what is watched is followed over the sources' streams as well.</summary>
    public bool StreamsEnabled { get; set; }

    /// <summary>How old bars must be before repair asks for them a second time, in minutes.</summary>
    public int RepairVerifyAfterMinutes { get; set; } = 60;

    /// <summary>How long after a failure repair asks again, in minutes; twice as long after each further one.</summary>
    public int RepairRetryAfterMinutes { get; set; } = 15;

    /// <summary>The longest time between two tries of repair, in minutes.</summary>
    public int RepairRetryAtMostMinutes { get; set; } = 1_440;

    /// <summary>How many series a day are compared with their source, its archive and their finer timeframes; 0 for none.</summary>
    public int CrossCheckSeries { get; set; } = 20;

    /// <summary>Binance's market data; this host needs no key.</summary>
    public string BinanceBaseUrl { get; set; } = "https://data-api.binance.vision";

    /// <summary>
    /// Binance's archives of whole days and months, <c>none</c> for the API alone. While it is the default and <see cref="BinanceBaseUrl"/> is another host
    /// than Binance's own, there are none: who asks a proxy does not mean to go past it.
    /// </summary>
    public string BinanceArchiveUrl { get; set; } = "https://data.binance.vision";

    /// <summary>
    /// Binance's streams of market data, <c>none</c> for no streams. While it is the default and <see cref="BinanceBaseUrl"/> is another host than Binance's own,
    /// there are none.
    /// </summary>
    public string BinanceStreamUrl { get; set; } = "wss://data-stream.binance.vision";

    /// <summary>How long after its close a bar of Binance is provisional, in seconds.</summary>
    public int BinanceSettlementSeconds { get; set; }

    /// <summary>Alpaca's market data (not its trading API).</summary>
    public string AlpacaDataUrl { get; set; } = "https://data.alpaca.markets";

    /// <summary>
    /// Alpaca's trading API, for its list of all symbols, which patterns such as <c>alpaca:*@1d</c> need: <c>https://api.alpaca.markets</c>, or
    /// <c>https://paper-api.alpaca.markets</c> with the keys of a paper account. Empty for none.
    /// </summary>
    public string AlpacaTradingUrl { get; set; } = "";

    /// <summary>Alpaca's streams of market data, <c>none</c> for no streams. While it is the default and <see cref="AlpacaDataUrl"/> is another host than Alpaca's own, there are none.</summary>
    public string AlpacaStreamUrl { get; set; } = "wss://stream.data.alpaca.markets";

    /// <summary>How long after its end a bar of Alpaca under a day is provisional, in seconds.</summary>
    public int AlpacaSettlementSeconds { get; set; } = 30;

    /// <summary>Alpaca key id; empty for none: then only crypto can be had. A secret.</summary>
    public string AlpacaApiKey { get; set; } = "";

    /// <summary>Alpaca key secret. A secret.</summary>
    public string AlpacaApiSecret { get; set; } = "";

    /// <summary>Alpaca's stock feed: <c>iex</c> (free) or <c>sip</c>.</summary>
    public string AlpacaFeed { get; set; } = "iex";

    /// <summary>How Alpaca adjusts stock prices: <c>raw</c>, <c>split</c>, <c>dividend</c> or <c>all</c>.</summary>
    public string AlpacaAdjustment { get; set; } = "raw";

    /// <summary>The secret under which tokens are hashed, at least 32 characters; empty for none: then the marketplace is off. A secret.</summary>
    public string InfraTokenPepper { get; set; } = "";

    /// <summary>The key of those who run the service, for the console and for changing jobs and exports from elsewhere, at least 32 characters; empty for none. A secret.</summary>
    public string OperatorKey { get; set; } = "";

    /// <summary>Whether market data needs a key: <c>auto</c> (when the server listens elsewhere than on the loopback address), <c>open</c> or <c>required</c>.</summary>
    public string MarketDataAuth { get; set; } = "auto";

    /// <summary>What links to files of rounds begin with, where the service is not reached by the address that it sees: <c>https://data.example.com</c>; empty for that address.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>The addresses or networks of proxies in front of the service, whose <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> are believed: <c>10.0.0.0/8</c>.</summary>
    public string[] TrustedProxies { get; set; } = [];

    /// <summary>The origins of web pages that may read the API's answers: <c>https://app.example.com</c>.</summary>
    public string[] CorsOrigins { get; set; } = [];

    /// <summary>The key of the RunPod account that trains and pays; empty for none: then training runs stay queued. A secret.</summary>
    public string RunPodApiKey { get; set; } = "";

    /// <summary>The serverless endpoint of that account whose workers train; set it with the key.</summary>
    public string RunPodEndpointId { get; set; } = "";

    /// <summary>Where RunPod takes jobs.</summary>
    public string RunPodBaseUrl { get; set; } = RunPodOptions.DefaultBaseUrl;

    /// <summary>Where RunPod makes pods: its REST API v2.</summary>
    public string RunPodPodsUrl { get; set; } = RunPodOptions.DefaultPodsUrl;

    /// <summary>What an hour of training costs, in USD, for budgets in USD; 0 when that is not known: then <c>max_cost_usd</c> bounds nothing.</summary>
    public decimal TrainingCostPerHourUsd { get; set; }

    /// <summary>Whether this service makes the pods of deployments at RunPod, with its own account. Off: vendors make their own.</summary>
    public bool RunPodDeployments { get; set; }

    /// <summary>Lona's gateway, <c>https://gateway.example.com</c>; empty for none: then exports are files alone.</summary>
    public string LonaGatewayUrl { get; set; } = "";

    /// <summary>The token of the agent that uploads there. A secret.</summary>
    public string LonaAgentToken { get; set; } = "";

    /// <summary>The agent that uploads there.</summary>
    public string LonaAgentId { get; set; } = "";

    /// <summary>What workers export for Lona on a schedule, and upload where there is a gateway: <c>binance:BTCUSDT,ETHUSDT@1h:365d</c>.</summary>
    public string[] LonaExports { get; set; } = [];

    /// <summary>When they do, a Quartz cron expression in UTC.</summary>
    public string LonaCron { get; set; } = ExportLonaOptions.DefaultCron;
}
