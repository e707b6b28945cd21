using System.CommandLine;
using Cluster.Client.Remote;
using Cluster.Client.Views;
using Cluster.Contract.V1;
using Cluster.Terminal;

namespace Cluster.Client.Commands;

/// <summary>`cluster list`.</summary>
internal static class ListCommand
{
    public static Command Create(ClientContext context)
    {
        var states = RemoteValues.States<JobState>("only jobs in these states");
        var limit = RemoteValues.Limit("jobs");
        var remote = new RemoteOptions(context);
        var command = new Command("list", CommandHelp.Describe(
            OtherVerbs.What("list"),
            "list",
            "list --state running,paused --limit 20",
            "list -o json")) { states, limit };
        remote.AddTo(command);
        command.SetAction((parsed, cancellation) => ClientErrors.RunAsync(parsed, async () =>
        {
            bool isJson = remote.IsJson(parsed);
            using var server = remote.Connect(parsed);
            var jobs = await Pages.JobsAsync(
                server,
                RemoteValues.ParseStates<JobState>(parsed.GetRequiredValue(states)),
                parsed.GetValue(limit) ?? int.MaxValue,
                cancellation);
            var streams = parsed.InvocationConfiguration;
            if (isJson)
            {
                await JsonOutput.WriteAsync(streams.Output, new ListJobsResponse { Jobs = { jobs } });
            }
            else
            {
                JobTable.Write(CommandConsole.For(streams.Output), jobs, context.Time.GetUtcNow());
            }

            return ExitCode.Done;
        }));
        return command;
    }
}
