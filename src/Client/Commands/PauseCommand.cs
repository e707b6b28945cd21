using System.CommandLine;
using Cluster.Client.Remote;
using Cluster.Contract.V1;

namespace Cluster.Client.Commands;

/// <summary>`cluster pause`.</summary>
internal static class PauseCommand
{
    public static Command Create(ClientContext context) => JobCommand.Create(
        context,
        "pause",
        ["pause jobs/ID"],
        (server, name, options, _) => server.Jobs.PauseJobAsync(new PauseJobRequest { Name = name }, options));
}
