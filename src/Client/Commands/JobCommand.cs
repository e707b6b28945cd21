using System.CommandLine;
using Cluster.Client.Remote;
using Cluster.Client.Views;
using Cluster.Contract.V1;
using Grpc.Core;

namespace Cluster.Client.Commands;

/// <summary>A command that changes a job and prints its new state.</summary>
internal static class JobCommand
{
    /// <param name="call">Starts the call for a job's name.</param>
    /// <param name="more">Further options.</param>
    public static Command Create(
        ClientContext context,
        string verb,
        string[] examples,
        Func<ServerConnection, string, CallOptions, ParseResult, AsyncUnaryCall<Job>> call,
        params Option[] more) =>
        ChangeCommand.Create(
            context, verb, examples, RemoteValues.Job(), JobName.Parse, call, job => $"{job.Name} {Words.Of(job.State)}", more);
}
