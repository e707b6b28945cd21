using Cluster.Terminal;

namespace Cluster.Evaluation.Tests.Failures;

public class CommandErrorsTests
{
    [Fact]
    public async Task RunAsync_Success_HandsTheCodeOnSilently()
    {
        var (code, error) = await RunAsync(() => 5);
        (code, error).ShouldBe((5, ""));
    }

    [Fact]
    public async Task RunAsync_ExpectedFailures_AreOneLineAndOne()
    {
        (await RunAsync(() => throw new KernelException("The model is upside down."))).ShouldBe(
            (ExitCode.Failed, "cluster: The model is upside down.\n"));
        (await RunAsync(() => throw new JobException("The job is\nunlucky."))).ShouldBe(
            (ExitCode.Failed, "cluster: The job is unlucky.\n"));
        (await RunAsync(() => throw new IOException("No room."))).ShouldBe((ExitCode.Failed, "cluster: No room.\n"));
    }

    [Fact]
    public async Task RunAsync_FailureWithMissingInput_IsNotFound() =>
        (await RunAsync(() => throw new KernelException("No such file."), isInputMissing: true)).ShouldBe(
            (ExitCode.NotFound, "cluster: No such file.\n"));

    [Fact]
    public async Task RunAsync_KindsOfFailure_HaveTheirCodes()
    {
        (await RunAsync(() => throw new UsageException("x"))).Code.ShouldBe(ExitCode.Usage);
        (await RunAsync(() => throw new NotFoundException("x"))).Code.ShouldBe(ExitCode.NotFound);
        (await RunAsync(() => throw new UnauthorizedAccessException("x"))).Code.ShouldBe(ExitCode.Denied);
        (await RunAsync(() => throw new InsufficientMemoryException())).Code.ShouldBe(ExitCode.Failed);
    }

    [Fact]
    public async Task RunAsync_Interrupted_SaysHowToGoOn() =>
        (await RunAsync(() => throw new TaskCanceledException())).ShouldBe(
            (ExitCode.Interrupted, "cluster: interrupted; type it again.\n"));

    [Fact]
    public async Task RunAsync_LibraryThatDoesNotLoad_PointsToTheDoctor()
    {
        var (code, error) = await RunAsync(
            () => throw new TypeInitializationException("Some.Type", new DllNotFoundException("no libtorch.so")));
        code.ShouldBe(ExitCode.Failed);
        error.ShouldContain("no libtorch.so");
        error.ShouldContain("./cluster doctor");
    }

    [Fact]
    public async Task RunAsync_Defect_LeavesItsTraceInAFileAndNotOnTheScreen()
    {
        var (code, error) = await RunAsync(() => throw new InvalidOperationException("the impossible happened"));
        code.ShouldBe(ExitCode.Failed);
        error.ShouldStartWith("cluster: unexpected error (the impossible happened); ");
        error.ShouldNotContain("   at ");
        error.Count(c => c == '\n').ShouldBe(1);
        string path = error[error.IndexOf(Path.GetTempPath(), StringComparison.Ordinal)..].TrimEnd('.', '\n');
        try
        {
            (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).ShouldContain(
                nameof(RunAsync_Defect_LeavesItsTraceInAFileAndNotOnTheScreen));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task<(int Code, string Error)> RunAsync(Func<int> body, bool isInputMissing = false)
    {
        using var error = new StringWriter { NewLine = "\n" };
        int code = await CommandErrors.RunAsync(() => Task.FromResult(body()), "type it again", error, () => isInputMissing);
        return (code, error.ToString());
    }
}
