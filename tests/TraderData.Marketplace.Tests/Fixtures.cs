using TraderData.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]
