using TraderData.Marketplace.Tests;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// The test program is also the service that tests kill. Otherwise this is the entry point that xunit makes by itself.
return args switch
{
    [MarketHost.Argument, var folder, var database] => await MarketHost.RunAsync(folder, database),
    [MarketHost.Argument, var folder] => await MarketHost.RunAsync(folder, ""),
    _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") =>
        await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    _ => await ConsoleRunner.Run(args),
};
