using System.CommandLine;
using Cluster.Client.Remote;
using Cluster.Client.Watching;
using Cluster.Terminal;

namespace Cluster.Client.Commands;

/// <summary>`cluster watch`.</summary>
internal static class WatchCommand
{
    public static Command Create(ClientContext context)
    {
        var job = RemoteValues.Job();
        var after = new Option<long>("--after")
        {
            Description = "skip events up to this sequence number",
            HelpName = "N",
            DefaultValueFactory = _ => 0
        };
        after.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: ['-', ..] and var text }, ..])
            {
                result.AddError($"--after is {text}; 0 or more is expected.");
            }
        });
        var remote = new RemoteOptions(context);
        var command = new Command("watch", CommandHelp.Describe(
            $"{OtherVerbs.What("watch")} Ends with 0 if it succeeded, with 1 if it failed or was cancelled. Ctrl-C ends the "
            + "watching, not the job.",
            "watch jobs/ID",
            "watch jobs/ID -o json --after 120")) { job, after };
        remote.AddTo(command);
        command.SetAction((parsed, cancellation) => ClientErrors.RunAsync(parsed, async () =>
        {
            string name = JobName.Parse(parsed.GetRequiredValue(job));
            bool isJson = remote.IsJson(parsed);
            using var server = remote.Connect(parsed);
            return await new WatchSession(server, parsed.InvocationConfiguration, isJson).RunAsync(
                name, parsed.GetValue(after), cancellation);
        }));
        return command;
    }
}
