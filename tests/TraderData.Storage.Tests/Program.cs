using TraderData.Storage.Tests;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

// The test program is also the program that tests kill. Otherwise this is the entry point that xunit makes by itself.
return args switch
{
    [LakeWriter.Argument, var folder, var from, var to] => await LakeWriter.RunAsync(folder, int.Parse(from), int.Parse(to)),
    [LakeRestater.Argument, var folder, var from, var to] => await LakeRestater.RunAsync(folder, int.Parse(from), int.Parse(to)),
    [LakeCompaction.Argument, var folder] => await LakeCompaction.RunAsync(folder),
    [TierWorker.Argument, var folder, var database, var from, var to] => await TierWorker.RunAsync(folder, database, int.Parse(from), int.Parse(to)),
    [BudgetTaker.Argument, var folder, var steps] => await BudgetTaker.RunAsync(folder, int.Parse(steps)),
    _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") =>
        await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    _ => await ConsoleRunner.Run(args),
};
