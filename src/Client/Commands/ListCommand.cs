using Cluster.Contract.V1;

namespace Cluster.Client.Commands;

/// <summary>`cluster list`.</summary>
internal static class ListCommand
{
    public static Command Create(ClientContext context)
    {
        var states = RemoteValues.States<JobState>("only jobs in these states");
        var limit = RemoteValues.Limit("jobs");
        return RemoteCommand.Create(
            context,
            "list",
            ["list", "list --state running,paused --limit 20", "list --json"],
            [states, limit],
            async call =>
            {
                var wanted = RemoteValues.ParseStates<JobState>(call.Parsed.GetRequiredValue(states));
                int most = call.Parsed.GetValue(limit) ?? int.MaxValue;
                return new ListJobsResponse { Jobs = { await Pages.JobsAsync(call.Server, wanted, most, call.Cancellation) } };
            },
            (call, found) => JobTable.Write(call.Console, found.Jobs, context.Time.GetUtcNow()));
    }
}
