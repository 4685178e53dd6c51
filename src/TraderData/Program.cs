using TraderData.Cli;

return await CommandLine.RunAsync(args).ConfigureAwait(false);
