using Cluster.Cli;

// Each command reports its own failures; this catches exceptions thrown before one begins.
return await CommandErrors.RunAsync(() => ClusterCommand.RunAsync(args, Console.Out, Console.Error));
