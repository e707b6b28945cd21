using Cluster.Silo.Commands;

// Each command reports its own failures; this catches exceptions thrown before one begins.
return await CommandErrors.RunAsync(() => SiloVerbs.RunAsync(args, Console.Out, Console.Error));
