using Cluster.Contract.V1;

namespace Cluster.Client.Commands;

/// <summary>`cluster candidates`.</summary>
internal static class CandidatesCommand
{
    public static Command Create(ClientContext context)
    {
        var job = RemoteValues.Job();
        var states = RemoteValues.States<CandidateState>("only candidates in these states");
        var failed = new Option<bool>("--failed") { Description = "only candidates that failed, as --state failed" };
        var why = new Option<bool>("--why") { Description = "say what each is for, and why some have no result" };
        var limit = RemoteValues.Limit("candidates");
        return RemoteCommand.Create(
            context,
            "candidates",
            ["candidates jobs/ID", "candidates jobs/ID --failed --why"],
            [job, states, failed, why, limit],
            async call =>
            {
                string name = call.Job(job);
                var wanted = RemoteValues.ParseStates<CandidateState>(call.Parsed.GetRequiredValue(states));
                var candidates = await Pages.CandidatesAsync(
                    call.Server,
                    name,
                    call.Parsed.GetValue(failed) ? [.. wanted.Append(CandidateState.Failed).Distinct()] : wanted,
                    call.Parsed.GetValue(limit) ?? int.MaxValue,
                    call.Cancellation);
                return new ListCandidatesResponse { Candidates = { candidates } };
            },
            (call, found) => CandidateTable.Write(call.Console, found.Candidates, call.Parsed.GetValue(why)));
    }
}
