using Cluster.Client.Watching;

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
        return RemoteCommand.Create(
            context,
            "watch",
            ["watch jobs/ID", "watch jobs/ID --json --after 120"],
            [job, after],
            call =>
            {
                string name = call.Job(job);
                return new WatchSession(call.Server, call.Streams, call.IsJson).RunAsync(
                    name, call.Parsed.GetValue(after), call.Cancellation);
            },
            note: " Ends with 0 if it succeeded, with 1 if it failed or was cancelled. Ctrl-C ends the watching, not the job.");
    }
}
