using TraderData.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]
[assembly: AssemblyFixture(typeof(AzuriteServer))]
[assembly: AssemblyFixture(typeof(DuckDb))]

// Some tests wait for minutes to close and use no core meanwhile: they must not hold up the others.
[assembly: CollectionBehavior(MaxParallelThreads = 5)]
