using Cluster.Contract.V1;
using Duration = Google.Protobuf.WellKnownTypes.Duration;

namespace Cluster.Client.Commands;

/// <summary>`cluster prove`.</summary>
internal static class ProveCommand
{
    public static Command Create(ClientContext context)
    {
        var job = RemoteValues.Job();
        var every = RemoteValues.Duration("--every", "how often, such as 24h or 7d (default: once, now)", mostDays: 60);
        var evaluation = JobFileOptions.Evaluation("images to prove it on, such as last week's (default: those of the job)");
        var shared = SubmitOptions.SharedPathsOption();
        return RemoteCommand.Create(
            context,
            "prove",
            ["prove jobs/ID", "prove jobs/ID --every 7d", "prove jobs/ID --eval folder:/mnt/last-week --shared-paths --every 24h"],
            [job, every, evaluation, shared],
            async call =>
            {
                var request = new ProveJobRequest
                {
                    Name = call.Job(job),
                    Every = call.Parsed.GetValue(every) is { } time ? Duration.FromTimeSpan(time) : null,
                    RequestId = Guid.NewGuid().ToString("D"),
                };
                if (call.Parsed.GetValue(evaluation) is { } spec)
                {
                    request.Evaluation = await new JobSpecBuilder(
                        new Uploader(call.Server, call.Streams.Error, call.IsErrorLive), Environment.CurrentDirectory).DataSetAsync(
                        "evaluation data", spec, call.Parsed.GetValue(shared), call.Cancellation);
                }

                return await call.Server.CallAsync(options => call.Server.Jobs.ProveJobAsync(request, options), call.Cancellation);
            },
            (call, proof) => CommandConsole.Line(call.Console, $"{proof.Name} {Words.Of(proof.State)}"));
    }
}
