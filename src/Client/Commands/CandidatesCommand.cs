using System.CommandLine;
using Cluster.Client.Remote;
using Cluster.Client.Views;
using Cluster.Contract.V1;
using Cluster.Terminal;

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
        var remote = new RemoteOptions(context);
        var command = new Command("candidates", CommandHelp.Describe(
            OtherVerbs.What("candidates"),
            "candidates jobs/ID",
            "candidates jobs/ID --failed --why")) { job, states, failed, why, limit };
        remote.AddTo(command);
        command.SetAction((parsed, cancellation) => ClientErrors.RunAsync(parsed, async () =>
        {
            string name = JobName.Parse(parsed.GetRequiredValue(job));
            bool isJson = remote.IsJson(parsed);
            var wanted = RemoteValues.ParseStates<CandidateState>(parsed.GetRequiredValue(states));
            using var server = remote.Connect(parsed);
            var candidates = await Pages.CandidatesAsync(
                server,
                name,
                parsed.GetValue(failed) ? [.. wanted.Append(CandidateState.Failed).Distinct()] : wanted,
                parsed.GetValue(limit) ?? int.MaxValue,
                cancellation);
            var streams = parsed.InvocationConfiguration;
            if (isJson)
            {
                await JsonOutput.WriteAsync(streams.Output, new ListCandidatesResponse { Candidates = { candidates } });
            }
            else
            {
                CandidateTable.Write(CommandConsole.For(streams.Output), candidates, parsed.GetValue(why));
            }

            return ExitCode.Done;
        }));
        return command;
    }
}
