using System.CommandLine;
using Cluster.Client.Remote;
using Cluster.Contract.V1;

namespace Cluster.Client.Commands;

/// <summary>`cluster resume`.</summary>
internal static class ResumeCommand
{
    public static Command Create(ClientContext context) => JobCommand.Create(
        context,
        "resume",
        ["resume jobs/ID"],
        (server, name, options, _) => server.Jobs.ResumeJobAsync(new ResumeJobRequest { Name = name }, options));
}
