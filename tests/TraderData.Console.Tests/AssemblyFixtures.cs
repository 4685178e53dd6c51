using TraderData.Console.Tests;

[assembly: AssemblyFixture(typeof(ConsoleHost))]
[assembly: AssemblyFixture(typeof(Chromium))]

// One service and one browser for all: some tests stop the service.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
