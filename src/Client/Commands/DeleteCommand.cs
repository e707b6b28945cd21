using System.CommandLine;
using Cluster.Client.Remote;
using Cluster.Client.Views;
using Cluster.Contract.V1;
using Cluster.Terminal;

namespace Cluster.Client.Commands;

/// <summary>`cluster delete`.</summary>
internal static class DeleteCommand
{
    public static Command Create(ClientContext context)
    {
        var job = RemoteValues.Job();
        var remote = new RemoteOptions(context);
        var command = new Command("delete", CommandHelp.Describe(OtherVerbs.What("delete"), "delete jobs/ID")) { job };
        remote.AddTo(command);
        command.SetAction((parsed, cancellation) => ClientErrors.RunAsync(parsed, async () =>
        {
            string name = JobName.Parse(parsed.GetRequiredValue(job));
            bool isJson = remote.IsJson(parsed);
            using var server = remote.Connect(parsed);
            var nothing = await server.CallAsync(
                options => server.Jobs.DeleteJobAsync(new DeleteJobRequest { Name = name }, options), cancellation, isHedged: false);
            var streams = parsed.InvocationConfiguration;
            if (isJson)
            {
                await JsonOutput.WriteAsync(streams.Output, nothing);
            }
            else
            {
                CommandConsole.Line(CommandConsole.For(streams.Output), $"{name} deleted");
            }

            return ExitCode.Done;
        }));
        return command;
    }
}
