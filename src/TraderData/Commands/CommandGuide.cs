namespace TraderData.Cli;

/// <summary>What is told of a command beyond its options: command lines that work, and how it goes on when it was stopped.</summary>
/// <param name="Command">Its path: <c>export lona</c>.</param>
/// <param name="Resume">What to do when it was stopped; null where nothing was begun that could be.</param>
/// <param name="Examples">Command lines, behind <c>trader-data</c>.</param>
internal sealed record CommandGuide(string Command, string? Resume, params string[] Examples)
{
    private const string Again = "Run the same command again";

    /// <summary>All commands that do something, in the order of the help.</summary>
    public static readonly IReadOnlyList<CommandGuide> All =
    [
        new("demo", "Start it again: it goes on where it was.", "demo", "demo --port 8001 --data /tmp/demo", "demo --live"),
        new("serve", "Start it again: jobs make up for what they missed.", "serve", "serve --role api --urls http://0.0.0.0:8000", "serve --role worker --data /var/lib/trader-data"),
        new("backfill", $"{Again}: it goes on behind the last chunk that was stored.",
            "backfill --source binance --symbols BTCUSDT,ETHUSDT --timeframe 1m --start 2024-01-01 --end 2025-01-01",
            "backfill --source alpaca --symbols SPY --timeframe 1d --start 2020-01-01 --end 2025-01-01 --dry-run",
            "backfill --source binance --symbols BTCUSDT --timeframe 1h --start 2024-01-01 --end 2024-02-01 --again"),
        new("repair", $"{Again}: what was answered is not asked for again.", "repair --dry-run", "repair"),
        new("crosscheck", $"{Again}: nothing was changed.", "crosscheck", "crosscheck --json"),
        new("reopen", null, "reopen binance", "reopen 'binance archives'"),
        new("import csv", $"{Again}: nothing of the file was kept.",
            "import csv prices.csv --symbol MYCOIN --timeframe 1h", "import csv spy.csv --source mine --symbol SPY --timeframe 1d --time-format datetime"),
        new("series", null, "series", "series --json --data /var/lib/trader-data"),
        new("coverage", null, "coverage --symbol BTCUSDT --timeframe 1m", "coverage --symbol SPY --timeframe 1d --as-of 2025-01-01 --json"),
        new("revisions", null, "revisions --symbol BTCUSDT --timeframe 1m", "revisions --symbol SPY --timeframe 1d --start 2024-01-01 --end 2024-02-01 --json"),
        new("export lona", $"{Again}: nothing was left of the file.",
            "export lona --symbol BTCUSDT --timeframe 1h --start 2024-01-01 --end 2024-02-01 --output btc.csv",
            "export lona --symbol SPY --timeframe 1d --start 2024-01-01 --end 2025-01-01 --format json --output -",
            "export lona --symbol BTCUSDT --timeframe 2h --start 2024-01-01 --end 2024-02-01 --output blob --on-gap fail --complete"),
        new("lona upload", "Run 'trader-data lona list': where it is not there, run the same command again.",
            "lona upload --symbol BTCUSDT --timeframe 1h --start 2024-01-01 --end 2024-02-01", "lona upload --file btc.csv --replace"),
        new("lona list", null, "lona list", "lona list --json"),
        new("lona delete", null, "lona delete sym_000007", "lona delete --name BTCUSDT_1h_20240101_20240201"),
        new("round create", $"{Again}: the same spec gives the same round, and what is built of it is kept.",
            "round create --name majors --universe binance:BTCUSDT,binance:ETHUSDT --timeframes 1h --start 2023-01-01 --end 2024-01-01 --splits 0.7,0.15,0.15", "round create --spec round.json --publish"),
        new("round list", null, "round list", "round list --json"),
        new("round show", null, "round show current", "round show current --json"),
        new("round publish", $"{Again}: a round is offered whole or not at all.", "round publish r20251130-1f6c0e8b9a7d", "round publish r20251130-1f6c0e8b9a7d --keep-current"),
        new("round retire", null, "round retire r20251130-1f6c0e8b9a7d"),
        new("round pull", $"{Again}: files that are whole are kept.", "round pull current --output ./round", "round pull current --output ./round --jwks keys.json"),
        new("round verify", $"{Again}: nothing was changed.", "round verify ./round --jwks keys.json", "round verify ./round --jwks https://data.example.com/.well-known/jwks.json --json"),
        new("round keygen", null, "round keygen --output key.pem"),
        new("round keys", null, "round keys", "round keys --data /var/lib/trader-data"),
        new("simulate", null, "simulate", "simulate --port 0 --seed 7", "simulate --recordings ./recordings"),
        new("db migrate", $"{Again}: each step was applied whole or not at all.", "db migrate"),
        new("db seal", $"{Again}: partitions that were sealed stay so.", "db seal"),
        new("db prune", $"{Again}: nothing was dropped that the lake does not have.", "db prune", "db prune --hot-window-days 30"),
        new("lake verify", $"{Again}: nothing was changed.", "lake verify", "lake verify --json --data /var/lib/trader-data"),
        new("lake compact", $"{Again}: files that were written anew are kept.", "lake compact", "lake compact --data /var/lib/trader-data"),
        new("lake rebuild-postgres", $"{Again}: bars that were brought back are kept.", "lake rebuild-postgres"),
        new("jobs list", null, "jobs list", "jobs list --url http://localhost:8001 --json"),
        new("jobs history", null, "jobs history ingest:binance:1m", "jobs history seal --limit 5 --json"),
        new("jobs run", null, "jobs run seal"),
        new("jobs pause", null, "jobs pause repair"),
        new("jobs resume", null, "jobs resume repair"),
        new("keys create-vendor", null, "keys create-vendor --name Acme", "keys create-vendor --name Acme --owner acme-signals"),
        new("keys create-deployment-token", null, "keys create-deployment-token --deployment 3f6c0e8b --days 30"),
        new("keys create-auth-code", null, "keys create-auth-code --vendor 3f6c0e8b --minutes 5"),
        new("keys revoke", null, "keys revoke tok_3f6c0e8b"),
        new("keys list", null, "keys list", "keys list --json"),
        new("doctor", null, "doctor", "doctor --json"),
        new("health", null, "health", "health --url http://localhost:8001/health"),
        new("completion", null, "completion bash > ~/.local/share/bash-completion/completions/trader-data", "completion zsh > ~/.zfunc/_trader-data", "completion fish > ~/.config/fish/completions/trader-data.fish"),
    ];

    /// <summary>What is told of a command; null for one that only has commands below it.</summary>
    public static CommandGuide? Of(string command) => All.FirstOrDefault(guide => guide.Command == command);
}
