using Cluster.Silo.Commands;

return await ClusterCommand.RunAsync(args, Console.Out, Console.Error);
