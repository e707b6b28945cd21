namespace Cluster.Silo.Tests.Workers;

public sealed class ParentDeathTests : IDisposable
{
    // A shell in the silo's place: it starts a child with pipes, as the silo does, and hands it what the test has prepared.
    private const string Parent = """
        mkfifo requests replies
        "$PROGRAM" evaluate --requests 3 --replies 4 --parent $$ 3<requests 4>replies >/dev/null 2>&1 &
        echo $!
        exec 5>requests
        cat frames >&5
        wait
        """;

    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Evaluate_ParentIsKilled_ChildIsGone(bool stopped)
    {
        var (job, item) = SyntheticJobs.Poisoned("hang");
        WorkerRequest[] requests =
        [
            new BeginRequest(MessageStream.Version, Children.Folders(_folder), 1 << 30, 0.1),
            new EvaluateRequest(2, job.Id, job, item)
        ];
        await File.WriteAllBytesAsync(
            _folder["frames"], [.. requests.SelectMany(MessageStream.Frame)], TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo("/bin/sh", ["-c", Parent])
        {
            WorkingDirectory = _folder.Root,
            RedirectStandardOutput = true,
            UseShellExecute = false
        };
        start.Environment["PROGRAM"] = Children.Command.FileName;
        using var parent = Process.Start(start)!;
        int child = int.Parse((await parent.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!);
        await using (var replies = File.OpenRead(_folder["replies"]))
        {
            while (await MessageStream.ReadAsync<WorkerReply>(
                replies, TestContext.Current.CancellationToken) is not HeartbeatReply { Stage: WorkStage.Running })
            {
                // Hello, and signs of life before it runs.
            }
        }

        using var watched = Process.GetProcessById(child);
        if (stopped)
        {
            // Nothing in it can run then; the system ends it all the same.
            Signals.Send(child, Signals.Stop).ShouldBeTrue();
        }

        parent.Kill();
        await parent.WaitForExitAsync(TestContext.Current.CancellationToken);

        await watched.WaitForExitAsync(TestContext.Current.CancellationToken);
        Children.IsAlive(child).ShouldBeFalse();
    }
}
