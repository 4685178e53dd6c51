using TraderData.Testing;

[assembly: AssemblyFixture(typeof(DuckDb))]
