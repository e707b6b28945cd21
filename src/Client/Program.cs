using Cluster.Client.Commands;

return await ClientCommand.RunAsync(args, ClientContext.OfProcess, Console.Out, Console.Error);
