namespace Cluster.Client.Commands;

/// <summary>`cluster show`.</summary>
internal static class ShowCommand
{
    public static Command Create(ClientContext context)
    {
        var job = RemoteValues.Job();
        return RemoteCommand.Create(context, "show", ["show jobs/ID", "show jobs/ID --json"], [job], async call =>
        {
            var found = await call.Server.GetJobAsync(call.Job(job), call.Cancellation);
            if (call.IsJson)
            {
                await JsonOutput.WriteAsync(call.Streams.Output, found);
            }
            else
            {
                JobReport.Write(
                    call.Console, found, await PublishedResult.ReadAsync(found, call.Server, call.Streams.Error, call.Cancellation));
            }

            return ExitCode.Done;
        });
    }
}
