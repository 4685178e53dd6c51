using TraderData.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]
[assembly: AssemblyFixture(typeof(AzuriteServer))]
[assembly: AssemblyFixture(typeof(DuckDb))]
