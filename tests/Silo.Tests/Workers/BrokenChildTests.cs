namespace Cluster.Silo.Tests.Workers;

/// <summary>Programs that are no evaluators, in an evaluator's place: each ends in a clear failure, and in nothing else.</summary>
public sealed class BrokenChildTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("printf '\\377\\377\\377\\177' >&$W; exec cat <&$R >/dev/null")]
    [InlineData("printf '\\002\\000\\000\\000{}' >&$W; exec cat <&$R >/dev/null")]
    [InlineData("cat \"$HELLO\" \"$HELLO\" >&$W; exec cat <&$R >/dev/null")]
    [InlineData("cat \"$OTHER\" >&$W; exec cat <&$R >/dev/null")]
    [InlineData("eval \"exec $W>&-\"; eval \"exec cat <&$R >/dev/null\"")]
    [InlineData("exit 3")]
    [InlineData("exec cat <&$R >/dev/null")]
    public async Task ExecuteAsync_OtherProtocol_IsUnavailable(string script)
    {
        await using var worker = new ChildProcessWorker(Options(script) with { StartLimit = TimeSpan.FromSeconds(1) });
        var failure = await AskAsync(worker);
        failure.Kind.ShouldBe(FailureKind.Unavailable);
        failure.Reason.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("printf '\\377\\377\\377\\177' >&$W; exec cat <&$R >/dev/null", FailureKind.NativeCrash, "not a message")]
    [InlineData("exit 0", FailureKind.NativeCrash, "ended with code 0")]
    [InlineData(
        "echo CUDA error: an illegal memory access was encountered >&2; exit 134", FailureKind.NativeCrash, "illegal memory access")]
    [InlineData("echo terminate called after throwing std::bad_alloc >&2; kill -SYS $$", FailureKind.OutOfMemory, "bad_alloc")]
    [InlineData("cat \"$FAULT\" >&$W; exec cat <&$R >/dev/null", FailureKind.NativeCrash, "IndexOutOfRange")]
    [InlineData("cat \"$DEVICE\" >&$W; exec cat <&$R >/dev/null", FailureKind.NativeCrash, "CUDA error")]
    [InlineData("exec cat <&$R >/dev/null", FailureKind.LeaseExpired, "no sign of life")]
    public async Task ExecuteAsync_FailingProgram_IsReplaced(string script, FailureKind expected, string reason)
    {
        // Greets, takes the item up, then misbehaves.
        int begin =
            MessageStream.Frame<WorkerRequest>(
                new BeginRequest(MessageStream.Version, Children.Folders(_folder), 1 << 30, 1)).Length;
        string greeting = $"head -c {begin} <&$R >/dev/null; cat \"$HELLO\" >&$W; head -c 4 <&$R >/dev/null; cat \"$BEGUN\" >&$W";
        await using var worker = new ChildProcessWorker(Options($"{greeting}; {script}") with { Silence = TimeSpan.FromSeconds(1) });
        var failure = await AskAsync(worker);
        failure.Kind.ShouldBe(expected, failure.Reason);
        failure.Reason.ShouldContain(reason);
        worker.ProcessId.ShouldBeNull();
    }

    private static async Task<FailedResult> AskAsync(ChildProcessWorker worker)
    {
        var job = SyntheticJobs.Entry("synthetic:groups=8,ms=0");
        return (await worker.ExecuteAsync(job, SyntheticJobs.Candidate(job, 0), TestContext.Current.CancellationToken))
            .ShouldBeOfType<FailedResult>();
    }

    // Arguments are: evaluate --requests R --replies W --parent P.
    private WorkerOptions Options(string script)
    {
        string files = string.Join(' ', new (string Name, WorkerReply Reply)[]
        {
            ("HELLO", new HelloReply(MessageStream.Version)),
            ("OTHER", new HelloReply(MessageStream.Version + 1)),
            ("BEGUN", new HeartbeatReply(2, WorkStage.Preparing, 0)),
            ("FAULT", new FaultReply(2, "IndexOutOfRangeException", "text")),
            ("DEVICE", new FaultReply(2, "KernelException", "CUDA error: unspecified launch failure")),
        }.Select(file =>
        {
            File.WriteAllBytes(_folder[file.Name], MessageStream.Frame(file.Reply));
            return $"{file.Name}='{_folder[file.Name]}'";
        }));
        return Children.Options(_folder) with { Command = new ChildCommand("/bin/bash", ["-c", $"R=$2 W=$4 {files}; {script}"]) };
    }
}
