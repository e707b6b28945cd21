using System.CommandLine;
using Cluster.Client.Remote;
using Cluster.Client.Views;
using Cluster.Contract.V1;
using Cluster.Terminal;
using Grpc.Core;

namespace Cluster.Client.Commands;

/// <summary>A command that changes a job and prints its new state.</summary>
internal static class JobCommand
{
    /// <param name="call">Starts the call for a job's name.</param>
    /// <param name="more">Options beside the usual ones.</param>
    public static Command Create(
        ClientContext context,
        string verb,
        string[] examples,
        Func<ServerConnection, string, CallOptions, ParseResult, AsyncUnaryCall<Job>> call,
        params Option[] more)
    {
        var job = RemoteValues.Job();
        var remote = new RemoteOptions(context);
        var command = new Command(verb, CommandHelp.Describe(OtherVerbs.What(verb), examples)) { job };
        foreach (var option in more)
        {
            command.Options.Add(option);
        }

        remote.AddTo(command);
        command.SetAction((parsed, cancellation) => ClientErrors.RunAsync(parsed, async () =>
        {
            string name = JobName.Parse(parsed.GetRequiredValue(job));
            bool isJson = remote.IsJson(parsed);
            using var server = remote.Connect(parsed);
            var changed = await server.CallAsync(options => call(server, name, options, parsed), cancellation);
            var streams = parsed.InvocationConfiguration;
            if (isJson)
            {
                await JsonOutput.WriteAsync(streams.Output, changed);
            }
            else
            {
                CommandConsole.Line(CommandConsole.For(streams.Output), $"{changed.Name} {Words.Of(changed.State)}");
            }

            return ExitCode.Done;
        }));
        return command;
    }
}
