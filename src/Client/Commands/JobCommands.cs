using Cluster.Contract.V1;

namespace Cluster.Client.Commands;

/// <summary>`cluster cancel`, `pause`, `resume` and `delete`: commands that change a job and print its new state.</summary>
internal static class JobCommands
{
    public static Command Cancel(ClientContext context)
    {
        var reason = new Option<string?>("--reason") { Description = "reason, stored with the job", HelpName = "TEXT" };
        var keep = new Option<bool>("--keep-best") { Description = "end the search and publish the best plan so far" };
        return Create(
            context,
            "cancel",
            ["cancel jobs/ID", "cancel jobs/ID --reason 'wrong data'", "cancel jobs/ID --keep-best"],
            (call, name, options) => call.Server.Jobs.CancelJobAsync(
                new CancelJobRequest
                {
                    Name = name,
                    Reason = call.Parsed.GetValue(reason) ?? "",
                    KeepBest = call.Parsed.GetValue(keep),
                },
                options),
            reason,
            keep);
    }

    public static Command Pause(ClientContext context) => Create(
        context,
        "pause",
        ["pause jobs/ID"],
        (call, name, options) => call.Server.Jobs.PauseJobAsync(new PauseJobRequest { Name = name }, options));

    public static Command Resume(ClientContext context) => Create(
        context,
        "resume",
        ["resume jobs/ID"],
        (call, name, options) => call.Server.Jobs.ResumeJobAsync(new ResumeJobRequest { Name = name }, options));

    public static Command Delete(ClientContext context)
    {
        var job = RemoteValues.Job();
        return RemoteCommand.Create(
            context,
            "delete",
            ["delete jobs/ID"],
            [job],
            call =>
            {
                var request = new DeleteJobRequest { Name = call.Job(job) };
                return call.Server.CallAsync(
                    options => call.Server.Jobs.DeleteJobAsync(request, options), call.Cancellation, isHedged: false);
            },
            (call, _) => CommandConsole.Line(call.Console, $"{call.Job(job)} deleted"));
    }

    private static Command Create(
        ClientContext context,
        string verb,
        string[] examples,
        Func<RemoteCall, string, CallOptions, AsyncUnaryCall<Job>> change,
        params Option[] more) => RemoteCommand.Change(
            context, verb, examples, RemoteValues.Job(), JobName.Parse, change, job => $"{job.Name} {Words.Of(job.State)}", more);
}
