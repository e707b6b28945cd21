using System.CommandLine;
using Cluster.Client.Remote;
using Cluster.Client.Views;
using Cluster.Contract.V1;
using Cluster.Terminal;

namespace Cluster.Client.Commands;

/// <summary>`cluster show`.</summary>
internal static class ShowCommand
{
    public static Command Create(ClientContext context)
    {
        var job = RemoteValues.Job();
        var remote = new RemoteOptions(context);
        var command = new Command("show", CommandHelp.Describe(OtherVerbs.What("show"), "show jobs/ID", "show jobs/ID -o json")) { job };
        remote.AddTo(command);
        command.SetAction((parsed, cancellation) => ClientErrors.RunAsync(parsed, async () =>
        {
            string name = JobName.Parse(parsed.GetRequiredValue(job));
            bool isJson = remote.IsJson(parsed);
            using var server = remote.Connect(parsed);
            var found = await server.CallAsync(
                options => server.Jobs.GetJobAsync(new GetJobRequest { Name = name }, options), cancellation);
            var streams = parsed.InvocationConfiguration;
            if (isJson)
            {
                await JsonOutput.WriteAsync(streams.Output, found);
            }
            else
            {
                JobReport.Write(
                    CommandConsole.For(streams.Output), found, await GroupReasons.ReadAsync(found, server, streams.Error, cancellation));
            }

            return ExitCode.Done;
        }));
        return command;
    }
}
