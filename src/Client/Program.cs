using Cluster.Client.Commands;
using Cluster.Client.Remote;

return await ClientCommand.RunAsync(args, ClientContext.OfProcess, Console.Out, Console.Error);
