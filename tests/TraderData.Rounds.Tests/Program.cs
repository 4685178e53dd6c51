using TraderData.Rounds.Tests;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// The test program is also the program that other processes build rounds with, and that tests kill. Otherwise this is the entry point that xunit makes by itself.
return args switch
{
    [RoundWorker.Argument, var step, var folder, var bars] => await RoundWorker.RunAsync(step, folder, int.Parse(bars)),
    _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") =>
        await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    _ => await ConsoleRunner.Run(args),
};
