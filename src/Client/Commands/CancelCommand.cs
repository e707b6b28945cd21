using System.CommandLine;
using Cluster.Client.Remote;
using Cluster.Contract.V1;

namespace Cluster.Client.Commands;

/// <summary>`cluster cancel`.</summary>
internal static class CancelCommand
{
    public static Command Create(ClientContext context)
    {
        var reason = RemoteValues.Reason();
        var keep = new Option<bool>("--keep-best") { Description = "end the search and publish the best plan so far" };
        return JobCommand.Create(
            context,
            "cancel",
            ["cancel jobs/ID", "cancel jobs/ID --reason 'wrong data'", "cancel jobs/ID --keep-best"],
            (server, name, options, parsed) =>
                server.Jobs.CancelJobAsync(
                    new CancelJobRequest { Name = name, Reason = parsed.GetValue(reason) ?? "", KeepBest = parsed.GetValue(keep) },
                    options),
            reason,
            keep);
    }
}
